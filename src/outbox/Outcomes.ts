import type { Change } from '../ledger/Change.ts';
import { type Entry, keysOf, update } from './EntryTable.ts';
import { keptError } from './keptError.ts';
import type { OutboxHost, Result, ServerState } from './OutboxHost.ts';
import type { OutboxRecord } from './OutboxRecord.ts';
import type { SharedChanges } from './SharedChanges.ts';

/**
 * Whether this page, or the one around its frame, closes itself: it hears that its requests were cut off before it ends, and nothing has
 * failed by that.
 */
const isClosing = (): boolean => !!globalThis.top?.closed;

/** Writes down the outcomes of the changes that this page sends, and tells the other tabs. */
export class Outcomes {
  readonly #host: OutboxHost;
  readonly #shared: SharedChanges;

  constructor(host: OutboxHost, shared: SharedChanges) {
    this.#host = host;
    this.#shared = shared;
  }

  follow(entry: Entry): void {
    this.#host.outcome(entry.change).then(
      (value) => this.#settled(entry, { value, at: this.#host.serverState(entry.change).at }),
      (error) => this.#settled(entry, { error: keptError(error) }),
    );
  }

  /** A change is given up in this page. True: it is another tab's, and stays. `isFailed`: it has failed, and any tab may remove it. */
  drop(change: Change | undefined, isFailed?: boolean): boolean {
    const { entries } = this.#shared;
    const entry = change && entries.of(change);
    if (!entry || entry.isOver) return false;
    // One that is to take the place of a failed one takes that along: the other tabs list it still.
    const { collectionId, key = entry.replaces, kind } = entry.record;
    // What there is no room for any more is this page's.
    if (key !== undefined && !isFailed && !this.#shared.isOwn(entry)) return true;
    entries.forget(entry);
    if (key === undefined) return false;
    // With a create goes what waits for it, whichever tab has asked for that: nobody could send it.
    const waiting = entries.all.filter(({ record }) => kind === 'create' && record.collectionId === collectionId);
    this.#shared.drop(key, ...keysOf(waiting));
    return false;
  }

  /** Writes down what is left of changes whose request has ended. */
  writeLeft(changes: readonly Change[]): void {
    const { entries, open } = this.#shared;
    if (!open || isClosing()) return;
    // What has failed with that request stays so, and what was taken over meanwhile is for that tab to tell.
    const pending = entries
      .living(changes)
      .filter(({ record }) => record.state === 'sent' && this.#shared.isSender(record));
    if (!pending.length) return;
    const results: [number, ServerState][] = [];
    const records = pending.map((entry) => {
      const { change, record } = entry;
      const { isAdd, left, remaining } = change;
      // Only the ids of this request: to tell of thousands of ids at each request would take seconds.
      const state = this.#host.serverState(change, record.sentIds);
      if (record.key !== undefined) results.push([record.key, state]);
      // These are as the change wants them, though another pending change may still move them.
      const found = (state.ids ?? []).flatMap(([id, isIn]) => (isIn === isAdd && remaining.has(id) ? id : []));
      return update(entry, {
        state: 'queued',
        left,
        value: state.value,
        ...(found.length && { found: [...(record.found ?? []), ...found] }),
      });
    });
    if (!results.length) return;
    // Before one of them is settled by what was found out of all of them. A page that is opened before this is written is answered when it says so.
    open.post({ type: 'cleared', results });
    void open.put(records);
  }

  #settled(entry: Entry, result: Result): void {
    const { entries, open } = this.#shared;
    const { key, state } = entry.record;
    if (entry.isOver || state === 'failed') return;
    // What another tab has taken over it may send again, and is shown as that tab's until then. What is done is done.
    const error = 'error' in result ? result.error : undefined;
    if (error && key !== undefined && (isClosing() || !this.#shared.isSender(entry.record)))
      entries.forget(entry, true);
    // It was discarded, which is no failure that the next page is to show.
    else if (error?.name === 'APIUserAbortError') this.drop(entry.change);
    else {
      // A failure that is being written is kept as one: NewChanges tells it when it has a key.
      if (error) update(entry, { state: 'failed', error });
      else entries.forget(entry);
      if (key !== undefined) open?.settled({ record: entry.record as OutboxRecord, result });
    }
  }
}
