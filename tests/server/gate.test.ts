import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turnstile } from '../../src/server/Turnstile.ts';
import type { Gate } from '../../src/server.ts';
import { BASE, proxyOver, refusalOf, write } from './support.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 6, 1) });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
type Handle = ReturnType<typeof proxyOver>['handle'];

const read = (handle: Handle, user?: string, query = '') =>
  handle(new Request(`${BASE}/collections${query}`, user ? { headers: { cookie: `session=${user}` } } : {}));
const statuses = async (count: number, ask: () => Promise<Response>) => {
  const answers: number[] = [];
  for (let n = 0; n < count; n++) answers.push((await ask()).status);
  return answers;
};
const times = <T>(count: number, value: T): T[] => Array(count).fill(value);

describe('the gate of a project', () => {
  it('lets a hundred up in a minute, then says at once when to come back, and asks nothing', async () => {
    const { handle, sent } = proxyOver();
    expect(await statuses(60, () => read(handle))).toEqual(times(60, 200));
    await pass(20_000);
    expect(await statuses(40, () => handle(write('/collections')))).toEqual(times(40, 200));
    const refused = await read(handle);
    expect([refused.headers.get('retry-after'), refused.headers.get('retry-after-ms')]).toEqual(['41', '40001']);
    expect(await refusalOf(refused)).toMatchObject({ status: 429 });
    expect((await handle(write('/collections'))).status).toBe(429);
    expect(sent).toHaveLength(100);
    await pass(40_000);
    expect((await read(handle)).status).toBe(429);
    await pass(1);
    expect(await statuses(61, () => read(handle))).toEqual([...times(60, 200), 429]);
  });

  it.each([-3_600_000, -5_000])('makes nobody wait longer where the clock is set back by %i ms', async (by) => {
    const shut = new Turnstile({ requests: 100, per: 60_000 });
    let now = 10_000_000;
    expect(shut.enter(1, now)).toBe(0);
    shut.close(40_000, now);
    now += 10_000;
    expect(shut.enter(1, now)).toBe(30_000);
    now += by;
    expect(shut.enter(1, now)).toBe(30_000);
    now += 30_000;
    expect(shut.enter(2, now)).toBe(0);
    // One is tried alone.
    now += by;
    expect(shut.enter(1, now)).toBe(1000);
    now += 1000;
    expect(shut.enter(1, now)).toBe(0);

    const spent = new Turnstile({ requests: 2, per: 60_000 });
    expect([spent.enter(1, now), spent.enter(1, now)]).toEqual([0, 0]);
    now += by;
    // And the limit holds all the same.
    expect(spent.enter(1, now)).toBe(60_001);
    expect(spent.isIdle(now)).toBe(false);
    expect(spent.enter(1, now + 60_001)).toBe(0);
  });

  it('counts by the numbers that it was given', async () => {
    const { handle, sent } = proxyOver(undefined, { gate: { requests: 2, per: 1000 } });
    expect(await statuses(3, () => read(handle))).toEqual([200, 200, 429]);
    await pass(1001);
    expect(await statuses(3, () => read(handle))).toEqual([200, 200, 429]);
    expect(sent).toHaveLength(4);
  });

  it('counts each project by itself, and one that is set here as one', async () => {
    const gate = { requests: 1, per: 1000 };
    const open = proxyOver(undefined, { gate });
    for (const query of ['', '?projectId=p', '?projectId=q'])
      expect(await statuses(2, () => read(open.handle, undefined, query))).toEqual([200, 429]);
    const set = proxyOver(undefined, { gate, projectId: 'ours' });
    expect((await read(set.handle, undefined, '?projectId=p')).status).toBe(200);
    expect((await read(set.handle, undefined, '?projectId=q')).status).toBe(429);
  });

  it('counts what is refused before it as nothing', async () => {
    const { handle } = proxyOver(undefined, { gate: { requests: 1, per: 1000 } });
    await handle(new Request(`${BASE}/users`));
    await handle(write('/collections', {}, { headers: { origin: 'https://evil.test' } }));
    await handle(write('/collections', {}, { headers: { 'content-type': 'text/plain' } }));
    expect((await read(handle)).status).toBe(200);
  });

  it('counts a call that is sent again with a renewed token twice', async () => {
    let n = 0;
    const { handle, sent } = proxyOver(() => new Response('{}', { status: n++ === 0 ? 401 : 200 }), {
      apiKey: undefined,
      apiSecret: undefined,
      bearerAuth: () => `token-${n}`,
      gate: { requests: 2, per: 1000 },
    });
    expect(await statuses(2, () => read(handle))).toEqual([200, 429]);
    expect(sent).toHaveLength(2);
  });

  it('asks for no token where nothing may go up', async () => {
    const bearerAuth = vi.fn(async () => 'token');
    const { handle } = proxyOver(undefined, {
      apiKey: undefined,
      apiSecret: undefined,
      bearerAuth,
      gate: { requests: 1, per: 1000 },
    });
    expect(await statuses(3, () => read(handle))).toEqual([200, 429, 429]);
    expect(bearerAuth).toHaveBeenCalledOnce();
  });
});

describe('a 429 of the API', () => {
  const tooMany = (headers: Record<string, string>, body: object = {}) => Response.json(body, { status: 429, headers });

  it.each([
    ['retry-after', tooMany({ 'retry-after': '7' })],
    ['retry-after-ms', tooMany({ 'retry-after-ms': '7000' })],
    ['remainingSeconds', tooMany({}, { remainingSeconds: 7 })],
  ])(
    'closes the gate for as long as it names in %s; then one call tries, and then the rest follows',
    async (_, answer) => {
      let refuses = true;
      const { handle, sent } = proxyOver(() => (refuses ? answer.clone() : Response.json({})));
      expect(await statuses(3, () => read(handle))).toEqual([429, 429, 429]);
      expect(sent).toHaveLength(1);
      refuses = false;
      await pass(6999);
      expect((await read(handle)).headers.get('retry-after-ms')).toBe('1');
      await pass(1);
      expect(await statuses(3, () => read(handle))).toEqual([200, 429, 429]);
      await pass(1000);
      expect(await statuses(3, () => read(handle))).toEqual([200, 200, 200]);
    },
  );

  it('that names no wait closes it for longer each time, up to the minute, and for a second again after a quiet one', async () => {
    const { handle } = proxyOver(() => tooMany({}));
    const waits: number[] = [];
    for (let n = 0; n < 9; n++) {
      await read(handle);
      const wait = Number((await read(handle)).headers.get('retry-after-ms'));
      waits.push(wait);
      await pass(wait);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    await pass(60_001);
    await read(handle);
    expect((await read(handle)).headers.get('retry-after-ms')).toBe('1000');
  });

  it('that others were on their way with is one refusal', async () => {
    const { handle } = proxyOver(() => tooMany({}));
    await Promise.all(Array.from({ length: 6 }, () => read(handle)));
    expect((await read(handle)).headers.get('retry-after-ms')).toBe('1000');
  });

  it('comes through as it is, and closes no other project', async () => {
    const { handle } = proxyOver(({ url }) =>
      url.includes('=p') ? tooMany({}, { reason: 'slow down' }) : Response.json({}),
    );
    expect(await (await read(handle, undefined, '?projectId=p')).json()).toEqual({ reason: 'slow down' });
    expect((await read(handle, undefined, '?projectId=q')).status).toBe(200);
  });
});

describe('users who share a project', () => {
  it('leave an equal share to who was turned away, and room for as much again to who sends a little', async () => {
    const { handle } = proxyOver(undefined, { gate: { requests: 10, per: 10_000 } });
    expect(await statuses(11, () => read(handle, 'eager'))).toEqual([...times(10, 200), 429]);
    await pass(5000);
    expect((await read(handle, 'modest')).status).toBe(429);
    await pass(5001);
    // The eager one comes back first, and takes half.
    expect(await statuses(6, () => read(handle, 'eager'))).toEqual([...times(5, 200), 429]);
    await pass(1000);
    expect(await statuses(2, () => read(handle, 'modest'))).toEqual([200, 200]);
    await pass(9001);
    // Nobody has been turned away for a while but the eager one.
    expect(await statuses(7, () => read(handle, 'eager'))).toEqual([...times(6, 200), 429]);
    expect(await statuses(2, () => read(handle, 'modest'))).toEqual([200, 200]);
  });

  it('are told to come back when their own share is free again', async () => {
    const { handle } = proxyOver(undefined, { gate: { requests: 4, per: 10_000 } });
    await read(handle, 'modest');
    await pass(1000);
    expect(await statuses(3, () => read(handle, 'eager'))).toEqual([200, 200, 429]);
    const wait = Number((await read(handle, 'eager')).headers.get('retry-after-ms'));
    expect(wait).toBe(10_001);
    await pass(wait);
    expect((await read(handle, 'eager')).status).toBe(200);
  });

  it('who do not come back for their place leave it to the others', async () => {
    const { handle } = proxyOver(undefined, { gate: { requests: 10, per: 10_000 } });
    await statuses(10, () => read(handle, 'eager'));
    expect((await read(handle, 'gone')).status).toBe(429);
    await pass(10_001 + 2001);
    expect(await statuses(10, () => read(handle, 'eager'))).toEqual(times(10, 200));
  });
});

describe('a gate of the user’s own', () => {
  it('is asked for each call with its project, and told of each 429 with its wait', async () => {
    const gate = { enter: vi.fn(() => 0), close: vi.fn() } satisfies Gate;
    const answers = [{}, { remainingSeconds: 7 }, { reason: 'no wait named' }];
    const { handle } = proxyOver(() => Response.json(answers.shift(), { status: answers.length === 2 ? 200 : 429 }), {
      gate,
    });
    const request = new Request(`${BASE}/collections?projectId=p`);
    expect([(await handle(request)).status, ...(await statuses(2, () => read(handle)))]).toEqual([200, 429, 429]);
    expect(gate.enter.mock.calls).toEqual([
      ['p', request],
      ['', expect.any(Request)],
      ['', expect.any(Request)],
    ]);
    expect(gate.close.mock.calls).toEqual([
      ['', 7000],
      ['', undefined],
    ]);
  });

  it.each([250, Promise.resolve(250)])('that says to wait is obeyed: %s', async (wait) => {
    const { handle, sent } = proxyOver(undefined, { gate: { enter: () => wait, close: () => undefined } });
    const answer = await read(handle);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('retry-after-ms')]).toEqual([
      429,
      '1',
      '250',
    ]);
    expect(sent).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ])('that %s lets calls up, and the server is told', async (_, fail) => {
    const onError = vi.fn();
    const { handle } = proxyOver(() => new Response('{}', { status: 429 }), {
      onError,
      gate: { enter: fail, close: fail },
    });
    expect((await read(handle)).status).toBe(429);
    expect(onError.mock.calls.flat()).toEqual([new Error('down'), new Error('down')]);
  });

  it('that never answers is a 504', async () => {
    const { handle, sent } = proxyOver(undefined, {
      gate: { enter: () => new Promise(() => undefined), close: () => undefined },
    });
    const answer = read(handle);
    await pass(60_000);
    expect((await answer).status).toBe(504);
    expect(sent).toEqual([]);
  });
});

describe('whoever asks when', () => {
  const asks = fc.array(fc.record({ after: fc.nat({ max: 2000 }), user: fc.nat({ max: 3 }) }), {
    minLength: 1,
    maxLength: 120,
  });
  const limits = fc.record({ requests: fc.integer({ min: 1, max: 12 }), per: fc.integer({ min: 1, max: 10_000 }) });

  it('no span of the limit’s length lets more pass than the limit', () => {
    fc.assert(
      fc.property(asks, limits, (all, limit) => {
        const turnstile = new Turnstile(limit);
        const passed: number[] = [];
        let now = 0;
        for (const { after, user } of all) {
          now += after;
          if (turnstile.enter(user, now) === 0) passed.push(now);
        }
        for (const from of passed)
          expect(passed.filter((at) => at >= from && at <= from + limit.per).length).toBeLessThanOrEqual(
            limit.requests,
          );
      }),
    );
  });

  it('who comes back when told gets everything through, in little more than twice the time that it takes', () => {
    const people = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(people, limits, (counts, limit) => {
        const turnstile = new Turnstile(limit);
        const users = counts.map((left, user) => ({ user, left, at: 0 }));
        let now = 0;
        for (;;) {
          const waiting = users.filter(({ left }) => left > 0);
          const [first] = waiting.sort((a, b) => a.at - b.at);
          if (first === undefined) break;
          now = Math.max(now, first.at);
          const wait = turnstile.enter(first.user, now);
          if (wait === 0) first.left--;
          else first.at = now + wait;
        }
        const windows = Math.floor((counts.reduce((sum, count) => sum + count) - 1) / limit.requests);
        // What is kept for somebody who needs nothing any more is kept for one span at most, and for two seconds.
        expect(now).toBeLessThanOrEqual((2 * windows + 1) * (limit.per + 1) + 2000);
      }),
      { numRuns: 1000 },
    );
  });
});
