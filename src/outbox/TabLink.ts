import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import type { WriteRequest } from '../ledger/WriteRequest.ts';
import type { KeptError, Origin, OutboxLink } from '../query/Outbox.ts';
import { type Entry, EntryTable, keysOf, update } from './EntryTable.ts';
import { keptChange } from './keptChange.ts';
import { keptError } from './keptError.ts';
import { changesOf, isKept, namedBefore } from './lookups.ts';
import type { Message, SentMessage } from './messages.ts';
import { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost, Result, SentRequest } from './OutboxHost.ts';
import { isChange, isStored, type OutboxRecord, type Stored, VERSION } from './OutboxRecord.ts';
import type { RecordStore } from './RecordStore.ts';
import type { Tab } from './Tab.ts';

/** A change that waits to be written, and the key of the failed one in whose place it stands. */
interface Waiting {
  readonly entry: Entry;
  readonly replaces: number | undefined;
  readonly isRestored: boolean;
}

/** A day in milliseconds: no tab that was closed before it heard of a new collection's id has waited longer. */
const DAY = 86_400_000;

/** What a page's link needs of its outbox. */
export interface Surroundings {
  /** Undefined: nothing can be kept. */
  readonly store: Promise<RecordStore | undefined>;
  tabOf(hearing: { onReborn(): void; onMessage(message: Message): void }): Tab;
  /** A change is kept. */
  onKept(): void;
  /** A change could not be kept. */
  onLost(what: string, cause: unknown): void;
  /** Something else has gone wrong. */
  onProblem(what: string, cause: unknown): void;
}

/**
 * Keeps the pending changes of one page in the storage, and in step with those of the other tabs.
 *
 * Laws: a change is written before it is sent, and so is that it may have been sent. Only the tab that a record names sends it, which is
 * looked up in the transaction that writes so; a tab that was asleep finds out there that its changes are another's by now. The keys
 * grow as records are written, which is the one order that all tabs share: whoever has written a change has seen all those before it.
 */
export class TabLink implements OutboxLink {
  readonly #host: OutboxHost;
  readonly #around: Surroundings;
  readonly #entries = new EntryTable();
  readonly #watched = new Set<string>();
  #waiting: Waiting[] = [];
  #written: Promise<void> = Promise.resolve();
  /** What was heard before the storage was read. */
  #unheard: Message[] | undefined = [];
  #open: OpenOutbox | undefined;
  /** Undefined where nothing can be kept. */
  readonly #started: Promise<OpenOutbox | undefined>;

  constructor(host: OutboxHost, around: Surroundings) {
    this.#host = host;
    this.#around = around;
    this.#started = this.#start();
  }

  keep(change: Change, { again, mayBeSent, isRestored }: Origin): Promise<void> {
    const { scope } = this.#host;
    const entry: Entry = {
      change,
      record: { ...keptChange(change), version: VERSION, scope, tab: '', state: mayBeSent ? 'sent' : 'queued' },
    };
    this.#entries.add(entry);
    this.#follow(entry);
    const replaces = again && this.#entries.of(again)?.record.key;
    if (this.#waiting.push({ entry, replaces, isRestored }) === 1) {
      // What one tick asks for is one transaction.
      this.#written = Promise.resolve().then(() => this.#writeWaiting());
    }
    return this.#written;
  }

  async beforeSend(request: WriteRequest, since: string): Promise<boolean> {
    const entries = this.#entries.stored(request.settles);
    const open = this.#open;
    if (!entries.length || !open) return true;
    const { store } = open;
    const keys = keysOf(entries);
    try {
      const tab = await open.tab.id();
      let now: readonly (Stored | undefined)[] = [];
      let busy: readonly OutboxRecord[] = [];
      let isOurs = false;
      await store.transact((found) => {
        const records = found.filter(isStored);
        const isForeign = (record: Stored | undefined) =>
          !record || !isChange(record) || (open.tab.isShared && record.tab !== tab);
        now = keys.map((key) => records.find((record) => record.key === key));
        busy = records.filter(isChange).filter((record) => this.#isBusy(record, entries, tab));
        isOurs = !busy.length && !now.some(isForeign);
        return isOurs ? { put: entries.map((entry) => update(entry, { state: 'sent', since })) } : undefined;
      });
      if (!isOurs) {
        for (const [i, entry] of entries.entries()) this.#disown(entry, now[i]);
        this.#adopt(busy, '');
        this.#markSent(this.#entries.known(busy.map(({ key }) => key)));
        return false;
      }
    } catch (error) {
      this.#around.onProblem('could not write down that a change is sent', error);
      // What is kept says that nothing was sent: the next page would send it again.
      await store.remove(keys);
      for (const entry of entries) this.#entries.forget(entry);
      this.#host.markStored(
        entries.map(({ change }) => change),
        false,
      );
    }
    this.#open?.post({ type: 'sent', request: this.#described(request) });
    return true;
  }

  accepted(request: WriteRequest, copy: Collection | undefined): void {
    this.#open?.post({ type: 'accepted', request: this.#described(request), copy });
    if (request.kind === 'create' && copy) this.#named(request.callers[0], copy.id);
    else this.#writeLeft(request.settles);
  }

  cleared(changes: readonly Change[]): void {
    this.#writeLeft(changes);
  }

  drop(change: Change): void {
    const entry = this.#entries.of(change);
    if (!entry || entry.isOver) return;
    const { key } = entry.record;
    this.#entries.forget(entry);
    // What has failed is nobody's to send, and anybody's to forget.
    if (key === undefined || !(this.#isOwn(entry) || entry.record.state === 'failed')) return;
    this.#open?.drop(key);
  }

  discard(change: Change): void {
    const entry = this.#entries.of(change);
    if (entry?.record.key === undefined || entry.isOver) return;
    const failed = (error: unknown) => this.#around.onProblem('could not take back a change', error);
    this.#discardStored(entry, entry.record.key).catch(failed);
  }

  /** Nothing of the scope is kept any more. */
  clear(): void {
    // Begun in this very tick: the page may be closed in the next.
    this.#open?.remove(keysOf(this.#entries.all));
    this.#hear({ type: 'forgotten' });
  }

  async #start(): Promise<OpenOutbox | undefined> {
    const store = await this.#around.store;
    if (!store) return undefined;
    try {
      const tab = this.#around.tabOf({
        onReborn: () => this.#reclaim(),
        onMessage: (message) => {
          if (this.#unheard) this.#unheard.push(message);
          else this.#hear(message);
        },
      });
      const id = await tab.id();
      let found: readonly unknown[] = [];
      await store.transact((all) => {
        found = all;
        return { remove: namedBefore(all, Date.now() - DAY) };
      });
      const odd = found.filter((record) => !isStored(record));
      if (odd.length) this.#around.onProblem(`has put ${odd.length} records aside that cannot be read`, odd[0]);
      const { onProblem } = this.#around;
      this.#open = new OpenOutbox(store, tab, this.#host.scope, onProblem);
      void this.#announce(true);
      this.#adopt(found.filter(isStored), id);
    } catch (error) {
      this.#around.onLost('could not read what is kept', error);
    }
    const unheard = this.#unheard ?? [];
    this.#unheard = undefined;
    for (const message of unheard) this.#hear(message);
    return this.#open;
  }

  /** Every tab watches every other: one that ends between its write and its word of it has told nobody. */
  async #announce(isNew: boolean): Promise<void> {
    const tab = await this.#open?.tab.id();
    if (tab) this.#open?.post({ type: 'here', tab, isNew });
  }

  async #writeWaiting(): Promise<void> {
    const open = await this.#started;
    // One that was retried and taken back at once is over, and so is what it stood for.
    for (const { entry, replaces } of this.#waiting)
      if (entry.isOver && replaces !== undefined) this.#open?.drop(replaces);
    const waiting = this.#waiting.filter(({ entry }) => !entry.isOver);
    this.#waiting = [];
    if (!open || !waiting.length) return;
    const { store } = open;
    try {
      const tab = await open.tab.id();
      let found: readonly Stored[] = [];
      let kept: Entry[] = [];
      const keys = await store.transact((all) => {
        found = all.filter(isStored);
        const has = new Set(found.map(({ key }) => key));
        kept = waiting
          // One that was retried in two tabs at once is asked for once.
          .filter(({ replaces }) => replaces === undefined || has.has(replaces))
          .filter(({ entry, isRestored }) => !isRestored || !isKept(found, entry.record))
          .map(({ entry }) => entry);
        const put = kept.map((entry) => update(entry, { tab }));
        return { put, remove: waiting.flatMap(({ replaces }) => replaces ?? []) };
      });
      for (const [i, entry] of kept.entries()) {
        const key = keys[i] as number;
        entry.record = { ...entry.record, key };
        // It was taken back meanwhile, and another tab may have read it.
        if (entry.isOver) this.#open?.drop(key);
        else this.#entries.add(entry);
      }
      kept = kept.filter(({ isOver }) => !isOver);
      const replaced = waiting.flatMap(({ replaces }) => replaces ?? []);
      for (const entry of this.#entries.known(replaced)) this.#entries.forget(entry);
      this.#open?.post({ type: 'added', records: kept.map(({ record }) => record as OutboxRecord) });
      // After that: what waits for a create goes with it where nothing stands in its place.
      if (replaced.length) this.#open?.post({ type: 'dropped', keys: replaced });
      this.#adopt(found, tab);
      this.#around.onKept();
      this.#host.markStored(
        kept.map(({ change }) => change),
        true,
      );
      for (const { entry } of waiting) if (!kept.includes(entry)) this.#giveUp(entry);
    } catch (error) {
      this.#around.onLost('could not keep a change', error);
    }
  }

  /** Shows what is kept and not known here, each in its place. */
  #adopt(found: readonly Stored[], tab: string): void {
    const names = new Map<string, string>();
    const ours = found.filter(({ scope }) => scope === this.#host.scope).sort((a, b) => a.key - b.key);
    for (const record of ours) {
      if (isChange(record)) continue;
      names.set(record.provisional, record.id);
      this.#host.name(record.provisional, record.id);
    }
    const sent: Entry[] = [];
    // What waits for a create that was asked for again is older than that.
    const changes = ours.filter(isChange);
    const creates = changes.filter(({ kind }) => kind === 'create');
    for (const record of new Set([...creates, ...changes])) {
      if (!this.#entries.isNew(record.key)) continue;
      const collectionId = names.get(record.collectionId) ?? record.collectionId;
      const change = this.#host.begin({ ...record, collectionId }, (other) => {
        const { key } = this.#entries.of(other)?.record ?? {};
        return key === undefined || key > record.key;
      });
      if (!change) {
        this.#entries.end(record.key);
        this.#around.onProblem('left a kept change aside that cannot be sent', record);
        continue;
      }
      const entry: Entry = { change, record: { ...record, collectionId } };
      this.#entries.add(entry);
      if (record.state === 'failed') continue;
      if (record.tab === tab || !this.#open?.tab.isShared) this.#release(entry, tab);
      else {
        this.#watch(record.tab);
        if (record.state === 'sent') sent.push(entry);
      }
    }
    this.#markSent(sent);
    this.#host.markStored(
      this.#entries.all.map(({ change }) => change),
      true,
    );
  }

  /** What another tab has on the wire may be in what is read here. */
  #markSent(entries: readonly Entry[]): void {
    for (const id of new Set(entries.map(({ change }) => change.collectionId)))
      this.#host.markSent({
        kind: 'verify',
        ids: [],
        changes: entries.map(({ change }) => change).filter(({ collectionId }) => collectionId === id),
        since: entries[0]?.record.since,
      });
  }

  /** Whether another tab's request for the same collection is on its way: one at a time. */
  #isBusy({ key, scope, state, tab, collectionId }: OutboxRecord, entries: readonly Entry[], own: string): boolean {
    return (
      state === 'sent' &&
      tab !== own &&
      scope === this.#host.scope &&
      collectionId === entries[0]?.record.collectionId &&
      !this.#entries.isOver(key)
    );
  }

  #release(entry: Entry, tab: string): void {
    const { state, since } = entry.record;
    entry.record = { ...entry.record, tab };
    this.#follow(entry);
    this.#host.release(entry.change, state === 'sent', since);
  }

  /** Another tab's: whoever outlives it takes it over. */
  #watch(tab: string): void {
    if (this.#watched.has(tab)) return;
    this.#watched.add(tab);
    this.#open?.tab.whenEnded(tab, () => this.#claim(tab));
  }

  async #claim(ended: string): Promise<void> {
    this.#watched.delete(ended);
    const open = await this.#started;
    if (!open) return;
    try {
      const tab = await open.tab.id();
      let claimed: OutboxRecord[] = [];
      await open.store.transact((found) => {
        const ours = changesOf(found, this.#host.scope);
        claimed = ours.filter((record) => record.tab === ended && record.state !== 'failed');
        claimed = claimed.map((record) => ({ ...record, tab }));
        return { put: claimed };
      });
      if (claimed.length) this.#open?.post({ type: 'taken', records: claimed, tab });
      for (const record of claimed)
        for (const entry of this.#entries.known([record.key])) {
          entry.record = record;
          this.#release(entry, tab);
        }
      this.#adopt(claimed, tab);
    } catch (error) {
      this.#around.onProblem('could not take over the changes of a tab that was closed', error);
    }
  }

  /** This page has slept and has lost its lock: what nobody has taken over meanwhile is its own again. */
  #reclaim(): void {
    void this.#announce(true);
    const own = this.#entries.all.filter((entry) => entry.record.state !== 'failed' && this.#isOwn(entry));
    for (const { change } of own) this.#host.hold(change);
    for (const tab of new Set(own.map(({ record }) => record.tab))) this.#watch(tab);
  }

  #hear(message: Message): void {
    switch (message.type) {
      case 'added':
        this.#adopt(message.records, '');
        break;
      case 'sent':
        this.#withRequest(message.request, (request) => this.#host.markSent(request));
        break;
      case 'accepted':
        this.#heardAccepted(message.request, message.copy);
        break;
      case 'cleared':
        for (const entry of this.#entries.known(message.keys)) this.#host.clearSent(entry.change);
        break;
      case 'settled':
        this.#heardSettled(message.results);
        break;
      case 'taken':
        for (const entry of this.#entries.known(message.records.map(({ key }) => key)))
          update(entry, { tab: message.tab });
        this.#adopt(message.records, '');
        break;
      case 'here':
        this.#watch(message.tab);
        if (message.isNew) void this.#announce(false);
        break;
      case 'dropped':
        for (const key of message.keys) this.#endKey(key);
        break;
      case 'forgotten':
        for (const key of keysOf(this.#entries.all)) this.#endKey(key);
        for (const { entry } of this.#waiting) this.#giveUp(entry);
    }
  }

  #heardAccepted(request: SentMessage, copy: Collection | undefined): void {
    const [create] = this.#entries.known(request.keys);
    const provisional = create?.record.collectionId;
    this.#withRequest(request, (its) => this.#host.accept(its, copy));
    if (request.kind === 'create' && provisional && copy) this.#rename(provisional, copy.id);
  }

  #heardSettled(results: readonly (readonly [key: number, result: Result])[]): void {
    const settled = results.flatMap(([key, result]) => this.#entries.known([key]).map((entry) => ({ entry, result })));
    for (const { entry, result } of settled)
      if ('error' in result) update(entry, { state: 'failed', error: result.error });
      else this.#entries.forget(entry);
    this.#host.settle(settled.map(({ entry: { change }, result }) => ({ change, result })));
  }

  /** A change is over in another tab. */
  #endKey(key: number): void {
    for (const entry of this.#entries.known([key])) this.#giveUp(entry);
    this.#entries.end(key);
  }

  #giveUp(entry: Entry): void {
    this.#entries.forget(entry);
    this.#host.discard(entry.change);
  }

  /** Somebody else has taken a change, or taken it back. */
  #disown(entry: Entry, now: Stored | undefined): void {
    if (now && isChange(now)) {
      if (now.tab === entry.record.tab) return;
      entry.record = now;
      this.#host.hold(entry.change);
      this.#watch(now.tab);
    } else if (entry.record.key !== undefined) this.#endKey(entry.record.key);
  }

  /** Writes down what becomes of a change that is this page's to send. */
  #follow(entry: Entry): void {
    this.#host.outcome(entry.change).then(
      (value) => this.#settled(entry, { value, asOf: this.#host.asOf(entry.change) }),
      (error) => this.#settled(entry, { error: keptError(error) }),
    );
  }

  #settled(entry: Entry, result: Result): void {
    const { key } = entry.record;
    if (entry.isOver || (key !== undefined && !this.#isOwn(entry))) return;
    const error = 'error' in result ? result.error : undefined;
    // Taken back, which is no failure to be shown by the next page.
    if (error?.name === 'APIUserAbortError') this.drop(entry.change);
    else if (key === undefined) entry.isOver = true;
    else this.#writeSettled(entry, key, result, error);
  }

  #writeSettled(entry: Entry, key: number, result: Result, error: KeptError | undefined): void {
    this.#open?.settled(key, result);
    if (error) void this.#open?.put([update(entry, { state: 'failed', error })]);
    else {
      this.#entries.forget(entry);
      this.#open?.remove([key]);
    }
  }

  #named(create: Change, id: string): void {
    const { key, collectionId: provisional } = this.#entries.of(create)?.record ?? {};
    if (!this.#open || !provisional || key === undefined || provisional === id) return;
    this.#rename(provisional, id);
    this.#open.name(key, provisional, id);
  }

  #rename(provisional: string, id: string): void {
    for (const entry of [...this.#entries.all, ...this.#waiting.map((each) => each.entry)])
      if (entry.record.collectionId === provisional) update(entry, { collectionId: id });
  }

  /** What is left of changes whose request has ended. */
  #writeLeft(changes: readonly Change[]): void {
    const open = this.#open;
    if (!open) return;
    const pending = this.#entries.stored(changes).filter(({ change }) => !change.total || change.remaining.size);
    const records = pending.map((entry) =>
      update(entry, {
        state: 'queued',
        ...(entry.change.left && { left: entry.change.left }),
      }),
    );
    // Whoever has found it on its way waits for this word of it.
    void open.put(records).then(() => open.post({ type: 'cleared', keys: keysOf(pending) }));
  }

  async #discardStored(entry: Entry, key: number): Promise<void> {
    const gone = (await this.#open?.discard(key)) ?? [];
    if (!entry.isOver) for (const each of gone) this.#endKey(each);
  }

  #isOwn({ record: { tab } }: Entry): boolean {
    return !tab || !!this.#open?.tab.isOwn(tab);
  }

  #described(request: WriteRequest): SentMessage {
    const ids = request.memberKind ? [...request.knownBefore] : [];
    return { kind: request.kind, ids, keys: keysOf(this.#entries.stored(request.settles)) };
  }

  #withRequest({ kind, ids, keys }: SentMessage, work: (request: SentRequest) => void): void {
    const changes = this.#entries.known(keys).map(({ change }) => change);
    if (changes.length) work({ kind, ids, changes });
  }
}
