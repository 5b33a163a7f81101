import { APIConnectionTimeoutError, type APIError, APIUserAbortError } from './errors.ts';

/** The longest that a timer can wait; past it, engines fire at once. */
const LONGEST = 2 ** 31 - 1;

interface AbortListener {
  readonly callbacks: Set<() => void>;
  readonly tell: () => void;
}

/** Who waits for a signal, and the one listener that tells them. It knows them by itself: an older Worker gives a listener no `this`. */
const listeners = new WeakMap<AbortSignal, AbortListener>();

function newListener(): AbortListener {
  const callbacks = new Set<() => void>();
  const tell = () => {
    for (const callback of [...callbacks]) callback();
  };
  return { callbacks, tell };
}

/**
 * Calls back when a signal aborts. Gives a function that ends it.
 *
 * All who wait for one signal share a listener: Node warns of a leak at the eleventh, and a page may well send twelve calls with one.
 */
export function onAbort(signal: AbortSignal | null | undefined, callback: () => void): () => void {
  if (!signal) return () => {};
  const { callbacks, tell } = listeners.get(signal) ?? newListener();
  listeners.set(signal, { callbacks, tell });
  if (!callbacks.size) signal.addEventListener('abort', tell);
  callbacks.add(callback);
  return () => {
    if (callbacks.delete(callback) && !callbacks.size) signal.removeEventListener('abort', tell);
  };
}

/**
 * Runs something until it settles, the caller aborts, or the time is up.
 *
 * Law: it settles at the first of the three, even if `run` ignores its signal, and leaves neither timer nor listener behind. The two
 * signals are joined by hand because not every engine (React Native's) has `AbortSignal.any`.
 */
export function withDeadline<T>(
  signal: AbortSignal | null | undefined,
  timeout: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let release = () => {};
  return new Promise<T>((resolve, reject) => {
    const end = (error: APIError) => {
      reject(error);
      inner.abort(error);
    };
    const abort = () => end(new APIUserAbortError({ cause: signal?.reason }));
    if (signal?.aborted) return abort();
    release = onAbort(signal, abort);
    if (timeout < Infinity) timer = setTimeout(() => end(new APIConnectionTimeoutError()), Math.min(timeout, LONGEST));
    run(inner.signal).then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    release();
  });
}

/** A wait that an abort ends at once. */
export const sleep = (ms: number, signal: AbortSignal | null | undefined): Promise<void> =>
  withDeadline(signal, Infinity, (inner) => {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      inner.addEventListener('abort', () => clearTimeout(timer));
    });
  });
