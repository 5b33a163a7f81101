import type { Mutation } from '@tanstack/react-query';
import type { PartialFailureError } from '../../api/PartialFailureError.ts';
import { areSame } from '../../ledger/areSame.ts';
import type { Change } from '../../ledger/Change.ts';
import { collectionIdIn } from '../../ledger/ChangeVariables.ts';
import { CHANGE_KINDS, MEMBER_KINDS } from '../../ledger/changeKinds.ts';
import { MAX_IDS } from '../../ledger/planNext.ts';
import type { ScenarioStore } from '../ScenarioStore.ts';
import { changeKindOf, variablesOf } from './mutationState.ts';
import type { PendingChange } from './PendingChange.ts';

/** What React watches: what is pending, and whoever is to be told that it may differ. */
interface Watched {
  get(): readonly PendingChange[];
  subscribe(listener: () => void): () => void;
}

const lists = new WeakMap<ScenarioStore, PendingList>();

/** The list of a store, made when it is first asked for: who shows none does not load it. */
export function pendingOf(store: ScenarioStore): PendingList {
  const list = lists.get(store) ?? new PendingList(store);
  lists.set(store, list);
  return list;
}

/** What the user can be told of the changes that are not settled, and of those that have failed. */
class PendingList {
  readonly #store: ScenarioStore;
  #pending: readonly PendingChange[] = [];
  #isStale = true;
  /** `canWait`: until the tick ends. */
  readonly #watchers = new Set<(canWait: boolean) => void>();
  #stops: readonly (() => void)[] = [];

  constructor(store: ScenarioStore) {
    this.#store = store;
  }

  /** What is pending or has failed, oldest first. What does not differ keeps its identity, the array too. */
  get(): readonly PendingChange[] {
    if (!this.#isStale) return this.#pending;
    this.#isStale = false;
    // Where nobody watches nothing is told: it is good for what is rendered together.
    if (!this.#watchers.size)
      queueMicrotask(() => {
        this.#isStale = true;
      });
    const { cache, queryClient } = this.#store;
    const all = queryClient.getMutationCache().getAll();
    const now = all.flatMap((mutation) =>
      cache.isOurs(mutation.options.mutationKey) ? (this.#describe(mutation) ?? []) : [],
    );
    // What another tab or page has asked for comes into the cache later than it was asked for.
    now.sort((a, b) => a.submittedAt - b.submittedAt);
    const before = new Map(this.#pending.map((change) => [change.id, change]));
    const kept = now.map((change) => {
      const old = before.get(change.id);
      return old && saysTheSame(old, change) ? old : change;
    });
    this.#pending = areSame(kept, this.#pending) ? this.#pending : kept;
    return this.#pending;
  }

  /**
   * What is about one collection, or all, for React to watch. The array keeps its identity as long as it says the same, so that a component is
   * rendered for the changes that it shows and for no others.
   */
  of(collectionId: string | null | undefined): Watched {
    const { ids } = this.#store.ledger.entities;
    let last: readonly PendingChange[] = [];
    const get = () => {
      const all = this.get();
      const own = collectionId
        ? all.filter((change) => ids.serverIdOf(change.collectionId) === ids.serverIdOf(collectionId))
        : all;
      if (!areSame(own, last)) last = own;
      return last;
    };
    const subscribe = (listener: () => void) => {
      let isQueued = false;
      return this.#watch((canWait) => {
        // React reads it when it renders. To describe thousands of changes for each one of them would take seconds.
        if (isQueued) return;
        const before = last;
        if (!canWait) listener();
        isQueued = canWait || last !== before;
        if (isQueued)
          queueMicrotask(() => {
            isQueued = false;
            listener();
          });
      });
    };
    return { get, subscribe };
  }

  /** All are told by one, who is told before them: each of many rows would go through all changes at each word otherwise. */
  #watch(watcher: (canWait: boolean) => void): () => void {
    if (!this.#watchers.size) this.#start();
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size) return;
      for (const stop of this.#stops) stop();
      this.#isStale = true;
    };
  }

  #start(): void {
    const { cache, queryClient, writes } = this.#store;
    const stale = (canWait: boolean) => {
      this.#isStale = true;
      for (const watcher of this.#watchers) watcher(canWait);
    };
    const staleNow = () => stale(false);
    this.#stops = [
      queryClient.getMutationCache().subscribe(({ type, mutation }) => {
        // What has succeeded has left its queue already. The other events are told while React renders, and change nothing here.
        if (type === 'added' || type === 'removed' || type === 'updated') stale(mutation.state.status === 'success');
      }),
      writes.network.subscribe(staleNow),
      cache.writer.onFlush(staleNow),
    ];
    // React looks again when it has subscribed: while nobody watched, nothing was told.
    this.#isStale = true;
  }

  #describe(mutation: Mutation): PendingChange | undefined {
    const { status, submittedAt, error } = mutation.state;
    const variables = variablesOf(mutation);
    const { ledger, mutations } = this.#store;
    const last = mutations.lastChangeOf(mutation);
    // One that fails is listed all along, however long its callbacks take.
    const change = status === 'pending' && last && (last.error || this.#isPending(last)) ? last : undefined;
    if (!change && status !== 'error') return undefined;
    const kind = changeKindOf(mutation);
    const asked = last?.collectionId ?? collectionIdIn(kind, Object(variables)) ?? '';
    return {
      id: String(mutation.mutationId),
      kind,
      collectionId: ledger.entities.ids.serverIdOf(asked),
      variables,
      submittedAt,
      stored: !!last?.isStored,
      ...(change &&
        change.total > MAX_IDS && { progress: { sent: change.total - change.remaining.size, total: change.total } }),
      ...(change ? this.#progressOf(change) : { status: 'failed' }),
      ...(error && { error }),
      retry: () => this.#retry(mutation),
      discard: () => this.#discard(mutation),
    } as PendingChange;
  }

  #isPending(change: Change): boolean {
    return !!this.#store.ledger.queues.get(change.collectionId)?.changes.includes(change);
  }

  #progressOf(change: Change): Pick<PendingChange, 'status' | 'resumesAt'> {
    const { writes } = this.#store;
    // What was on the wire when the network went is waiting to be asked about.
    if (!writes.network.isOnline()) return { status: 'paused' };
    if (this.#isSending(change) || !this.#isPending(change)) return { status: 'sending' };
    const resumesAt = writes.turns.resumesAt(change);
    return resumesAt ? { status: 'paused', resumesAt } : { status: 'queued' };
  }

  #isSending(change: Change): boolean {
    // What another page may have sent is not, before it was asked about.
    return (
      !change.mayHaveBeenSent &&
      !!this.#store.ledger.queues.get(change.collectionId)?.inFlight?.settles.includes(change)
    );
  }

  #retry(mutation: Mutation): void {
    const { error, variables } = mutation.state;
    // Whoever has kept hold of it may ask when it was asked for again, or forgotten.
    if (!this.#store.queryClient.getMutationCache().findAll({ status: 'error' }).includes(mutation)) return;
    const { memberKind } = CHANGE_KINDS[changeKindOf(mutation)];
    const rest = (Object(error) as Partial<PartialFailureError>).refusedIds;
    const again = { ...(variables as object), ...(rest && memberKind && { [MEMBER_KINDS[memberKind].ids]: rest }) };
    // Its failure is told by the mutation's state and callbacks, as the first was.
    void mutation.execute(again).catch(() => undefined);
  }

  #discard(mutation: Mutation): void {
    const { mutations, queryClient } = this.#store;
    const hasFailed = mutation.state.status === 'error';
    const change = hasFailed ? mutations.lastChangeOf(mutation) : mutations.changeOf(mutation);
    // In doubt, the server is asked. What a cache of an earlier page has brought is only taken for what may have been sent: it has waited there.
    const isInDoubt = !hasFailed && change?.mayHaveBeenSent && !change.isRestored;
    const isWaiting = change && !isInDoubt && !mutations.discard(change) && !this.#isSending(change);
    if (isWaiting || hasFailed) queryClient.getMutationCache().remove(mutation);
  }
}

const saysTheSame = (a: PendingChange, b: PendingChange): boolean =>
  a.status === b.status &&
  a.stored === b.stored &&
  a.resumesAt === b.resumesAt &&
  a.progress?.sent === b.progress?.sent &&
  a.collectionId === b.collectionId &&
  a.variables === b.variables &&
  a.error === b.error;
