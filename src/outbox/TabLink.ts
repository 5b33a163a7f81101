import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import type { WriteRequest } from '../ledger/WriteRequest.ts';
import type { KeptError, Origin, OutboxLink } from '../query/Outbox.ts';
import { keptChange } from './keptChange.ts';
import { keptError } from './keptError.ts';
import type { Message, SentMessage } from './messages.ts';
import type { OutboxHost, Result, SentRequest } from './OutboxHost.ts';
import { isChange, isStored, type OutboxRecord, type Stored, VERSION } from './OutboxRecord.ts';
import type { RecordStore } from './RecordStore.ts';
import type { Tab } from './Tab.ts';

interface Entry {
  readonly change: Change;
  /** Without a key as long as the storage has not taken it. */
  record: Omit<OutboxRecord, 'key'> & { readonly key?: number };
  /** Result, discarded or given up: nothing more is to be written. */
  isOver?: boolean;
}

/** A change that waits to be written, and the key of the failed one in whose place it stands. */
interface Waiting {
  readonly entry: Entry;
  readonly replaces: number | undefined;
  readonly isRestored: boolean;
}

interface Opened {
  readonly store: RecordStore;
  readonly tab: Tab;
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
  readonly #byKey = new Map<number, Entry>();
  readonly #byChange = new WeakMap<Change, Entry>();
  /** Keys that are over: an older snapshot of the storage may have them still. */
  readonly #over = new Set<number>();
  readonly #watched = new Set<string>();
  #waiting: Waiting[] = [];
  #written: Promise<void> = Promise.resolve();
  #dropped: number[] = [];
  #results: (readonly [key: number, result: Result])[] = [];
  /** What was heard before the storage was read. */
  #unheard: Message[] | undefined = [];
  #open: Opened | undefined;
  /** Undefined where nothing can be kept. */
  readonly #started: Promise<Opened | undefined>;

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
    this.#byChange.set(change, entry);
    this.#follow(entry);
    const replaces = again && this.#byChange.get(again)?.record.key;
    if (this.#waiting.push({ entry, replaces, isRestored }) === 1) {
      // What one tick asks for is one transaction.
      this.#written = Promise.resolve().then(() => this.#writeWaiting());
    }
    return this.#written;
  }

  async beforeSend(request: WriteRequest, since: string): Promise<boolean> {
    const entries = this.#stored(request.settles);
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
        this.#markSent(this.#known(busy.map(({ key }) => key)));
        return false;
      }
    } catch (error) {
      this.#around.onProblem('could not write down that a change is sent', error);
      // What is kept says that nothing was sent: the next page would send it again.
      await store.remove(keys);
      for (const entry of entries) this.#forget(entry);
      this.#host.markStored(
        entries.map(({ change }) => change),
        false,
      );
    }
    this.#post({ type: 'sent', request: this.#described(request) });
    return true;
  }

  accepted(request: WriteRequest, copy: Collection | undefined): void {
    this.#post({ type: 'accepted', request: this.#described(request), copy });
    if (request.kind === 'create' && copy) this.#named(request.callers[0], copy.id);
    else this.#writeLeft(request.settles);
  }

  cleared(changes: readonly Change[]): void {
    this.#writeLeft(changes);
  }

  drop(change: Change): void {
    const entry = this.#byChange.get(change);
    if (!entry || entry.isOver) return;
    const { key } = entry.record;
    this.#forget(entry);
    // What has failed is nobody's to send, and anybody's to forget.
    if (key === undefined || !(this.#isOwn(entry) || entry.record.state === 'failed')) return;
    this.#dropKey(key);
  }

  discard(change: Change): void {
    const entry = this.#byChange.get(change);
    if (entry?.record.key === undefined || entry.isOver) return;
    const failed = (error: unknown) => this.#around.onProblem('could not take back a change', error);
    this.#discardStored(entry, entry.record.key).catch(failed);
  }

  /** Nothing of the scope is kept any more. */
  clear(): void {
    // Begun in this very tick: the page may be closed in the next.
    this.#remove([...this.#byKey.keys()]);
    this.#hear({ type: 'forgotten' });
  }

  async #start(): Promise<Opened | undefined> {
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
        const old = Date.now() - DAY;
        return { remove: all.filter(isStored).flatMap((each) => (!isChange(each) && each.at < old ? each.key : [])) };
      });
      const odd = found.filter((record) => !isStored(record));
      if (odd.length) this.#around.onProblem(`has put ${odd.length} records aside that cannot be read`, odd[0]);
      this.#open = { store, tab };
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
    if (tab) this.#post({ type: 'here', tab, isNew });
  }

  async #writeWaiting(): Promise<void> {
    const open = await this.#started;
    // One that was retried and taken back at once is over, and so is what it stood for.
    for (const { entry, replaces } of this.#waiting)
      if (entry.isOver && replaces !== undefined) this.#dropKey(replaces);
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
        // One that was retried in two tabs at once is asked for once.
        const isKept = ({ record }: Entry) => found.some((other) => isChange(other) && isSameChange(other, record));
        kept = waiting
          .filter(({ replaces }) => replaces === undefined || has.has(replaces))
          .filter(({ entry, isRestored }) => !isRestored || !isKept(entry))
          .map(({ entry }) => entry);
        const put = kept.map((entry) => update(entry, { tab }));
        return { put, remove: waiting.flatMap(({ replaces }) => replaces ?? []) };
      });
      for (const [i, entry] of kept.entries()) {
        const key = keys[i] as number;
        entry.record = { ...entry.record, key };
        // It was taken back meanwhile, and another tab may have read it.
        if (entry.isOver) this.#dropKey(key);
        else this.#byKey.set(key, entry);
      }
      kept = kept.filter(({ isOver }) => !isOver);
      const replaced = waiting.flatMap(({ replaces }) => replaces ?? []);
      for (const entry of this.#known(replaced)) this.#forget(entry);
      this.#post({ type: 'added', records: kept.map(({ record }) => record as OutboxRecord) });
      // After that: what waits for a create goes with it where nothing stands in its place.
      if (replaced.length) this.#post({ type: 'dropped', keys: replaced });
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
      if (this.#byKey.has(record.key) || this.#over.has(record.key)) continue;
      const collectionId = names.get(record.collectionId) ?? record.collectionId;
      const change = this.#host.begin({ ...record, collectionId }, (other) => {
        const { key } = this.#byChange.get(other)?.record ?? {};
        return key === undefined || key > record.key;
      });
      if (!change) {
        this.#over.add(record.key);
        this.#around.onProblem('left a kept change aside that cannot be sent', record);
        continue;
      }
      const entry: Entry = { change, record: { ...record, collectionId } };
      this.#byKey.set(record.key, entry);
      this.#byChange.set(change, entry);
      if (record.state === 'failed') continue;
      if (record.tab === tab || !this.#open?.tab.isShared) this.#release(entry, tab);
      else {
        this.#watch(record.tab);
        if (record.state === 'sent') sent.push(entry);
      }
    }
    this.#markSent(sent);
    this.#host.markStored(
      [...this.#byKey.values()].map(({ change }) => change),
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
      !this.#over.has(key)
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
        const ours = found.filter(isStored).filter(({ scope }) => scope === this.#host.scope);
        claimed = ours.filter(isChange).filter((record) => record.tab === ended && record.state !== 'failed');
        claimed = claimed.map((record) => ({ ...record, tab }));
        return { put: claimed };
      });
      if (claimed.length) this.#post({ type: 'taken', records: claimed, tab });
      for (const record of claimed) {
        const entry = this.#byKey.get(record.key);
        if (!entry) continue;
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
    const own = [...this.#byKey.values()].filter((entry) => entry.record.state !== 'failed' && this.#isOwn(entry));
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
        for (const entry of this.#known(message.keys)) this.#host.clearSent(entry.change);
        break;
      case 'settled':
        this.#heardSettled(message.results);
        break;
      case 'taken':
        for (const entry of this.#known(message.records.map(({ key }) => key)))
          entry.record = { ...entry.record, tab: message.tab };
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
        for (const key of [...this.#byKey.keys()]) this.#endKey(key);
        for (const { entry } of this.#waiting) this.#giveUp(entry);
    }
  }

  #heardAccepted(request: SentMessage, copy: Collection | undefined): void {
    const [key = 0] = request.keys;
    const provisional = this.#byKey.get(key)?.record.collectionId;
    this.#withRequest(request, (its) => this.#host.accept(its, copy));
    if (request.kind === 'create' && provisional && copy) this.#rename(provisional, copy.id);
  }

  #heardSettled(results: readonly (readonly [key: number, result: Result])[]): void {
    const settled = results.flatMap(([key, result]) => this.#known([key]).map((entry) => ({ entry, result })));
    for (const { entry, result } of settled)
      if ('error' in result) update(entry, { state: 'failed', error: result.error });
      else this.#forget(entry);
    this.#host.settle(settled.map(({ entry: { change }, result }) => ({ change, result })));
  }

  /** A change is over in another tab. */
  #endKey(key: number): void {
    this.#over.add(key);
    for (const entry of this.#known([key])) this.#giveUp(entry);
  }

  #giveUp(entry: Entry): void {
    this.#forget(entry);
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
    // Those of one request are told together.
    if (this.#results.push([key, result]) === 1) queueMicrotask(() => this.#tellResults());
    if (error) void this.#put([update(entry, { state: 'failed', error })]);
    else {
      this.#forget(entry);
      this.#remove([key]);
    }
  }

  #tellResults(): void {
    const results = this.#results;
    this.#results = [];
    this.#post({ type: 'settled', results });
  }

  /** A collection has got its id: whatever names the provisional one is rewritten with it, of all tabs. */
  #named(create: Change, id: string): void {
    const { record } = this.#byChange.get(create) ?? {};
    const provisional = record?.collectionId;
    if (!this.#open || !provisional || record.key === undefined || provisional === id) return;
    const { scope } = this.#host;
    this.#rename(provisional, id);
    const name = { version: VERSION, scope, provisional, id, at: Date.now() } as const;
    this.#open.store
      .transact((found) => {
        const changes = found.filter(isStored).filter(isChange);
        const its = changes.filter((each) => each.scope === scope && each.collectionId === provisional);
        const put = its.filter(({ key }) => key !== record.key).map((each) => ({ ...each, collectionId: id }));
        return { put: [...put, name], remove: [record.key as number] };
      })
      .catch((error) => this.#around.onProblem('could not write down the id of a new collection', error));
  }

  #rename(provisional: string, id: string): void {
    for (const entry of this.#byKey.values())
      if (entry.record.collectionId === provisional) entry.record = { ...entry.record, collectionId: id };
    for (const { entry } of this.#waiting)
      if (entry.record.collectionId === provisional) entry.record = { ...entry.record, collectionId: id };
  }

  /** What is left of changes whose request has ended. */
  #writeLeft(changes: readonly Change[]): void {
    const pending = this.#stored(changes).filter(({ change }) => !change.total || change.remaining.size);
    const records = pending.map((entry) =>
      update(entry, {
        state: 'queued',
        ...(entry.change.left && { left: entry.change.left }),
      }),
    );
    // Whoever has found it on its way waits for this word of it.
    void this.#put(records).then(() => this.#post({ type: 'cleared', keys: keysOf(pending) }));
  }

  async #put(records: readonly Omit<OutboxRecord, 'key'>[]): Promise<void> {
    if (!this.#open || !records.length) return;
    const put = records as readonly OutboxRecord[];
    await this.#open.store
      .transact((found) => {
        const keys = new Set(found.filter(isStored).map(({ key }) => key));
        return { put: put.filter(({ key }) => keys.has(key)) };
      })
      .catch((error) => this.#around.onProblem('could not keep what became of a change', error));
  }

  #remove(keys: readonly number[]): void {
    if (!this.#open || !keys.length) return;
    const failed = (error: unknown) => this.#around.onProblem('could not forget a change that is over', error);
    this.#open.store.remove(keys).catch(failed);
  }

  #dropKey(key: number): void {
    if (this.#dropped.push(key) === 1) queueMicrotask(() => this.#removeDropped());
  }

  #removeDropped(): void {
    const keys = this.#dropped;
    this.#dropped = [];
    this.#remove(keys);
    this.#post({ type: 'dropped', keys });
  }

  async #discardStored(entry: Entry, key: number): Promise<void> {
    let gone: readonly number[] = [];
    await this.#open?.store.transact((found) => {
      const records = found.filter(isStored);
      const record = records.find((each) => each.key === key);
      gone = [key];
      if (!record || !isChange(record)) return undefined;
      if (record.state === 'sent') gone = [];
      // What waits for a create goes with it.
      else if (record.kind === 'create')
        gone = records.filter((each) => isSameCollection(each, record)).map((each) => each.key);
      return { remove: gone };
    });
    if (!gone.length) return;
    this.#post({ type: 'dropped', keys: gone });
    if (!entry.isOver) for (const each of gone) this.#endKey(each);
  }

  #forget(entry: Entry): void {
    entry.isOver = true;
    const { key } = entry.record;
    if (key === undefined) return;
    this.#byKey.delete(key);
    this.#over.add(key);
  }

  #isOwn({ record: { tab } }: Entry): boolean {
    return !tab || !!this.#open?.tab.isOwn(tab);
  }

  #known(keys: readonly number[]): Entry[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? []);
  }

  /** Those of some changes that the storage has. */
  #stored(changes: readonly Change[]): Entry[] {
    return changes
      .flatMap((change) => this.#byChange.get(change) ?? [])
      .filter(({ record, isOver }) => record.key !== undefined && !isOver);
  }

  #described(request: WriteRequest): SentMessage {
    const ids = request.memberKind ? [...request.knownBefore] : [];
    return { kind: request.kind, ids, keys: keysOf(this.#stored(request.settles)) };
  }

  #withRequest({ kind, ids, keys }: SentMessage, work: (request: SentRequest) => void): void {
    const changes = this.#known(keys).map(({ change }) => change);
    if (changes.length) work({ kind, ids, changes });
  }

  #post(message: Message): void {
    this.#open?.tab.post(this.#host.scope, message);
  }
}

/** Writes into an entry's record. Gives it. */
function update(entry: Entry, fields: Partial<OutboxRecord>): Entry['record'] {
  entry.record = { ...entry.record, ...fields };
  return entry.record;
}

/** A cache of before this library had an outbox has no keys. */
const isSameChange = (a: Entry['record'], b: Entry['record']): boolean =>
  a.scope === b.scope &&
  a.kind === b.kind &&
  a.submittedAt === b.submittedAt &&
  JSON.stringify(a.variables) === JSON.stringify(b.variables);

const isSameCollection = (a: Stored, b: OutboxRecord): boolean =>
  isChange(a) && a.scope === b.scope && a.collectionId === b.collectionId;

const keysOf = (entries: readonly Entry[]): number[] => entries.flatMap(({ record }) => record.key ?? []);
