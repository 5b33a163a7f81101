import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createScenarioEmulator, type RateLimit } from '../../src/testing.ts';
import { call } from './call.ts';

let time = Date.UTC(2026, 6, 1);
const now = () => new Date(time);
const begin = (limit: RateLimit | (() => RateLimit | undefined)) =>
  createScenarioEmulator({ now, limit, collections: [{ id: 'c', name: 'Old' }] });
const read = async (emulator: ReturnType<typeof begin>, query = '') =>
  (await call(emulator, `GET /collections${query}`)).status;

describe('a limit', () => {
  test('refuses what is too much with 429, logs it, and applies nothing of it', async () => {
    const emulator = begin({ requests: 1, per: 60_000 });
    expect(await read(emulator)).toBe(200);
    const { status, body } = await call(emulator, 'PUT /collections/c', { name: 'New' });
    expect([status, typeof body.reason]).toEqual([429, 'string']);
    expect(emulator.collections[0]?.name).toBe('Old');
    expect(emulator.requests.map((request) => [request.method, request.status])).toEqual([
      ['GET', 200],
      ['PUT', 429],
    ]);
  });

  test('of a window lets all through again when it is over, however many were refused', async () => {
    const emulator = begin({ requests: 2, per: 60_000 });
    expect([await read(emulator), await read(emulator), await read(emulator)]).toEqual([200, 200, 429]);
    time += 59_999;
    for (let i = 0; i < 5; i++) expect(await read(emulator)).toBe(429);
    time += 1;
    expect([await read(emulator), await read(emulator), await read(emulator)]).toEqual([200, 200, 429]);
  });

  test('of a bucket lets one through at a time, and saves up no more than there is room for', async () => {
    const emulator = begin({ requests: 3, per: 60_000, kind: 'bucket' });
    const all = async () => [await read(emulator), await read(emulator), await read(emulator), await read(emulator)];
    expect(await all()).toEqual([200, 200, 200, 429]);
    time += 19_999;
    expect(await read(emulator)).toBe(429);
    time += 1;
    expect([await read(emulator), await read(emulator)]).toEqual([200, 429]);
    time += 3_600_000;
    expect(await all()).toEqual([200, 200, 200, 429]);
  });

  test.each([
    ['header', { 'retry-after': '13' }, undefined],
    ['body', {}, 13],
    ['none', {}, undefined],
    [undefined, {}, 13],
  ] as const)('says the wait in whole seconds, rounded up, in the %s', async (retryAfter, headers, remaining) => {
    const emulator = begin({ requests: 1, per: 60_000, ...(retryAfter && { retryAfter }) });
    await read(emulator);
    time += 47_300;
    const answer = await call(emulator, 'GET /collections');
    expect(Object.fromEntries([...answer.headers].filter(([name]) => name === 'retry-after'))).toEqual(headers);
    expect((answer.body as { remainingSeconds?: number }).remainingSeconds).toBe(remaining);
  });

  test('counts each project by itself, and somebody elsewhere not at all', async () => {
    const emulator = begin({ requests: 1, per: 60_000 });
    for (const query of ['', '?projectId=p', '?projectId=q']) {
      expect([await read(emulator, query), await read(emulator, query)]).toEqual([200, 429]);
    }
    expect((await emulator.elsewhere('/collections')).status).toBe(200);
  });

  test('can be given as a function, so that it can be turned on and off', async () => {
    let isOn = false;
    const emulator = begin(() => (isOn ? { requests: 1, per: 60_000 } : undefined));
    expect([await read(emulator), await read(emulator)]).toEqual([200, 200]);
    isOn = true;
    expect([await read(emulator), await read(emulator)]).toEqual([200, 429]);
    isOn = false;
    expect(await read(emulator)).toBe(200);
  });

  test('is forgotten by a reset, and begins anew when the clock is set back', async () => {
    const emulator = begin({ requests: 1, per: 60_000 });
    expect([await read(emulator), await read(emulator)]).toEqual([200, 429]);
    emulator.reset();
    expect([await read(emulator), await read(emulator)]).toEqual([200, 429]);
    time -= 3_600_000;
    expect([await read(emulator), await read(emulator)]).toEqual([200, 429]);
  });

  test.each([
    ['limit', null],
    ['limit', 100],
    ['limit.requests', { per: 60_000 }],
    ['limit.requests', { requests: 0, per: 60_000 }],
    ['limit.requests', { requests: 1.5, per: 60_000 }],
    ['limit.requests', { requests: '100', per: 60_000 }],
    ['limit.per', { requests: 100 }],
    ['limit.per', { requests: 100, per: 0 }],
    ['limit.per', { requests: 100, per: Number.NaN }],
    ['limit.per', { requests: 100, per: Number.POSITIVE_INFINITY }],
    ['limit.kind', { requests: 100, per: 60_000, kind: 'leak' }],
    ['limit.retryAfter', { requests: 100, per: 60_000, retryAfter: 'trailer' }],
  ])('that makes no sense is refused by name: %s of %j', async (name, limit) => {
    expect(() => begin(limit as RateLimit)).toThrow(`createScenarioEmulator: ${name} must`);
    await expect(read(begin(() => limit as RateLimit))).rejects.toThrow(`createScenarioEmulator: ${name} must`);
  });
});

/** What arrives when, in milliseconds after the one before. */
const arrivals = fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 80 });
const limits = fc.record({ requests: fc.integer({ min: 1, max: 9 }), per: fc.integer({ min: 1, max: 9000 }) });

test('of either kind lets no more through than a full one and what comes back meanwhile; who waits as long as told passes', async () => {
  await fc.assert(
    fc.asyncProperty(
      arrivals,
      limits,
      fc.constantFrom('window' as const, 'bucket' as const),
      async (gaps, limit, kind) => {
        const emulator = begin({ ...limit, kind, retryAfter: 'header' });
        const passed: number[] = [];
        for (const gap of gaps) {
          time += gap;
          const answer = await call(emulator, 'GET /collections');
          if (answer.status === 200) passed.push(time);
          else {
            time += Number(answer.headers.get('retry-after')) * 1000;
            expect(await read(emulator)).toBe(200);
            passed.push(time);
          }
        }
        // A window that begins in the middle of the span can let twice as many through in it, and so can a full bucket that refills.
        for (const [index, at] of passed.entries())
          expect(passed.slice(index).filter((other) => other - at < limit.per).length).toBeLessThan(
            2 * limit.requests + 1,
          );
      },
    ),
    { numRuns: 100, seed: 21 },
  );
});

describe('in virtual time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 6, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a limit goes by the faked clock, and counts a request when it reaches the server', async () => {
    const emulator = createScenarioEmulator({
      limit: { requests: 1, per: 1000 },
      latency: () => ({ before: 400, after: 0 }),
    });
    const statuses: number[] = [];
    const ask = () => call(emulator, 'GET /collections').then(({ status }) => statuses.push(status));
    ask();
    await vi.advanceTimersByTimeAsync(999);
    // On its way for 400 ms, it arrives when the window of the first one, from 400 to 1,400, has just ended.
    await vi.advanceTimersByTimeAsync(1);
    ask();
    await vi.advanceTimersByTimeAsync(399);
    ask();
    await vi.advanceTimersByTimeAsync(500);
    expect(statuses).toEqual([200, 200, 429]);
  });
});
