import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { APIUserAbortError, InvalidInputError, RateLimitError } from '../../src/client.ts';
import { RequestGate } from '../../src/http/RequestGate.ts';
import { PRIORITY, type Priority, type TurnOptions } from '../../src/http/Turn.ts';
import { nextTimer, pass, passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

beforeEach(() => {
  startVirtualTime();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(async () => {
  // Nobody waits any more, so no timer may be left.
  expect(await nextTimer(Date.now() + 3_600_000)).toBe(false);
  vi.restoreAllMocks();
  stopVirtualTime();
});

const limited = (seconds?: number) =>
  new RateLimitError(429, seconds === undefined ? {} : { remainingSeconds: seconds });

/** A turn, and what became of it. */
function ask(gate: RequestGate, options: TurnOptions = {}) {
  const turn = gate.turn(options);
  const entering = turn.enter();
  const asked = { turn, isIn: entering === undefined, error: undefined as unknown };
  entering?.then(
    () => {
      asked.isIn = true;
    },
    (error) => {
      asked.error = error;
    },
  );
  return asked;
}

describe('a gate', () => {
  it('lets so many in at once, in the same tick, and the others in their order', async () => {
    const gate = new RequestGate({ concurrency: 2 });
    const all = [1, 2, 3, 4].map(() => ask(gate));
    expect(all.map(({ isIn }) => isIn)).toEqual([true, true, false, false]);
    all[1]?.turn.leave(true);
    await settle();
    expect(all.map(({ isIn }) => isIn)).toEqual([true, true, true, false]);
    for (const { turn } of all) turn.leave(true);
  });

  it('lets in first what somebody looks at, then what somebody asked for', async () => {
    const gate = new RequestGate({ concurrency: 1 });
    const first = ask(gate);
    const order: string[] = [];
    const queue = (name: string, priority: Priority) => {
      const turn = gate.turn({ priority });
      void turn.enter()?.then(() => {
        order.push(name);
        turn.leave(true);
      });
    };
    queue('refetch', PRIORITY.refetch);
    queue('change 1', PRIORITY.change);
    queue('view 1', PRIORITY.view);
    queue('change 2', PRIORITY.change);
    queue('view 2', PRIORITY.view);
    first.turn.leave(true);
    await settle();
    expect(order).toEqual(['view 1', 'view 2', 'change 1', 'change 2', 'refetch']);
  });

  it('a refusal closes it for all, and says until when', async () => {
    const gate = new RequestGate();
    const told: (number | undefined)[] = [];
    gate.subscribe(() => told.push(gate.resumesAt));
    const start = Date.now();
    const refused = ask(gate);
    refused.turn.refuse(limited(41));
    expect(refused.turn.isRefused).toBe(true);
    expect(gate.resumesAt).toBe(start + 41_000);
    const late = ask(gate);
    const again = ask({ turn: () => refused.turn } as unknown as RequestGate);
    await nextTimer();
    expect(Date.now()).toBe(start + 41_000);
    // What was turned away tries first, alone, and until it is answered it is not known whether the limit is over.
    expect([again.isIn, late.isIn, gate.resumesAt]).toEqual([true, false, start + 41_000]);
    refused.turn.leave(true);
    await settle();
    expect([late.isIn, gate.resumesAt]).toEqual([true, undefined]);
    expect(told).toEqual([start + 41_000, undefined]);
    late.turn.leave(true);
  });

  it('says nothing of a limit that nobody waits for any more', () => {
    const gate = new RequestGate();
    ask(gate).turn.refuse(limited(41));
    vi.setSystemTime(Date.now() + 41_000);
    expect(gate.resumesAt).toBeUndefined();
    const next = ask(gate);
    expect(next.isIn).toBe(true);
    next.turn.leave(true);
  });

  it('after a wait opens a little more with each answer', async () => {
    const gate = new RequestGate();
    for (let n = 0; n < 30; n++) ask(gate).turn.leave(true);
    ask(gate).turn.refuse(limited(1));
    const all = Array.from({ length: 12 }, () => ask(gate));
    const inside = () => all.filter(({ isIn }) => isIn).length;
    await nextTimer();
    const seen = [];
    for (let left = 0; left < 12; ) {
      seen.push(inside() - left);
      const now = inside();
      for (; left < now; left++) all[left]?.turn.leave(true);
      await settle();
    }
    expect(seen).toEqual([1, 2, 4, 5]);
  });

  it('a place that is given back unused is free, and not taken for an answer', async () => {
    const gate = new RequestGate();
    ask(gate).turn.refuse(limited(1));
    const [first, second, third] = [ask(gate), ask(gate), ask(gate)];
    await nextTimer();
    first.turn.leave();
    first.turn.leave();
    await settle();
    expect([second.isIn, third.isIn]).toEqual([true, false]);
    second.turn.leave(true);
    await settle();
    third.turn.leave(true);
  });

  it('an abort ends a wait at once, and takes the turn out of the order', async () => {
    const gate = new RequestGate();
    ask(gate).turn.refuse(limited(100));
    const controller = new AbortController();
    const waiting = ask(gate, { signal: controller.signal });
    controller.abort('enough');
    await settle();
    expect(waiting.error).toBeInstanceOf(APIUserAbortError);
    expect(waiting.error).toMatchObject({ cause: 'enough' });
    const late = ask(gate, { signal: controller.signal });
    await settle();
    expect(late.error).toBeInstanceOf(APIUserAbortError);
  });

  it('whose wait is longer than maxWait says so at once, to those who wait already too', async () => {
    const gate = new RequestGate({ maxWait: 30_000 });
    const [waiting, patient] = [ask(gate), ask(gate)];
    const more = Array.from({ length: 4 }, () => ask(gate));
    const queued = ask(gate);
    const forever = ask(gate, { maxWait: Infinity });
    waiting.turn.refuse(limited(30));
    await settle();
    expect([queued.error, forever.error]).toEqual([undefined, undefined]);
    await pass(1);
    patient.turn.refuse(limited(30));
    await settle();
    // The wait counts from the first moment at which the limit was met.
    expect(queued.error).toBeInstanceOf(RateLimitError);
    expect(queued.error).toMatchObject({ status: 429, retryAfter: 30, message: expect.stringContaining('maxWait') });
    expect(forever.error).toBeUndefined();
    expect(ask(gate, { maxWait: 1 }).isIn).toBe(false);
    for (const { turn } of more) turn.leave(true);
    await passAll();
    expect(forever.isIn).toBe(true);
    forever.turn.leave(true);
  });

  it('where no wait is named, waits of its own grow up to a minute, and begin anew after a window that bore something', async () => {
    const gate = new RequestGate();
    const { turn } = ask(gate);
    const waits: number[] = [];
    const refuse = async () => {
      const before = Date.now();
      turn.refuse(limited());
      void turn.enter();
      while (await nextTimer());
      waits.push((Date.now() - before) / 1000);
    };
    for (let n = 0; n < 7; n++) await refuse();
    turn.leave(true);
    for (let n = 0; n < 20; n++) ask(gate).turn.leave(true);
    void turn.enter();
    await refuse();
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 2]);
    turn.leave(true);
  });

  it.each([3_601, 86_400, 1e9, 9e15])(
    'a named wait of %i s is believed for an hour: then one request asks again',
    async (seconds) => {
      const gate = new RequestGate({ maxWait: Infinity });
      const [refused, waiting] = [ask(gate), ask(gate)];
      const start = Date.now();
      refused.turn.refuse(limited(seconds));
      waiting.turn.leave(true);
      const next = [ask(gate), ask(gate)];
      expect(gate.resumesAt).toBe(start + 3_600_000);
      await pass(3_599_999);
      expect(next.map(({ isIn }) => isIn)).toEqual([false, false]);
      await pass(1);
      expect(next.map(({ isIn }) => isIn)).toEqual([true, false]);
      next[0]?.turn.leave(true);
      await settle();
      next[1]?.turn.leave(true);
    },
  );

  it('a server that says "at once" and does not mean it is not asked without end', async () => {
    const gate = new RequestGate();
    const { turn } = ask(gate);
    const start = Date.now();
    for (let n = 0; n < 8; n++) {
      turn.refuse(limited(0));
      void turn.enter();
      while (await nextTimer());
    }
    expect(Date.now() - start).toBeGreaterThan(60_000);
    turn.leave(true);
  });

  it('a clock that is set back does not close it for longer', async () => {
    const gate = new RequestGate();
    ask(gate).turn.refuse(limited(5));
    const waiting = ask(gate);
    vi.setSystemTime(Date.now() - 3_600_000);
    const next = ask(gate);
    await settle();
    expect([waiting.isIn, next.isIn]).toEqual([true, false]);
    waiting.turn.leave(true);
    await settle();
    next.turn.leave(true);
  });

  it.each([40, 4_000, 3_600_000])(
    'a clock that is set back by %i ms fails nobody who was refused and comes again when the wait is over',
    async (by) => {
      const gate = new RequestGate({ maxWait: 60_000 });
      const { turn } = ask(gate);
      turn.refuse(limited(5));
      vi.advanceTimersByTime(5_000);
      vi.setSystemTime(Date.now() - by);
      const again = turn.enter();
      await passAll();
      await again;
      turn.leave(true);
    },
  );

  it('a clock that is set back begins another minute: what left before it does not make the rest go one by one', async () => {
    const gate = new RequestGate();
    for (let n = 0; n < 100; n++) ask(gate).turn.leave(true);
    vi.setSystemTime(Date.now() - 3_600_000);
    const next = Array.from({ length: 12 }, () => ask(gate));
    expect(next.filter(({ isIn }) => isIn)).toHaveLength(6);
    while (next.some(({ isIn }) => isIn)) {
      for (const one of next.splice(0).filter(({ isIn }) => isIn)) one.turn.leave(true);
      await settle();
    }
  });

  it('a clock that is set back in a wait makes the next wait no hour longer', async () => {
    const gate = new RequestGate();
    const { turn } = ask(gate);
    for (let n = 0; n < 2; n++) {
      turn.refuse(limited());
      vi.setSystemTime(Date.now() - 3_600_000);
      expect(turn.enter()).toBeUndefined();
    }
    turn.refuse(limited());
    expect((gate.resumesAt ?? 0) - Date.now()).toBe(8_000);
  });

  it.each([false, true])('a clock that is set forward ends no wait by maxWait, for who waits: %s', async (waits) => {
    const gate = new RequestGate({ maxWait: 600_000, concurrency: 1 });
    const tried = ask(gate);
    tried.turn.refuse(limited(5));
    const waiting = ask(gate);
    vi.setSystemTime(Date.now() + 3_600_000);
    await tried.turn.enter();
    if (!waits) {
      tried.turn.leave(true);
      await settle();
    }
    const refused = waits ? tried : waiting;
    refused.turn.refuse(limited(5));
    const again = refused.turn.enter();
    await passAll();
    await again;
    expect(waiting.error).toBeUndefined();
    refused.turn.leave(true);
    await settle();
    waiting.turn.leave(true);
  });

  it.each([0, -1, 1.5, Number.NaN, '6' as never])('refuses a concurrency of %s by name', (concurrency) => {
    expect(() => new RequestGate({ concurrency })).toThrow(InvalidInputError);
    expect(() => new RequestGate({ concurrency })).toThrow(/^concurrency/);
  });

  it.each([-1, Number.NaN, 'long' as never, '100' as never, null as never, true as never])(
    'refuses a maxWait of %s by name',
    (maxWait) => {
      expect(() => new RequestGate({ maxWait })).toThrow(/^maxWait/);
    },
  );
});

describe('whatever comes when', () => {
  const request = fc.record({
    at: fc.nat(5_000),
    takes: fc.nat(400),
    priority: fc.constantFrom(...Object.values(PRIORITY)),
    abortAfter: fc.option(fc.nat(8_000), { nil: undefined, freq: 5 }),
    maxWait: fc.constantFrom(Infinity, Infinity, Infinity, 3_000, 0),
  });
  const server = fc.record({
    requests: fc.integer({ min: 1, max: 30 }),
    per: fc.integer({ min: 500, max: 20_000 }),
    named: fc.constantFrom('exactly', 'short', 'not'),
  });

  it('each turn gets in, is aborted or is told why not; never more at once than may be; none out of its order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 40 }),
        server,
        fc.integer({ min: 1, max: 8 }),
        async (requests, { requests: bears, per, named }, concurrency) => {
          startVirtualTime();
          const gate = new RequestGate({ concurrency });
          let windowStart = Number.NEGATIVE_INFINITY;
          let spent = 0;
          let inside = 0;
          let probes = 0;
          /** Who waits, as the gate should have it. */
          const queue: { priority: number; number: number }[] = [];
          const ends: string[] = [];

          const run = async (one: (typeof requests)[number]) => {
            const controller = new AbortController();
            const { abortAfter, priority } = one;
            if (abortAfter !== undefined) setTimeout(() => controller.abort(), abortAfter);
            const turn = gate.turn({ ...one, signal: controller.signal });
            for (;;) {
              const resumesAt = gate.resumesAt ?? 0;
              const entering = turn.enter();
              if (entering) {
                queue.push(turn);
                try {
                  await entering;
                } catch (error) {
                  queue.splice(queue.indexOf(turn), 1);
                  return ends.push(error instanceof APIUserAbortError ? 'aborted' : 'told');
                }
                queue.splice(queue.indexOf(turn), 1);
                for (const other of queue)
                  expect(other.priority < priority || (other.priority === priority && other.number < turn.number)).toBe(
                    false,
                  );
              } else expect(Date.now()).toBeGreaterThanOrEqual(resumesAt);
              inside++;
              expect(inside).toBeLessThanOrEqual(concurrency);
              if (Date.now() - windowStart >= per) [windowStart, spent] = [Date.now(), 0];
              const passes = spent < bears;
              if (passes) spent++;
              else probes++;
              const left = (windowStart + per - Date.now()) / 1000;
              await new Promise<void>((resolve) => setTimeout(resolve, one.takes));
              inside--;
              if (passes) {
                turn.leave(true);
                return ends.push('answered');
              }
              turn.refuse(limited(named === 'not' ? undefined : named === 'short' ? left / 2 : left));
              expect(gate.resumesAt).toBeGreaterThanOrEqual(Date.now());
            }
          };
          for (const one of requests) setTimeout(() => void run(one), one.at);
          await passAll(24 * 3_600_000);
          expect(ends).toHaveLength(requests.length);
          expect([inside, queue.length]).toEqual([0, 0]);
          // Whoever was told may have left a limit that is still spent.
          expect(gate.resumesAt ?? Infinity).toBeGreaterThan(Date.now());
          // No storm: side by side at the end of a window, and few for each wait.
          expect(probes).toBeLessThanOrEqual(requests.length * 8 + concurrency);
          for (const [i, { abortAfter, maxWait }] of requests.entries())
            if (requests.every((r) => r.abortAfter === undefined && r.maxWait === Infinity))
              expect([i, abortAfter, maxWait, ends[i]]).toEqual([i, undefined, Infinity, 'answered']);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
