import type {
  Mutation,
  MutationCache,
  MutationCacheNotifyEvent,
  MutationObserver,
  QueryClient,
} from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { InvalidInputError } from '../../http/errors.ts';
import { type Change, newChange } from '../../ledger/Change.ts';
import { type ChangeVariables, collectionIdIn } from '../../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { isProvisional, provisionalId } from '../../ledger/provisionalId.ts';
import type { QueryCacheSync } from '../cache/QueryCacheSync.ts';
import type { OutboxLink } from '../OutboxLink.ts';
import { collectionKeys } from '../options/keys.ts';
import type { WriteQueue } from '../writes/WriteQueue.ts';
import { checkChange, isSendable } from './checkChange.ts';
import { changeKindOf, variablesOf } from './mutationState.ts';

/** Stands for the device that keeps what has failed: what a screen shows, TanStack Query does not forget after a while either. */
const KEEPER = { onMutationUpdate: () => undefined } as unknown as MutationObserver;

/**
 * Keeps the mutations of a QueryClient and a ledger the same: one change for each.
 *
 * A change begins when its mutation does, in the same tick as `mutate()`. The mutation function says that it may be sent, and settles
 * as it does.
 */
export class MutationCacheSync {
  readonly #mutations: MutationCache;
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #writes: WriteQueue;
  /** What those ask for that run: their changes are pending, or were taken back before their mutation function was called. */
  readonly #changes = new Map<Mutation, Change>();
  /** Those whose mutation function was not called yet. It will be called with the very variables that the mutation has. */
  readonly #unclaimed = new Set<Mutation>();
  #link: OutboxLink | undefined;
  /** The last change of a mutation, settled or not. */
  readonly #last = new WeakMap<Mutation, Change>();

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, cache: QueryCacheSync, writes: WriteQueue) {
    this.#mutations = queryClient.getMutationCache();
    this.#ledger = ledger;
    this.#cache = cache;
    this.#writes = writes;
    const key = collectionKeys.mutations(scope);
    queryClient.setMutationDefaults(key, {
      ...queryClient.getMutationDefaults(key),
      networkMode: 'always',
      retry: false,
      // In a client's default scope TanStack Query would send one change after another, and wait for ever with one that is discarded.
      scope: undefined as never,
    });
    for (const mutation of this.#mutations.getAll())
      if (mutation.options.mutationFn && cache.isOurs(mutation.options.mutationKey)) this.#found(mutation);
    this.#mutations.subscribe((event) => this.#onEvent(event));
  }

  /** What a mutation function does. `sender`: the client that it was made with; a restored one has none. */
  async run(kind: ChangeKind, variables: ChangeVariables, sender?: Scenario): Promise<Collection | undefined> {
    const mutation = this.#claim(kind, variables);
    const begun = mutation && this.#changes.get(mutation);
    if (!begun) checkChange(kind, variables);
    // A retry of TanStack Query's comes without a new start.
    const change = begun ?? this.#beginNow(this.#newChange(kind, variables));
    // What another tab or page has asked for is released by the outbox.
    if (!change.isShared) void this.#allow(change, sender);
    try {
      return await this.#writes.promiseOf(change);
    } finally {
      if (mutation) this.#forget(mutation);
    }
  }

  /** What a mutation asks for. A create keeps the provisional id that it had before, which others may name, in this page or an earlier one. */
  changeFor(mutation: Mutation, clientKey?: string, isRestored = false): Change {
    return this.#newChange(
      changeKindOf(mutation),
      variablesOf(mutation),
      clientKey ?? this.#last.get(mutation)?.collectionId,
      mutation.state.submittedAt,
      mutation.meta?.optimistic !== false,
      isRestored,
    );
  }

  /**
   * Begins a change, before all that `isAfter` it. One that has failed in another tab is only known as what its mutation asked for. Nothing is
   * written into the cache yet: many may begin together.
   */
  begin(change: Change, mutation?: Mutation, isAfter?: (other: Change) => boolean): void {
    const again = mutation && this.#last.get(mutation);
    if (mutation) {
      this.#last.set(mutation, change);
      if (mutation.state.status === 'error') return;
      this.#changes.set(mutation, change);
      this.#unclaimed.add(mutation);
    }
    this.#ledger.begin(change, isAfter);
    if (change.isShared) this.#writes.clients.trust(change);
    else this.#keep(change, again);
  }

  /** The change that a mutation asked for, as long as it is pending. */
  changeOf(mutation: Mutation): Change | undefined {
    return this.#changes.get(mutation);
  }

  /** Whether a provisional id is that of no create: of none that is pending, or has failed and may be asked for again. */
  isOrphan(named = ''): boolean {
    const { ids } = this.#ledger.entities;
    const id = ids.serverIdOf(named);
    return isProvisional(id) && !ids.isUnnamed(id) && !this.#hasCreate(this.#mutationsOf(id));
  }

  /** Whether the mutation function of a change was called: an `onMutate` of the user's may wait for anything. */
  isAsked(change: Change): boolean {
    return ![...this.#unclaimed].some((mutation) => this.#changes.get(mutation) === change);
  }

  /** The last change that a mutation asked for, pending or not. */
  lastChangeOf(mutation: Mutation): Change | undefined {
    return this.#last.get(mutation);
  }

  /** Keeps what is pending, and what is asked for from now on. */
  connect(link: OutboxLink): void {
    this.#link = link;
    for (const change of this.#changes.values()) this.#keep(change);
  }

  /** Takes back a change that is not this page's alone: another tab has asked for it, or could have sent it. */
  discard(change: Change): boolean {
    return change.isShared && !!this.#link?.discard(change);
  }

  /** Changes were taken back in another tab, or are to be forgotten. */
  giveUp(changes: readonly Change[]): void {
    const given = new Set<Change | undefined>(changes);
    const its = this.#mutations.getAll().filter((each) => given.has(this.#last.get(each)));
    this.#writes.discard(...changes);
    for (const mutation of its) this.#mutations.remove(mutation);
  }

  #onEvent(event: MutationCacheNotifyEvent): void {
    const { mutation } = event;
    const type = event.type === 'updated' ? event.action.type : event.type;
    if (!mutation || !this.#cache.isOurs(mutation.options.mutationKey)) return;
    if (type === 'error') this.#ended(mutation);
    else if (type === 'removed') this.#removed(mutation);
    else if (type === 'pending') this.#found(mutation);
  }

  #found(mutation: Mutation): void {
    if (mutation.state.status !== 'pending' || this.#changes.has(mutation)) return;
    if (this.#last.has(mutation)) mutation.removeObserver(KEEPER);
    // Said once, by the mutation function: nothing is shown of what cannot be sent.
    if (isSendable(changeKindOf(mutation), mutation.state)) this.#beginNow(this.changeFor(mutation), mutation);
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

  #beginNow(change: Change, mutation?: Mutation): Change {
    this.begin(change, mutation);
    this.#cache.writer.flush();
    return change;
  }

  #keep(change: Change, again?: Change): void {
    if (!this.#link) return;
    const isInFlight = this.#ledger.queues.get(change.collectionId)?.inFlight?.settles.includes(change);
    this.#link.keep(change, again, !!isInFlight || change.mayHaveBeenSent);
  }

  /** It may be sent as soon as the outbox has it. */
  async #allow(change: Change, sender: Scenario | undefined): Promise<void> {
    if (this.#link) await this.#link.written;
    const { collectionId } = change;
    if (this.isOrphan(collectionId)) {
      // No later page could send it either.
      this.#link?.drop(change);
      const error = new InvalidInputError(
        `collectionId ${collectionId} is not known: its create was discarded, or is of another browser. Take the id from a list.`,
      );
      return this.#writes.settleElsewhere([{ change, error }]);
    }
    change.markReady(sender);
    this.#writes.clients.trust(change);
    this.#writes.schedule();
  }

  /** Somebody has cleared the cache (to sign out, say), or has removed one mutation: what it held is dropped for good. */
  #removed(mutation: Mutation): void {
    const last = this.#last.get(mutation);
    const pending = this.#changes.get(mutation);
    // Who clears the cache drops what this page has asked for: the rest comes back, unless it is over by then.
    if (this.#link?.drop(last)) {
      queueMicrotask(() => this.#link?.drop(last) && this.#mutations.add(mutation));
      return;
    }
    if (last?.kind === 'create' && mutation.state.status === 'error') this.#removeWaiting(last);
    if (!pending) return;
    this.#writes.discard(pending);
    // Its mutation function may be called yet: it is to find that it was taken back.
    if (!this.#unclaimed.has(mutation)) this.#forget(mutation);
    this.#cache.writer.forgetIfEmpty();
  }

  /** What waits for a create that had failed goes with it, and so does what has failed with it: neither can be done without. */
  #removeWaiting(create: Change): void {
    const its = this.#mutationsOf(create.collectionId);
    // Where it was asked for again in its place, they are for that, whatever has become of it.
    if (this.#hasCreate(its)) return;
    this.#writes.discard(create);
    for (const other of its) if (other.state.status === 'error') this.#mutations.remove(other);
  }

  /** Those whose last change is of a collection. */
  #mutationsOf(collectionId: string): readonly Mutation[] {
    return this.#mutations.getAll().filter((each) => this.#last.get(each)?.collectionId === collectionId);
  }

  #hasCreate(mutations: readonly Mutation[]): boolean {
    return mutations.some((each) => this.#last.get(each)?.kind === 'create');
  }

  #ended(mutation: Mutation): void {
    const change = this.#changes.get(mutation);
    // A callback of the user's has thrown before the mutation function was called.
    if (change && !change.isReady) this.#writes.discard(change);
    this.#forget(mutation);
    if (this.#link) mutation.addObserver(KEEPER);
    // What waited for a create that was discarded has nothing left to be tried again for.
    if (this.#last.has(mutation) && mutation.state.error?.name === 'APIUserAbortError')
      this.#mutations.remove(mutation);
  }

  #forget(mutation: Mutation): void {
    this.#changes.delete(mutation);
    this.#unclaimed.delete(mutation);
  }
}
