import { afterTick } from './afterTick.ts';
import { type Entry, endReplaced, update } from './EntryTable.ts';
import { byChange, changesOf, isKept, isLost } from './lookups.ts';
import type { Results } from './messages.ts';
import type { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost } from './OutboxHost.ts';
import type { OutboxRecord } from './OutboxRecord.ts';
import type { Outcomes } from './Outcomes.ts';
import type { SharedChanges } from './SharedChanges.ts';
import { withoutRoom } from './withoutRoom.ts';

const NOT_KEPT = 'could not keep a change';

/** Told whether changes could be kept. */
interface KeptEvents {
  onKept(): void;
  onLost(what: string, cause: unknown): void;
}

/**
 * Writes what a page asks for into the storage. What one tick asks for is one transaction.
 *
 * A change that leaves as soon as it is kept is marked as sent in the same transaction: a second one would be felt at every click.
 */
export class NewChanges {
  readonly #host: OutboxHost;
  readonly #shared: SharedChanges;
  readonly #events: KeptEvents;
  readonly #whenReady: () => Promise<unknown>;
  readonly #outcomes: Outcomes;
  #written: Promise<void> = Promise.resolve();
  /** A write is about to begin. */
  #isDue = false;
  /** Marked as sent, and about to leave. */
  readonly #marked = new Set<Entry>();

  /** `whenReady`: the storage was read. */
  constructor(
    host: OutboxHost,
    shared: SharedChanges,
    outcomes: Outcomes,
    whenReady: () => Promise<unknown>,
    events: KeptEvents,
  ) {
    this.#host = host;
    this.#shared = shared;
    this.#outcomes = outcomes;
    this.#whenReady = whenReady;
    this.#events = events;
  }

  /** Resolves when the changes until now are written, or have found no room. */
  get written(): Promise<void> {
    return this.#written;
  }

  /** Writes down what is not: what was asked for in this tick, and what has had no room. */
  keep(): void {
    if (!this.#isDue) this.#written = this.#writeAfter(this.#written);
    this.#isDue = true;
  }

  /** Whether all of these were marked as sent when they were written, and nothing has changed since. */
  takeMarked(entries: readonly Entry[], newestKnown: string): boolean {
    const areMarked = entries.every(
      (entry) => this.#marked.has(entry) && entry.record.since === newestKnown && this.#shared.isSender(entry.record),
    );
    for (const entry of entries) this.#marked.delete(entry);
    return areMarked;
  }

  /** What was asked for before is written before: a page that sleeps meanwhile writes it later. */
  async #writeAfter(before: Promise<void>): Promise<void> {
    await before;
    await this.#whenReady();
    this.#isDue = false;
    const { entries, open } = this.#shared;
    const waiting = entries.unwritten.filter((entry) => !isOnWire(entry));
    if (!open || !waiting.length) return;
    const replaced = waiting.flatMap(({ replaces }) => replaces ?? []);
    try {
      const { found, kept } = await this.#write(open, waiting);
      for (const entry of waiting) endReplaced(entry);
      for (const entry of kept) {
        // It was taken back meanwhile, and another tab may have read it.
        const { key } = entry.record;
        if (!entry.isOver) entries.add(entry);
        else if (key !== undefined) this.#shared.drop(key);
      }
      const living = kept.filter(({ isOver, record }) => !isOver && record.key !== undefined);
      for (const entry of entries.known(replaced)) entries.forget(entry);
      if (living.length) open.post({ type: 'added', records: living.map(({ record }) => record as OutboxRecord) });
      // Of what is done in part already, which copy holds that: by its date alone others could not always tell.
      const partly = living.flatMap(
        ({ change, record }): Results =>
          record.left || record.found ? [[record.key as number, this.#host.serverState(change)]] : [],
      );
      if (partly.length) open.post({ type: 'cleared', results: partly });
      // After that: what waits for a create goes with it where nothing stands in its place.
      if (replaced.length) open.post({ type: 'dropped', keys: replaced });
      // It may have failed since it was written, and another tab may have read it.
      for (const { record } of living)
        if (record.error) open.settled({ record: record as OutboxRecord, result: { error: record.error } });
      this.#shared.adopt(found);
      if (living.length) this.#events.onKept();
      open.catchUp();
      this.#host.markStored(living, true);
      // One that is done meanwhile would take along what waits for it.
      for (const entry of waiting) if (!entry.isOver && !kept.includes(entry)) this.#shared.giveUp(entry);
      this.#unmarkSoon();
    } catch (error) {
      this.#events.onLost(NOT_KEPT, error);
    }
  }

  async #write(open: OpenOutbox, waiting: readonly Entry[]): Promise<{ found: readonly unknown[]; kept: Entry[] }> {
    const tab = await open.tab.id();
    let isAwake = true;
    let found: readonly unknown[] = [];
    let kept: Entry[] = [];
    let written: Entry[] = [];
    const edit = (all: readonly unknown[], hasRoom: boolean) => {
      // The tabs that watch this one have already looked for what it left.
      isAwake = open.tab.isSender(tab);
      if (!isAwake) return undefined;
      found = all;
      // Its user may have signed out while it slept.
      this.#shared.learnSignOuts(found);
      const now = byChange(found);
      kept = waiting
        .filter(({ isOver }) => !isOver)
        // One that was retried in two tabs at once is asked for once.
        .filter(({ replaces }) => replaces === undefined || now.has(replaces) || isLost(now, replaces))
        .filter(({ change, record }) => !change.isRestored || !isKept(found, record));
      const remove = waiting.flatMap(({ replaces }) => replaces ?? []);
      const later = this.#shared.entries.unwritten.filter((entry) => !waiting.includes(entry));
      // What was kept before, and lost its place, gets one before all that was asked for later.
      written = kept
        .filter((entry) => !later.some((other) => isAhead(other, entry)))
        .sort((a, b) => a.change.begunAt - b.change.begunAt);
      const put = written.map((entry) => update(entry, { tab }));
      if (!hasRoom) {
        for (const entry of this.#marked) update(entry, { state: 'queued' });
        this.#marked.clear();
        return { remove };
      }
      if (put.length === 1) put[0] = this.#mark(written[0] as Entry, found);
      // As long as the create is there, what waits for it bears its provisional id: under the server's, the next page could not tell that this
      // comes after that.
      const creates = new Set(
        changesOf(found, this.#host.scope).map(({ kind, collectionId }) => kind === 'create' && collectionId),
      );
      return {
        put: put.map((record) => {
          const { collectionId = '' } = record.variables as Partial<OutboxRecord>;
          return creates.has(collectionId) ? { ...record, collectionId } : record;
        }),
        remove,
      };
    };
    const keys = await withoutRoom(open.store, edit, (cause) => this.#events.onLost(NOT_KEPT, cause));
    if (!isAwake) {
      await this.#whenReady();
      return this.#write(open, waiting);
    }
    for (const [i, key] of keys.entries()) update(written[i] as Entry, { key });
    return { found, kept };
  }

  /** Marks a change as sent that leaves as soon as it is kept: nothing stands before it, in no tab. Gives its record. */
  #mark(entry: Entry, found: readonly unknown[]): Entry['record'] {
    const { collectionId, kind, scope } = entry.record;
    const isBefore = (other: OutboxRecord) =>
      other.state !== 'failed' && (other.collectionId === collectionId || (kind === 'create' && other.kind === kind));
    const newestKnown = changesOf(found, scope).some(isBefore) ? undefined : this.#host.newestKnownIfNext(entry.change);
    if (newestKnown === undefined) return entry.record;
    this.#marked.add(entry);
    return update(entry, { state: 'sent', since: newestKnown });
  }

  /** What did not leave after all waits as any other: its user may take it back, and nobody has to ask about it. */
  #unmarkSoon(): void {
    if (this.#marked.size)
      afterTick(() => {
        const left = [...this.#marked].map(({ change }) => change);
        this.#marked.clear();
        this.#outcomes.writeLeft(left);
      });
  }
}

/** Whether this page has sent it: it may be in what the other tabs have read. */
const isOnWire = ({ record: { state, since } }: Entry): boolean => state === 'sent' && since !== undefined;

/**
 * Whether what is written later keeps an entry from being written now: another tab could not send what waits for an unwritten create, or would not
 * know what is on the wire before it.
 */
const isAhead = ({ change, record }: Entry, { change: { begunAt }, record: { collectionId } }: Entry): boolean =>
  record.collectionId === collectionId &&
  (record.kind === 'create' || record.state === 'sent' || change.begunAt < begunAt);
