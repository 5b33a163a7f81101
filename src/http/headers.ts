import { InvalidInputError, need } from './errors.ts';

/** Headers to send. `null` takes a default away; `undefined` leaves it. */
export type HeadersLike =
  | Headers
  | Iterable<readonly [name: string, value: string | null | undefined]>
  | Record<string, string | null | undefined>;

type Pair = [name: string, value: string | null | undefined];

const WRONG = 'headers must be an object, pairs of name and value, or Headers.';

/** Headers laid over each other, the later layers on top, whatever the case of their names. Within a layer every value counts. */
export function mergeHeaders(...layers: (HeadersLike | undefined)[]): Headers {
  const headers = new Headers();
  for (const layer of layers) {
    need(layer == null || typeof layer === 'object', WRONG);
    const own = new Set<string>();
    const pairs = Symbol.iterator in (layer ?? {}) ? (layer as Iterable<Pair>) : Object.entries(layer ?? {});
    for (const pair of pairs) {
      need(typeof pair === 'object' && pair, WRONG);
      const [name, value] = pair;
      try {
        const key = String(name).toLowerCase();
        if (value === null) headers.delete(name);
        else if (value === undefined) continue;
        else if (own.has(key)) headers.append(name, value);
        else headers.set(name, value);
        own.add(key);
      } catch {
        // The engine's own message quotes the value, which may be a secret.
        throw new InvalidInputError(`The header ${name} holds characters that a header cannot carry.`);
      }
    }
  }
  return headers;
}
