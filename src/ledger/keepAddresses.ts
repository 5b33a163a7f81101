/** How long a picture may take to be asked for, in milliseconds: an address that runs out sooner counts as run out. */
const SPARE = 5 * 60_000;

/** When an address was taken over, by the copy that it stands in. */
const takenAt = new WeakMap<object, number>();

/**
 * The newer copy, with those addresses of pictures in it that are still good, so that another signature of the same picture neither
 * renders a row nor loads a picture anew at every read.
 *
 * Two addresses (fields named `url`) are of the same picture if they are equal but for the query. When one runs out is read from what it
 * says (`Expires`, `X-Amz-Expires` and the like); one that says nothing is kept for five minutes.
 */
export function keepAddresses<T extends object>(old: T, next: T, oldAsOf: number, asOf: number): T {
  const taken = takenAt.get(old) ?? oldAsOf;
  const kept = keep(old, next, (url) => runsOutAt(url, taken) - SPARE > asOf);
  if (kept !== next) takenAt.set(old, taken).set(kept, taken);
  return kept;
}

type JSONObject = { readonly [field: string]: unknown };

const isObject = (value: unknown): value is JSONObject => typeof value === 'object' && !!value && !Array.isArray(value);

function keep<T>(old: unknown, next: T, isGood: (url: string) => boolean): T {
  if (!isObject(old) || !isObject(next)) return next;
  let kept: JSONObject = next;
  for (const [field, value] of Object.entries(next)) {
    const before = old[field];
    // Most fields say what they said.
    if (before === value) continue;
    const now =
      field === 'url' && isSamePicture(old, next) && isGood(before as string) ? before : keep(before, value, isGood);
    if (now !== value) kept = { ...kept, [field]: now };
  }
  return kept as T;
}

const isSamePicture = (a: JSONObject, b: JSONObject): boolean =>
  a.assetId === b.assetId && a.updatedAt === b.updatedAt && !!pictureOf(a.url) && pictureOf(a.url) === pictureOf(b.url);

/** An address without its query; undefined where there is none. */
const pictureOf = (url: unknown): string | undefined => /^([^?]+)\?/.exec(String(url))?.[1];

/** Milliseconds since 1970. */
function runsOutAt(url: string, taken: number): number {
  const [, expires] = /[?&](?:X-\w+-)?Expires=(\d+)/i.exec(url) ?? [];
  if (!expires) return taken + 2 * SPARE;
  // A small number is a span, from when it was signed.
  if (Number(expires) > 1e9) return Number(expires) * 1000;
  const [, signed] = /[?&]X-\w+-Date=(\d{8}T\d{6}Z)/i.exec(url) ?? [];
  const from = signed ? Date.parse(signed.replace(/(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')) : taken;
  return from + Number(expires) * 1000;
}
