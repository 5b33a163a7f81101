import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client, collection, envelope, hang, json, outcome } from './scripted.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** The head of an answer at once, its body never. */
const headOnly = () => new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode('{"col')) }));

describe('the timeout', () => {
  it('is 60 s for one attempt', async () => {
    const { scenario, sent } = client([hang], { maxRetries: 0 });
    const end = outcome(scenario.collections.retrieve('c1'));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(sent[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await end).toMatchObject({
      name: 'APIConnectionTimeoutError',
      status: undefined,
      message: 'Request timed out.',
    });
    expect(sent[0]?.signal.aborted).toBe(true);
  });

  it('starts anew with each attempt', async () => {
    const { scenario, sent } = client([hang, hang, envelope()], { timeout: 50 });
    const end = outcome(scenario.collections.retrieve('c1'));
    await vi.runAllTimersAsync();
    expect(await end).toEqual({ collection: collection() });
    expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThanOrEqual(50 + 375);
  });

  it('covers the body', async () => {
    const { scenario } = client([headOnly], { maxRetries: 0, timeout: 100 });
    const end = outcome(scenario.collections.retrieve('c1'));
    await vi.advanceTimersByTimeAsync(100);
    expect(await end).toMatchObject({ name: 'APIConnectionTimeoutError' });
  });

  it('covers asking for the token', async () => {
    const bearerAuth = () => new Promise<string>(() => {});
    const { scenario, sent } = client([envelope()], { bearerAuth, maxRetries: 0, timeout: 100 });
    const end = outcome(scenario.collections.retrieve('c1'));
    await vi.advanceTimersByTimeAsync(100);
    expect(await end).toMatchObject({ name: 'APIConnectionTimeoutError' });
    expect(sent).toHaveLength(0);
  });

  it('holds beside a signal, and the call’s wins over the client’s', async () => {
    const { scenario } = client([hang], { maxRetries: 0, timeout: 5000 });
    const end = outcome(scenario.collections.retrieve('c1', { timeout: 10, signal: new AbortController().signal }));
    await vi.advanceTimersByTimeAsync(10);
    expect(await end).toMatchObject({ name: 'APIConnectionTimeoutError' });
  });

  it('longer than a timer can count, or endless, does not fire at once', async () => {
    for (const timeout of [2 ** 40, Infinity]) {
      const late = () => new Promise<Response>((resolve) => setTimeout(() => resolve(envelope()), 1000));
      const { scenario } = client([late], { timeout });
      const end = outcome(scenario.collections.retrieve('c1'));
      await vi.advanceTimersByTimeAsync(1000);
      expect(await end).toEqual({ collection: collection() });
    }
  });

  it.each([0, -1, Number.NaN])('%s is refused', async (timeout) => {
    const { scenario, sent } = client([envelope()]);
    expect(await outcome(scenario.collections.retrieve('c1', { timeout }))).toMatchObject({
      name: 'InvalidInputError',
    });
    expect(() => client([], { timeout })).toThrow(/timeout/);
    expect(sent).toHaveLength(0);
  });
});

describe('one signal for many calls', () => {
  it('ends them where a listener is given no `this`, as in older Workers', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: unknown) =>
      add(type, (event) => Reflect.apply(listener as (event: Event) => void, undefined, [event]));
    const { scenario } = client([hang], { maxRetries: 0 });
    const ends = ['c1', 'c2'].map((id) => outcome(scenario.collections.retrieve(id, { signal })));
    controller.abort();
    await vi.advanceTimersByTimeAsync(60_000);
    for (const end of ends) expect(await end).toMatchObject({ name: 'APIUserAbortError' });
  });

  it('gets one listener, since Node warns of a leak at the eleventh, and ends them all', async () => {
    for (const step of [hang, json({}, 429, { 'retry-after': '20' }), json({}, 503, { 'retry-after': '20' })]) {
      const { scenario } = client([step]);
      const controller = new AbortController();
      const { signal } = controller;
      const ends = Array.from({ length: 40 }, (_, n) => outcome(scenario.collections.retrieve(`c${n}`, { signal })));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(5);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      controller.abort('enough');
      for (const end of await Promise.all(ends))
        expect(end).toMatchObject({ name: 'APIUserAbortError', cause: 'enough' });
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }
  });
});

describe('an abort', () => {
  const aborted = { name: 'APIUserAbortError', message: 'Request was aborted.', cause: 'enough' };

  it('before the start sends nothing', async () => {
    const { scenario, sent } = client([envelope()]);
    expect(await outcome(scenario.collections.retrieve('c1', { signal: AbortSignal.abort('enough') }))).toMatchObject(
      aborted,
    );
    expect(sent).toHaveLength(0);
  });

  it('ends the call at once, even if fetch does not care, and is not tried again', async () => {
    const { scenario, sent } = client([hang]);
    const controller = new AbortController();
    const end = outcome(scenario.collections.retrieve('c1', { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(5);
    controller.abort('enough');
    expect(await end).toMatchObject(aborted);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.signal.aborted).toBe(true);
  });

  it('ends the reading of the body', async () => {
    const { scenario } = client([headOnly]);
    const controller = new AbortController();
    const end = outcome(scenario.collections.retrieve('c1', { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(5);
    controller.abort('enough');
    expect(await end).toMatchObject(aborted);
  });

  it('ends the wait before the next attempt at once', async () => {
    const { scenario, sent } = client([json({}, 429, { 'retry-after': '20' })]);
    const controller = new AbortController();
    const end = outcome(scenario.collections.retrieve('c1', { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1000);
    controller.abort('enough');
    expect(await end).toMatchObject(aborted);
    expect(sent).toHaveLength(1);
  });

  it('after the end changes nothing, and no listener is left on the signal', async () => {
    const { scenario } = client([json({}, 503, { 'retry-after': '1' }), envelope()]);
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const end = outcome(scenario.collections.retrieve('c1', { signal }));
    await vi.runAllTimersAsync();
    expect(await end).toEqual({ collection: collection() });
    expect(add).toHaveBeenCalledTimes(3);
    expect(remove.mock.calls.map(([, listener]) => listener)).toEqual(add.mock.calls.map(([, listener]) => listener));
  });

  it('works without AbortSignal.any, as in React Native', async () => {
    vi.stubGlobal('AbortSignal', class {});
    const { scenario } = client([hang]);
    const controller = new AbortController();
    const end = outcome(scenario.collections.retrieve('c1', { signal: controller.signal }));
    controller.abort('enough');
    expect(await end).toMatchObject(aborted);
    vi.unstubAllGlobals();
  });
});
