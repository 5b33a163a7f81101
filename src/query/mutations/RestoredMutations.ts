import type { Mutation, QueryClient } from '@tanstack/react-query';
import { type Change, newChange } from '../../ledger/Change.ts';
import { type ChangeVariables, collectionIdIn } from '../../ledger/ChangeVariables.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { isProvisional } from '../../ledger/provisionalId.ts';
import { putAside } from '../cache/putAside.ts';
import type { QueryCacheSync } from '../cache/QueryCacheSync.ts';
import type { KeptChange } from '../OutboxLink.ts';
import { collectionKeys } from '../options/keys.ts';
import { isSendable } from './checkChange.ts';
import type { MutationCacheSync } from './MutationCacheSync.ts';
import { changeKindOf, variablesOf } from './mutationState.ts';

const RESTORED = {
  context: undefined,
  data: undefined,
  failureCount: 0,
  failureReason: null,
  isPaused: false,
} as const;

/**
 * Begins the changes that no `mutate()` of this page has asked for: those of an earlier page, which a cache or an outbox has kept, and
 * those of other tabs.
 *
 * Each has a mutation, as any other change. It came with the cache, or is made for what the outbox has.
 */
export class RestoredMutations {
  readonly #queryClient: QueryClient;
  readonly #scope: string;
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #mutations: MutationCacheSync;
  /** Those that came with a cache and have not begun. */
  readonly #waiting = new Set<Mutation>();

  constructor(
    queryClient: QueryClient,
    scope: string,
    ledger: Ledger,
    cache: QueryCacheSync,
    mutations: MutationCacheSync,
  ) {
    this.#queryClient = queryClient;
    this.#scope = scope;
    this.#ledger = ledger;
    this.#cache = cache;
    this.#mutations = mutations;
    const all = queryClient.getMutationCache();
    for (const mutation of all.getAll()) if (!mutation.options.mutationFn) this.#found(mutation);
    this.restoreNow();
    all.subscribe(({ type, mutation }) => {
      if (type === 'added') this.#found(mutation);
      else if (type === 'removed') this.#waiting.delete(mutation);
    });
  }

  /** Begins the changes of an earlier page that were found so far. */
  restoreNow(): void {
    if (!this.#waiting.size) return;
    const restored = [...this.#waiting];
    this.#waiting.clear();
    // What waits for a create is to find it.
    const creates = restored.filter((each) => changeKindOf(each) === 'create');
    for (const each of new Set([...creates, ...restored])) this.#restore(each);
    this.#cache.writer.flush();
    // Its failure is told by the mutation's state.
    for (const each of restored) if (this.#mutations.changeOf(each)) void each.continue().catch(() => undefined);
  }

  /**
   * Shows a change of another tab or page, before all that `isAfter` it. One that has failed is listed with its `error`. Undefined: it
   * is over, or cannot be sent.
   */
  adopt(kept: KeptChange, isAfter: (other: Change) => boolean, error: Error | null): Change | undefined {
    const { kind, variables, submittedAt, optimistic, left } = kept;
    if (!isSendable(kind, kept)) return undefined;
    // It may be kept by a tab that has not heard yet what the server calls it.
    const collectionId = this.#ledger.entities.ids.serverIdOf(kept.collectionId);
    // A create whose collection is named is over: who tells so is heard after who told that it was asked for.
    if (kind === 'create' ? !isProvisional(collectionId) : this.#mutations.isOrphan(collectionId)) return undefined;
    const change = newChange({ kind, variables, collectionId, submittedAt, isOptimistic: optimistic });
    if (left) change.settleAllBut(left);
    change.hold();
    const mutations = this.#queryClient.getMutationCache();
    const mutation = mutations.build(
      this.#queryClient,
      {
        mutationKey: [...collectionKeys.mutations(this.#scope), kind],
        mutationFn: (again: ChangeVariables) => this.#mutations.run(kind, again),
        // It is listed until its user says what is to become of it.
        gcTime: Number.POSITIVE_INFINITY,
        ...(!optimistic && { meta: { optimistic } }),
      },
      {
        ...RESTORED,
        status: error ? 'error' : 'pending',
        error,
        variables,
        submittedAt,
      },
    ) as Mutation;
    // It has come as what a cache holds does, and begins as what the outbox holds.
    this.#waiting.delete(mutation);
    this.#mutations.begin(change, mutation, isAfter);
    if (error) return change;
    // Its failure is told by the mutation's state.
    mutation.continue().then(
      () => mutations.remove(mutation),
      () => undefined,
    );
    return change;
  }

  #found(mutation: Mutation): void {
    const isOurs = this.#cache.isOurs(mutation.options.mutationKey);
    // One that has begun has only left the cache for a moment.
    if (mutation.state.status !== 'pending' || !isOurs || this.#mutations.changeOf(mutation)) return;
    // Together, when the whole cache is there: what is kept beside the mutations comes after them.
    if (!this.#waiting.size) queueMicrotask(() => this.restoreNow());
    this.#waiting.add(mutation);
  }

  #restore(mutation: Mutation): void {
    const kind = changeKindOf(mutation);
    const variables = variablesOf(mutation);
    const { submittedAt } = mutation.state;
    const { persisted } = this.#cache;
    if (!isSendable(kind, mutation.state) || this.#mutations.isOrphan(collectionIdIn(kind, variables))) {
      putAside('a pending change that cannot be sent', mutation.options.mutationKey);
      this.#queryClient.getMutationCache().remove(mutation);
      return;
    }
    const create = kind === 'create' ? persisted.takeCreate(submittedAt) : undefined;
    mutation.setOptions({
      ...mutation.options,
      networkMode: 'always',
      mutationFn: () => this.#mutations.run(kind, variablesOf(mutation)),
    });
    const change = this.#mutations.changeFor(mutation, create?.clientKey, true);
    // A create that waited was never sent, any other change may have been.
    change.markMayHaveBeenSent(kind !== 'create' || !!create?.wasInFlight);
    const remaining = persisted.takePart(submittedAt, kind);
    if (remaining) change.settleAllBut(remaining);
    // Yesterday's changes stand before those of this page, however late they are restored.
    this.#mutations.begin(change, mutation, (other) => !other.isRestored);
  }
}
