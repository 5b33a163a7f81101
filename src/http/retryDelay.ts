import { wasNeverSent } from './connection.ts';

/** The longest wait, in seconds, that the client sits out by itself. */
const CAP = 30;

const number = (value: unknown): number | undefined => {
  const text = String(value ?? '').trim();
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
};

/** The three forms of RFC 9110, two of them obsolete and all to be understood. Engines read nearly any text as some date. */
const DATE = /^\w+, ([ \d]\d)[ -](\w{3})[ -](\d\d)?(\d\d) (\d\d:\d\d:\d\d) GMT$/;
const DATE_OF_C = /^(\w{3}) (\w{3}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4})$/;

/** An HTTP date, in ms since 1970. NaN: it is none. */
function momentOf(value: string | null | undefined): number {
  const text = value?.trim().replace(DATE_OF_C, '$1, $3 $2 $5 $4 GMT') ?? '';
  const [, day, month, century, year, time] = DATE.exec(text) ?? [];
  // A form that every engine reads as the same date.
  const read = (hundreds: number | string) => Date.parse(`${day} ${month} ${hundreds}${year} ${time} GMT`);
  const date = read(century ?? 20);
  // Two digits that seem to be more than 50 years ahead mean the century before.
  return !century && date - Date.now() > 50 * 365.25 * 864e5 ? read(19) : date;
}

/**
 * The wait, in seconds, that an answer names: `retry-after-ms`, else `retry-after`, else `remainingSeconds` of the body.
 *
 * One that is unreadable or negative gives way to the next source. A date in the past means at once.
 */
export function namedWait(headers: Headers | undefined, body: unknown): number | undefined {
  const ms = number(headers?.get('retry-after-ms'));
  if (ms !== undefined) return ms / 1000;
  const after = headers?.get('retry-after');
  // By the clock of who names the date: the device's may be hours off.
  const left = momentOf(after) - (momentOf(headers?.get('date')) || Date.now());
  const until = Number.isNaN(left) ? undefined : Math.max(0, left) / 1000;
  return number(after) ?? until ?? number((body as { remainingSeconds?: unknown } | null)?.remainingSeconds);
}

/** What a failed attempt left to judge it by. No status: no answer came. */
export interface Failure {
  status: number | undefined;
  headers: Headers | undefined;
  /** The wait that it names, in seconds. */
  retryAfter: number | undefined;
  /** What the runtime said, where no answer came. */
  cause?: unknown;
}

/** True where no answer came, or one that does not say whether the server did what it was asked. */
export const isLost = ({ status, cause }: Failure): boolean =>
  status === undefined ? !wasNeverSent(cause) : status === 408 || status >= 500;

/**
 * How long to wait before an attempt is made again, in ms; undefined: give up.
 *
 * A 429 is not asked about here: the gate waits for the limit.
 *
 * Law: a call that must not happen twice (`once`) is sent again only where the server says that it did nothing, or never got it. A wait longer
 * than half a minute is the caller's to sit out, whatever the server says: it must not look like a hang.
 */
export function retryDelay(failure: Failure, attempt: number, once: boolean): number | undefined {
  const { status, headers, retryAfter = backOff(attempt) } = failure;
  const told = headers?.get('x-should-retry');
  const isUnsent = status === undefined && !isLost(failure);
  const passes = isUnsent || (!once && (status === 409 || isLost(failure)));
  return (told === 'true' || (passes && told !== 'false')) && retryAfter <= CAP ? retryAfter * 1000 : undefined;
}

/** The random part keeps many clients that failed together from coming back together. */
const backOff = (attempt: number) => Math.min(2 ** attempt / 2, 8) * (1 - Math.random() / 4);
