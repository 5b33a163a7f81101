import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { namedWait, retryDelay } from '../../src/http/retryDelay.ts';

const headers = (given: Record<string, string>) => new Headers(given);
/** In ms. */
const wait = (given: Record<string, string>, body?: unknown) => {
  const seconds = namedWait(headers(given), body);
  return seconds === undefined ? undefined : seconds * 1000;
};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-25T10:00:00Z') });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the wait that an answer names', () => {
  it.each<[string, Record<string, string>, unknown, number | undefined]>([
    ['ms come first', { 'retry-after-ms': '1500', 'retry-after': '9' }, { remainingSeconds: 7 }, 1500],
    ['seconds come next', { 'retry-after': '9' }, { remainingSeconds: 7 }, 9000],
    ['fractions count', { 'retry-after': '0.5' }, undefined, 500],
    ['the body comes last', {}, { remainingSeconds: 7 }, 7000],
    ['0 is at once', { 'retry-after': '0' }, { remainingSeconds: 7 }, 0],
    ['0 ms is at once', { 'retry-after-ms': '0', 'retry-after': '4' }, undefined, 0],
    ['a date is a wait', { 'retry-after': 'Wed, 25 Nov 2026 10:00:04 GMT' }, undefined, 4000],
    ['a date of RFC 850 is a wait', { 'retry-after': 'Wednesday, 25-Nov-26 10:00:04 GMT' }, undefined, 4000],
    ['a date of C is a wait', { 'retry-after': 'Wed Nov 25 10:00:04 2026' }, undefined, 4000],
    ['a date of C, one digit', { 'retry-after': 'Tue Dec  1 10:00:00 2026' }, undefined, 6 * 86_400_000],
    ['two digits of the last century are past', { 'retry-after': 'Sunday, 06-Nov-94 08:49:37 GMT' }, undefined, 0],
    [
      'a date in another zone gives way',
      { 'retry-after': 'Wed, 25 Nov 2026 10:00:04 EST' },
      { remainingSeconds: 7 },
      7000,
    ],
    ['a date of another order gives way', { 'retry-after': '2026-11-25T10:00:04Z' }, { remainingSeconds: 7 }, 7000],
    [
      'an hour that is none gives way',
      { 'retry-after': 'Wed, 25 Nov 2026 25:00:04 GMT' },
      { remainingSeconds: 7 },
      7000,
    ],
    ['a date in the past is at once', { 'retry-after': 'Wed, 25 Nov 2026 09:00:00 GMT' }, { remainingSeconds: 7 }, 0],
    ['unreadable ms give way', { 'retry-after-ms': 'soon', 'retry-after': '9' }, undefined, 9000],
    ['negative ms give way', { 'retry-after-ms': '-1', 'retry-after': '9' }, undefined, 9000],
    ['empty ms give way', { 'retry-after-ms': '', 'retry-after': '9' }, undefined, 9000],
    ['negative seconds give way', { 'retry-after': '-5' }, { remainingSeconds: 7 }, 7000],
    ['words are no date', { 'retry-after': 'in 5 days' }, { remainingSeconds: 7 }, 7000],
    ['a broken date gives way', { 'retry-after': 'Wed, 99 Foo 2026 10:00:04 GMT' }, { remainingSeconds: 7 }, 7000],
    ['a negative body is none', {}, { remainingSeconds: -7 }, undefined],
    ['a body of another kind is none', {}, [], undefined],
    ['null is none', {}, null, undefined],
    ['nothing is none', {}, undefined, undefined],
  ])('%s', (_, given, body, expected) => {
    expect(wait(given, body)).toBe(expected);
  });
});

describe('the wait until a date', () => {
  const retryAfter = (at: string) => ({ 'retry-after': at });
  const HOUR = 3_600_000;

  it.each([-HOUR, -30_000, 30_000, HOUR])('is by the clock of who names it, with a device’s off by %s ms', (ahead) => {
    const said = { ...retryAfter('Wed, 25 Nov 2026 10:00:34 GMT'), date: 'Wed, 25 Nov 2026 10:00:04 GMT' };
    vi.setSystemTime(Date.now() + ahead);
    expect(wait(said)).toBe(30_000);
    expect(wait({ ...said, date: 'Wednesday, 25-Nov-26 10:00:04 GMT' })).toBe(30_000);
    expect(wait({ ...said, date: 'Wed, 25 Nov 2026 10:00:35 GMT' })).toBe(0);
  });

  it.each([undefined, 'today', ''])('is by the device’s clock, where the answer bears the date %j', (date) => {
    expect(wait({ ...retryAfter('Wed, 25 Nov 2026 10:00:04 GMT'), ...(date !== undefined && { date }) })).toBe(4000);
  });
});

describe('a moment in any of the forms of RFC 9110', () => {
  const two = (n: number) => String(n).padStart(2, '0');

  it('is the wait until then', () => {
    const second = fc.integer({ min: 0, max: 20 * 365 * 86_400 });
    fc.assert(
      fc.property(second, (seconds) => {
        const date = new Date(Date.now() + seconds * 1000);
        const [day, dd, month, year, time] = date.toUTCString().replace(',', '').split(' ') as [
          string,
          string,
          string,
          string,
          string,
        ];
        const long = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
        for (const form of [
          date.toUTCString(),
          `${long}, ${dd}-${month}-${two(Number(year) % 100)} ${time} GMT`,
          `${day} ${month} ${dd.replace(/^0/, ' ')} ${time} ${year}`,
        ])
          expect(wait({ 'retry-after': form })).toBe(seconds * 1000);
      }),
    );
  });
});

describe('whether to try again', () => {
  const delay = (status: number | undefined, given: Record<string, string> = {}, once = false, attempt = 0) =>
    retryDelay({ status, headers: headers(given), retryAfter: namedWait(headers(given), undefined) }, attempt, once);

  it.each([undefined, 408, 409, 500, 502, 503, 504, 599])('%s passes', (status) => {
    expect(delay(status)).toBe(500);
  });

  it.each([400, 401, 403, 404, 405, 410, 422])('%s stays', (status) => {
    expect(delay(status)).toBeUndefined();
  });

  it('x-should-retry is obeyed first', () => {
    expect(delay(400, { 'x-should-retry': 'true' })).toBe(500);
    expect(delay(503, { 'x-should-retry': 'false' })).toBeUndefined();
  });

  it('any other x-should-retry says nothing', () => {
    expect(delay(503, { 'x-should-retry': 'maybe' })).toBe(500);
    expect(delay(400, { 'x-should-retry': '1' })).toBeUndefined();
  });

  it('what must not happen twice is tried again only where the server did nothing', () => {
    for (const status of [undefined, 408, 409, 500, 503]) expect(delay(status, {}, true)).toBeUndefined();
    expect(delay(500, { 'x-should-retry': 'true' }, true)).toBe(500);
  });

  it('the wait doubles up to 8 s', () => {
    expect([0, 1, 2, 3, 4, 5, 40].map((n) => delay(500, {}, false, n))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });

  it('up to a quarter of it is left to chance', () => {
    vi.mocked(Math.random).mockReturnValue(0.999_999);
    expect(delay(500)).toBeCloseTo(375, 1);
  });

  it.each([408, 409, 503])('a named wait holds for %s too', (status) => {
    expect(delay(status, { 'retry-after': '3' })).toBe(3000);
  });

  it('30 s is waited out, more is not, whatever x-should-retry says', () => {
    expect(delay(503, { 'retry-after': '30' })).toBe(30_000);
    expect(delay(503, { 'retry-after': '30.001' })).toBeUndefined();
    expect(delay(503, { 'retry-after': '31', 'x-should-retry': 'true' })).toBeUndefined();
    expect(delay(503, { 'retry-after': '9'.repeat(400) })).toBeUndefined();
  });
});
