import { inTime } from './inTime.ts';
import type { Stored } from './OutboxRecord.ts';
import type { Edit, OutboxStorage, RecordStore } from './RecordStore.ts';

/** Records in a storage of the user's own, held in memory beside it: nobody else writes there. */
export class OwnStore implements RecordStore {
  readonly #storage: OutboxStorage;
  readonly #records: Map<unknown, unknown>;
  #lastKey: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(storage: OutboxStorage, records: readonly unknown[]) {
    this.#storage = storage;
    this.#records = new Map(records.map((record, i) => [keyOf(record) ?? `no key ${i}`, record]));
    const isKey = (key: unknown): key is number => Number.isSafeInteger(key);
    this.#lastKey = Math.max(0, ...[...this.#records.keys()].filter(isKey));
  }

  static async open(storage: OutboxStorage): Promise<OwnStore> {
    const records = await storage.load();
    if (!Array.isArray(records)) throw new TypeError('`storage.load` has to give an array of records.');
    return new OwnStore(storage, records);
  }

  transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]> {
    return this.#next(async () => {
      const before = new Map(this.#records);
      const { put = [], remove = [] } = edit([...before.values()]) ?? {};
      const keys: number[] = [];
      let writing: Promise<unknown> | undefined;
      try {
        for (const record of put) {
          const key = record.key ?? ++this.#lastKey;
          keys.push(key);
          // What is undefined some storages refuse, and others give back as null.
          writing = this.#set(key, JSON.parse(JSON.stringify({ ...record, key })));
          await inTime(writing);
        }
        for (const key of remove) await inTime(this.#set(key));
      } catch (error) {
        // All or nothing, also of what is written late: what nobody knows to be kept is sent, and would be sent again by the next page.
        const undo = (key: number, was: unknown) => this.#set(key, was).catch(() => undefined);
        for (const key of keys) void undo(key, before.get(key));
        const late = keys.at(-1) as number;
        writing?.then(() => undo(late, this.#records.get(late))).catch(() => undefined);
        throw error;
      }
      return keys;
    });
  }

  write(edit: Edit): Promise<unknown> {
    return this.transact(() => edit);
  }

  /** Without a record it is there no more. Tries once more: a database may be locked for a moment. */
  #set(key: number, record?: unknown): Promise<unknown> {
    if (record) this.#records.set(key, record);
    else this.#records.delete(key);
    const write = async () => (record ? this.#storage.put(record as Stored) : this.#storage.remove(key));
    return write().catch(write);
  }

  /** One after another, whatever became of the one before. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

const keyOf = (record: unknown): unknown => (Object(record) as Partial<Stored>).key;
