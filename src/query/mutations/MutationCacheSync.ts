import type { Mutation, MutationCacheNotifyEvent, MutationKey, QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { type Change, newChange } from '../../ledger/Change.ts';
import { type ChangeVariables, collectionIdIn } from '../../ledger/ChangeVariables.ts';
import { CHANGE_KINDS, type ChangeKind } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { putAside } from '../cache/putAside.ts';
import type { QueryCacheSync } from '../cache/QueryCacheSync.ts';
import type { KeptChange, OutboxLink } from '../Outbox.ts';
import { collectionKeys } from '../options/keys.ts';
import type { WriteQueue } from '../writes/WriteQueue.ts';
import { checkChange } from './checkChange.ts';
import { isProvisional, provisionalId } from './provisionalId.ts';

/** What a mutation of ours asks for, by its key. */
export const changeKindOf = ({ options }: Mutation): ChangeKind => options.mutationKey?.at(-1) as ChangeKind;

const RESTORED = {
  context: undefined,
  data: undefined,
  failureCount: 0,
  failureReason: null,
  isPaused: false,
} as const;

/** Whether what was asked for, or found in a cache or an outbox, is a change at all. */
function isSendable(
  kind: ChangeKind,
  { variables, submittedAt }: { variables: unknown; submittedAt: number },
): boolean {
  try {
    checkChange(kind, variables as ChangeVariables);
    return kind in CHANGE_KINDS && !Number.isNaN(new Date(submittedAt).getTime());
  } catch {
    return false;
  }
}

const variablesOf = ({ state }: Mutation): ChangeVariables => state.variables as ChangeVariables;

/**
 * Keeps the mutations of a QueryClient and a ledger the same: one change for each.
 *
 * A change begins when its mutation does, in the same tick as `mutate()`. The mutation function says that it may be sent, and settles
 * as it does.
 */
export class MutationCacheSync {
  readonly #queryClient: QueryClient;
  readonly #key: MutationKey;
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #writes: WriteQueue;
  readonly #changes = new Map<Mutation, Change>();
  /** Those whose mutation function was not called yet. It will be called with the very variables that the mutation has. */
  readonly #unclaimed = new Set<Mutation>();
  /** The provisional ids of all creates that were seen, settled or not. */
  readonly #creates = new Set<string>();
  #restored: Mutation[] = [];
  #link: OutboxLink | undefined;
  /** When a change may be sent, as far as the outbox is concerned. */
  readonly #kept = new WeakMap<Change, Promise<void>>();
  /** The last change of a mutation, settled or not. */
  readonly #last = new WeakMap<Mutation, Change>();
  #isAdopting = false;
  /** Changes that were given up before their mutation function was called, by what it will be called with. */
  readonly #givenUp = new WeakMap<object, Change>();

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, cache: QueryCacheSync, writes: WriteQueue) {
    this.#queryClient = queryClient;
    this.#key = collectionKeys.mutations(scope);
    this.#ledger = ledger;
    this.#cache = cache;
    this.#writes = writes;
    queryClient.setMutationDefaults(this.#key, {
      ...queryClient.getMutationDefaults(this.#key),
      networkMode: 'always',
      retry: false,
      // In a client's default scope TanStack Query would send one change after another, and wait for ever with one that is discarded.
      scope: undefined as never,
    });
    for (const mutation of queryClient.getMutationCache().getAll())
      if (cache.isOurs(mutation.options.mutationKey)) this.#found(mutation, !mutation.options.mutationFn);
    if (this.#restored.length) this.restoreNow();
    queryClient.getMutationCache().subscribe((event) => this.#onEvent(event));
  }

  /** What a mutation function does. `sender`: the client that it was made with; a restored one has none. */
  async run(kind: ChangeKind, variables: ChangeVariables, sender?: Scenario): Promise<Collection | undefined> {
    const mutation = this.#claim(kind, variables);
    const begun = mutation && this.#changes.get(mutation);
    const givenUp = begun ? undefined : this.#givenUp.get(variables);
    if (givenUp) {
      this.#givenUp.delete(variables);
      return this.#writes.promiseOf(givenUp);
    }
    if (!begun) checkChange(kind, variables);
    // A retry of TanStack Query's comes without a new start.
    const change = begun ?? this.#begin(this.#newChange(kind, variables));
    // What another tab or page has asked for is released by the outbox.
    if (!change.isShared) void this.#allow(change, sender);
    try {
      return await this.#writes.promiseOf(change);
    } finally {
      if (mutation) this.#forget(mutation);
    }
  }

  /** The change that a mutation asked for, as long as it is pending. */
  changeOf(mutation: Mutation): Change | undefined {
    return this.#changes.get(mutation);
  }

  /** Whether the mutation function of a change was called: an `onMutate` of the user's may wait for anything. */
  isAsked(change: Change): boolean {
    for (const mutation of this.#unclaimed) if (this.#changes.get(mutation) === change) return false;
    return true;
  }

  /** Whether the last change of a mutation outlives the page. */
  isStored(mutation: Mutation): boolean {
    return !!this.#last.get(mutation)?.isStored;
  }

  /** Keeps what is pending, and what is asked for from now on. */
  connect(link: OutboxLink): void {
    this.#link = link;
    for (const [mutation, change] of this.#changes) this.#keep(change, mutation);
  }

  /** Takes back a change that is not this page's alone: another tab has asked for it, or nobody knows whether it was sent. */
  discard(change: Change): boolean {
    if (!change.isShared && !(this.#link && change.mayHaveBeenSent)) return false;
    this.#link?.discard(change);
    return true;
  }

  /**
   * Shows a change of another tab or page, before all that `isAfter` it. One that has failed is listed with its `error`. Undefined: it
   * cannot be sent.
   */
  adopt(kept: KeptChange, isAfter: (other: Change) => boolean, error: Error | null): Change | undefined {
    const { kind, variables, submittedAt, optimistic, left } = kept;
    if (!isSendable(kind, kept)) return undefined;
    // It may be kept by a tab that has not heard yet what the server calls it.
    const collectionId = this.#ledger.entities.ids.serverIdOf(kept.collectionId);
    if (kind !== 'create' && isProvisional(collectionId) && !this.#creates.has(collectionId)) return undefined;
    const change = newChange({ kind, variables, collectionId, submittedAt, isOptimistic: optimistic });
    if (left) change.settleAllBut(left);
    change.hold();
    const mutations = this.#queryClient.getMutationCache();
    this.#isAdopting = true;
    const mutation = mutations.build(
      this.#queryClient,
      {
        mutationKey: [...this.#key, kind],
        mutationFn: (again: ChangeVariables) => this.run(kind, again),
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
    this.#isAdopting = false;
    this.#last.set(mutation, change);
    if (kind === 'create') this.#creates.add(collectionId);
    if (error) return change;
    this.#expect(mutation, change);
    this.#ledger.begin(change, isAfter);
    this.#cache.writer.flush();
    // Its failure is told by the mutation's state.
    mutation.continue().then(
      () => mutations.remove(mutation),
      () => undefined,
    );
    return change;
  }

  /** A change was taken back in another tab, or is to be forgotten. */
  giveUp(change: Change): void {
    const mutations = this.#queryClient.getMutationCache();
    const mutation = mutations.getAll().find((each) => this.#last.get(each) === change);
    this.#writes.discard(change);
    if (mutation) mutations.remove(mutation);
  }

  /** Begins the changes of an earlier page that were found so far. */
  restoreNow(): void {
    const restored = this.#restored;
    this.#restored = [];
    // What waits for a create is to find it.
    const creates = restored.filter((each) => changeKindOf(each) === 'create');
    for (const each of new Set([...creates, ...restored])) this.#restore(each);
    this.#cache.writer.flush();
    // Its failure is told by the mutation's state.
    for (const each of restored) if (this.#changes.has(each)) void each.continue().catch(() => undefined);
  }

  #onEvent(event: MutationCacheNotifyEvent): void {
    const { mutation } = event;
    const type = event.type === 'updated' ? event.action.type : event.type;
    if (!mutation || this.#isAdopting || !['added', 'removed', 'pending', 'error'].includes(type)) return;
    if (!this.#cache.isOurs(mutation.options.mutationKey)) return;
    if (type === 'error') this.#ended(mutation);
    else if (type === 'removed') this.#removed(mutation);
    else this.#found(mutation, type === 'added');
  }

  #found(mutation: Mutation, isRestored: boolean): void {
    if (mutation.state.status !== 'pending' || this.#changes.has(mutation)) return;
    if (!isRestored) this.#start(mutation, () => this.#begin(this.#changeFor(mutation), mutation));
    // Together, when the whole cache is there: what is kept beside the mutations comes after them.
    else if (this.#restored.push(mutation) === 1) queueMicrotask(() => this.restoreNow());
  }

  /** What a mutation asks for. A create keeps the provisional id that it had before, which others may name, in this page or an earlier one. */
  #changeFor(mutation: Mutation, clientKey?: string, isRestored = false): Change {
    const kind = changeKindOf(mutation);
    const change = this.#newChange(
      kind,
      variablesOf(mutation),
      clientKey ?? this.#last.get(mutation)?.collectionId,
      mutation.state.submittedAt,
      mutation.meta?.optimistic !== false,
      isRestored,
    );
    if (kind === 'create') this.#creates.add(change.collectionId);
    return change;
  }

  #newChange(
    kind: ChangeKind,
    variables: ChangeVariables,
    clientKey?: string,
    submittedAt: number = Date.now(),
    isOptimistic = true,
    isRestored = false,
  ): Change {
    const named = collectionIdIn(kind, variables);
    const collectionId =
      named === undefined ? (clientKey ?? provisionalId(Date.now())) : this.#ledger.entities.ids.serverIdOf(named);
    return newChange({ kind, variables, collectionId, submittedAt, isOptimistic, isRestored });
  }

  #start(mutation: Mutation, begin: () => Change): void {
    // Said once, by the mutation function: nothing is shown of what cannot be sent.
    if (isSendable(changeKindOf(mutation), mutation.state)) this.#expect(mutation, begin());
  }

  #expect(mutation: Mutation, change: Change): void {
    this.#changes.set(mutation, change);
    this.#unclaimed.add(mutation);
  }

  /** The mutation whose function is called. */
  #claim(kind: ChangeKind, variables: ChangeVariables): Mutation | undefined {
    // The same variables may have been given to another hook, whose `onMutate` still runs.
    for (const mutation of this.#unclaimed)
      if (variablesOf(mutation) === variables && changeKindOf(mutation) === kind) {
        this.#unclaimed.delete(mutation);
        return mutation;
      }
    return undefined;
  }

  #begin(change: Change, mutation?: Mutation): Change {
    this.#ledger.begin(change);
    this.#cache.writer.flush();
    this.#keep(change, mutation);
    return change;
  }

  #keep(change: Change, mutation: Mutation | undefined): void {
    const again = mutation && this.#last.get(mutation);
    if (mutation) this.#last.set(mutation, change);
    if (!this.#link) return;
    const isInFlight = this.#ledger.queues.get(change.collectionId)?.inFlight?.settles.includes(change);
    const kept = this.#link.keep(change, again === change ? undefined : again, !!isInFlight || change.mayHaveBeenSent);
    this.#kept.set(change, kept);
  }

  /** It may be sent as soon as the outbox has it. */
  async #allow(change: Change, sender: Scenario | undefined): Promise<void> {
    const kept = this.#kept.get(change);
    if (kept) await kept;
    change.markReady(sender);
    this.#writes.schedule();
  }

  /** Somebody has cleared the cache (to sign out, say), or has removed one mutation: what it held is dropped for good. */
  #removed(mutation: Mutation): void {
    const last = this.#last.get(mutation);
    const pending = this.#changes.get(mutation);
    this.#restored = this.#restored.filter((other) => other !== mutation);
    if (last) this.#link?.drop(last);
    // What waits for a create that had failed goes with it.
    if (last?.kind === 'create' && mutation.state.status === 'error') {
      this.#writes.discard(last);
      this.#removeFailedFor(last);
    }
    if (!pending) return;
    this.#writes.discard(pending);
    this.#writes.schedule();
    this.#forget(mutation);
    if (!pending.isReady) this.#givenUp.set(variablesOf(mutation), pending);
    this.#cache.writer.forgetIfEmpty();
  }

  /** What has failed with a create can be tried again only as long as that can. */
  #removeFailedFor({ collectionId }: Change): void {
    const mutations = this.#queryClient.getMutationCache();
    for (const other of mutations.getAll())
      if (other.state.status === 'error' && this.#last.get(other)?.collectionId === collectionId)
        mutations.remove(other);
  }

  #restore(mutation: Mutation): void {
    const kind = changeKindOf(mutation);
    const { submittedAt } = mutation.state;
    const { persisted } = this.#cache;
    if (!isSendable(kind, mutation.state) || this.#isOrphan(kind, variablesOf(mutation))) {
      putAside('a pending change that cannot be sent', mutation.options.mutationKey);
      this.#queryClient.getMutationCache().remove(mutation);
      return;
    }
    const create = kind === 'create' ? persisted.takeCreate(submittedAt) : undefined;
    mutation.setOptions({
      ...mutation.options,
      networkMode: 'always',
      mutationFn: () => this.run(kind, variablesOf(mutation)),
    });
    this.#start(mutation, () => {
      const change = this.#changeFor(mutation, create?.clientKey, true);
      // A create that waited was never sent, any other change may have been.
      change.markMayHaveBeenSent(kind !== 'create' || !!create?.wasInFlight);
      const remaining = persisted.takePart(submittedAt, kind);
      if (remaining) change.settleAllBut(remaining);
      // Yesterday's changes stand before those of this page, however late they are restored.
      this.#ledger.begin(change, (other) => !other.isRestored);
      this.#keep(change, mutation);
      return change;
    });
  }

  /** Its collection was to be made by a create that is not there. */
  #isOrphan(kind: ChangeKind, variables: ChangeVariables): boolean {
    const named = collectionIdIn(kind, variables);
    if (named === undefined) return false;
    const id = this.#ledger.entities.ids.serverIdOf(named);
    return isProvisional(id) && !this.#creates.has(id);
  }

  #ended(mutation: Mutation): void {
    const change = this.#changes.get(mutation);
    // A callback of the user's has thrown before the mutation function was called.
    if (change && !change.isReady) {
      this.#writes.discard(change);
      this.#writes.schedule();
    }
    this.#forget(mutation);
    // What waited for a create that was discarded has nothing left to be tried again for.
    if (this.#last.has(mutation) && (mutation.state.error as Error | null)?.name === 'APIUserAbortError')
      this.#queryClient.getMutationCache().remove(mutation);
  }

  #forget(mutation: Mutation): void {
    this.#changes.delete(mutation);
    this.#unclaimed.delete(mutation);
  }
}
