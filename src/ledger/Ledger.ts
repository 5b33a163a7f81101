import type { Collection } from '../api/types.ts';
import type { Change, MemberChange } from './Change.ts';
import { ChangesByItem } from './ChangesByItem.ts';
import { CollectionQueue, type DeferredRead } from './CollectionQueue.ts';
import { type MemberKind, memberKinds } from './changeKinds.ts';
import { EntityStore } from './EntityStore.ts';
import { isNewer } from './isNewer.ts';
import type { LogicalClock } from './LogicalClock.ts';
import { PENDING } from './PendingInserts.ts';
import { type Plan, planNext } from './planNext.ts';
import { Reconciler } from './Reconciler.ts';
import { sendable } from './sendable.ts';
import type { InFlight, MemberWrite, WriteRequest } from './WriteRequest.ts';

/**
 * The pending changes in order, over what the server is known to hold.
 *
 * Law: what is shown is always the confirmed copy with the pending changes applied. To begin, settle or drop a change is to change
 * the ledger; there is no earlier state to restore.
 */
export class Ledger {
  readonly entities: EntityStore;
  readonly reads: Reconciler;
  readonly #queues = new Map<string, CollectionQueue>();
  readonly #changesByItem = new ChangesByItem();

  /** `onOutdated` is told of a collection whose confirmed copy cannot count what was learned of its members since. */
  constructor(clock: LogicalClock, onOutdated: (collectionId: string, since: number) => void = () => undefined) {
    this.entities = new EntityStore(clock, this.#queues, this.#changesByItem);
    this.reads = new Reconciler(this.entities, this.#queues, this.#changesByItem, onOutdated);
  }

  /** What is pending, by collection. */
  get queues(): ReadonlyMap<string, CollectionQueue> {
    return this.#queues;
  }

  /** What is pending for one collection; made where nothing is. */
  queueOf(id: string): CollectionQueue {
    let queue = this.#queues.get(id);
    if (!queue) {
      queue = new CollectionQueue(id);
      this.#queues.set(id, queue);
    }
    return queue;
  }

  /** Lets go of a queue that nothing is pending in. True: it was there until now. */
  releaseIfEmpty(queue: CollectionQueue): boolean {
    return queue.isEmpty && this.#queues.get(queue.id) === queue && this.#queues.delete(queue.id);
  }

  /** A change is asked for: from here on it is shown. It stands last, but before all that `isAfter` it. */
  begin(change: Change, isAfter?: (other: Change) => boolean): void {
    const { collectionId, kind, isOptimistic } = change;
    const { entities } = this;
    const queue = this.queueOf(collectionId);
    for (const hidden of entities.echoes.swap(collectionId, this.#queues.values())) entities.invalidate(hidden);
    change.markBegun(entities.clock.tick());
    queue.add(change, isAfter);
    if (kind === 'create') entities.addProvisional(collectionId, isOptimistic);
    if (change.memberKind) {
      const { memberKind, isAdd, remaining } = change;
      for (const id of remaining) {
        this.#changesByItem.add(change, id, isAfter);
        const first = this.#changesByItem.of(memberKind, id).find((other) => other.collectionId === collectionId);
        // One that comes after it may have told something else, as long as nobody had heard of this one.
        if (first === change) queue.assume(memberKind, id, entities.memberships.wasIn(queue, memberKind, id) ?? !isAdd);
        if (isAdd && isOptimistic) entities.insertRow({ kind: memberKind, id, collectionId, at: PENDING });
      }
    }
    // The fold stays where this change is last: it is the only one that is new to it.
    this.#invalidate(change);
  }

  /** What is to be done for a collection next. A change that is not ready holds up only what must come after it. */
  plan(queue: CollectionQueue): Plan {
    const { changes, id } = queue;
    const { entities } = this;
    return planNext(
      sendable(changes),
      (kind, itemId) => entities.memberships.isIn(kind, itemId, id),
      (change, itemId, isIn) => entities.evidence.isProven(change.memberKind, itemId, id, isIn, change.begunAt),
    );
  }

  /** A request leaves: from here on a read of that collection may or may not hold it. `newestKnown`: the newest `createdAt` by then. */
  markSent(queue: CollectionQueue, request: InFlight, newestKnown?: string): void {
    const { clock, collections, echoes, memberships } = this.entities;
    // Until there is an answer, each item counts as it is known now.
    for (const kind of memberKinds) memberships.assumeKnown(queue, kind);
    queue.markSent(request, clock.tick(), newestKnown ?? echoes.newest);
    // What another page has sent may be listed already.
    if (newestKnown !== undefined && request.kind === 'create')
      for (const id of collections.ids) {
        const isOlder = Date.parse(collections.get(id)?.createdAt ?? '') <= Date.parse(newestKnown);
        const copy = isOlder ? undefined : this.entities.confirmed(id);
        if (!copy) continue;
        // Where it was asked for something already, that is shown, and what is to be made is not.
        const hidden = echoes.has(queue.id) || this.#queues.get(id)?.changes.length ? queue.id : id;
        echoes.hideIfEcho({ ...copy, id: hidden }, [queue]);
        this.entities.invalidate(hidden);
      }
  }

  /**
   * The server has accepted a request, and this is its copy after it. Gives the changes that are settled by it. Where another write of the
   * collection was on its way at once, and was accepted before this is known, the server's dates tell which of the copies holds both.
   */
  accept(queue: CollectionQueue, request: WriteRequest, copy: Collection | undefined): Change[] {
    const { entities } = this;
    const known = entities.collections.materialize(queue.id);
    const isHeld = queue.inFlight?.settles[0] !== request.settles[0] && isNewer(known?.copy, copy);
    const at = (isHeld && known?.asOf) || entities.clock.tick();
    const { kind, settles } = request;
    const read = this.#clearInFlight(queue);
    if (kind === 'create' && copy) {
      this.assignServerId(queue, copy.id);
      entities.insertRow({ kind: 'collections', id: queue.id, collectionId: undefined, at });
    }
    const row = entities.collections.materialize(queue.id);
    // It was done before somebody else has deleted the collection.
    const isOver = entities.isGone(queue.id) && queue.sentAt < (row?.asOf ?? 0);
    // What a create has made may have been read, and changed, before anybody has found out what made it.
    const newest = kind === 'create' && isNewer(row?.copy, copy) ? row?.copy : copy;
    const held = isOver ? undefined : newest;
    // Who asked may have signed out. Others may have written since, so that its answer is no better than one to a read.
    const owner = this.#queues.get(queue.id);
    if (copy && (row || kind !== 'create') && (owner !== queue || !queue.changes.length)) {
      if (row) this.reads.receive(queue.id, copy, queue.sentAt);
    } else if (!isHeld) {
      this.reads.detectForeignWrite(queue.id, held, at, request);
      // No read brings back what was deleted here, however late the server that answers it hears of that.
      if (row || owner?.changes.length) entities.confirm(queue.id, held, kind === 'delete' ? Infinity : at);
    }
    if (kind === 'delete') {
      entities.markDeleted(queue.id);
      entities.removeFromPages(queue.id);
    }
    if (request.memberKind) this.#acceptMembers(queue, request, at);
    for (const change of settles) {
      change.markAnswered(true);
      if (request.memberKind) this.#settleIds(change, request, change.kind === kind ? 'applied' : undefined);
    }
    const done = this.#settle(queue, settles);
    // Somebody else may have changed it since.
    this.#receiveDeferred(queue, read);
    return done;
  }

  /** The server has refused a request, and so has done nothing. Gives the callers that have nothing left to hope for. */
  refuse(queue: CollectionQueue, request: WriteRequest, error: unknown): Change[] {
    const { callers } = request;
    for (const change of callers) {
      change.fail(error);
      if (request.memberKind) this.#settleIds(change, request, 'refused');
    }
    return this.#settle(queue, callers);
  }

  /** A request has come to nothing: what was read meanwhile counts again. */
  releaseDeferredRead(queue: CollectionQueue): void {
    this.#receiveDeferred(queue, this.#clearInFlight(queue));
  }

  /** Whether anybody waits for a collection, or knows it. Else whoever asked has signed out, and the next user is shown nothing of it. */
  isWanted({ id, changes }: CollectionQueue): boolean {
    return changes.length > 0 || !!this.entities.collections.materialize(id);
  }

  /** A request has ended without an answer: what was read until now may hold it or not, and counts no more. Gives the time after. */
  markUncertain({ id }: Pick<CollectionQueue, 'id'>): number {
    const { clock, collections } = this.entities;
    collections.markAsOf(id, clock.tick());
    return clock.tick();
  }

  /** What the server says of a collection after a request without an answer. */
  resolveUncertain(queue: CollectionQueue, copy: Collection | undefined, requestedAt: number): void {
    const row = this.entities.collections.materialize(queue.id);
    // What is asked about before anything is sent is asked for all that waits.
    const { changes, inFlight } = queue;
    const isAsked = (inFlight?.settles ?? changes).some((change) => changes.includes(change));
    const read = this.#clearInFlight(queue);
    // The user who asked may have signed out: the next user is shown nothing of it, which may hold what they have sent since.
    if (!this.isWanted(queue)) return;
    // What a server has rendered for the next one bears no time of this page's, so that any copy would count as newer.
    if (isAsked || row?.asOf) {
      if (!copy || this.#queues.get(queue.id) !== queue) this.reads.receive(queue.id, copy, requestedAt);
      else if (!row || (requestedAt >= row.asOf && !this.reads.isBehind(queue.id, copy, requestedAt)))
        this.entities.confirm(queue.id, copy, requestedAt);
    }
    // What was asked for who has signed out, or has taken it back, is older than what was read since.
    if (read && !isAsked) this.reads.receive(queue.id, read.copy, read.requestedAt);
  }

  /**
   * Nobody can tell what a request has done that ended at a time: what was known of its ids before says nothing any more. A copy
   * that may hold it is taken to. `isReadSince`: the one that is shown was read after it.
   */
  forgetMemberships(queue: CollectionQueue, request: InFlight, at: number, isReadSince = false): void {
    const isIncluded = isReadSince || queue.baseMayIncludeSent;
    const forget = (kind: MemberKind, id: string, isAdd: boolean, before = queue.assumed(kind, id)) => {
      const was = isIncluded ? isAdd : (before ?? !isAdd);
      this.entities.evidence.learn(kind, id, queue.id, undefined, at, { was, guess: isAdd });
      queue.assume(kind, id, isAdd);
    };
    const { memberKind: kind, settles } = request;
    if (kind) for (const [id, before] of request.knownBefore) forget(kind, id, request.isAdd, before);
    else
      for (const { memberKind, isAdd, remaining } of settles)
        if (memberKind) for (const id of remaining) forget(memberKind, id, isAdd);
  }

  /** Where the server could not say which ids of these a collection holds, a write has to find out. */
  forgetUnproven(queue: CollectionQueue, changes: readonly MemberChange[]): void {
    const { clock, evidence, memberships } = this.entities;
    const at = clock.tick();
    for (const { memberKind: kind, begunAt, remaining } of changes)
      for (const id of remaining)
        if (evidence.provenAt(kind, id, queue.id) < begunAt)
          evidence.learn(kind, id, queue.id, undefined, at, { was: memberships.isIn(kind, id, queue.id) });
  }

  /** The server says that it does not have a collection. */
  markDeleted(queue: CollectionQueue): void {
    this.entities.confirm(queue.id, undefined, this.entities.clock.tick());
  }

  /** Settles what needs no request. */
  settleNoops(queue: CollectionQueue, changes: readonly MemberChange[]): void {
    const { entities } = this;
    const at = entities.clock.tick();
    for (const change of changes) {
      const { memberKind, isAdd } = change;
      for (const id of change.remaining) {
        if (isAdd && entities.memberships.isIn(memberKind, id, queue.id))
          entities.insertRow({ kind: memberKind, id, collectionId: queue.id, at });
        this.#settleId(change, id, 'applied');
      }
    }
    this.#settle(queue, changes);
  }

  /** Takes a change out, settled or not. */
  drop(change: Change): void {
    const queue = this.#queues.get(change.collectionId);
    if (!queue?.remove(change)) return;
    this.#invalidate(change);
    for (const id of change.remaining) this.#settleId(change, id);
    // It may have been asked for again in its place.
    if (change.kind === 'create' && !queue.create) this.entities.endCreate(change.collectionId, change.variables.name);
    this.releaseIfEmpty(queue);
  }

  /** A collection has got the server's id, and so has what waits for that. */
  assignServerId(queue: CollectionQueue, id: string): void {
    const { entities } = this;
    const clientKey = queue.id;
    this.#queues.delete(clientKey);
    queue.assignId(id);
    const known = this.#queues.get(id);
    // Whoever asked for it may have signed out, and the next one have found it in a list.
    if (!known && queue.changes.length) this.#queues.set(id, queue);
    // Somebody knows it by that id already, and has asked for something.
    known?.takeOver(queue);
    entities.assignServerId(clientKey, id);
    for (const kind of memberKinds)
      for (const itemId of this.#changesByItem.ids(kind)) entities.table(kind).invalidate(itemId);
  }

  #acceptMembers(queue: CollectionQueue, { ids, memberKind: kind, isAdd }: MemberWrite, at: number): void {
    const { entities } = this;
    for (const id of ids) {
      entities.evidence.learn(kind, id, queue.id, isAdd, at, { requestedAt: queue.sentAt });
      const row = { kind, id, collectionId: queue.id };
      if (isAdd) entities.insertRow({ ...row, at });
      else entities.inserts.forget(row, false);
      if (queue.assumed(kind, id) !== undefined) queue.assume(kind, id, isAdd);
    }
  }

  /** A user who has signed out meanwhile has left nothing of the collection: the next user is not shown what was read for the last. */
  #receiveDeferred({ id }: CollectionQueue, read: DeferredRead | undefined): void {
    if (read && this.entities.confirmed(id)) this.reads.receive(id, read.copy, read.requestedAt);
  }

  #clearInFlight(queue: CollectionQueue): DeferredRead | undefined {
    const { inFlight } = queue;
    const read = queue.clearInFlight();
    this.entities.invalidate(queue.id);
    // Whoever asked for it may have signed out: what it has made is a collection like any other.
    if (inFlight?.kind === 'create' && !queue.create) this.entities.releaseEchoes(inFlight.callers[0].variables.name);
    return read;
  }

  /** The ids of a change that a request has named are settled. */
  #settleIds(change: Change, { knownBefore }: MemberWrite, outcome?: 'applied' | 'refused'): void {
    for (const id of change.remaining) if (knownBefore.has(id)) this.#settleId(change, id, outcome);
  }

  #settleId(change: Change, id: string, outcome?: 'applied' | 'refused'): void {
    const { memberKind, collectionId, isAdd } = change;
    if (!memberKind || !change.settleId(id, outcome)) return;
    const here = this.#changesByItem.remove(change, id).filter((other) => other.collectionId === collectionId);
    if (!here.some((other) => other.isOptimistic && other.isAdd))
      this.entities.inserts.forget({ kind: memberKind, id, collectionId }, true);
    if (isAdd && outcome !== 'applied') this.entities.forgetAdded(memberKind, id, collectionId);
    if (!here.length) this.#queues.get(collectionId)?.forgetAssumed(memberKind, id);
    this.entities.table(memberKind).invalidate(id);
  }

  #settle(queue: CollectionQueue, changes: readonly Change[]): Change[] {
    this.entities.invalidate(queue.id);
    const done = changes.filter(({ remaining }) => !remaining.size);
    for (const change of done) this.drop(change);
    return done;
  }

  #invalidate({ collectionId, memberKind, remaining }: Change): void {
    this.entities.collections.invalidate(collectionId);
    if (memberKind) for (const id of remaining) this.entities.table(memberKind).invalidate(id);
  }
}
