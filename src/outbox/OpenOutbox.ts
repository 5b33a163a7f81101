import { changesOf, goneWith } from './lookups.ts';
import type { Message } from './messages.ts';
import type { Result } from './OutboxHost.ts';
import { isStored, type OutboxRecord, VERSION } from './OutboxRecord.ts';
import type { RecordStore } from './RecordStore.ts';
import type { Tab } from './Tab.ts';

/** Writes what becomes of a scope's changes into the storage, and tells the other tabs of it. */
export class OpenOutbox {
  readonly store: RecordStore;
  readonly tab: Tab;
  readonly #scope: string;
  readonly #onProblem: (what: string, cause: unknown) => void;
  #dropped: number[] = [];
  #results: (readonly [key: number, result: Result])[] = [];

  constructor(store: RecordStore, tab: Tab, scope: string, onProblem: (what: string, cause: unknown) => void) {
    this.store = store;
    this.tab = tab;
    this.#scope = scope;
    this.#onProblem = onProblem;
  }

  post(message: Message): void {
    this.tab.post(this.#scope, message);
  }

  /** Writes over records. One that is not there any more does not come back. */
  async put(records: readonly Omit<OutboxRecord, 'key'>[]): Promise<void> {
    if (!records.length) return;
    const put = records as readonly OutboxRecord[];
    await this.store
      .transact((found) => {
        const keys = new Set(found.filter(isStored).map(({ key }) => key));
        return { put: put.filter(({ key }) => keys.has(key)) };
      })
      .catch((error) => this.#onProblem('could not keep what became of a change', error));
  }

  remove(keys: readonly number[]): void {
    if (!keys.length) return;
    const failed = (error: unknown) => this.#onProblem('could not forget a change that is over', error);
    this.store.remove(keys).catch(failed);
  }

  /** A change is over, and nobody is to know a result. */
  drop(key: number): void {
    if (this.#dropped.push(key) > 1) return;
    queueMicrotask(() => {
      const keys = this.#dropped;
      this.#dropped = [];
      this.remove(keys);
      this.post({ type: 'dropped', keys });
    });
  }

  /** Tells the results of one request together: the copy after one of its changes counts the others. */
  settled(key: number, result: Result): void {
    if (this.#results.push([key, result]) > 1) return;
    queueMicrotask(() => {
      const results = this.#results;
      this.#results = [];
      this.post({ type: 'settled', results });
    });
  }

  /** Takes a change back, with all that waits for it. Resolves to the keys of what is gone: none where it may have been sent. */
  async discard(key: number): Promise<readonly number[]> {
    let gone: readonly number[] = [];
    await this.store.transact((found) => {
      gone = goneWith(found, key);
      return { remove: gone };
    });
    if (gone.length) this.post({ type: 'dropped', keys: gone });
    return gone;
  }

  /** The create of a key has made a collection: whatever names the provisional id is rewritten with the server's, of all tabs. */
  name(create: number, provisional: string, id: string): void {
    const name = { version: VERSION, scope: this.#scope, provisional, id, at: Date.now() } as const;
    this.store
      .transact((found) => {
        const its = changesOf(found, this.#scope).filter(({ collectionId }) => collectionId === provisional);
        const put = its.filter(({ key }) => key !== create).map((each) => ({ ...each, collectionId: id }));
        return { put: [...put, name], remove: [create] };
      })
      .catch((error) => this.#onProblem('could not write down the id of a new collection', error));
  }
}
