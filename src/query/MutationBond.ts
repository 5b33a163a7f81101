import type { Mutation, MutationCacheNotifyEvent, QueryClient } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import { type Change, type ChangeKind, type ChangeVariables, newChange } from '../ledger/Change.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import type { CacheBond } from './CacheBond.ts';
import { checkChange } from './checkChange.ts';
import { keepPending } from './keepPending.ts';
import { collectionKeys } from './keys.ts';
import { provisionalId } from './provisionalId.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** What a mutation of ours asks for, by its key. */
export const kindOf = ({ options }: Mutation): ChangeKind => options.mutationKey?.at(-1) as ChangeKind;

/**
 * Binds a ledger to the mutations of a QueryClient: one change for each.
 *
 * A change begins when its mutation does, in the same tick as `mutate()`. The mutation function says that it may be sent, and settles
 * as it does.
 */
export class MutationBond {
  readonly #ledger: Ledger;
  readonly #cache: CacheBond;
  readonly #queue: WriteQueue;
  readonly #changes = new Map<Mutation, Change>();
  /** Changes whose mutation function was not called yet, by the very object that it will be called with. */
  readonly #unclaimed = new Map<unknown, Mutation[]>();
  /** The provisional ids of creates: one that is retried keeps its own, which others may name. */
  readonly #provisional = new WeakMap<Mutation, string>();
  #restored: Mutation[] = [];

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, cache: CacheBond, queue: WriteQueue) {
    this.#ledger = ledger;
    this.#cache = cache;
    this.#queue = queue;
    queryClient.setMutationDefaults(collectionKeys.mutations(scope), { networkMode: 'always', retry: false });
    keepPending(queryClient);
    for (const mutation of queryClient.getMutationCache().getAll())
      if (cache.isOurs(mutation.options.mutationKey)) this.#found(mutation, cache.keepsake.isRestored);
    if (this.#restored.length) this.#restoreNow();
    cache.onRestore = () => this.#restoreNow();
    queryClient.getMutationCache().subscribe((event) => this.#onEvent(event));
  }

  /** What a mutation function does. */
  async run(kind: ChangeKind, variables: ChangeVariables): Promise<Collection | undefined> {
    const mutation = this.#unclaimed.get(variables)?.shift();
    const begun = mutation && this.#changes.get(mutation);
    if (!begun) checkChange(kind, variables);
    // A retry of TanStack Query's comes without a new start.
    const change = begun ?? this.#begin(newChange(kind, variables, this.#idFor(kind, variables), Date.now(), true));
    change.ready = true;
    this.#queue.wake();
    try {
      return await this.#queue.outcome(change);
    } finally {
      if (mutation) this.#forget(mutation);
    }
  }

  /** The change that a mutation asked for, as long as it is pending. */
  changeOf(mutation: Mutation): Change | undefined {
    return this.#changes.get(mutation);
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
    if (!isRestored) this.#start(mutation, () => this.#begin(this.#asked(mutation)));
    // Together, when the whole cache is there: what is kept beside the mutations comes after them.
    else if (this.#restored.push(mutation) === 1) queueMicrotask(() => this.#restoreNow());
  }

  /** What a mutation asks for. A create of an earlier page keeps the provisional id that it had there. */
  #asked(mutation: Mutation, key?: string): Change {
    const kind = kindOf(mutation);
    const { submittedAt } = mutation.state;
    const variables = mutation.state.variables as ChangeVariables;
    const isShown = mutation.meta?.optimistic !== false;
    return newChange(kind, variables, this.#idFor(kind, variables, mutation, key), submittedAt, isShown);
  }

  #start(mutation: Mutation, begin: () => Change): void {
    const { variables } = mutation.state;
    try {
      checkChange(kindOf(mutation), variables as ChangeVariables);
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
    this.#cache.views.flush();
    return change;
  }

  /** The collection that a change is about. A create that is retried keeps its provisional id, which other changes may name. */
  #idFor(kind: ChangeKind, { collectionId }: ChangeVariables, mutation?: Mutation, kept?: string): string {
    if (kind !== 'create') return this.#ledger.copies.names.idOf(collectionId as string);
    const id = kept ?? (mutation && this.#provisional.get(mutation)) ?? provisionalId(Date.now());
    if (mutation) this.#provisional.set(mutation, id);
    return id;
  }

  #restoreNow(): void {
    const restored = this.#restored;
    this.#restored = [];
    for (const each of restored) this.#restore(each);
    this.#cache.views.flush();
    // Its failure is told by the mutation's state.
    for (const each of restored) void each.continue().catch(() => undefined);
  }

  #restore(mutation: Mutation): void {
    const kind = kindOf(mutation);
    const { submittedAt } = mutation.state;
    const variables = mutation.state.variables as ChangeVariables;
    const kept = kind === 'create' ? this.#cache.keepsake.takeCreate(submittedAt) : undefined;
    mutation.setOptions({
      ...mutation.options,
      networkMode: 'always',
      mutationFn: () => this.run(kind, variables),
    });
    this.#start(mutation, () => {
      const change = this.#asked(mutation, kept?.key);
      // A create that waited was never sent, any other change may have been.
      change.restored = kind !== 'create' || !!kept?.sent;
      const left = this.#cache.keepsake.takePart(submittedAt, kind);
      if (left)
        for (const itemId of change.left)
          if (!left.includes(itemId) && change.left.delete(itemId)) change.applied.push(itemId);
      this.#ledger.begin(change);
      return change;
    });
  }

  #ended(mutation: Mutation): void {
    const change = this.#changes.get(mutation);
    // A callback of the user's has thrown before the mutation function was called.
    if (change && !change.ready) {
      this.#queue.discard(change);
      this.#queue.wake();
    }
    this.#forget(mutation);
  }

  #forget(mutation: Mutation): void {
    this.#changes.delete(mutation);
    const { variables } = mutation.state;
    const waiting = this.#unclaimed.get(variables)?.filter((other) => other !== mutation);
    if (waiting?.length) this.#unclaimed.set(variables, waiting);
    else this.#unclaimed.delete(variables);
  }
}
