import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client, collection, envelope, hang, json, outcome } from './scripted.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const gone = new TypeError('fetch failed');
const settled = async <T>(promise: PromiseLike<T>) => {
  const end = outcome(promise);
  await vi.runAllTimersAsync();
  return end;
};
const gaps = (sent: { at: number }[]) => sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0));

describe('attempts', () => {
  it('three by default, half a second and a second apart', async () => {
    const { scenario, sent } = client([json({ message: 'down' }, 503)]);
    expect(await settled(scenario.collections.retrieve('c1'))).toMatchObject({
      name: 'InternalServerError',
      message: '503 down',
    });
    expect(gaps(sent)).toEqual([500, 1000]);
  });

  it('end with the first success', async () => {
    const { scenario, sent } = client([gone, json({}, 500), envelope()]);
    expect(await settled(scenario.collections.retrieve('c1'))).toEqual({ collection: collection() });
    expect(sent).toHaveLength(3);
  });

  it('maxRetries of the call wins over the client’s', async () => {
    const { scenario, sent } = client([json({}, 500)], { maxRetries: 5 });
    await settled(scenario.collections.retrieve('c1', { maxRetries: 0 }));
    expect(sent).toHaveLength(1);
    await settled(scenario.collections.retrieve('c1'));
    expect(sent).toHaveLength(7);
  });

  it.each([400, 401, 403, 404, 422])('one for %s', async (status) => {
    const { scenario, sent } = client([json({}, status)]);
    expect(await settled(scenario.collections.retrieve('c1'))).toMatchObject({ status });
    expect(sent).toHaveLength(1);
  });

  it('keep to the wait of the header, and of the body', async () => {
    const limited = json({ remainingSeconds: 7 }, 429);
    const { scenario, sent } = client([json({}, 503, { 'retry-after': '2' }), limited, envelope()]);
    await settled(scenario.collections.retrieve('c1'));
    expect(gaps(sent)).toEqual([2000, 7000]);
  });

  it('a wait of more than 30 s is an error at once that says how long', async () => {
    const { scenario, sent } = client([
      json({ message: 'slow down' }, 429, { 'retry-after': '120', 'x-should-retry': 'true' }),
    ]);
    const before = Date.now();
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({
      name: 'RateLimitError',
      retryAfter: 120,
    });
    expect(Date.now()).toBe(before);
    expect(sent).toHaveLength(1);
  });

  it('carry the same body and query', async () => {
    const { scenario, sent } = client([json({}, 500), envelope()], { projectId: 'p' });
    await settled(scenario.collections.update('c1', { name: 'New' }));
    expect(sent.map(({ body, url }) => [body, url.search])).toEqual([
      [{ name: 'New' }, '?projectId=p'],
      [{ name: 'New' }, '?projectId=p'],
    ]);
  });
});

describe('what must not happen twice', () => {
  const writes = {
    create: (s: ReturnType<typeof client>['scenario']) => s.collections.create({ name: 'n' }),
    'assets.add': (s: ReturnType<typeof client>['scenario']) => s.collections.assets.add('c1', { assetIds: ['a'] }),
    'models.add': (s: ReturnType<typeof client>['scenario']) => s.collections.models.add('c1', { modelIds: ['m'] }),
  };

  it.each(Object.entries(writes))('%s is not sent again after a lost answer', async (_, write) => {
    for (const step of [gone, json({}, 408), json({}, 409), json({}, 500)]) {
      const { scenario, sent } = client([step, envelope()]);
      expect(await settled(write(scenario))).toBeInstanceOf(Error);
      expect(sent).toHaveLength(1);
    }
  });

  it.each(Object.entries(writes))('%s is not sent again after a timeout', async (_, write) => {
    const { scenario, sent } = client([hang, envelope()]);
    expect(await settled(write(scenario))).toMatchObject({ name: 'APIConnectionTimeoutError' });
    expect(sent).toHaveLength(1);
  });

  it.each(Object.entries(writes))('%s is sent again where the server did nothing', async (_, write) => {
    for (const step of [json({}, 429), json({}, 503, { 'x-should-retry': 'true' })]) {
      const { scenario, sent } = client([step, envelope()]);
      expect(await settled(write(scenario))).toEqual({ collection: collection() });
      expect(sent).toHaveLength(2);
    }
  });

  it('removes, updates and reads in bulk are sent again', async () => {
    const calls = [
      (s: ReturnType<typeof client>['scenario']) => s.collections.assets.remove('c1', { assetIds: ['a'] }),
      (s: ReturnType<typeof client>['scenario']) => s.collections.models.remove('c1', { modelIds: ['m'] }),
      (s: ReturnType<typeof client>['scenario']) => s.collections.update('c1', { name: 'n' }),
    ];
    for (const call of calls) {
      const { scenario, sent } = client([gone, envelope()]);
      expect(await settled(call(scenario))).toEqual({ collection: collection() });
      expect(sent).toHaveLength(2);
    }
    const { scenario, sent } = client([gone, json({ assets: [] })]);
    expect(await settled(scenario.assets.getBulk({ assetIds: ['a'] }))).toEqual({ assets: [] });
    expect(sent).toHaveLength(2);
  });
});

describe('a delete', () => {
  const missing = json({ message: 'no such collection' }, 404);

  it.each([
    ['the network', gone],
    ['a timeout', hang],
    ['408', json({}, 408)],
    ['503', json({}, 503)],
  ] as const)('that finds nothing after an answer was lost to %s is a success', async (_, step) => {
    const { scenario } = client([step, missing]);
    const promise = scenario.collections.delete('c1');
    expect(await settled(promise)).toEqual({});
    expect((await promise.asResponse()).ok).toBe(true);
  });

  it('that finds nothing at once is an error', async () => {
    const { scenario } = client([missing]);
    expect(await settled(scenario.collections.delete('c1'))).toMatchObject({ name: 'NotFoundError' });
  });

  it.each([409, 429])('that finds nothing after %s is an error: no answer was lost', async (status) => {
    const { scenario } = client([json({}, status), missing]);
    expect(await settled(scenario.collections.delete('c1'))).toMatchObject({ name: 'NotFoundError' });
  });

  it('keeps in mind that an answer was lost', async () => {
    const { scenario } = client([gone, json({}, 429), missing]);
    expect(await settled(scenario.collections.delete('c1'))).toEqual({});
  });

  it('an update that finds nothing after a lost answer is an error', async () => {
    const { scenario } = client([gone, missing]);
    expect(await settled(scenario.collections.update('c1', { name: 'n' }))).toMatchObject({ name: 'NotFoundError' });
  });

  it('may answer 204, nothing, or an object', async () => {
    const answers = [new Response(null, { status: 204 }), new Response(''), json({ done: true })];
    const results = [];
    for (const answer of answers) results.push(await client([answer]).scenario.collections.delete('c1'));
    expect(results).toEqual([{}, {}, { done: true }]);
  });

  it('is not fooled by a login page', async () => {
    const { scenario } = client([new Response('<html>Sign in</html>')]);
    expect(await outcome(scenario.collections.delete('c1'))).toMatchObject({ name: 'ResponseValidationError' });
  });
});
