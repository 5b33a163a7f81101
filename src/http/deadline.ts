import { APIConnectionTimeoutError, type APIError, APIUserAbortError } from './errors.ts';

/** The longest that a timer can wait; past it, engines fire at once. */
const LONGEST = 2 ** 31 - 1;

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
  let onAbort = () => {};
  return new Promise<T>((resolve, reject) => {
    const end = (error: APIError) => {
      reject(error);
      inner.abort(error);
    };
    onAbort = () => end(new APIUserAbortError({ cause: signal?.reason }));
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    if (timeout < Infinity) timer = setTimeout(() => end(new APIConnectionTimeoutError()), Math.min(timeout, LONGEST));
    run(inner.signal).then(resolve, reject);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
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
