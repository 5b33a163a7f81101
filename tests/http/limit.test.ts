import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scenario, type ScenarioOptions } from '../../src/client.ts';
import type { TracedOptions } from '../../src/http/RequestOptions.ts';
import { PRIORITY } from '../../src/http/Turn.ts';
import { createScenarioEmulator, type ScenarioEmulatorOptions } from '../../src/testing.ts';
import { nextTimer, pass, passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { client, collection, envelope, json, outcome, scripted } from './scripted.ts';

beforeEach(() => startVirtualTime());
afterEach(async () => {
  expect(await nextTimer(Date.now() + 3_600_000)).toBe(false);
  vi.restoreAllMocks();
  stopVirtualTime();
});

const MINUTE = 60_000;

/** 120 adds to 120 collections at once, and what they cost. */
async function burst(server: ScenarioEmulatorOptions, options: ScenarioOptions = {}) {
  const ids = Array.from({ length: 120 }, (_, n) => `c${n}`);
  const emulator = createScenarioEmulator({ collections: ids.map((id) => ({ id })), latency: 40, ...server });
  const scenario = new Scenario({ baseURL: 'https://api.test', fetch: emulator.fetch, maxWait: 600_000, ...options });
  const start = Date.now();
  let end = 0;
  const all = Promise.all(ids.map((id) => outcome(scenario.collections.assets.add(id, { assetIds: ['a'] }))));
  void all.then(() => {
    end = Date.now() - start;
  });
  await passAll();
  const failed = (await all).filter((result) => result instanceof Error);
  const applied = emulator.collections.filter(({ assetCount }) => assetCount === 1).length;
  return { failed, applied, requests: emulator.requests.length, end };
}

describe('120 adds to 120 collections, 100 a minute', () => {
  const limits = { requests: 100, per: MINUTE };

  it.each(['header', 'body'] as const)(
    'wait named in the %s: 122 requests, done with the second window',
    async (retryAfter) => {
      for (const latency of [0, 40, [20, 200] as [number, number]]) {
        const { failed, applied, requests, end } = await burst({ limit: { ...limits, retryAfter }, latency });
        expect([failed, applied]).toEqual([[], 120]);
        expect(requests).toBeLessThanOrEqual(122);
        expect(end).toBeLessThanOrEqual(MINUTE + 2_000);
      }
    },
  );

  it.each([0, 0.5, 0.999_999])('no wait named, chance says %s: 126 requests within 90 s', async (chance) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance);
    for (const latency of [0, 40, [20, 200] as [number, number]]) {
      const { failed, applied, requests, end } = await burst({ limit: { ...limits, retryAfter: 'none' }, latency });
      expect([failed, applied]).toEqual([[], 120]);
      expect(requests).toBeLessThanOrEqual(126);
      expect(end).toBeLessThanOrEqual(90_000);
    }
  });

  it.each(['header', 'none'] as const)(
    'a bucket that fills drop by drop, wait by %s: all are applied',
    async (retryAfter) => {
      const { failed, applied, requests } = await burst({ limit: { ...limits, kind: 'bucket', retryAfter } });
      expect([failed, applied]).toEqual([[], 120]);
      expect(requests).toBeLessThanOrEqual(144);
    },
  );

  it('without a limit: 120 requests, as fast as six side by side can be, but for one that goes alone', async () => {
    const { requests, end } = await burst({});
    expect(requests).toBe(120);
    expect(end).toBeLessThanOrEqual((120 / 6 + 2) * 40);
  });

  it('with six at most at once, or as many as the option says', async () => {
    for (const [concurrency, expected] of [
      [undefined, 6],
      [2, 2],
      [Infinity, 120],
    ]) {
      let [now, most] = [0, 0];
      const slow = async () => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 10));
        now--;
        return envelope();
      };
      const { scenario } = client([slow], { concurrency });
      const all = Promise.all(Array.from({ length: 120 }, (_, n) => scenario.collections.retrieve(`c${n}`)));
      await passAll();
      await all;
      expect(most).toBe(expected === 120 ? 100 : expected);
    }
  });
});

describe('a list that is scrolled during a spent minute', () => {
  it('its next page is the first request of the new window', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `c${n}`);
    const collections = ids.map((id) => ({ id }));
    const emulator = createScenarioEmulator({ collections, latency: 40, limit: { requests: 100, per: MINUTE } });
    const scenario = new Scenario({ baseURL: 'https://api.test', fetch: emulator.fetch, maxWait: 600_000 });
    const asked: TracedOptions = { priority: PRIORITY.change };
    const writes = ids.map((id) => outcome(scenario.collections.update(id, { name: 'n' }, asked)));
    await pass(10_000);
    const before = emulator.requests.length;
    const page = scenario.collections.list({ pageSize: 7 });
    await passAll();
    expect((await page).collections).toHaveLength(7);
    expect(emulator.requests[before]).toMatchObject({ method: 'GET', query: { pageSize: '7' }, status: 200 });
    expect((await Promise.all(writes)).filter((end) => end instanceof Error)).toEqual([]);
  });
});

describe('a call of the client', () => {
  const limited = (seconds?: number) => json({ message: 'slow down', remainingSeconds: seconds }, 429);

  it('leaves in the tick in which it is made, as long as there is room', () => {
    const { scenario, sent } = client([() => new Promise<Response>(() => {})], { timeout: Infinity });
    for (let n = 0; n < 7; n++) void scenario.collections.retrieve(`c${n}`);
    expect(sent).toHaveLength(6);
  });

  it('waits for the limit, and the wait is no attempt', async () => {
    const steps = [limited(5), limited(5), limited(5), limited(5), json({}, 503), json({}, 503), envelope()];
    const { scenario, sent } = client(steps, { maxWait: 60_000 });
    const end = outcome(scenario.collections.create({ name: 'n' }, { maxRetries: 2 }));
    const read = outcome(scenario.collections.retrieve('c1', { maxRetries: 2 }));
    await passAll();
    expect(sent.map(({ method }) => method).slice(0, 4)).toEqual(['POST', 'GET', 'POST', 'POST']);
    // A 503 may have made it, so that it is not made again; the read is.
    expect(await end).toMatchObject({ status: 503 });
    expect(await read).toEqual({ collection: collection() });
  });

  it('waits 30 s by itself, and no longer; then the wait stands in the error', async () => {
    const { scenario, sent } = client([limited(30), envelope()]);
    const end = outcome(scenario.collections.retrieve('c1'));
    await passAll();
    expect(await end).toEqual({ collection: collection() });
    const long = client([limited(30.5)]);
    expect(await outcome(long.scenario.collections.retrieve('c1'))).toMatchObject({
      name: 'RateLimitError',
      message: '429 slow down',
      retryAfter: 30.5,
    });
    // It need not be asked again to know that.
    expect(await outcome(long.scenario.collections.retrieve('c2'))).toMatchObject({
      name: 'RateLimitError',
      retryAfter: 31,
    });
    expect([sent.length, long.sent.length]).toEqual([2, 1]);
  });

  it('waits as long as its own maxWait says, else the client’s', async () => {
    const { scenario } = client([limited(45), envelope()], { maxWait: 50_000 });
    const refused = await outcome(scenario.collections.retrieve('c1', { maxWait: 44_999 }));
    expect(refused).toMatchObject({ name: 'RateLimitError', retryAfter: 45 });
    const end = outcome(scenario.collections.retrieve('c1'));
    await passAll();
    expect(await end).toEqual({ collection: collection() });
  });

  it('that is not to be sent again waits only where it is told to', async () => {
    for (const answer of [limited(1), limited(0), limited()]) {
      const { scenario, sent } = client([answer, envelope()], { maxRetries: 0 });
      expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({ name: 'RateLimitError' });
      expect(sent).toHaveLength(1);
    }
    const { scenario } = client([limited(1), envelope()], { maxRetries: 0 });
    const end = outcome(scenario.collections.retrieve('c1', { maxWait: 1_000 }));
    await passAll();
    expect(await end).toEqual({ collection: collection() });
  });

  it('whose server says not to try again is an error at once, and closes nothing', async () => {
    const { scenario } = client([json({}, 429, { 'x-should-retry': 'false', 'retry-after': '5' }), envelope()]);
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({ name: 'RateLimitError' });
    expect(await outcome(scenario.collections.retrieve('c1'))).toEqual({ collection: collection() });
  });

  it('that is aborted while it waits ends at once, and is never sent', async () => {
    const { scenario, sent } = client([limited(20), envelope()]);
    const first = outcome(scenario.collections.retrieve('c1'));
    await settle();
    const controller = new AbortController();
    const second = outcome(scenario.collections.retrieve('c2', { signal: controller.signal }));
    controller.abort('enough');
    expect(await second).toMatchObject({ name: 'APIUserAbortError', cause: 'enough' });
    await passAll();
    expect(await first).toEqual({ collection: collection() });
    expect(sent.map(({ url }) => url.pathname.slice(-2))).toEqual(['c1', 'c1']);
  });

  it.each([-1, Number.NaN])('refuses a maxWait of %s by name, before anything is sent', async (maxWait) => {
    const { scenario, sent } = client([envelope()]);
    expect(await outcome(scenario.collections.retrieve('c1', { maxWait }))).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/^maxWait/),
    });
    expect(sent).toHaveLength(0);
    expect(() => new Scenario({ maxWait })).toThrow(/^maxWait/);
    expect(() => new Scenario({ concurrency: 0 })).toThrow(/^concurrency/);
  });

  it('that fails gives its place back', async () => {
    const { fetch, sent } = scripted(new TypeError('fetch failed'));
    let token = '';
    const scenario = new Scenario({ baseURL: 'https://api.test', fetch, maxRetries: 0, bearerAuth: () => token });
    const fail = (n: number) =>
      Promise.all(Array.from({ length: n }, () => outcome(scenario.collections.retrieve('c1'))));
    await fail(7);
    token = 'broken\ntoken';
    await fail(7);
    token = 'token';
    await fail(7);
    const aborted = { signal: AbortSignal.abort() };
    for (let n = 0; n < 7; n++) await outcome(scenario.collections.retrieve('c1', aborted));
    await fail(7);
    expect(sent).toHaveLength(14);
  });
});
