import { type IDBPDatabase, openDB } from 'idb';
import type { Edit, RecordStore } from './RecordStore.ts';

const RECORDS = 'records';
const SCHEMA = 1;

/** Records in IndexedDB, which all tabs of an origin share: a transaction has them for itself. */
export class IndexedDBStore implements RecordStore {
  readonly #open: () => Promise<IDBPDatabase>;
  #db: IDBPDatabase | undefined;

  private constructor(open: () => Promise<IDBPDatabase>) {
    this.#open = open;
  }

  /** Rejects where there is no IndexedDB, or one of a newer version of this library. */
  static async open(name: string): Promise<IndexedDBStore> {
    const store: IndexedDBStore = new IndexedDBStore(() =>
      openDB(name, SCHEMA, {
        upgrade: (db) => void db.createObjectStore(RECORDS, { keyPath: 'key', autoIncrement: true }),
        // A newer version of this library waits in another tab: it would wait for ever.
        blocking: () => store.#close(),
        terminated: () => store.#close(),
      }),
    );
    store.#db = await store.#open();
    return store;
  }

  async transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]> {
    this.#db ??= await this.#open();
    const { store, done } = this.#begin(this.#db);
    const found = await Promise.race([store.getAll(), done]);
    const { put = [], remove = [] } = edit(found as unknown[]) ?? {};
    const work = [...put.map((record) => store.put(record)), ...remove.map((key) => store.delete(key))];
    const [keys] = await Promise.all([Promise.all(work), done]);
    return keys.slice(0, put.length) as number[];
  }

  async remove(keys: readonly number[]): Promise<void> {
    this.#db ??= await this.#open();
    const { store, done } = this.#begin(this.#db);
    const work = keys.map((key) => store.delete(key));
    store.transaction.commit();
    await Promise.all([...work, done]);
  }

  #begin(db: IDBPDatabase) {
    // What the operating system has outlives page and browser. To wait for the disk at each click would be felt.
    const tx = db.transaction(RECORDS, 'readwrite', { durability: 'relaxed' });
    // It rejects beside the requests of it.
    tx.done.catch(() => undefined);
    return { store: tx.store, done: tx.done };
  }

  #close(): void {
    this.#db?.close();
    this.#db = undefined;
  }
}
