import type { Collection } from '../api/types.ts';
import type { Change, ChangeOf, MemberChange } from '../ledger/Change.ts';
import type { CollectionQueue } from '../ledger/CollectionQueue.ts';
import type { InFlight, WriteRequest } from '../ledger/WriteRequest.ts';
import type { KeptChange } from '../query/Outbox.ts';
import type { ScenarioStore } from '../query/ScenarioStore.ts';
import { revivedError } from './keptError.ts';
import type { OutboxHost, Result, SentRequest } from './OutboxHost.ts';

/** The pending changes of a page, as its outbox sees them. */
export class StoreHost implements OutboxHost {
  readonly #store: ScenarioStore;

  constructor(store: ScenarioStore) {
    this.#store = store;
  }

  get scope(): string {
    return this.#store.scope;
  }

  begin(kept: KeptChange, isAfter: (other: Change) => boolean): Change | undefined {
    return this.#store.mutations.adopt(kept, isAfter, kept.error ? revivedError(kept.error) : null);
  }

  markStored(changes: readonly Change[], isStored: boolean): void {
    for (const change of changes) change.markStored(isStored);
    this.#store.cache.writer.notify();
  }

  release(change: Change, mayBeSent: boolean, since: string | undefined): void {
    if (!this.#queueOf(change)) return;
    this.#clear(change);
    change.markMayHaveBeenSent(mayBeSent, since);
    change.markReady();
    this.#store.queue.schedule();
  }

  hold(change: Change): void {
    change.hold();
  }

  markSent(request: SentRequest): void {
    const queue = this.#queueOf(request.changes[0]);
    if (!queue) return;
    this.#store.ledger.markSent(queue, requestOf(request));
    this.#store.cache.writer.notify();
  }

  accept(request: SentRequest, copy: Collection | undefined): void {
    const queue = this.#queueOf(request.changes[0]);
    if (queue) this.#store.queue.acceptElsewhere(queue, requestOf(request) as WriteRequest, copy);
  }

  clearSent(change: Change): void {
    this.#clear(change);
    this.#store.cache.writer.flush();
    this.#store.queue.schedule();
  }

  settle(change: Change, result: Result): void {
    this.#clear(change);
    const { collectionId } = change;
    // What this page has read since is newer.
    if ('value' in result && result.value)
      this.#store.ledger.reads.receive(
        collectionId,
        result.value,
        Math.min(result.asOf, this.#store.ledger.entities.clock.tick()),
      );
    this.#store.queue.settleElsewhere(change, 'error' in result ? { error: revivedError(result.error) } : result);
  }

  discard(change: Change): void {
    this.#clear(change);
    this.#store.mutations.giveUp(change);
    this.#store.queue.schedule();
  }

  name(provisional: string, id: string): void {
    const { ids } = this.#store.ledger.entities;
    if (ids.serverIdOf(provisional) === provisional) ids.add(provisional, id);
  }

  outcome(change: Change): Promise<Collection | undefined> {
    return this.#store.queue.promiseOf(change);
  }

  asOf({ collectionId }: Change): number {
    return this.#store.ledger.entities.collections.materialize(collectionId)?.asOf ?? 0;
  }

  #queueOf(change: Change | undefined): CollectionQueue | undefined {
    const queue = change && this.#store.ledger.queues.get(change.collectionId);
    return queue?.changes.includes(change as Change) ? queue : undefined;
  }

  /** The request that carries a change is over, and has done nothing that is known. */
  #clear(change: Change): void {
    const queue = this.#queueOf(change);
    if (queue?.inFlight?.settles.includes(change)) this.#store.ledger.releaseDeferredRead(queue);
  }
}

function requestOf({ kind, ids, changes }: SentRequest): InFlight {
  const [first] = changes;
  const both = { callers: changes, settles: changes };
  if (kind === 'create') return { kind, callers: [first as ChangeOf<'create'>], settles: changes };
  if (kind === 'update') return { kind, body: {}, ...both };
  if (kind === 'delete' || kind === 'verify') return { kind, ...both };
  const { memberKind, isAdd } = first as MemberChange;
  const callers = changes as readonly MemberChange[];
  // The one that overrules comes last: a change of the other kind may stand before it.
  const lead = callers.find((change) => change.kind === kind) ?? { memberKind, isAdd };
  const knownBefore = new Map(ids);
  return {
    kind,
    memberKind: lead.memberKind,
    isAdd: lead.isAdd,
    ids: [...knownBefore.keys()],
    knownBefore,
    callers,
    settles: callers,
  };
}
