import type { Change } from '../ledger/Change.ts';
import type { OutboxRecord } from './OutboxRecord.ts';

/** A change of this page or of another, and what is written down of it. Its table alone writes into it. */
export interface Entry {
  readonly change: Change;
  /** Without a key as long as the storage has not taken it. */
  readonly record: Omit<OutboxRecord, 'key'> & { readonly key?: number };
  /** The key of what had failed, in whose place it is asked for again, as long as that may be kept. */
  readonly replaces?: number | undefined;
  /** Result, discarded or given up: nothing more is to be written. */
  readonly isOver?: boolean;
}

/** An entry as its table has it. */
type OwnEntry = { -readonly [K in keyof Entry]: Entry[K] };

/** The changes of a scope that a page knows of, by their keys in the storage and by themselves. */
export class EntryTable {
  readonly #all = new Set<Entry>();
  readonly #byKey = new Map<number, Entry>();
  readonly #byChange = new WeakMap<Change, Entry>();
  /** Keys that are over: an older snapshot of the storage may have them still. */
  readonly #over = new Set<number>();

  /** Those that are not over, written or not. */
  get all(): Entry[] {
    return [...this.#all];
  }

  /** Those of them that the storage has. */
  get written(): Entry[] {
    return this.all.filter(({ record }) => record.key !== undefined);
  }

  of(change: Change): Entry | undefined {
    return this.#byChange.get(change);
  }

  /** Those of some keys that are known here. */
  known(keys: readonly number[]): Entry[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** Those of some changes that are not over. */
  living(changes: readonly Change[]): Entry[] {
    return changes.flatMap((change) => this.#byChange.get(change) ?? []).filter(({ isOver }) => !isOver);
  }

  /** Whether nothing was heard yet of what has this key. */
  isNew(key: number): boolean {
    return !this.#byKey.has(key) && !this.#over.has(key);
  }

  isOver(key: number): boolean {
    return this.#over.has(key);
  }

  /** One that is written already is found by its key from now on, too. */
  add(entry: Entry): void {
    const { key } = entry.record;
    this.#all.add(entry);
    this.#byChange.set(entry.change, entry);
    if (key !== undefined) this.#byKey.set(key, entry);
  }

  end(key: number): void {
    this.#byKey.delete(key);
    this.#over.add(key);
  }

  /** There is no room for what is to be written of it: it lives as long as the page. */
  unkeep(entry: OwnEntry): void {
    const { key, ...record } = entry.record;
    entry.record = record;
    this.end(key as number);
  }

  /** `isKept`: the storage has it still, and it is to be shown anew. */
  forget(entry: OwnEntry, isKept = false): void {
    const { key } = entry.record;
    entry.isOver = true;
    this.#all.delete(entry);
    if (key === undefined) return;
    if (isKept) this.#byKey.delete(key);
    else this.end(key);
  }
}

/** What it stands for is kept no more, or another stands for it. */
export function endReplaced(entry: OwnEntry): void {
  entry.replaces = undefined;
}

/** Writes into an entry's record. Gives it. */
export function update(entry: OwnEntry, fields: Partial<OutboxRecord>): Entry['record'] {
  entry.record = { ...entry.record, ...fields };
  return entry.record;
}

/** The storage says otherwise: an entry's record is what that has. */
export function replace(entry: OwnEntry, record: OutboxRecord): void {
  entry.record = record;
}

export const keysOf = (entries: readonly Pick<Entry, 'record'>[]): number[] =>
  entries.flatMap(({ record }) => record.key ?? []);
