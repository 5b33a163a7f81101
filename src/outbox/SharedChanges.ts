import type { Change } from '../ledger/Change.ts';
import { type Entry, EntryTable, update } from './EntryTable.ts';
import { changesOf } from './lookups.ts';
import type { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost } from './OutboxHost.ts';
import { isChange, isStored, type OutboxRecord, type Stored } from './OutboxRecord.ts';

/**
 * The changes of a scope, as the storage has them, shown in a page each in its place, and whose they are to send.
 *
 * Law: only the tab that a record names sends it. Whoever outlives that tab takes it over, in a transaction.
 */
export class SharedChanges {
  readonly entries: EntryTable = new EntryTable();
  readonly #host: OutboxHost;
  readonly #onProblem: (what: string, cause: unknown) => void;
  readonly #follow: (entry: Entry) => void;
  readonly #watched = new Set<string>();
  #open: OpenOutbox | undefined;

  /** `follow` is told of what is this page's to send from now on. */
  constructor(host: OutboxHost, onProblem: (what: string, cause: unknown) => void, follow: (entry: Entry) => void) {
    this.#host = host;
    this.#onProblem = onProblem;
    this.#follow = follow;
  }

  /** Undefined as long as the storage was not read, and where nothing can be kept. */
  get open(): OpenOutbox | undefined {
    return this.#open;
  }

  start(open: OpenOutbox): void {
    this.#open = open;
    void this.announce(true);
  }

  /** Every tab watches every other: one that ends between its write and its word of it has told nobody. */
  async announce(isNew: boolean): Promise<void> {
    const tab = await this.#open?.tab.id();
    if (tab) this.#open?.post({ type: 'here', tab, isNew });
  }

  isOwn({ record: { tab } }: Entry): boolean {
    return !tab || !!this.#open?.tab.isOwn(tab);
  }

  /** Whether what is written so is this page's to send, as of now. */
  isSender({ tab }: Pick<OutboxRecord, 'tab'>): boolean {
    return !!this.#open?.tab.isSender(tab);
  }

  /** Shows what is kept and not known here. */
  adopt(found: readonly Stored[]): void {
    const { entries } = this;
    const names = new Map<string, string>();
    const ours = found.filter(({ scope }) => scope === this.#host.scope).sort((a, b) => a.key - b.key);
    for (const record of ours) {
      if (isChange(record)) continue;
      names.set(record.provisional, record.id);
      this.#host.name(record.provisional, record.id);
    }
    const adopted: Change[] = [];
    const sent: Entry[] = [];
    // What waits for a create that was asked for again is older than that.
    const changes = ours.filter(isChange);
    const creates = changes.filter(({ kind }) => kind === 'create');
    for (const record of new Set([...creates, ...changes])) {
      if (!entries.isNew(record.key)) continue;
      const collectionId = names.get(record.collectionId) ?? record.collectionId;
      const change = this.#host.begin({ ...record, collectionId }, (other) => {
        const { key } = entries.of(other)?.record ?? {};
        return key === undefined || key > record.key;
      });
      if (!change) {
        entries.end(record.key);
        this.#onProblem('left a kept change aside that cannot be sent', record);
        continue;
      }
      adopted.push(change);
      const entry: Entry = { change, record: { ...record, collectionId } };
      entries.add(entry);
      if (record.state === 'failed') continue;
      if (this.isSender(record)) this.#release(entry);
      else {
        this.watch(record.tab);
        if (record.state === 'sent') sent.push(entry);
      }
    }
    this.markSent(sent);
    if (adopted.length) this.#host.markStored(adopted, true);
  }

  /** What another tab has on the wire may be in what is read here. */
  markSent(entries: readonly Entry[]): void {
    for (const id of new Set(entries.map(({ change }) => change.collectionId)))
      this.#host.markSent({
        kind: 'verify',
        ids: [],
        changes: entries.map(({ change }) => change).filter(({ collectionId }) => collectionId === id),
        since: entries[0]?.record.since,
      });
  }

  /** Another tab's: whoever outlives it takes it over. */
  watch(tab: string): void {
    if (this.#watched.has(tab)) return;
    this.#watched.add(tab);
    this.#open?.tab.whenEnded(tab, () => this.#claim(tab));
  }

  /** This page has slept and has lost its lock: what nobody has taken over meanwhile is its own again. */
  reclaim(): void {
    void this.announce(true);
    const own = this.entries.all.filter(
      ({ record }) => record.key !== undefined && record.state !== 'failed' && !!this.#open?.tab.isOwn(record.tab),
    );
    for (const { change } of own) this.#host.hold(change);
    const watched = [...this.#watched, ...own.map(({ record }) => record.tab)];
    this.#watched.clear();
    for (const tab of watched) this.watch(tab);
    this.#catchUp().catch((error) => this.#onProblem('could not read what is kept', error));
  }

  /** Somebody else has taken a change, or taken it back. */
  disown(entry: Entry, now: Stored | undefined): void {
    if (now && isChange(now)) {
      if (this.isSender(now)) return;
      entry.record = now;
      this.#host.hold(entry.change);
      this.watch(now.tab);
    } else if (entry.record.key !== undefined) {
      this.end(entry.record.key);
      // Whoever has deleted the database has told nobody.
      this.#open?.drop(entry.record.key);
    }
  }

  /** A change is over in another tab. */
  end(key: number): void {
    for (const entry of this.entries.known([key])) this.giveUp(entry);
    this.entries.end(key);
  }

  giveUp(entry: Entry): void {
    this.entries.forget(entry);
    this.#host.discard(entry.change);
  }

  /** A collection has got the server's id. */
  rename(provisional: string, id: string): void {
    for (const entry of this.entries.all)
      if (entry.record.collectionId === provisional) update(entry, { collectionId: id });
  }

  async #claim(ended: string): Promise<void> {
    this.#watched.delete(ended);
    const open = this.#open;
    if (!open) return;
    try {
      const tab = await open.tab.id();
      let claimed: OutboxRecord[] = [];
      await open.store.transact((found) => {
        claimed = changesOf(found, this.#host.scope)
          .filter((record) => record.tab === ended && record.state !== 'failed')
          .map((record) => ({ ...record, tab }));
        return { put: claimed };
      });
      if (claimed.length) open.post({ type: 'taken', records: claimed, tab });
      for (const record of claimed)
        for (const entry of this.entries.known([record.key])) {
          entry.record = record;
          this.#release(entry);
        }
      this.adopt(claimed);
    } catch (error) {
      this.#onProblem('could not take over the changes of a tab that was closed', error);
    }
  }

  /** What was told while this page slept was told to nobody here: the storage says what there is. */
  async #catchUp(): Promise<void> {
    const before = this.entries.all.filter(({ record }) => record.key !== undefined);
    let found: readonly Stored[] = [];
    await this.#open?.store.transact((all) => {
      found = all.filter(isStored);
      return undefined;
    });
    const now = new Map(changesOf(found, this.#host.scope).map((record) => [record.key, record]));
    const isGone = ({ record: { key } }: Entry) => !now.has(key as number);
    // What waits for a create that somebody else has done goes on under the id that the storage has for it.
    const made = new Set(
      before.filter((each) => isGone(each) && each.record.kind === 'create').map(({ record }) => record.collectionId),
    );
    const gone: Change[] = [];
    for (const entry of before) {
      if (entry.isOver) continue;
      const { change, record } = entry;
      const kept = now.get(record.key as number);
      if (isGone(entry) || made.has(record.collectionId)) {
        this.entries.forget(entry, !isGone(entry));
        gone.push(change);
      } else if (kept?.error && record.state !== 'failed') {
        update(entry, kept);
        this.#host.settle([{ change, result: { error: kept.error } }]);
      }
    }
    this.#host.loseSight(gone);
    this.adopt(found);
  }

  #release(entry: Entry): void {
    const { state, since } = entry.record;
    this.#follow(entry);
    this.#host.release(entry.change, state === 'sent', since);
  }
}
