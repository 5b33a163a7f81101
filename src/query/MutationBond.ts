import type { Mutation, MutationCacheNotifyEvent, QueryClient } from '@tanstack/react-query';
import { PartialFailureError } from '../api/PartialFailureError.ts';
import type { Collection } from '../api/types.ts';
import { type Change, type ChangeKind, type ChangeVariables, newChange } from '../ledger/Change.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import { MAX_IDS } from '../ledger/merge.ts';
import type { CacheBond } from './CacheBond.ts';
import { checkChange } from './checkChange.ts';
import { collectionKeys } from './keys.ts';
import type { PendingChange } from './PendingChange.ts';
import { provisionalId } from './provisionalId.ts';
import type { WriteQueue } from './WriteQueue.ts';

const kindOf = ({ options }: Mutation): ChangeKind => options.mutationKey?.at(-1) as ChangeKind;

/**
 * Binds a ledger to the mutations of a QueryClient: one change for each.
 *
 * A change begins when its mutation does, in the same tick as `mutate()`. The mutation function says that it may be sent, and settles
 * as it does.
 */
export class MutationBond {
  readonly #queryClient: QueryClient;
  readonly #ledger: Ledger;
  readonly #cache: CacheBond;
  readonly #queue: WriteQueue;
  readonly #changes = new Map<Mutation, Change>();
  /** Changes whose mutation function was not called yet, by the very object that it will be called with. */
  readonly #unclaimed = new Map<unknown, Mutation[]>();
  /** The provisional ids of creates: one that is retried keeps its own, which others may name. */
  readonly #provisional = new WeakMap<Mutation, string>();
  #restored: Mutation[] = [];
  #isTicking = false;
  #pending: readonly PendingChange[] = [];
  #isStale = true;
  #watchers = 0;

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, cache: CacheBond, queue: WriteQueue) {
    this.#queryClient = queryClient;
    this.#ledger = ledger;
    this.#cache = cache;
    this.#queue = queue;
    queryClient.setMutationDefaults(collectionKeys.mutations(scope), { networkMode: 'always', retry: false });
    keepPending(queryClient);
    for (const mutation of queryClient.getMutationCache().getAll()) this.#found(mutation, cache.keepsake.isRestored);
    if (this.#restored.length) this.#restoreNow();
    cache.onRestore = () => this.#restoreNow();
    queryClient.getMutationCache().subscribe((event) => this.#onEvent(event));
  }

  /** What a mutation function does. */
  async run(kind: ChangeKind, variables: ChangeVariables): Promise<Collection | undefined> {
    checkChange(kind, variables);
    const mutation = this.#unclaimed.get(variables)?.shift();
    const begun = mutation && this.#changes.get(mutation);
    // A retry of TanStack Query's comes without a new start.
    const change = begun ?? this.#begin(newChange(kind, variables, this.#idFor(kind, variables), Date.now(), true));
    change.ready = true;
    queueMicrotask(() => this.#queue.wake());
    try {
      return await this.#queue.outcome(change);
    } finally {
      if (mutation) this.#forget(mutation);
    }
  }

  /** What is pending or has failed, oldest first. What does not differ keeps its identity, the array too. */
  pending(): readonly PendingChange[] {
    if (!this.#isStale && this.#watchers) return this.#pending;
    this.#isStale = false;
    const all = this.#queryClient.getMutationCache().getAll();
    const now = all.flatMap((mutation) =>
      this.#cache.isOurs(mutation.options.mutationKey) ? (this.#describe(mutation) ?? []) : [],
    );
    const before = new Map(this.#pending.map((change) => [change.id, change]));
    const kept = now.map((change) => {
      const old = before.get(change.id);
      return old && saysTheSame(old, change) ? old : change;
    });
    const differs = kept.length !== this.#pending.length || kept.some((change, i) => change !== this.#pending[i]);
    if (differs) this.#pending = kept;
    return this.#pending;
  }

  /** Calls back when `pending` may give something else. */
  subscribe(listener: () => void): () => void {
    const stale = () => {
      this.#isStale = true;
      listener();
    };
    const mutations = this.#queryClient.getMutationCache();
    const stops = [
      // The others are told while React renders, and change nothing here.
      mutations.subscribe(({ type }) => ['added', 'removed', 'updated'].includes(type) && stale()),
      this.#queue.network.subscribe(stale),
      this.#cache.onFlush(stale),
    ];
    this.#watchers++;
    return () => {
      this.#watchers--;
      for (const stop of stops) stop();
    };
  }

  #onEvent(event: MutationCacheNotifyEvent): void {
    const { mutation, type } = event;
    if (!mutation || !this.#cache.isOurs(mutation.options.mutationKey)) return;
    if (type === 'added') this.#found(mutation, true);
    if (type !== 'updated') return;
    if (event.action.type === 'pending') this.#found(mutation, false);
    if (event.action.type === 'error') this.#ended(mutation);
  }

  #found(mutation: Mutation, isRestored: boolean): void {
    const { status, variables, submittedAt } = mutation.state;
    if (status !== 'pending' || this.#changes.has(mutation) || !this.#cache.isOurs(mutation.options.mutationKey))
      return;
    if (isRestored) {
      this.#restoreSoon(mutation);
      return;
    }
    const kind = kindOf(mutation);
    const asked = variables as ChangeVariables;
    this.#start(mutation, () =>
      this.#begin(newChange(kind, asked, this.#idFor(kind, asked, mutation), submittedAt, isShown(mutation))),
    );
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
    this.#show();
    return change;
  }

  /** The collection that a change is about. A create that is retried keeps its provisional id, which other changes may name. */
  #idFor(kind: ChangeKind, { collectionId }: ChangeVariables, mutation?: Mutation, kept?: string): string {
    if (kind !== 'create') return this.#ledger.idOf(collectionId as string);
    const id = kept ?? (mutation && this.#provisional.get(mutation)) ?? provisionalId(Date.now());
    if (mutation) this.#provisional.set(mutation, id);
    return id;
  }

  /** Each change stands in the cache when `mutate` returns; observers hear of all changes of a tick together, when it ends. */
  #show(): void {
    this.#cache.flush(true);
    if (this.#isTicking) return;
    this.#isTicking = true;
    queueMicrotask(() => {
      this.#isTicking = false;
      this.#cache.flush();
    });
  }

  /** Together, when the whole cache is there: what is kept beside the mutations comes after them. */
  #restoreSoon(mutation: Mutation): void {
    this.#restored.push(mutation);
    if (this.#restored.length === 1) queueMicrotask(() => this.#restoreNow());
  }

  #restoreNow(): void {
    const restored = this.#restored;
    this.#restored = [];
    for (const each of restored) this.#restore(each);
    this.#cache.flush();
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
      const change = newChange(
        kind,
        variables,
        this.#idFor(kind, variables, mutation, kept?.key),
        submittedAt,
        isShown(mutation),
      );
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

  #describe(mutation: Mutation): PendingChange | undefined {
    const { status, variables, submittedAt, error } = mutation.state;
    const change = this.#changes.get(mutation);
    const hasFailed = status === 'error';
    if (!hasFailed && (status !== 'pending' || !change || !this.#isPending(change))) return undefined;
    const asked = variables as ChangeVariables;
    const sent = change ? change.total - change.left.size : 0;
    return {
      id: String(mutation.mutationId),
      kind: kindOf(mutation),
      collectionId: change?.collectionId ?? this.#ledger.idOf(asked.collectionId ?? ''),
      variables: asked,
      submittedAt,
      ...(change && change.total > MAX_IDS && { progress: { sent, total: change.total } }),
      status: hasFailed ? 'failed' : this.#statusOf(change as Change),
      ...(error && { error }),
      retry: () => hasFailed && this.#retry(mutation),
      discard: () => this.#discard(mutation),
    };
  }

  #isPending(change: Change): boolean {
    return !!this.#ledger.lines.get(change.collectionId)?.changes.includes(change);
  }

  #statusOf(change: Change): 'queued' | 'sending' | 'paused' {
    // What was on the wire when the network went is waiting to be asked about.
    if (!this.#queue.network.isOnline()) return 'paused';
    return this.#isSending(change) ? 'sending' : 'queued';
  }

  #isSending(change: Change): boolean {
    return !!this.#ledger.lines.get(change.collectionId)?.flying?.covers.includes(change);
  }

  #retry(mutation: Mutation): void {
    const { error, variables } = mutation.state;
    const asked = variables as ChangeVariables;
    const rest = error instanceof PartialFailureError ? error.refusedIds : undefined;
    const again = !rest ? { ...asked } : { ...asked, ...(asked.assetIds ? { assetIds: rest } : { modelIds: rest }) };
    // Its failure is told by the mutation's state and callbacks, as the first was.
    void mutation.execute(again).catch(() => undefined);
  }

  #discard(mutation: Mutation): void {
    const change = this.#changes.get(mutation);
    if (mutation.state.status === 'error') this.#queryClient.getMutationCache().remove(mutation);
    else if (change && !this.#isSending(change)) {
      this.#queue.discard(change);
      this.#queryClient.getMutationCache().remove(mutation);
    }
  }
}

const saysTheSame = (a: PendingChange, b: PendingChange): boolean =>
  a.status === b.status &&
  a.progress?.sent === b.progress?.sent &&
  a.collectionId === b.collectionId &&
  a.variables === b.variables &&
  a.error === b.error;

const isShown = (mutation: Mutation): boolean => mutation.meta?.optimistic !== false;

/** By its default TanStack Query leaves out of a dehydrated cache whatever is on the wire or waits elsewhere than in its own pause. */
function keepPending(queryClient: QueryClient): void {
  const { dehydrate, ...defaults } = queryClient.getDefaultOptions();
  if (dehydrate?.shouldDehydrateMutation) return;
  const isOurs = ({ options: { mutationKey }, state }: Mutation) =>
    mutationKey?.[0] === 'scenario' && state.status === 'pending';
  queryClient.setDefaultOptions({
    ...defaults,
    dehydrate: { ...dehydrate, shouldDehydrateMutation: (each) => isOurs(each) || each.state.isPaused },
  });
}
