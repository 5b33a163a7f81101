import { vi } from 'vitest';

// Kept before anything replaces them: React, and the promises of a request, are driven by the real ones.
const real = { setImmediate, setTimeout, clearTimeout, setInterval, clearInterval };
const stopwatch = Object.getOwnPropertyDescriptor(globalThis, 'performance') as PropertyDescriptor;

interface Timer {
  readonly id: number;
  at: number;
  readonly every: number | undefined;
  /** No page's: it goes on when the page has ended. */
  readonly lasts: boolean;
  readonly call: () => void;
  /** When it goes off at the earliest, at a time at which it is due. */
  readonly lateFor: (at: number) => number;
}

/** For whom the timers that are set now are late, if for anybody. */
let lateForWhom = (): Timer['lateFor'] | undefined => undefined;

/** Timers of a page in the background are late. `find`: who sets a timer just now. */
export function delayTimers(find: () => Timer['lateFor'] | undefined): void {
  lateForWhom = find;
}

const inTime = (at: number): number => at;

let timers: Timer[] = [];
let lastId = 0;
let time = 0;
let skew = 0;

/**
 * Time that stands until a test moves it, timer by timer.
 *
 * Only timers, the date and `performance.now` are replaced. Microtasks and React's own scheduler, which keeps the clock that it was loaded
 * with, run as they do in a browser, so what is committed between two timers is what a user could see. Vitest's own fake timers fire all timers of one millisecond in one go, with no microtask in
 * between, which no browser does; hence these.
 */
export function startVirtualTime(at: string = '2026-03-01T00:00:00.000Z'): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(at) });
  timers = [];
  time = Date.parse(at);
  skew = 0;
  Object.assign(globalThis, {
    setTimeout: set(false),
    clearTimeout: clear,
    setInterval: set(true),
    clearInterval: clear,
  });
  const began = time;
  // As of a page's beginning, and of no date.
  Object.defineProperty(globalThis, 'performance', { configurable: true, value: { now: () => time - began } });
}

export function stopVirtualTime(): void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = real;
  Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
  Object.defineProperty(globalThis, 'performance', stopwatch);
  vi.useRealTimers();
}

/** The time that has passed, whatever the device's clock says. In milliseconds, from when the virtual time was started at. */
export const timeNow = (): number => time;

/** Sets the device's clock forward, or back: what `Date` says from now on. Timers wait as long as they were told to, and `performance.now` goes on. */
export function setClock(ahead: number): void {
  skew = ahead;
  vi.setSystemTime(time + skew);
}

function moveTo(at: number): void {
  time = at;
  vi.setSystemTime(time + skew);
}

/** A timer of the world's around the page. */
export const setLastingTimeout = (call: () => void, delay: number): number => set(false, true)(call, delay);

/** Ends the page: none of its timers goes off any more. */
export function dropTimers(): void {
  timers = timers.filter(({ lasts }) => lasts);
}

const set =
  (isInterval: boolean, lasts = false) =>
  (call: (...values: unknown[]) => void, delay: number | undefined, ...values: unknown[]): number => {
    const wait = Math.max(0, Number(delay) || 0);
    const every = isInterval ? Math.max(1, wait) : undefined;
    const lateFor = lateForWhom() ?? inTime;
    timers.push({ id: ++lastId, at: time + wait, every, lasts, lateFor, call: () => call(...values) });
    return lastId;
  };

function clear(id: unknown): void {
  timers = timers.filter((timer) => timer.id !== id);
}

/** Lets every promise and every piece of React's work that is due now run to its end. No time passes. */
export async function settle(rounds: number = 4): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise<void>((resolve) => real.setImmediate(resolve));
}

const dueAt = ({ at, lateFor }: Timer): number => lateFor(at);

/** Fires the next timer, alone, and all that follows from it. False if there is none, or none until then; the time is then `until`. */
export async function nextTimer(until: number = Number.POSITIVE_INFINITY): Promise<boolean> {
  const next = timers.reduce<Timer | undefined>(
    (first, timer) => (first === undefined || dueAt(timer) < dueAt(first) ? timer : first),
    undefined,
  );
  if (next === undefined || dueAt(next) > until) {
    if (until !== Number.POSITIVE_INFINITY) moveTo(until);
    return false;
  }
  if (dueAt(next) > time) moveTo(dueAt(next));
  if (next.every === undefined) clear(next.id);
  else next.at += next.every;
  next.call();
  await settle();
  return true;
}

/** Moves time, timer by timer. */
export async function pass(milliseconds: number): Promise<void> {
  const until = time + milliseconds;
  await settle();
  while (await nextTimer(until));
}

/** Moves time until no timer is left. A timer that comes again and again is an error after an hour. */
export async function passAll(limit: number = 3_600_000): Promise<void> {
  const end = time + limit;
  await settle();
  while (await nextTimer()) {
    if (time > end) throw new Error(`Still not quiet after ${limit} ms: ${timers.length} timers`);
  }
}
