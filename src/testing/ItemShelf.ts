import type { Asset, Item, Model } from '../api/types.ts';
import type { GivenItem } from './EmulatorOptions.ts';

/** An item as the server holds it. */
export interface StoredItem {
  readonly id: string;
  /** A smaller one counts as newer, where the dates are the same. */
  readonly index: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly given: Partial<Asset & Model>;
}

const MINUTE = 60_000;

/**
 * The items of one kind, and which collection holds which.
 *
 * Both directions always agree: a collection's members name it, and nothing else does. Made-up members are no more than a number
 * until someone asks for them, so that 100,000 collections with counts cost no memory for items that nobody looks at.
 */
export class ItemShelf {
  readonly #kind: 'asset' | 'model';
  readonly #newest: number;
  /** Whether an id exists because it is named. */
  readonly #open: boolean;
  readonly #items = new Map<string, StoredItem>();
  readonly #members = new Map<string, Set<string>>();
  readonly #holders = new Map<string, Set<string>>();
  readonly #madeUp = new Map<string, { from: number; count: number }>();
  #next = 0;

  constructor(kind: 'asset' | 'model', given: readonly GivenItem<Item>[] | undefined, newest: number) {
    this.#kind = kind;
    this.#newest = newest;
    this.#open = given === undefined;
    for (const item of given ?? []) this.#store(typeof item === 'string' ? { id: item } : item);
  }

  /** The item, if it exists. Where naming is enough, it does from now on. */
  get(id: string): StoredItem | undefined {
    return this.find(id) ?? (this.#open ? this.#store({ id }) : undefined);
  }

  /** The item, if it is stored. To look for one changes nothing. */
  find(id: string): StoredItem | undefined {
    const item = this.#items.get(id);
    if (item !== undefined) return item;
    if (this.#madeUp.size > 0) {
      const owner = this.#ownerOfMadeUp(id);
      if (owner !== undefined) {
        this.#makeReal(owner);
        return this.#items.get(id);
      }
    }
    return undefined;
  }

  /** Every item that the server has. In a world where naming is enough, those that were named. */
  all(): Iterable<StoredItem> {
    for (const collectionId of [...this.#madeUp.keys()]) this.#makeReal(collectionId);
    return this.#items.values();
  }

  count(collectionId: string): number {
    return this.#madeUp.get(collectionId)?.count ?? this.#members.get(collectionId)?.size ?? 0;
  }

  members(collectionId: string): ReadonlySet<string> {
    this.#makeReal(collectionId);
    return this.#members.get(collectionId) ?? new Set();
  }

  collectionsOf(id: string): string[] {
    return [...(this.#holders.get(id) ?? [])];
  }

  add(collectionId: string, ids: Iterable<string>): void {
    this.#makeReal(collectionId);
    for (const id of ids) {
      if (!this.#items.has(id)) this.#store({ id });
      grow(this.#members, collectionId, id);
      grow(this.#holders, id, collectionId);
    }
  }

  remove(collectionId: string, ids: Iterable<string>): void {
    this.#makeReal(collectionId);
    for (const id of ids) {
      this.#members.get(collectionId)?.delete(id);
      this.#holders.get(id)?.delete(collectionId);
    }
  }

  /** The collection is no more. Its items are. */
  drop(collectionId: string): void {
    this.remove(collectionId, [...this.members(collectionId)]);
    this.#members.delete(collectionId);
  }

  /** Gives a new collection so many members of its own. */
  makeUp(collectionId: string, count: number): void {
    if (count === 0) return;
    // The numbers are set aside now: what an item is like must not depend on who asked for it first.
    this.#madeUp.set(collectionId, { from: this.#next, count });
    this.#next += count;
  }

  #makeReal(collectionId: string): void {
    const madeUp = this.#madeUp.get(collectionId);
    if (madeUp === undefined) return;
    this.#madeUp.delete(collectionId);
    for (let n = 0; n < madeUp.count; n++) {
      const id = this.#madeUpId(collectionId, n);
      if (!this.#items.has(id)) this.#store({ id }, madeUp.from + n);
      grow(this.#members, collectionId, id);
      grow(this.#holders, id, collectionId);
    }
  }

  #madeUpId(collectionId: string, n: number): string {
    return `${this.#kind}_${collectionId.replace(/^collection_/, '')}-${n + 1}`;
  }

  #ownerOfMadeUp(id: string): string | undefined {
    const [, stem, digits] = /^[a-z]+_(.*)-(\d+)$/.exec(id) ?? [];
    if (stem === undefined) return undefined;
    const n = Number(digits) - 1;
    return [stem, `collection_${stem}`].find((collectionId) => {
      const madeUp = this.#madeUp.get(collectionId);
      return madeUp !== undefined && n >= 0 && n < madeUp.count && this.#madeUpId(collectionId, n) === id;
    });
  }

  #store(given: Partial<Item> & { id: string }, index: number = this.#next++): StoredItem {
    const createdAt = given.createdAt === undefined ? this.#newest - (index + 1) * MINUTE : readDate(given.createdAt);
    const updatedAt = given.updatedAt === undefined ? createdAt : readDate(given.updatedAt);
    const item: StoredItem = { id: given.id, index, createdAt, updatedAt, given };
    this.#items.set(given.id, item);
    return item;
  }
}

function grow(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

/** A date that was given, in milliseconds. One that cannot be read is a mistake in the test, and is thrown. */
export function readDate(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new TypeError(`createScenarioEmulator: ${JSON.stringify(text)} is no date`);
  return time;
}
