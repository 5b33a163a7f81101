import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import { type Entry, EntryTable, keysOf, replace, update } from './EntryTable.ts';
import { TRIES_AGAIN } from './inTime.ts';
import { byChange, isLost } from './lookups.ts';
import type { Results } from './messages.ts';
import type { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost, Settled } from './OutboxHost.ts';
import {
  ANY_SCOPE,
  isChange,
  isStored,
  type OutboxRecord,
  type OutcomeRecord,
  SIGN_OUT,
  type Stored,
} from './OutboxRecord.ts';
import { type Heard, SignOuts } from './SignOuts.ts';
import { unknownEnd } from './unknownEnd.ts';

/** How long a message of a tab that has ended may still be on its way, in milliseconds. */
const MESSAGE_DELAY = 1_000;

/** How a page has come by records. */
interface Found {
  /** They were read just now, and overrule what is known here. */
  readonly isNow?: boolean;
  /** Nobody has told this page of what is on its way. */
  readonly isFound?: boolean;
}

/**
 * The changes of a scope: shows in this page what the storage has, each change in its place, and knows which tab sends it.
 *
 * Law: only the tab that a record names sends it. Whoever outlives that tab takes it over, in a transaction.
 */
export class SharedChanges {
  readonly entries: EntryTable = new EntryTable();
  readonly #host: OutboxHost;
  readonly #onProblem: (what: string, cause: unknown) => void;
  readonly #follow: (entry: Entry) => void;
  readonly #watched = new Set<string>();
  readonly #signOuts = new SignOuts();
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

  /**
   * Tells its id, of a limit that it waits for, and what its last requests have come to. Every tab watches every other: one may end after a
   * write and before its message of it.
   */
  async answer(): Promise<void> {
    if (!this.#open) return;
    // Without a lock it has none, which was told as a problem.
    const tab = await this.#open.tab.id().catch(() => undefined);
    if (!tab) return;
    this.#open.post({ type: 'here', tab });
    this.#open.catchUp();
    let isLimitTold = false;
    const results = this.entries.written.flatMap(({ change, record }): Results => {
      // There may have been no room to write down what its last request has come to.
      const isCleared = record.state === 'queued' && record.since !== undefined;
      // Else of no item, and of one change: there may be thousands of both, and only the limit is asked for, which is the same for all.
      if (!this.isSender(record) || (isLimitTold && !isCleared)) return [];
      const state = this.#host.serverState(change, isCleared ? record.sentIds : []);
      isLimitTold ||= !!state.resumesAt;
      return isCleared || state.resumesAt ? [[record.key as number, state]] : [];
    });
    if (results.length) this.#open.post({ type: 'cleared', results });
  }

  isOwn({ record: { tab } }: Entry): boolean {
    return !tab || !!this.#open?.tab.isOwn(tab);
  }

  /** Whether this page sends what has this record now. A record that is not written yet is its own. */
  isSender({ tab }: Pick<OutboxRecord, 'tab'>): boolean {
    return !tab || !!this.#open?.tab.isSender(tab);
  }

  /** Whether it is this page's to send though it is written under the id of a tab that has ended. */
  inherits({ tab }: Pick<OutboxRecord, 'tab'>): boolean {
    return !!this.#open?.tab.inherits(tab);
  }

  /** This page has lost its lock: any tab may take its changes over. It sends nothing before it has read the storage again. */
  holdAll(): void {
    const { all } = this.entries;
    this.#signOuts.sleep(all, !!this.#open);
    for (const { change, record } of all) if (record.key !== undefined || change.isReady) change.hold();
  }

  /** The storage cannot be read: another tab may have sent by now what this page had kept, so that what is read may hold it. */
  holdUnread(): void {
    this.#markSent(
      this.entries.written.filter(({ record }) => record.state !== 'failed'),
      false,
    );
  }

  /** The page knows again what others have on the wire: it may send its own unwritten changes. */
  releaseUnkept(): void {
    for (const { change, record } of this.entries.all)
      if (record.key === undefined && change.isShared) this.#host.release(change);
  }

  /**
   * This page bears another id than before, or its first: it knows nothing. The storage says what there is, whose it is, and what has become of
   * the rest. Gives all that was found. `hear` has it hear what was told until then.
   */
  async renew(open: OpenOutbox, id: string, hear: () => void): Promise<readonly unknown[]> {
    const { tab } = open;
    // Before anything is written under its id.
    open.post({ type: 'here', tab: id, isNew: true });
    // Where there is no room, its own are taken over as those of any tab that has ended.
    const { all, taken } = await this.#take(open, (old) => tab.isOwn(old) && !tab.isSender(old));
    this.learnSignOuts(all);
    this.#open = open;
    // It was put to sleep meanwhile, and reads what is kept once more: what was done since then would be pending until it has.
    if (!tab.isSender(id)) return all;
    this.#signOuts.catchUp();
    this.#watched.clear();
    this.#host.catchUp();
    const now = byChange([...all, ...taken]);
    const { entries } = this;
    const { written } = entries;
    const storedOf = ({ record: { key } }: Entry) => now.get(key as number);
    // In the order in which they were done, which dates may not tell: outcomes by their keys, and after them what is done only in part.
    for (const isPart of [false, true])
      this.#learn(entries.known([...now].flatMap(([key, its]) => (isChange(its) === isPart ? key : []))), now);
    this.adopt([...now.values()], { isNow: true, isFound: true });
    hear();
    // Done or taken back while it was told nothing. Of what was done since it woke it has heard what that has come to.
    this.#endUnknown(...written.filter((entry) => !entry.isOver && !storedOf(entry) && !this.#isSought(entry)));
    return all;
  }

  /** Shows what is kept and not known here. */
  adopt(found: readonly unknown[], { isNow = false, isFound = false }: Found = {}): void {
    const { entries } = this;
    // A tab of a newer version of the app tells of records that only its own can read.
    const ours = found
      .filter((record): record is Stored => isStored(record) && record.scope === this.#host.scope)
      .sort((a, b) => a.key - b.key);
    for (const record of ours)
      if (!isChange(record) && record.provisional) {
        const id = record.value?.id as string;
        this.#host.name(record.provisional, id);
        this.#rename(record.provisional, id);
      }
    const placed: Entry[] = [];
    // What waits for a create that was asked for again is older than that.
    const changes = ours.filter(isChange);
    const creates = changes.filter(({ kind }) => kind === 'create');
    for (const record of new Set([...creates, ...changes])) {
      const [known] = isNow ? entries.known([record.key]) : [];
      if (known && this.#overwrite(known, record, isFound)) placed.push(known);
      const added = entries.isNew(record.key) && this.#begin(record);
      if (added) placed.push(added);
    }
    this.#place(placed, isFound);
    if (placed.length) this.#host.markStored(placed, true);
  }

  /** Takes a record of a change that is known here as the storage has it. False: the page knows better. */
  #overwrite(entry: Entry, record: OutboxRecord, isFound: boolean): boolean {
    const isSameTab = entry.record.tab === record.tab;
    // It was written since this page woke: nobody else can have sent it.
    if (isSameTab && this.isSender(record) && !this.inherits(record)) return false;
    if (record.error || entry.record.state !== 'failed') {
      replace(entry, record);
      return true;
    }
    // That it has failed is about to be written, by whoever has told so or outlives that.
    if (isSameTab) this.watch(record.tab);
    else if (isFound) {
      // It was taken over from whoever has told so, and has ended before that was written: it is asked for still.
      this.entries.forget(entry, true);
      this.#host.discard([entry.change]);
    }
    return false;
  }

  /** Shows a change that the page hears of for the first time. */
  #begin(record: OutboxRecord): Entry | undefined {
    const { entries } = this;
    const change = this.#host.begin(record, (other) => {
      const { key } = entries.of(other)?.record ?? {};
      return key === undefined || key > record.key;
    });
    if (!change) {
      // A tab that lives has asked for it, and is about to hear that there is nothing to be changed any more.
      if (!this.isSender(record)) this.watch(record.tab);
      else {
        entries.end(record.key);
        this.#onProblem('left a kept change aside that cannot be sent', record);
      }
      return undefined;
    }
    const entry: Entry = { change, record: { ...record, collectionId: change.collectionId } };
    entries.add(entry);
    // Before whatever this page has read.
    this.#learnDone(change, record, 0);
    return entry;
  }

  /**
   * Ends what the sign-outs in the storage end. A new page only notes them: what it asks for comes after each, or it has heard of it. What was
   * written is removed already.
   */
  learnSignOuts(found: readonly unknown[]): void {
    for (const { of, at, scope } of found.filter(isStored) as OutcomeRecord[])
      if (of === SIGN_OUT && [this.#host.scope, ANY_SCOPE].includes(scope))
        if (this.#open || this.#signOuts.isBehind) this.signOut(at);
        else this.#signOuts.add(at);
  }

  /** What another tab has sent, or a tab that has ended, may be included in what this page reads. All changes of a request are marked at once. */
  #markSent(entries: readonly Entry[], isFound: boolean): void {
    for (const id of new Set(entries.map(({ change }) => change.collectionId))) {
      const its = entries.filter(({ change }) => change.collectionId === id);
      const changes = its.map(({ change }) => change);
      this.#host.markSent({ kind: 'verify', ids: [], changes, newestKnown: its[0]?.record.since, isFound });
    }
  }

  /** Waits for the end of another tab, to take its changes over. */
  watch(tab: string): void {
    if (this.#watched.has(tab)) return;
    this.#watched.add(tab);
    const open = this.#open;
    open?.tab.whenEnded(tab, (inherit) => this.#claim(open, tab, inherit));
  }

  /** Lets go of the changes that are no longer this page's: another tab has taken them over, discarded them, or is done with them. */
  disown(entries: readonly Entry[], now: ReadonlyMap<number, Stored>): void {
    const taken: OutboxRecord[] = [];
    const told: Entry[] = [];
    for (const entry of entries) {
      if (entry.isOver) continue;
      const key = entry.record.key as number;
      const its = now.get(key);
      if (!its && isLost(now, key)) this.#open?.unkeep([key]);
      // Somebody may have deleted the database, which tells nobody.
      else if (!its) this.drop(key);
      else if (!isChange(its) || !this.isSender(its)) {
        told.push(entry);
        if (isChange(its)) taken.push(its);
      }
    }
    this.#learn(told, now);
    this.adopt(taken, { isNow: true });
  }

  /** Changes are over, here and in all tabs. */
  drop(...keys: readonly number[]): void {
    this.end(...keys);
    for (const key of keys) this.#open?.drop(key);
  }

  /** Changes are over in another tab. */
  end(...keys: readonly number[]): void {
    this.giveUp(...this.entries.known(keys));
    for (const key of keys) this.entries.end(key);
  }

  /** The user signs out in this page, at a time by the device's clock: all that is pending is dropped. */
  clear(at: number): void {
    this.#signOuts.add(at);
    this.#open?.signOut();
    const { all } = this.entries;
    // What this page has sent it has known.
    this.giveUp(...all);
    this.drop(...keysOf(all));
  }

  /** The user has signed out in another tab: drops what was asked for before that. */
  signOut(at: number, heard?: Heard): void {
    if (!this.#signOuts.isKnown(at)) this.#open?.signOut();
    const ended = this.#signOuts.endedBy(at, this.entries.all, !!this.#open, heard);
    // What another tab asks to forget it may have sent before.
    this.#endUnknown(...ended.filter(({ record }) => record.key !== undefined));
    this.giveUp(...ended.filter(({ record }) => record.key === undefined));
    this.drop(...keysOf(ended));
  }

  giveUp(...entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.forget(entry);
    this.#host.discard(entries.map(({ change }) => change));
  }

  /** A create has made a collection: what waits for it bears its id from now on. `isOurs`: this page writes that down. */
  name({ record }: Entry, copy: Collection, isOurs = true): void {
    const { key, collectionId } = record;
    this.#rename(collectionId, copy.id);
    if (isOurs && key !== undefined) this.#open?.name(key, collectionId, copy);
  }

  #rename(provisional: string, id: string): void {
    for (const entry of this.entries.all)
      if (entry.record.collectionId === provisional) update(entry, { collectionId: id });
  }

  /** Takes over what a tab has left that has ended. */
  async #claim(open: OpenOutbox, ended: string, inherit: () => void): Promise<void> {
    this.#watched.delete(ended);
    const known = this.entries.written;
    // That tab may only be asleep, and will look for the outcomes of these.
    for (const entry of this.entries.all) update(entry, { needsOutcome: true });
    try {
      const { all, taken } = await this.#take(open, (tab) => tab === ended, inherit);
      const now = byChange(all);
      // By key: one that loses its place in the storage meanwhile, and gets another, is none of these.
      const missing = keysOf(known).filter((key) => !now.has(key));
      setTimeout(() => this.#endMissing(missing), MESSAGE_DELAY);
      // Another has taken it over before, or done it, and may have ended before it could tell.
      const isTaken = ({ record: { key, tab } }: Entry) => {
        const its = now.get(key as number);
        return its && (its as OutboxRecord).tab !== tab;
      };
      this.disown(known.filter(isTaken), now);
      this.adopt(taken, { isNow: true });
    } catch (error) {
      this.#onProblem('could not take over the changes of a tab that was closed', error);
      setTimeout(() => this.watch(ended), TRIES_AGAIN);
    }
  }

  /** A tab has ended, perhaps between its last write and its word of it: what the storage has no more is over, if nobody has told so since. */
  #endMissing(keys: readonly number[]): void {
    const missing = this.entries.known(keys);
    if (!missing.length) return;
    this.#endUnknown(...missing);
    this.#host.outdate();
  }

  /** Makes the changes of tabs that have ended this page's own. Gives them, and all that there was. `inherit`: where there is no room to write that down. */
  async #take(open: OpenOutbox, hasEnded: (tab: string) => boolean, inherit?: () => void) {
    const isLeft = (record: OutboxRecord) =>
      hasEnded(record.tab) && (record.state !== 'failed' || this.entries.isOver(record.key));
    const { all, taken, tab } = await open.takeOver(isLeft, inherit);
    const records = taken.flatMap((record) => {
      const { key } = record;
      // It was told as over, but the tab that told so ended before it could remove it. Remove it: other pages would show it for good.
      if (this.entries.isOver(key)) {
        open.drop(key);
        return [];
      }
      const error = this.entries.known([key])[0]?.record.error;
      if (!error) return record;
      // These were told as failed: a page that has not heard of it would send them.
      const failed: OutboxRecord = { ...record, state: 'failed', error };
      open.settled({ record: failed, result: { error } });
      return failed;
    });
    if (records.length) open.post({ type: 'taken', records, tab });
    return { all, taken: records };
  }

  /** Whether a create is looked for: whoever has sent it had no room for the id, and something that this page has asked of it since waits for that. */
  #isSought({ change, record }: Entry): boolean {
    const { collectionId, key, kind, since, state, submittedAt } = record;
    const waits = ({ record: its }: Entry) => its.key === undefined && its.collectionId === collectionId;
    // A sign-out leaves nothing of it either.
    const isSignedOut = this.#signOuts.isAfter(submittedAt);
    if (kind !== 'create' || state !== 'sent' || isSignedOut || !this.entries.all.some(waits)) return false;
    change.markMayHaveBeenSent(true, since);
    this.#open?.onUnkept([key as number]);
    return true;
  }

  /** The storage has these changes no more, and nobody knows whether they were done. */
  #endUnknown(...entries: readonly Entry[]): void {
    this.#host.clearSent(entries.map(({ change }) => ({ change, result: unknownEnd(change) })));
    this.giveUp(...entries);
  }

  /** Learns from the storage what has become of those changes that it has something of. */
  #learn(entries: readonly Entry[], now: ReadonlyMap<number, Stored>): void {
    const settled = entries.flatMap((entry): Settled | [] => {
      const { change, record } = entry;
      const its = now.get(record.key as number);
      if (!its) return [];
      if (isChange(its)) {
        // It was done while this page was told nothing: the copy that is known here may be from before.
        this.#learnDone(change, its, Infinity);
        const { error } = its;
        return error && record.state !== 'failed' ? { change, result: { error } } : [];
      }
      this.entries.forget(entry);
      const { provisional, value } = its;
      this.#host.acceptMissed(change, value);
      if (provisional) this.#rename(provisional, value?.id as string);
      return { change, result: { value, at: Infinity } };
    });
    this.#host.settle(settled);
  }

  /** Learns which part of a change is done, as the storage has it. `at`: 0 is before all that this page has read, Infinity after it. */
  #learnDone(change: Change, { left, found, value }: OutboxRecord, at: number): void {
    if (!left && !found) return;
    if (at && value) this.#host.acceptMissed(change, value);
    const isDone = (id: string) => found?.includes(id) || (left && !left.includes(id));
    const ids = [...change.remaining].filter(isDone).map((id) => [id, change.isAdd] as const);
    // What may have been sent still may be in what this page has read.
    if (ids.length) this.#host.clearSent([{ change, result: { value, at, ids } }]);
  }

  /** Makes each change one that this page sends, or waits for, as its record says. */
  #place(entries: readonly Entry[], isFound: boolean): void {
    const sent: Entry[] = [];
    const free: Entry[] = [];
    for (const entry of entries) {
      const { change, record } = entry;
      // Parts of it that are done may still be pending here.
      const { left, sentIds = left, since, state, tab } = record;
      if (state === 'failed') continue;
      const isSent = state === 'sent';
      (isSent ? sent : free).push(entry);
      const isOurs = this.isSender(record);
      change.markMayHaveBeenSent(isSent && isOurs, since, sentIds);
      if (isOurs) {
        this.#follow(entry);
        this.#host.release(change);
        // The server is asked about all of it.
        update(entry, { sentIds: undefined });
      } else {
        change.hold();
        this.watch(tab);
      }
    }
    this.#host.clearSent(free);
    this.#markSent(sent, isFound);
  }
}
