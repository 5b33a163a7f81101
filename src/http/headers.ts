import { InvalidInputError } from './errors.ts';

/** Headers to send. `null` takes a default away; `undefined` leaves it. */
export type HeadersLike = HeadersInit | Record<string, string | null | undefined>;

/** Headers laid over each other, the later ones on top, whatever the case of their names. */
export function mergeHeaders(...layers: (HeadersLike | undefined)[]): Headers {
  const headers = new Headers();
  for (const layer of layers) {
    const pairs = Symbol.iterator in (layer ?? {}) ? (layer as [string, string][]) : Object.entries(layer ?? {});
    for (const [name, value] of pairs) {
      try {
        if (value === null) headers.delete(name);
        else if (value !== undefined) headers.set(name, value);
      } catch {
        // The engine's own message quotes the value, which may be a secret.
        throw new InvalidInputError(`The header ${name} holds characters that a header cannot carry.`);
      }
    }
  }
  return headers;
}
