/** Where an entry stands in a list. The first number decides, then the second. */
export type SortKey = readonly [number, number];

function isBefore(a: SortKey, b: SortKey): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/**
 * A list that stays in order, by the sort key that each entry names.
 *
 * A sort key is a value and not an index, so that "what comes after it" still has an answer when the entry there was deleted,
 * or others were put before it. To change an entry's key: remove it, change it, insert it.
 */
export class SortedBy<T> {
  readonly #keyOf: (entry: T) => SortKey;
  readonly #entries: T[];

  constructor(entries: Iterable<T>, keyOf: (entry: T) => SortKey) {
    this.#keyOf = keyOf;
    this.#entries = [...entries].sort((a, b) => (isBefore(keyOf(a), keyOf(b)) ? -1 : 1));
  }

  get all(): readonly T[] {
    return this.#entries;
  }

  insert(entry: T): void {
    this.#entries.splice(this.#firstAfter(this.#keyOf(entry)), 0, entry);
  }

  remove(entry: T): void {
    const index = this.#firstAfter(this.#keyOf(entry)) - 1;
    if (this.#entries[index] !== entry)
      throw new Error('Not in the list, or its sort key was changed while it was there.');
    this.#entries.splice(index, 1);
  }

  /** At most `size` entries after the key, or from the start; and the key to go on from, when more follow. */
  page(size: number, after: SortKey | undefined): { entries: T[]; next: SortKey | undefined } {
    const start = after === undefined ? 0 : this.#firstAfter(after);
    const entries = this.#entries.slice(start, start + size);
    const last = entries.at(-1);
    const more = start + entries.length < this.#entries.length;
    return { entries, next: more && last !== undefined ? this.#keyOf(last) : undefined };
  }

  #firstAfter(key: SortKey): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle] as T;
      if (isBefore(key, this.#keyOf(entry))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
