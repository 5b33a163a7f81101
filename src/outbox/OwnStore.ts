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
    if (!Array.isArray(records)) throw new TypeError('`storage.load()` has to give an array of records.');
    return new OwnStore(storage, records);
  }

  transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]> {
    return this.#next(async () => {
      const { put = [], remove = [] } = edit([...this.#records.values()]) ?? {};
      const records = put.map((record) => ({ ...record, key: record.key ?? ++this.#lastKey }));
      const keys = records.map(({ key }) => key);
      const added = keys.filter((key) => !this.#records.has(key));
      const writing = this.#write(records, remove);
      try {
        await inTime(writing);
      } catch (error) {
        // All or nothing, also of what is written late: what nobody knows to be kept is sent, and would be sent again by the next page.
        const undo = () => this.#drop(added);
        writing.then(undo, undo).catch(() => undefined);
        throw error;
      }
      return keys;
    });
  }

  write(edit: Edit): Promise<unknown> {
    return this.transact(() => edit);
  }

  async #write(records: readonly Stored[], remove: readonly number[]): Promise<void> {
    for (const record of records) {
      await this.#storage.put(record);
      this.#records.set(record.key, record);
    }
    await this.#drop(remove);
  }

  async #drop(keys: readonly number[]): Promise<void> {
    for (const key of keys) {
      this.#records.delete(key);
      await this.#storage.remove(key);
    }
  }

  /** One after another, whatever became of the one before. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

const keyOf = (record: unknown): unknown => (Object(record) as Partial<Stored>).key;
