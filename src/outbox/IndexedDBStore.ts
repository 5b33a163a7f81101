import { type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { inTime } from './inTime.ts';
import { ANY_SCOPE, LOST, VERSION } from './OutboxRecord.ts';
import type { Edit, RecordStore } from './RecordStore.ts';

const RECORDS = 'records';
const SCHEMA = 1;

/** Records in IndexedDB, which all tabs of an origin share: a transaction has them for itself. */
export class IndexedDBStore implements RecordStore {
  readonly #name: string;
  readonly #onLost: (cause: unknown) => void;
  #opening: Promise<IDBPDatabase> | undefined;
  #db: IDBPDatabase | undefined;
  /** It could not be opened the last time. */
  #isBroken = false;
  /** Why a transaction was given up that has not ended: it may be complete yet, and who reads would find what nobody waits for. */
  #stuck: unknown;

  /** `onLost` is told when a newer version of this library has taken it. */
  constructor(name: string, onLost: (cause: unknown) => void) {
    this.#name = name;
    this.#onLost = onLost;
  }

  /** Rejects where there is no IndexedDB, or one of a newer version. */
  async open(): Promise<this> {
    await this.#connect();
    return this;
  }

  transact(edit: (found: readonly unknown[]) => Edit | undefined): Promise<readonly number[]> {
    // A page that was put to sleep in the middle of a transaction may hold up all others.
    return this.#twice(async (tx) => this.#end(tx, edit(await inTime(tx.store.getAll()))));
  }

  write(edit: Edit): Promise<unknown> {
    return this.#twice((tx) => this.#end(tx, edit));
  }

  /**
   * Tries once more: a browser may close a connection at any moment, without an event, and what was begun is undone then. A record that stays would
   * be sent by the next page, and after a sign-out for the next user. Not where there is no room: that is the same a moment later, and others wait.
   */
  #twice<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#try(work).catch((error) => {
      if (Object(error).name === 'QuotaExceededError') throw error;
      return this.#try(work);
    });
  }

  /** All or nothing. */
  async #try<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    let tx: Tx | undefined;
    try {
      if (this.#stuck) throw this.#stuck;
      tx = this.#begin(this.#db ?? (await this.#connect()));
      return await work(tx);
    } catch (error) {
      // Its requests are told of its end before it is: they do not know why.
      const cause = tx?.error ?? error;
      this.#abandon(tx);
      throw cause;
    }
  }

  #begin(db: IDBPDatabase): Tx {
    // Relaxed: data that the operating system has outlives the page and the browser, and to wait for the disk would be felt at each click.
    const tx = db.transaction(RECORDS, 'readwrite', { durability: 'relaxed' });
    watched(tx.done);
    return tx;
  }

  /** Gives the keys of what is put. */
  async #end(tx: Tx, { put = [], remove = [] }: Edit = {}): Promise<readonly number[]> {
    const work: Promise<unknown>[] = [
      ...put.map((record) => watched(tx.store.put(record))),
      ...remove.map((key) => watched(tx.store.delete(key))),
    ];
    // Without `commit` the browser waits until this page has nothing more to add: if it were put to sleep, it would hold up all tabs.
    tx.commit();
    const written = Promise.all([...work, tx.done]).then((keys) => keys.slice(0, put.length) as number[]);
    try {
      return await inTime(written);
    } catch (error) {
      this.#undoLate(written, put, error);
      throw error;
    }
  }

  /** Takes back what a transaction may write yet that was given up: nobody waits for it any more, and the next page would do it once more. */
  #undoLate(written: Promise<readonly number[]>, put: NonNullable<Edit['put']>, cause: unknown): void {
    this.#stuck = cause;
    const end = () => {
      this.#stuck = undefined;
    };
    const undo = (keys: readonly number[]) => {
      end();
      return this.write({ remove: keys.filter((_, i) => put[i]?.key === undefined) });
    };
    watched(written.then(undo, end));
  }

  /** Gives up a transaction and its connection: the next transaction gets a new connection. */
  #abandon(tx: Tx | undefined): void {
    this.#close();
    try {
      tx?.abort();
    } catch {
      // It has ended by itself.
    }
  }

  async #connect(): Promise<IDBPDatabase> {
    this.#opening ??= openDB(this.#name, SCHEMA, {
      upgrade: (db, _from, _to, tx, event) => {
        watched(tx.done);
        const store = db.createObjectStore(RECORDS, { keyPath: 'key', autoIncrement: true });
        const key = Date.now();
        // Keys start at the time: if somebody deletes the database while pages are open, no key is given out twice.
        watched(store.add({ version: VERSION, key, scope: ANY_SCOPE, of: LOST, at: key }));
        // A browser throws a database away that it cannot read, and on a full disk one that it could not open just before. It tells nobody.
        if (!this.#isBroken && (event as ChromiumEvent).dataLoss !== 'total') watched(store.delete(key));
      },
      // Another tab wants to upgrade or delete the database, and would wait for this connection for ever.
      blocking: (_current, upgraded, { target }) => {
        (target as IDBDatabase).close();
        this.#close();
        // What was deleted is made anew when there is something to be kept.
        if (upgraded) this.#connect().catch(this.#onLost);
      },
      terminated: () => this.#close(),
    });
    try {
      // Where somebody deletes the database, and a page that sleeps still has it, nobody is told anything.
      this.#db = await inTime(this.#opening);
      this.#isBroken = false;
      return this.#db;
    } catch (error) {
      this.#opening = undefined;
      this.#isBroken = true;
      throw error;
    }
  }

  #close(): void {
    this.#db?.close();
    this.#db = this.#opening = undefined;
  }
}

/** Keeps a rejection from being reported as unhandled: the parts of a transaction reject together, before all of them are awaited. */
function watched<T extends Promise<unknown>>(work: T): T {
  work.catch(() => undefined);
  return work;
}

type ChromiumEvent = IDBVersionChangeEvent & { readonly dataLoss?: 'none' | 'total' };

type Tx = IDBPTransaction<unknown, [typeof RECORDS], 'readwrite'>;
