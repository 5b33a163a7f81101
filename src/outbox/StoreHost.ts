import type { Collection } from '../api/types.ts';
import type { Change, ChangeOf, MemberChange } from '../ledger/Change.ts';
import type { CollectionQueue } from '../ledger/CollectionQueue.ts';
import type { InFlight, WriteRequest } from '../ledger/WriteRequest.ts';
import type { KeptChange } from '../query/OutboxLink.ts';
import type { ScenarioStore } from '../query/ScenarioStore.ts';
import { isNewer } from './isNewer.ts';
import { revivedError } from './keptError.ts';
import type { OutboxHost, SentRequest, ServerState, Settled } from './OutboxHost.ts';
import { unknownEnd } from './unknownEnd.ts';

/** Gives an outbox access to the pending changes of a page. */
export class StoreHost implements OutboxHost {
  readonly #store: ScenarioStore;
  /** Between these two times of the ledger the page was told nothing of what leaves. 0: it was never told anything. */
  #toldUntil = 0;
  #toldSince = 0;

  constructor(store: ScenarioStore) {
    this.#store = store;
  }

  get scope(): string {
    return this.#store.scope;
  }

  begin(kept: KeptChange, isAfter: (other: Change) => boolean): Change | undefined {
    const error = kept.error ? revivedError(kept.error) : null;
    const change = this.#store.restored.adopt(kept, isAfter, error);
    // What this page reads may hold what it has done before.
    const last = kept.error ?? kept.lastError;
    if (change && last && this.#store.writes.isUncertain(revivedError(last)))
      this.#learn(change, unknownEnd(change), false);
    return change;
  }

  newestKnownIfNext(change: Change): string | undefined {
    const { mutations, writes, ledger } = this.#store;
    return mutations.isAsked(change) && writes.isNext(change) ? ledger.entities.echoes.newest : undefined;
  }

  markStored(changes: Parameters<OutboxHost['markStored']>[0], isStored: boolean): void {
    for (const { change } of changes) change.markStored(isStored);
    this.#store.cache.writer.notify();
  }

  release(change: Change): void {
    change.markReady();
    this.#store.writes.schedule();
  }

  markSent(request: SentRequest): void {
    const queue = this.#queueOf(request.changes[0]);
    if (!queue) return;
    const { ledger } = this.#store;
    ledger.markSent(queue, requestOf(request), request.newestKnown);
    const { copy, toldAt = 0 } = ledger.entities.collections.materialize(queue.id) ?? {};
    // A copy that was read while this page was told nothing may hold the request already: it is shown as it is. One of a cache has no time.
    if (copy && request.isFound && toldAt && toldAt >= this.#toldUntil && toldAt < this.#toldSince) {
      queue.deferRead({ copy, requestedAt: toldAt }, true);
      ledger.entities.invalidate(queue.id);
    }
    this.#store.cache.writer.flush();
  }

  accept(request: SentRequest, copy: Collection | undefined): void {
    const queue = this.#queueOf(request.changes[0]);
    if (queue) this.#store.writes.acceptElsewhere(queue, requestOf(request) as WriteRequest, copy);
  }

  acceptMissed(change: Change, copy: Collection | undefined): void {
    const { ledger, writes } = this.#store;
    const queue = this.#queueOf(change);
    if (!queue || isNewer(ledger.entities.confirmed(queue.id), copy)) return;
    writes.clients.trust();
    ledger.accept(queue, requestOf({ kind: change.kind, ids: [], changes: [change] }) as WriteRequest, copy);
  }

  clearSent(changes: Parameters<OutboxHost['clearSent']>[0]): void {
    this.#end(changes);
    this.#store.cache.writer.flush();
    this.#store.writes.schedule();
  }

  settle(settled: readonly Settled[]): void {
    this.#end(settled);
    this.#store.writes.settleElsewhere(
      settled.map(({ change, result }) =>
        'error' in result ? { change, error: revivedError(result.error) } : { change, value: result.value },
      ),
    );
  }

  discard(changes: readonly Change[]): void {
    this.#end(changes.map((change) => ({ change })));
    this.#store.mutations.giveUp(changes);
  }

  pause(): void {
    const { ledger } = this.#store;
    const since = ledger.reads.pause();
    // A page that has not read yet what is kept was never told anything.
    this.#toldUntil = this.#toldSince && since;
    // A collection that is read for the first time may include whatever another tab has sent by then.
    for (const queue of ledger.queues.values())
      if (!queue.inFlight && !ledger.entities.confirmed(queue.id))
        this.markSent({ kind: 'verify', ids: [], changes: queue.changes.filter(({ isStored }) => isStored) });
  }

  catchUp(): void {
    this.#toldSince = this.#store.ledger.entities.clock.tick();
  }

  resume(): void {
    if (this.#store.ledger.reads.resume()) this.outdate();
  }

  readAgain(): void {
    this.#store.cache.invalidateLists();
  }

  outdate(told: readonly (Collection | undefined)[] = []): void {
    const { reads } = this.#store.ledger;
    reads.outdate();
    for (const copy of told) if (copy) reads.adopt(copy.id, copy);
    this.readAgain();
  }

  name(provisional: string, id: string): void {
    const { cache, ledger, writes } = this.#store;
    const { clock, ids } = ledger.entities;
    if (ids.serverIdOf(provisional) !== provisional) return;
    const queue = ledger.queues.get(provisional);
    if (!queue || queue.create) ids.add(provisional, id, clock.tick());
    else {
      // It was asked for before this page had read what is kept.
      ledger.assignServerId(queue, id);
      cache.writer.flush();
      writes.schedule();
    }
  }

  outcome(change: Change): Promise<Collection | undefined> {
    return this.#store.writes.promiseOf(change);
  }

  serverState(change: Change, asked?: readonly string[]): ServerState {
    const { collectionId, memberKind, applied, left, remaining } = change;
    const { ledger, writes } = this.#store;
    const { entities, queues, reads } = ledger;
    const { memberships } = entities;
    const { copy, asOf = 0 } = entities.collections.materialize(collectionId) ?? {};
    // What an older one lacks was told to others.
    const value = asOf < reads.outdatedBefore ? undefined : plain(copy);
    const queue = queues.get(collectionId);
    const ids =
      queue && memberKind
        ? (asked ?? [...applied, ...(left ?? remaining)]).map((id) => {
            const guess = queue.assumed(memberKind, id) ?? memberships.wasIn(queue, memberKind, id);
            const isCounted = memberships.isCounted(queue, memberKind, id, asOf) ?? guess;
            return [id, memberships.isIn(memberKind, id, collectionId), guess, isCounted] as const;
          })
        : [];
    return { value, at: asOf, ids, resumesAt: writes.turns.resumesAt(change) };
  }

  #queueOf(change: Change | undefined): CollectionQueue | undefined {
    const queue = change && this.#store.ledger.queues.get(change.collectionId);
    return queue?.changes.includes(change as Change) ? queue : undefined;
  }

  /**
   * The requests that carry changes are over: what is known of them says what they have done. A failure tells of the one that has failed: what has
   * become of the others is about to be told, and until then may be in what was read.
   */
  #end(changes: Parameters<OutboxHost['clearSent']>[0]): void {
    const told = changes.map(({ change }) => change);
    for (const { change, result } of changes) {
      const queue = this.#queueOf(change);
      const settles = queue?.inFlight?.settles;
      const isUntold = (other: Change) => queue?.changes.includes(other) && !told.includes(other);
      const error = result && 'error' in result && revivedError(result.error);
      if (queue && settles?.includes(change) && !(error && settles.some(isUntold)))
        this.#store.writes.endElsewhere(queue, error);
    }
    // By the server's own date it is newer, also where a request of this page was cut off, so that no read from before counts.
    // Of all that is told together, before any of it is known.
    const learned = changes.flatMap(({ change, result }) =>
      result && 'at' in result
        ? [[change, result, isNewer(result.value, this.#store.ledger.entities.confirmed(change.collectionId))] as const]
        : [],
    );
    for (const each of learned) this.#learn(...each);
  }

  /** What the server holds after a change: what this page has read since is newer. */
  #learn(
    { collectionId, isAdd, memberKind, remaining }: Change,
    { value: told, at: asOf, ids, resumesAt }: ServerState,
    isLater: boolean,
  ): void {
    // Of what was found before all that this page has read, only the server's date tells that it is news.
    const value = asOf || isLater ? told : undefined;
    if (resumesAt) this.#store.writes.turns.waitElsewhere(resumesAt);
    const { entities, queues, reads } = this.#store.ledger;
    const queue = queues.get(collectionId);
    const row = entities.collections.materialize(collectionId);
    const at = Math.min(isLater && row ? Math.max(asOf, row.asOf) : asOf, entities.clock.tick());
    const isAsNew = isLater || (row?.copy && row.copy.updatedAt === value?.updatedAt);
    // What is known already and told again is no read of after what has left since.
    if (value && (isLater || at !== row?.asOf)) reads.receive(collectionId, value, at);
    if (!memberKind) return;
    // Found out by a question that only the other tab has asked.
    for (const [id, isIn, guess, isCounted] of ids ?? [...remaining].map((id) => [id, isAdd] as const)) {
      const last = isIn ?? guess;
      if (last === undefined) continue;
      // Whether the copy counts the id: as the tab says that has told so, or where it told no copy, as the one does that is shown here.
      const was =
        queue && !value && row
          ? entities.memberships.isCounted(queue, memberKind, id, row.toldAt)
          : (isIn ?? isCounted);
      entities.evidence.learn(memberKind, id, collectionId, isIn, isAsNew ? entities.clock.tick() : at, {
        was,
        guess: last,
      });
      const its = { kind: memberKind, id, collectionId };
      if (isIn === undefined) queue?.assume(memberKind, id, last);
      else if (isIn) entities.insertRow({ ...its, at });
      else entities.inserts.forget(its, false);
      entities.table(memberKind).invalidate(id);
    }
    // The changes that are still pending are counted by what is known now.
    entities.invalidate(collectionId);
  }
}

/** As plain JSON: what an app has put into its cache by hand may be nothing that can be told or kept. Undefined: it is read. */
function plain(copy: Collection | undefined): Collection | undefined {
  try {
    return JSON.parse(JSON.stringify(copy)) as Collection;
  } catch {
    return undefined;
  }
}

function requestOf({ kind, ids, changes }: SentRequest): InFlight {
  const [first] = changes;
  const both = { callers: changes as readonly MemberChange[], settles: changes };
  // A create that is only asked about is marked as one: a row of its name may be its own.
  if (kind === 'create' || first?.kind === 'create')
    return { kind: 'create', ...both, callers: [first as ChangeOf<'create'>] };
  if (kind === 'update' || kind === 'delete' || kind === 'verify') return { kind, body: {}, ...both };
  // The change of the request's own kind: one of the other kind that it overrules may stand before it.
  const { memberKind, isAdd } = both.callers.find((change) => change.kind === kind) ?? (first as MemberChange);
  const knownBefore = new Map(ids);
  return { kind, memberKind, isAdd, ids: [...knownBefore.keys()], knownBefore, ...both };
}
