/** A place in a list. The first number decides, then the second. */
export type Place = readonly [number, number];

function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/**
 * A list that stays in order, by the place that each entry names.
 *
 * A place is a value and not an index, so that "what comes after this place" still has an answer when the entry there was deleted,
 * or others were put before it. To change an entry's place: remove it, change it, insert it.
 */
export class SortedBy<T> {
  readonly #placeOf: (entry: T) => Place;
  readonly #entries: T[];

  constructor(entries: Iterable<T>, placeOf: (entry: T) => Place) {
    this.#placeOf = placeOf;
    this.#entries = [...entries].sort((a, b) => (isBefore(placeOf(a), placeOf(b)) ? -1 : 1));
  }

  get all(): readonly T[] {
    return this.#entries;
  }

  insert(entry: T): void {
    this.#entries.splice(this.#firstAfter(this.#placeOf(entry)), 0, entry);
  }

  remove(entry: T): void {
    const index = this.#firstAfter(this.#placeOf(entry)) - 1;
    if (this.#entries[index] !== entry)
      throw new Error('Not in the list, or its place was changed while it was there.');
    this.#entries.splice(index, 1);
  }

  /** At most `size` entries after the place, or from the start; and the place to go on from, when more follow. */
  page(size: number, after: Place | undefined): { entries: T[]; next: Place | undefined } {
    const start = after === undefined ? 0 : this.#firstAfter(after);
    const entries = this.#entries.slice(start, start + size);
    const last = entries.at(-1);
    const more = start + entries.length < this.#entries.length;
    return { entries, next: more && last !== undefined ? this.#placeOf(last) : undefined };
  }

  #firstAfter(place: Place): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle] as T;
      if (isBefore(place, this.#placeOf(entry))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
