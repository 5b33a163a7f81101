import { wasNeverSent } from './connection.ts';

/** The longest wait, in seconds, that the client sits out by itself. */
const CAP = 30;

const number = (value: unknown): number | undefined => {
  const text = String(value ?? '').trim();
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
};

/** The three forms of RFC 9110, two of them obsolete and all to be understood. Engines read nearly any text as some date. */
const DATES = [
  /^\w+, (?<day>\d\d)[ -](?<month>\w{3})[ -](?<year>\d{4}|\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** An HTTP date as seconds from now. */
function until(value: string | null | undefined): number | undefined {
  const forms = DATES.map((form) => form.exec(value?.trim() ?? '')?.groups);
  const { day, month, year, time } = forms.find((groups) => groups) ?? {};
  const isShort = year?.length === 2;
  // A form that every engine reads as the same date.
  const read = (century: string) => Date.parse(`${day} ${month} ${century}${year} ${time} GMT`);
  let date = read(isShort ? '20' : '');
  // Two digits that seem to be more than 50 years ahead mean the century before.
  if (isShort && date - Date.now() > 50 * 365.25 * 864e5) date = read('19');
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now()) / 1000;
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
  return number(after) ?? until(after) ?? number((body as { remainingSeconds?: unknown } | null)?.remainingSeconds);
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
