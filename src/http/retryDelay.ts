/** The longest wait, in ms, that the client sits out by itself. */
const CAP = 30_000;

const number = (value: unknown): number | undefined => {
  const text = String(value ?? '').trim();
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
};

/** An HTTP date as ms from now. Without a time of day it is no date: engines read one into nearly anything. */
const until = (value: string | null): number | undefined => {
  if (!value || !/\d\d:\d\d:\d\d/.test(value)) return undefined;
  // The old form without a zone is GMT too; engines take it for local time.
  const date = Date.parse(/(GMT|Z)$/i.test(value) ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
};

/**
 * The wait, in ms, that an answer names: `retry-after-ms`, else `retry-after`, else `remainingSeconds` of the body.
 *
 * One that is unreadable or negative gives way to the next source. A date in the past means at once.
 */
export function namedWait(headers: Headers | undefined, body: unknown): number | undefined {
  const after = headers?.get('retry-after') ?? null;
  const seconds = () => number((body as { remainingSeconds?: unknown } | null | undefined)?.remainingSeconds);
  const times1000 = (value: number | undefined) => (value === undefined ? undefined : value * 1000);
  return number(headers?.get('retry-after-ms')) ?? times1000(number(after)) ?? until(after) ?? times1000(seconds());
}

/** What a failed attempt left to judge it by. No status: no answer came. */
export interface Failure {
  status: number | undefined;
  headers: Headers | undefined;
  error: unknown;
}

/**
 * How long to wait before an attempt is made again, in ms; undefined: give up.
 *
 * Law: a call that must not happen twice (`once`) is sent again only where the server says that it did nothing. A wait longer
 * than half a minute is the caller's to sit out, whatever the server says: it must not look like a hang.
 */
export function retryDelay(failure: Failure, attempt: number, once: boolean): number | undefined {
  const { status, headers, error } = failure;
  const told = headers?.get('x-should-retry');
  const again = told === 'true' || (told !== 'false' && (status === 429 || (!once && isPassing(status))));
  const wait = again ? (namedWait(headers, error) ?? backOff(attempt)) : CAP + 1;
  return wait > CAP ? undefined : wait;
}

const isPassing = (status: number | undefined) =>
  status === undefined || status === 408 || status === 409 || status >= 500;

/** The random part keeps many clients that failed together from coming back together. */
const backOff = (attempt: number) => Math.min(500 * 2 ** attempt, 8000) * (1 - Math.random() / 4);
