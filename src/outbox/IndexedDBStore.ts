import { inTime } from './inTime.ts';
import type { Edit, RecordStore } from './RecordStore.ts';

const RECORDS = 'records';
const SCHEMA = 1;

/** Records in IndexedDB, which all tabs of an origin share: a transaction has them for itself. */
export class IndexedDBStore implements RecordStore {
  readonly #name: string;
  #opening: Promise<IDBDatabase> | undefined;
  #db: IDBDatabase | undefined;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Rejects where there is no IndexedDB, or one of a newer version of this library. */
  static async open(name: string): Promise<IndexedDBStore> {
    const store = new IndexedDBStore(name);
    await store.#connect();
    return store;
  }

  async transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]> {
    // A browser closes the connections of a page in the background without a word. Nothing is written yet, so it is tried again.
    const { records, found } = await this.#read().catch(() => this.#read());
    try {
      const { put = [], remove = [] } = edit(found) ?? {};
      const work = put.map((record) => records.put(record));
      await end(records, remove);
      return work.map(({ result }) => result as number);
    } catch (error) {
      // All or nothing.
      this.#abandon(records);
      throw error;
    }
  }

  /** Tried again as well: what stays would be sent by the next page, and after a sign-out as the next user. */
  remove(keys: readonly number[]): Promise<void> {
    return this.#delete(keys).catch(() => {
      this.#close();
      return this.#delete(keys);
    });
  }

  async #delete(keys: readonly number[]): Promise<void> {
    await end(this.#begin(this.#db ?? (await this.#connect())), keys);
  }

  async #read() {
    let records: IDBObjectStore | undefined;
    try {
      records = this.#begin(this.#db ?? (await this.#connect()));
      // A page that was put to sleep in the middle of its own may have them all.
      return { records, found: await inTime(resultOf(records.getAll())) };
    } catch (error) {
      this.#abandon(records);
      throw error;
    }
  }

  /** Gives the records of a transaction. */
  #begin(db: IDBDatabase): IDBObjectStore {
    // What the operating system has outlives page and browser. To wait for the disk at each click would be felt.
    return db.transaction(RECORDS, 'readwrite', { durability: 'relaxed' }).objectStore(RECORDS);
  }

  /** Gives up a transaction, and the connection that it was made on: the next one is made on another. */
  #abandon(records: IDBObjectStore | undefined): void {
    this.#close();
    try {
      records?.transaction.abort();
    } catch {
      // It has ended by itself.
    }
  }

  async #connect(): Promise<IDBDatabase> {
    this.#opening ??= this.#open();
    try {
      this.#db = await this.#opening;
      return this.#db;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  async #open(): Promise<IDBDatabase> {
    const opening = indexedDB.open(this.#name, SCHEMA);
    opening.onupgradeneeded = () => {
      const records = opening.result.createObjectStore(RECORDS, { keyPath: 'key', autoIncrement: true });
      // Somebody may have deleted the database under pages that are open: no key is given out a second time.
      const key = Date.now();
      records.add({ key });
      records.delete(key);
    };
    const db = await resultOf(opening);
    // A newer version of this library waits in another tab, or whoever deletes all that is kept: it would wait for ever.
    db.onversionchange = db.onclose = () => {
      db.close();
      this.#close();
    };
    return db;
  }

  #close(): void {
    this.#db?.close();
    this.#db = this.#opening = undefined;
  }
}

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Removes records, and has their transaction end. Resolves when all that it did is kept. */
function end(records: IDBObjectStore, remove: readonly number[]): Promise<void> {
  for (const key of remove) records.delete(key);
  const { transaction } = records;
  // Else the browser waits for this page to say no more: one that is put to sleep then would hold up all tabs.
  transaction.commit();
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
