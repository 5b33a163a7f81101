/** What a user's `select` gives may be a circle. */
const DEEPEST = 999;

/**
 * True where one value may stand in the place of the other: nobody can tell them apart, but by the identity of their parts.
 *
 * Only plain objects and arrays are looked into. Two Maps, Dates or instances of a class have an inside that cannot be compared, so they
 * are the same only if they are one. `isStrict` sees what no JSON value has, too, and costs ten times as much: getters, symbols, what is
 * hidden or read-only.
 */
export function same(a: unknown, b: unknown, isStrict: boolean = false, depth: number = 0): boolean {
  if (Object.is(a, b)) return true;
  if (depth > DEEPEST || !isPlain(a) || !isPlain(b)) return false;
  if (prototypeOf(a) !== prototypeOf(b) || Object.isExtensible(a) !== Object.isExtensible(b)) return false;
  // A property is looked at as its descriptor, and that is a plain object with nothing odd about it.
  const isWhole = isStrict && depth % 2 === 0;
  const keysOf = isWhole ? Reflect.ownKeys : Object.keys;
  const read = isWhole ? Object.getOwnPropertyDescriptor : Reflect.get;
  const keys = keysOf(a);
  const others = keysOf(b);
  return (
    keys.length === others.length &&
    // What ends in a hole has no key there.
    (!Array.isArray(a) || a.length === b.length) &&
    keys.every((key, i) => key === others[i] && same(read(a, key), read(b, key), isStrict, depth + 1)) &&
    !(isWhole && [a, b].some((each) => saysOther(each, keys)))
  );
}

const prototypeOf = Object.getPrototypeOf;

/**
 * Whether a value may say what its properties do not: a Proxy does. Where there is none to compare, only an engine can tell, which copies no
 * Proxy.
 */
function saysOther(value: Record<PropertyKey, unknown>, keys: PropertyKey[]): boolean {
  if (keys.length > (Array.isArray(value) ? 1 : 0))
    return keys.some((key) => {
      const held = Object.getOwnPropertyDescriptor(value, key);
      return held && 'value' in held && !Object.is(held.value, value[key]);
    });
  try {
    globalThis.structuredClone?.(value);
    return false;
  } catch {
    return true;
  }
}

/** True for a plain object or array, of which nothing is hidden in a class. */
export const isPlain = (value: unknown): value is Record<PropertyKey, unknown> => {
  if (typeof value !== 'object' || !value) return false;
  const prototype = prototypeOf(value);
  return Array.isArray(value) ? prototype === Array.prototype : !prototype || !prototypeOf(prototype);
};
