import type { Change } from '../ledger/Change.ts';
import type { OutboxRecord } from './OutboxRecord.ts';

/** A change of this page or another, and its record in the storage. Only this module writes into an entry. */
export interface Entry {
  readonly change: Change;
  /** It has no key until the storage has it. */
  readonly record: Omit<OutboxRecord, 'key'> & { readonly key?: number };
  /** For a retry: the key of the failed change that it replaces, as long as the storage may still have that. */
  readonly replaces?: number | undefined;
  /** It is settled, discarded or given up: nothing more is written about it. */
  readonly isOver?: boolean;
}

/** An entry as its table has it. */
type OwnEntry = { -readonly [K in keyof Entry]: Entry[K] };

/** The changes of a scope that a page knows of, by their keys in the storage and by themselves. */
export class EntryTable {
  readonly #all = new Set<Entry>();
  readonly #byKey = new Map<number, Entry>();
  readonly #byChange = new WeakMap<Change, Entry>();
  /** The keys of changes that are over. An older snapshot of the storage may still have them. */
  readonly #over = new Set<number>();

  /** The entries that are not over, written or not. */
  get all(): Entry[] {
    return [...this.#all];
  }

  /** The entries that the storage has. */
  get written(): Entry[] {
    return this.all.filter(({ record }) => record.key !== undefined);
  }

  /** Those that it does not have: not yet, or not any more. */
  get unwritten(): Entry[] {
    return this.all.filter(({ record }) => record.key === undefined);
  }

  of(change: Change): Entry | undefined {
    return this.#byChange.get(change);
  }

  /** The entries of these keys that are known here. */
  known(keys: readonly number[]): Entry[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** The entries of these changes that are not over. */
  living(changes: readonly Change[]): Entry[] {
    return changes.flatMap((change) => this.#byChange.get(change) ?? []).filter(({ isOver }) => !isOver);
  }

  /** Whether this page has not heard of this key yet. */
  isNew(key: number): boolean {
    return !this.#byKey.has(key) && !this.#over.has(key);
  }

  isOver(key: number): boolean {
    return this.#over.has(key);
  }

  /** Adds an entry. One that has a key is found by its key as well. */
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

  /** The storage has no room for it any more: it lives as long as the page. */
  unkeep(entry: OwnEntry): void {
    const { key, ...record } = entry.record;
    entry.record = record;
    this.end(key as number);
  }

  /** Takes an entry out. `isKept`: the storage still has it, and it may be shown again. */
  forget(entry: OwnEntry, isKept = false): void {
    const { key } = entry.record;
    entry.isOver = true;
    this.#all.delete(entry);
    if (key === undefined) return;
    if (isKept) this.#byKey.delete(key);
    else this.end(key);
  }
}

/** The failed change that it replaces is no longer in the storage, or another retry replaces it. */
export function endReplaced(entry: OwnEntry): void {
  entry.replaces = undefined;
}

/** Writes into an entry's record, and gives the record. */
export function update(entry: OwnEntry, fields: Partial<OutboxRecord>): Entry['record'] {
  entry.record = { ...entry.record, ...fields };
  return entry.record;
}

/** Takes an entry's record as the storage has it. */
export function replace(entry: OwnEntry, record: OutboxRecord): void {
  entry.record = record;
}

export const keysOf = (entries: readonly Pick<Entry, 'record'>[]): number[] =>
  entries.flatMap(({ record }) => record.key ?? []);
