import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import type { InFlight, WriteRequest } from '../ledger/WriteRequest.ts';
import type { OutboxLink } from '../query/OutboxLink.ts';
import { batch } from './batch.ts';
import { type Entry, endReplaced, keysOf, update } from './EntryTable.ts';
import { Hearing } from './Hearing.ts';
import { TRIES_AGAIN } from './inTime.ts';
import { keptChange } from './keptChange.ts';
import { byChange, changesOf } from './lookups.ts';
import type { SentMessage } from './messages.ts';
import { NewChanges } from './NewChanges.ts';
import { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost } from './OutboxHost.ts';
import { isChange, isStored, type OutboxRecord, type Stored, VERSION } from './OutboxRecord.ts';
import { Outcomes } from './Outcomes.ts';
import type { RecordStore } from './RecordStore.ts';
import { SharedChanges } from './SharedChanges.ts';
import type { Tab, TabEvents } from './Tab.ts';
import { withoutRoom } from './withoutRoom.ts';

const NOT_READ = 'could not read what is kept';

/** How often a page that wakes tries to read what it had kept. */
const MOST_TRIES = 12;

/** What a page's link gets from its outbox. */
export interface TabLinkConfig {
  /** Undefined: nothing can be kept. */
  readonly store: Promise<RecordStore | undefined>;
  /** Undefined where nothing can be kept. */
  tabOf(events: TabEvents): Tab | undefined;
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
  readonly #config: TabLinkConfig;
  readonly #shared: SharedChanges;
  readonly #hearing: Hearing;
  readonly #outcomes: Outcomes;
  readonly #new: NewChanges;
  /** The storage was read, with the id that the tab bears now. */
  ready: Promise<unknown>;

  constructor(host: OutboxHost, config: TabLinkConfig) {
    this.#host = host;
    this.#config = config;
    this.#shared = new SharedChanges(host, config.onProblem, (entry) => this.#outcomes.follow(entry));
    this.#hearing = new Hearing(host, this.#shared);
    this.#outcomes = new Outcomes(host, this.#shared);
    this.ready = this.#start();
    this.#new = new NewChanges(host, this.#shared, this.#outcomes, () => this.ready, config);
  }

  get written(): Promise<void> {
    return this.#new.written;
  }

  keep(change: Change, again: Change | undefined, mayBeSent: boolean): void {
    const { scope } = this.#host;
    const { entries } = this.#shared;
    const failed = again && entries.of(again);
    const entry: Entry = {
      change,
      replaces: failed?.isOver ? undefined : (failed?.record.key ?? failed?.replaces),
      record: {
        ...keptChange(change),
        version: VERSION,
        scope,
        tab: '',
        state: mayBeSent ? 'sent' : 'queued',
        lastError: failed?.record.error,
      },
    };
    // The failed one was never written: it must not be listed beside its retry.
    if (failed && failed.record.key === undefined) {
      endReplaced(failed);
      entries.forget(failed);
    }
    entries.add(entry);
    this.#outcomes.follow(entry);
    this.#new.keep();
  }

  async beforeSend(request: InFlight, newestKnown: string): Promise<boolean> {
    // What was asked for before there was an outbox leaves without a word of it.
    if (!this.#shared.open) await this.written;
    const { entries, open } = this.#shared;
    const living = entries.living(request.settles);
    if (!living.length) return true;
    // The failed one that it replaces could not be removed: the next page would send that as well.
    if (living.some(({ replaces }) => replaces !== undefined))
      throw new Error('The storage does not answer: this would be sent twice.');
    const areMarked = this.#new.takeMarked(living, newestKnown);
    if (!areMarked && !(await this.#mark(living, request, newestKnown))) return false;
    open?.post({ type: 'sent', request: this.#described(request) });
    return true;
  }

  accepted(request: WriteRequest, copy: Collection | undefined): void {
    this.#shared.open?.post({ type: 'accepted', request: this.#described(request), value: copy });
    const create = request.kind === 'create' && this.#shared.entries.of(request.callers[0]);
    if (create && copy) this.#shared.name(create, copy);
    else this.#outcomes.writeLeft(request.settles.filter(({ remaining }) => remaining.size));
  }

  cleared(changes: readonly Change[]): void {
    this.#outcomes.writeLeft(changes);
  }

  drop(change: Change | undefined): boolean {
    return this.#outcomes.drop(change);
  }

  discard(change: Change): boolean {
    const { entries, open } = this.#shared;
    const { record } = entries.of(change) ?? {};
    if (!open || record?.key === undefined) return false;
    // It belongs to no tab: any may remove it.
    if (record.state === 'failed') return this.#outcomes.drop(change, true);
    this.#discard(record as OutboxRecord);
    return true;
  }

  /** What is taken back in one tick is looked for together: each look goes through all that is kept. */
  readonly #discard: (record: OutboxRecord) => void = batch((records) => {
    this.#shared.open
      ?.discard(records, (record) => this.#shared.isSender(record))
      .then(
        (gone) => this.#shared.end(...gone),
        (error) => this.#config.onProblem('could not take back a change', error),
      );
  });

  /** Nothing of the scope is kept any more. */
  clear(at: number): void {
    // The write begins in this very tick: the page may be closed in the next.
    this.#shared.clear(at);
  }

  async #start(): Promise<void> {
    const { onLost, onProblem, store: opening, tabOf } = this.#config;
    let open: OpenOutbox | undefined;
    let isAlone = false;
    try {
      // The tab is opened at once: a message that comes before it listens is lost.
      const tab = tabOf({
        onAsleep: (hadLock) => {
          // Without a storage it hears nothing but sign-outs anyway.
          if (isAlone) return;
          this.#hearing.pause();
          this.#shared.holdAll();
          if (hadLock && open) this.#wake(open);
        },
        onMessage: (message) => this.#hearing.hear(message),
      });
      const store = await opening;
      isAlone = !store;
      if (!store || !tab) return this.#hearing.start();
      open = new OpenOutbox(store, tab, this.#host.scope, onProblem, (unkept) => this.#unkeep(unkept));
      const odd = (await this.#renew(open)).filter((record) => !isStored(record));
      if (odd.length) onProblem(`has put ${odd.length} records aside that cannot be read`, odd[0]);
    } catch (error) {
      onLost(NOT_READ, error);
      this.#hearing.start();
    }
  }

  /** Reads what is kept, as soon as the storage answers: what the page had kept before it slept waits for this. */
  #wake(open: OpenOutbox, tries = 1): void {
    const ready: Promise<unknown> = this.#renew(open).then(
      () => tries > 1 && this.#config.onKept(),
      (error) => {
        // It has slept once more.
        if (this.ready !== ready) return;
        this.#config.onLost(NOT_READ, error);
        if (tries < MOST_TRIES) setTimeout(() => this.ready === ready && this.#wake(open, tries + 1), TRIES_AGAIN);
      },
    );
    this.ready = ready;
  }

  async #renew(open: OpenOutbox): Promise<readonly unknown[]> {
    const hear = () => this.#hearing.start();
    let id: string | undefined;
    try {
      id = await open.tab.id();
      return await this.#shared.renew(open, id, hear);
    } catch (error) {
      // Not if it was put to sleep meanwhile.
      if (id === undefined || open.tab.isSender(id)) {
        this.#shared.holdUnread();
        hear();
      }
      throw error;
    }
  }

  /** Writes down that changes may have been sent. False: not all of them are this page's to send by now. */
  async #mark(entries: readonly Entry[], request: InFlight, newestKnown: string): Promise<boolean> {
    const partOf = ({ change }: Entry) =>
      request.memberKind && [...change.remaining].some((id) => !request.knownBefore.has(id)) ? request.ids : undefined;
    const mark = () =>
      entries.map((entry) =>
        update(entry, {
          state: 'sent',
          since: newestKnown,
          sentIds: partOf(entry),
          collectionId: entry.change.collectionId,
        }),
      );
    // What had no room is tried first: it may overrule what is kept, which the next page would do once more. Either way, a page that has slept has
    // read what has become of its changes then, and nothing is being written any more as it was before.
    const before = keysOf(entries).length;
    if (before) this.#new.keep();
    await this.written;
    const kept = entries.filter(({ record }) => record.key !== undefined);
    const keys = keysOf(kept);
    // What another tab has kept before that may have to go first.
    if (keys.length > before) return false;
    const { open } = this.#shared;
    if (!keys.length || !open) return !!mark();
    const { tab, store } = open;
    const id = await tab.id();
    let now: ReadonlyMap<number, Stored> = new Map();
    let isOurs = false;
    let unkept: readonly Entry[] | undefined;
    await withoutRoom(
      store,
      (found, hasRoom) => {
        now = byChange(found);
        // Another tab's request for the same collection is on its way: one at a time. What this page finds as it wakes is asked about first.
        const isAsked = ({ change }: Entry) => !change.mayHaveBeenSent;
        const busy = changesOf(found, this.#host.scope).filter(
          (record) =>
            record.state === 'sent' &&
            record.collectionId === request.callers[0]?.collectionId &&
            !(this.#shared.isSender(record) && this.#shared.entries.known([record.key]).every(isAsked)),
        );
        this.#shared.adopt(busy, { isNow: true });
        // A record that cannot be shown here holds up nobody.
        isOurs =
          !this.#shared.entries.known(busy.map(({ key }) => key)).length &&
          keys.every((key) => {
            const its = now.get(key);
            return its && isChange(its) && this.#shared.isSender(its);
          });
        if (!isOurs) return undefined;
        const put = mark().filter(({ key }) => key !== undefined);
        if (hasRoom) return { put: put.map((record) => ({ ...record, tab: id })) };
        // What is kept says that nothing was sent: the next page would send it again. Nobody else could send what waits for a create, or would
        // know that what asks for the same items comes after it.
        const goesAlong = ({ change, record }: Entry) =>
          record.state !== 'failed' &&
          change.collectionId === request.callers[0]?.collectionId &&
          (request.kind === 'create' ||
            request.settles.some(
              (other) => other === change || [...change.remaining].some((each) => other.remaining.has(each)),
            ));
        unkept = this.#shared.entries.written.filter(goesAlong);
        // Not when it is removed: the page may end before it hears of that.
        this.#host.markStored(unkept, false);
        return { remove: keysOf(unkept) };
      },
      (error) => this.#config.onProblem('could not write down that a change is sent', error),
    );
    if (isOurs) {
      for (const entry of kept) update(entry, { tab: id });
      if (unkept) open.unkeep(keysOf(unkept));
      // Not if the page was put to sleep meanwhile.
      return tab.isSender(id);
    }
    this.#shared.disown(kept, now);
    return false;
  }

  /** There is no room any more for changes that were kept: they are this page's alone from now on, whichever tab has asked for them. */
  #unkeep(keys: readonly number[]): void {
    const entries = this.#shared.entries.known(keys);
    for (const entry of entries) {
      const isOurs = this.#shared.isSender(entry.record);
      this.#shared.entries.unkeep(entry);
      if (isOurs) continue;
      this.#outcomes.follow(entry);
      this.#host.release(entry.change);
    }
    this.#host.markStored(entries, false);
  }

  #described(request: InFlight): SentMessage {
    const ids = request.memberKind ? [...request.knownBefore] : [];
    return { kind: request.kind, ids, keys: keysOf(this.#shared.entries.living(request.settles)) };
  }
}
