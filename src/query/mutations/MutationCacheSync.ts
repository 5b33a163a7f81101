import type { Mutation, MutationCacheNotifyEvent, QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { type Change, newChange } from '../../ledger/Change.ts';
import type { ChangeVariables } from '../../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { QueryCacheSync } from '../cache/QueryCacheSync.ts';
import { collectionKeys } from '../options/keys.ts';
import type { WriteQueue } from '../writes/WriteQueue.ts';
import { checkChange } from './checkChange.ts';
import { dehydratePending } from './dehydratePending.ts';
import { provisionalId } from './provisionalId.ts';

/** What a mutation of ours asks for, by its key. */
export const kindOf = ({ options }: Mutation): ChangeKind => options.mutationKey?.at(-1) as ChangeKind;

const variablesOf = ({ state }: Mutation): ChangeVariables => state.variables as ChangeVariables;

/**
 * Keeps the mutations of a QueryClient and a ledger the same: one change for each.
 *
 * A change begins when its mutation does, in the same tick as `mutate()`. The mutation function says that it may be sent, and settles
 * as it does.
 */
export class MutationCacheSync {
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #queue: WriteQueue;
  readonly #changes = new Map<Mutation, Change>();
  /** Changes whose mutation function was not called yet, by the very object that it will be called with. */
  readonly #unclaimed = new Map<unknown, Mutation[]>();
  /** The provisional ids of creates: one that is retried keeps its own, which others may name. */
  readonly #provisional = new WeakMap<Mutation, string>();
  #restored: Mutation[] = [];

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, cache: QueryCacheSync, queue: WriteQueue) {
    this.#ledger = ledger;
    this.#cache = cache;
    this.#queue = queue;
    queryClient.setMutationDefaults(collectionKeys.mutations(scope), { networkMode: 'always', retry: false });
    dehydratePending(queryClient);
    for (const mutation of queryClient.getMutationCache().getAll())
      if (cache.isOurs(mutation.options.mutationKey)) this.#found(mutation, cache.persisted.isRestored);
    if (this.#restored.length) this.restoreNow();
    queryClient.getMutationCache().subscribe((event) => this.#onEvent(event));
  }

  /** What a mutation function does. `sender`: the client that it was made with; a restored one has none. */
  async run(kind: ChangeKind, variables: ChangeVariables, sender?: Scenario): Promise<Collection | undefined> {
    const waiting = this.#unclaimed.get(variables) ?? [];
    // The same variables may have been given to another hook, whose `onMutate` still runs.
    const at = waiting.findIndex((other) => kindOf(other) === kind);
    const [mutation] = at < 0 ? [] : waiting.splice(at, 1);
    const begun = mutation && this.#changes.get(mutation);
    if (!begun) checkChange(kind, variables);
    // A retry of TanStack Query's comes without a new start.
    const change = begun ?? this.#begin(this.#newChange(kind, variables));
    change.markReady(sender);
    this.#queue.schedule();
    try {
      return await this.#queue.promiseOf(change);
    } finally {
      if (mutation) this.#forget(mutation);
    }
  }

  /** The change that a mutation asked for, as long as it is pending. */
  changeOf(mutation: Mutation): Change | undefined {
    return this.#changes.get(mutation);
  }

  /** Begins the changes of an earlier page that were found so far. */
  restoreNow(): void {
    const restored = this.#restored;
    this.#restored = [];
    for (const each of restored) this.#restore(each);
    this.#cache.writer.flush();
    // Its failure is told by the mutation's state.
    for (const each of restored) void each.continue().catch(() => undefined);
  }

  #onEvent(event: MutationCacheNotifyEvent): void {
    const { mutation } = event;
    const type = event.type === 'updated' ? event.action.type : event.type;
    if (!mutation || !['added', 'pending', 'error'].includes(type)) return;
    if (!this.#cache.isOurs(mutation.options.mutationKey)) return;
    if (type === 'error') this.#ended(mutation);
    else this.#found(mutation, type === 'added');
  }

  #found(mutation: Mutation, isRestored: boolean): void {
    if (mutation.state.status !== 'pending' || this.#changes.has(mutation)) return;
    if (!isRestored) this.#start(mutation, () => this.#begin(this.#changeFor(mutation)));
    // Together, when the whole cache is there: what is kept beside the mutations comes after them.
    else if (this.#restored.push(mutation) === 1) queueMicrotask(() => this.restoreNow());
  }

  /** What a mutation asks for. A create keeps the provisional id that it had before, in this page or an earlier one. */
  #changeFor(mutation: Mutation, clientKey?: string): Change {
    const kind = kindOf(mutation);
    const change = this.#newChange(
      kind,
      variablesOf(mutation),
      clientKey ?? this.#provisional.get(mutation),
      mutation.state.submittedAt,
      mutation.meta?.optimistic !== false,
    );
    if (kind === 'create') this.#provisional.set(mutation, change.collectionId);
    return change;
  }

  #newChange(
    kind: ChangeKind,
    variables: ChangeVariables,
    clientKey?: string,
    submittedAt: number = Date.now(),
    isOptimistic = true,
  ): Change {
    const { ids } = this.#ledger.entities;
    const collectionId =
      'collectionId' in variables ? ids.serverIdOf(variables.collectionId) : (clientKey ?? provisionalId(Date.now()));
    return newChange({ kind, variables, collectionId, submittedAt, isOptimistic });
  }

  #start(mutation: Mutation, begin: () => Change): void {
    const variables = variablesOf(mutation);
    try {
      checkChange(kindOf(mutation), variables);
    } catch {
      // Said once, by the mutation function: nothing is shown of what cannot be sent.
      return;
    }
    this.#changes.set(mutation, begin());
    const waiting = this.#unclaimed.get(variables);
    if (waiting) waiting.push(mutation);
    else this.#unclaimed.set(variables, [mutation]);
  }

  #begin(change: Change): Change {
    this.#ledger.begin(change);
    this.#cache.writer.flush();
    return change;
  }

  #restore(mutation: Mutation): void {
    const kind = kindOf(mutation);
    const { submittedAt } = mutation.state;
    const { persisted } = this.#cache;
    const create = kind === 'create' ? persisted.takeCreate(submittedAt) : undefined;
    mutation.setOptions({
      ...mutation.options,
      networkMode: 'always',
      mutationFn: () => this.run(kind, variablesOf(mutation)),
    });
    this.#start(mutation, () => {
      const change = this.#changeFor(mutation, create?.clientKey);
      // A create that waited was never sent, any other change may have been.
      change.markMayHaveBeenSent(kind !== 'create' || !!create?.wasInFlight);
      const remaining = persisted.takePart(submittedAt, kind);
      if (remaining) for (const id of change.remaining) if (!remaining.includes(id)) change.settleId(id, 'applied');
      this.#ledger.begin(change);
      return change;
    });
  }

  #ended(mutation: Mutation): void {
    const change = this.#changes.get(mutation);
    // A callback of the user's has thrown before the mutation function was called.
    if (change && !change.isReady) {
      this.#queue.discard(change);
      this.#queue.schedule();
    }
    this.#forget(mutation);
  }

  #forget(mutation: Mutation): void {
    this.#changes.delete(mutation);
    const variables = variablesOf(mutation);
    const waiting = this.#unclaimed.get(variables)?.filter((other) => other !== mutation);
    if (waiting?.length) this.#unclaimed.set(variables, waiting);
    else this.#unclaimed.delete(variables);
  }
}
