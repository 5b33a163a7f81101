import type { Collection } from '../api/types.ts';
import { type Entry, keysOf } from './EntryTable.ts';
import { changesOf, goneWith } from './lookups.ts';
import type { Message } from './messages.ts';
import type { Result, ServerState } from './OutboxHost.ts';
import { type NewStored, type OutboxRecord, VERSION } from './OutboxRecord.ts';
import type { Edit, RecordStore } from './RecordStore.ts';
import type { Tab } from './Tab.ts';
import { together } from './together.ts';

interface SettledRecord<R extends Result = Result> {
  readonly record: OutboxRecord;
  readonly result: R;
}

/** Writes what becomes of a scope's changes into the storage, and tells the other tabs of it. */
export class OpenOutbox {
  readonly store: RecordStore;
  readonly tab: Tab;
  readonly #scope: string;
  readonly #failed: (cause: unknown) => void;

  constructor(store: RecordStore, tab: Tab, scope: string, onProblem: (what: string, cause: unknown) => void) {
    this.store = store;
    this.tab = tab;
    this.#scope = scope;
    this.#failed = (cause) => onProblem('could not write down what became of a change', cause);
  }

  post(message: Message): void {
    this.tab.post(this.#scope, message);
  }

  /** Writes over records. One that is not there any more does not come back, and one that another tab has taken over stays as that has it. */
  async put(records: readonly Entry['record'][]): Promise<void> {
    if (!records.length) return;
    await this.#edit((found) => {
      const tabs = new Map(changesOf(found, this.#scope).map(({ key, tab }) => [key, tab]));
      return { put: records.filter(({ key, tab }) => tabs.get(key as number) === tab) };
    });
  }

  /** `written` tells a page that was opened since, and may have read them. `put`: what is to be known of them. */
  remove(keys: readonly number[], written?: () => void, put: readonly NewStored[] = []): void {
    if (keys.length) this.store.write({ remove: keys, put }).then(written, this.#failed);
  }

  /** A change is over, and nobody is to know a result. */
  readonly drop: (key: number) => void = together((keys) => {
    const tell = () => this.post({ type: 'dropped', keys });
    tell();
    this.remove(keys, tell);
  });

  /** A change is settled. The results of one request are told together: the copy after one of its changes counts the others. */
  readonly settled: (settled: SettledRecord) => void = together((settled) => {
    const tell = (its: readonly SettledRecord[]) =>
      this.post({ type: 'settled', results: its.map(({ record: { key }, result }) => [key, result]) });
    const isDone = (its: SettledRecord): its is SettledRecord<ServerState> =>
      its.record.kind !== 'create' && 'value' in its.result;
    tell(settled);
    // A create goes with its name written down: without that, nobody could send what waits for it.
    const done = settled.filter(isDone);
    this.remove(
      keysOf(done),
      () => tell(done),
      done.flatMap(({ record, result }) => (record.isTaken ? this.#outcome(record.key, result.value) : [])),
    );
    void this.put(settled.flatMap(({ record, result }) => ('error' in result ? record : [])));
  });

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
  name(create: number, provisional: string, value: Collection): void {
    this.remove([create], undefined, [{ ...this.#outcome(create, value), provisional }]);
    this.#edit((found) => {
      const its = changesOf(found, this.#scope).filter(({ collectionId }) => collectionId === provisional);
      return { put: its.filter(({ key }) => key !== create).map((each) => ({ ...each, collectionId: value.id })) };
    });
  }

  #outcome(of: number, value: Collection | undefined) {
    return { version: VERSION, scope: this.#scope, of, value, at: Date.now() } as const;
  }

  #edit(edit: (found: readonly unknown[]) => Edit): Promise<unknown> {
    return this.store.transact(edit).catch(this.#failed);
  }
}
