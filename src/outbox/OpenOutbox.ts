import type { Collection } from '../api/types.ts';
import { batch } from './batch.ts';
import { type Entry, keysOf } from './EntryTable.ts';
import { changesOf, goneWith, outcomesBefore } from './lookups.ts';
import type { Message } from './messages.ts';
import type { Result, ServerState } from './OutboxHost.ts';
import { type NewStored, type OutboxRecord, VERSION } from './OutboxRecord.ts';
import type { Edit, RecordStore } from './RecordStore.ts';
import type { Tab } from './Tab.ts';
import { withoutRoom } from './withoutRoom.ts';

/** A week in milliseconds: no tab has slept longer, or was closed longer before it heard of a new collection's id. */
const WEEK = 604_800_000;

export const UNTOLD = 'could not tell the other tabs';

/** The changes that a tab has taken over, under its own id, and all that the storage had. */
interface TakenOver {
  readonly taken: readonly OutboxRecord[];
  readonly all: readonly unknown[];
  readonly tab: string;
}

interface SettledEntry<R extends Result = Result> {
  readonly record: OutboxRecord;
  readonly result: R;
}

/** The storage and the tab of a scope, both open: writes what becomes of changes into the one, and tells the other tabs by the other. */
export class OpenOutbox {
  readonly store: RecordStore;
  readonly tab: Tab;
  readonly #scope: string;
  readonly #failed: (cause: unknown) => void;
  /** Writes down what could not be. */
  readonly #owed: (() => void)[] = [];
  readonly #untold: (cause: unknown) => void;
  /** Told the keys that there is no room for any more: they are this page's alone from now on. */
  readonly onUnkept: (keys: readonly number[]) => void;

  constructor(
    store: RecordStore,
    tab: Tab,
    scope: string,
    onProblem: (what: string, cause: unknown) => void,
    onUnkept: (keys: readonly number[]) => void,
  ) {
    this.store = store;
    this.tab = tab;
    this.#scope = scope;
    this.onUnkept = onUnkept;
    this.#failed = (cause) => onProblem('could not write down what became of a change', cause);
    this.#untold = (cause) => onProblem(UNTOLD, cause);
  }

  post(message: Message): void {
    try {
      this.tab.post(this.#scope, message);
    } catch (error) {
      // A browser may have closed the channel. What is asked for is done all the same.
      this.#untold(error);
    }
  }

  /** Writes down, and tells again, what could not be written down: a page that is opened finds it as it was before. */
  catchUp(): void {
    for (const write of this.#owed.splice(0)) write();
  }

  /** The user has signed out: nothing more is written down of what was done before. */
  signOut(): void {
    this.#owed.length = 0;
  }

  /** Something could not be written down: it is done again later. */
  #owe(write: () => void): (cause: unknown) => void {
    return (cause) => {
      this.#owed.push(write);
      this.#failed(cause);
    };
  }

  /**
   * Makes the changes of tabs that have ended those of this tab, and forgets old outcomes.
   *
   * `inherit` is called where there is no room to write that down: the tab then bears the ended one's id as well.
   */
  async takeOver(isLeft: (record: OutboxRecord) => boolean, inherit?: () => void): Promise<TakenOver> {
    const tab = await this.tab.id();
    let all: readonly unknown[] = [];
    let taken: OutboxRecord[] = [];
    await withoutRoom(this.store, (found, hasRoom) => {
      all = found;
      taken = changesOf(found, this.#scope)
        .filter((record) => (hasRoom || inherit) && isLeft(record))
        .map((record) => ({ ...record, ...(hasRoom && { tab }), needsOutcome: true }));
      if (!hasRoom) inherit?.();
      return { put: hasRoom ? taken : [], remove: outcomesBefore(found, Date.now() - WEEK) };
    });
    return { all, taken, tab };
  }

  /** Overwrites records. A record that was removed does not come back, and one that another tab has taken over is left alone. */
  async put(records: readonly Entry['record'][]): Promise<void> {
    await this.#put(records).catch(this.#failed);
  }

  /** With `onFull`, records that there is no room for are removed. */
  async #put(records: readonly Entry['record'][], onFull?: (cause: unknown) => void): Promise<void> {
    const edit = (found: readonly unknown[], hasRoom: boolean) => {
      const tabs = new Map(changesOf(found, this.#scope).map(({ key, tab }) => [key, tab]));
      const put = records.filter(({ key, tab }) => tabs.get(key as number) === tab);
      return hasRoom ? { put } : { remove: put.map(({ key }) => key as number) };
    };
    await (onFull ? withoutRoom(this.store, edit, onFull) : this.store.transact((found) => edit(found, true)));
  }

  /** Removes records. `written` is called afterwards: a page that was opened meanwhile may have read them. `put`: their outcomes. */
  remove(keys: readonly number[], written?: () => void, put: readonly NewStored[] = []): void {
    // Where there is no room for the outcomes, remove at least: a sleeping tab is not told, but nothing is done twice.
    const remove = () => this.store.write({ remove: keys });
    if (keys.length)
      this.store
        .write({ remove: keys, put })
        .catch(remove)
        .then(
          written,
          this.#owe(() => this.remove(keys, written, put)),
        );
  }

  /** A change is over, without a result. */
  readonly drop: (key: number) => void = batch((keys) => {
    const tell = () => this.post({ type: 'dropped', keys });
    tell();
    this.remove(keys, tell);
  });

  /** A change is settled. The results of one request are told together: the copy after one of its changes counts the others. */
  readonly settled: (settled: SettledEntry) => void = batch((settled) => {
    const tell = (its: readonly SettledEntry[]) =>
      this.post({ type: 'settled', results: its.map(({ record, result }) => [record.key, result]) });
    const isDone = (its: SettledEntry): its is SettledEntry<ServerState> =>
      its.record.kind !== 'create' && 'value' in its.result;
    tell(settled);
    // A create is removed by `name`, which writes down its id: without that, no other tab could send what waits for it.
    const done = settled.filter(isDone);
    this.remove(
      keysOf(done),
      () => tell(done),
      done.flatMap(({ record, result }) => (record.needsOutcome ? this.#outcome(record.key, result.value) : [])),
    );
    const failed = settled.filter(({ result }) => 'error' in result);
    if (!failed.length) return;
    let isFull = false;
    // A failed change whose record says `sent` would be pending in every page that is opened.
    this.#put(
      failed.map(({ record }) => record),
      (cause) => {
        isFull = true;
        this.#failed(cause);
      },
    ).then(
      () => (isFull ? this.unkeep(keysOf(failed)) : tell(failed)),
      this.#owe(() => failed.forEach(this.settled)),
    );
  });

  /** There is no room for these any more: for the other tabs they are as if they had never been kept. */
  unkeep(keys: readonly number[]): void {
    this.post({ type: 'dropped', keys });
    this.onUnkept(keys);
  }

  /** Discards changes, each with all that waits for it. Resolves to the keys of what is gone: not what may have been sent. */
  async discard(
    records: readonly OutboxRecord[],
    isOurs: (record: OutboxRecord) => boolean,
  ): Promise<readonly number[]> {
    let gone: readonly number[] = [];
    await this.store.transact((found) => {
      const changes = changesOf(found, this.#scope);
      gone = records.flatMap((record) => goneWith(changes, record.key, isOurs(record)));
      return { remove: gone };
    });
    if (gone.length) this.post({ type: 'dropped', keys: gone });
    return gone;
  }

  /** A create has made a collection: the records that name its provisional id get the server's, those of all tabs. */
  name(create: number, provisional: string, value: Collection): void {
    const named = (found: readonly unknown[]) =>
      changesOf(found, this.#scope).filter(({ collectionId }) => collectionId === provisional);
    // A page that has been opened meanwhile has found the create on its way.
    const again = () => {
      this.post({ type: 'accepted', request: { kind: 'create', ids: [], keys: [create] }, value });
      this.name(create, provisional, value);
    };
    this.store.write({ remove: [create], put: [{ ...this.#outcome(create, value), provisional }] }).then(
      () => this.#edit((found) => ({ put: named(found).map((each) => ({ ...each, collectionId: value.id })) }), again),
      // Where the id cannot be written down, no other tab could send what waits for it, so that is not kept either.
      async () => {
        let keys: readonly number[] = [];
        await this.#edit((found) => {
          keys = named(found).map(({ key }) => key);
          return { remove: keys };
        }, again);
        this.unkeep(keys);
      },
    );
  }

  #outcome(of: number, value: Collection | undefined) {
    return { version: VERSION, scope: this.#scope, of, value, at: Date.now() } as const;
  }

  #edit(edit: (found: readonly unknown[]) => Edit, again: () => void): Promise<unknown> {
    return this.store.transact(edit).catch(this.#owe(again));
  }
}
