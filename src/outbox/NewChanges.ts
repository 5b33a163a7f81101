import type { Change } from '../ledger/Change.ts';
import { afterTick } from './afterTick.ts';
import { type Entry, update } from './EntryTable.ts';
import { changesOf, isKept, isSignedOut } from './lookups.ts';
import type { OpenOutbox } from './OpenOutbox.ts';
import type { OutboxHost } from './OutboxHost.ts';
import { isStored, type OutboxRecord, type Stored } from './OutboxRecord.ts';
import type { SharedChanges } from './SharedChanges.ts';

/** A change that waits to be written, and the key of the failed one in whose place it stands. */
interface UnwrittenChange {
  readonly entry: Entry;
  readonly replaces: number | undefined;
}

/** Whom it concerns whether changes are kept. */
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
  readonly #writeLeft: (changes: readonly Change[]) => void;
  #waiting: UnwrittenChange[] = [];
  #written: Promise<void> = Promise.resolve();
  /** Marked as sent, and about to leave. */
  readonly #marked = new Set<Entry>();

  /** `whenReady`: the storage was read. `writeLeft` writes down that changes wait. */
  constructor(
    host: OutboxHost,
    shared: SharedChanges,
    whenReady: () => Promise<unknown>,
    writeLeft: (changes: readonly Change[]) => void,
    events: KeptEvents,
  ) {
    this.#host = host;
    this.#shared = shared;
    this.#whenReady = whenReady;
    this.#writeLeft = writeLeft;
    this.#events = events;
  }

  /** Resolves when it may be sent. */
  keep(entry: Entry, replaces: number | undefined): Promise<void> {
    if (this.#waiting.push({ entry, replaces }) === 1) this.#written = this.#writeAfter(this.#written);
    return this.#written;
  }

  /** Whether all of these were marked as sent when they were kept, and nothing has come between. */
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
    const all = this.#waiting;
    this.#waiting = [];
    const { entries, open } = this.#shared;
    const waiting = all.filter(({ entry, replaces }) => {
      // One that was retried and taken back at once is over, and so is what it stood for.
      if (entry.isOver && replaces !== undefined) open?.drop(replaces);
      return !entry.isOver;
    });
    if (!open || !waiting.length) return;
    const replaced = waiting.flatMap(({ replaces }) => replaces ?? []);
    try {
      const { found, kept } = await this.#write(open, waiting);
      for (const entry of kept) {
        // It was taken back meanwhile, and another tab may have read it.
        const key = entry.record.key as number;
        if (!entry.isOver) entries.add(entry);
        else {
          entries.end(key);
          open.drop(key);
        }
      }
      const living = kept.filter(({ isOver }) => !isOver);
      for (const entry of entries.known(replaced)) entries.forget(entry);
      open.post({ type: 'added', records: living.map(({ record }) => record as OutboxRecord) });
      // After that: what waits for a create goes with it where nothing stands in its place.
      if (replaced.length) open.post({ type: 'dropped', keys: replaced });
      // It may have failed since it was written, and another tab may have read it.
      for (const { record } of living)
        if (record.error) open.settled({ record: record as OutboxRecord, result: { error: record.error } });
      this.#shared.adopt(found);
      this.#events.onKept();
      this.#host.markStored(
        living.map(({ change }) => change),
        true,
      );
      for (const { entry } of waiting) if (!kept.includes(entry)) this.#shared.giveUp(entry);
      this.#unmarkSoon();
    } catch (error) {
      this.#events.onLost('could not keep a change', error);
    }
  }

  async #write(
    open: OpenOutbox,
    waiting: readonly UnwrittenChange[],
  ): Promise<{ found: readonly Stored[]; kept: Entry[] }> {
    const tab = await open.tab.id();
    let isAwake = true;
    let found: readonly Stored[] = [];
    let kept: Entry[] = [];
    const keys = await open.store.transact((all) => {
      // Whoever watches this tab has looked already for what it leaves.
      isAwake = open.tab.isSender(tab);
      if (!isAwake) return undefined;
      found = all.filter(isStored);
      const has = new Set(found.map(({ key }) => key));
      kept = waiting
        // Perhaps while this page slept.
        .filter(({ entry }) => !entry.isOver && !isSignedOut(found, entry.record))
        // One that was retried in two tabs at once is asked for once.
        .filter(({ replaces }) => replaces === undefined || has.has(replaces))
        .filter(({ entry }) => !entry.change.isRestored || !isKept(found, entry.record))
        .map(({ entry }) => entry);
      const put = kept.map((entry) => update(entry, { tab }));
      if (kept.length === 1) put[0] = this.#mark(kept[0] as Entry, found);
      return { put, remove: waiting.flatMap(({ replaces }) => replaces ?? []) };
    });
    if (!isAwake) {
      await this.#whenReady();
      return this.#write(open, waiting);
    }
    for (const [i, entry] of kept.entries()) update(entry, { key: keys[i] as number });
    return { found, kept };
  }

  /** Marks a change as sent that leaves as soon as it is kept: nothing stands before it, in no tab. Gives its record. */
  #mark(entry: Entry, found: readonly Stored[]): Entry['record'] {
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
        this.#writeLeft(left);
      });
  }
}
