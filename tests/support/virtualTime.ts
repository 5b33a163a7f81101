import { vi } from 'vitest';

// Kept before anything fakes it: React and the promises of a request are driven by the real one.
const realImmediate = setImmediate;

/**
 * Time that stands until a test moves it.
 *
 * Only timers and the date are faked. Microtasks and React's own scheduler run as they do in a browser, so what is committed between
 * two timers is what a user could see.
 */
export function startVirtualTime(at: string = '2026-03-01T00:00:00.000Z'): void {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    now: new Date(at),
  });
}

export function stopVirtualTime(): void {
  vi.useRealTimers();
}

/** Lets every promise and every piece of React's work that is due now run to its end. No time passes. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise<void>((resolve) => realImmediate(resolve));
}

/** Fires the next timer, alone, and all that follows from it. False if there is none, or none before `until`. */
export async function nextTimer(until: number = Number.POSITIVE_INFINITY): Promise<boolean> {
  if (vi.getTimerCount() === 0) return false;
  if (until !== Number.POSITIVE_INFINITY) {
    // A timer that is set here fires before a later one, and so tells whether anything is due.
    let early = false;
    const mark = setTimeout(() => {
      early = true;
    }, until - Date.now());
    vi.advanceTimersToNextTimer();
    clearTimeout(mark);
    if (early) return false;
  } else {
    vi.advanceTimersToNextTimer();
  }
  await settle();
  return true;
}

/** Moves time, timer by timer. */
export async function pass(milliseconds: number): Promise<void> {
  const until = Date.now() + milliseconds;
  await settle();
  while (await nextTimer(until));
}

/** Moves time until no timer is left. A timer that comes again and again is an error after an hour. */
export async function passAll(limit: number = 3_600_000): Promise<void> {
  const end = Date.now() + limit;
  await settle();
  while (await nextTimer()) {
    if (Date.now() > end) throw new Error(`Still not quiet after ${limit} ms: ${vi.getTimerCount()} timers`);
  }
}
