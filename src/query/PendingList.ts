import type { Mutation, QueryClient } from '@tanstack/react-query';
import { PartialFailureError } from '../api/PartialFailureError.ts';
import type { Change, ChangeVariables } from '../ledger/Change.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import { MAX_IDS } from '../ledger/merge.ts';
import type { Attachment } from './Attachment.ts';
import type { CacheBond } from './CacheBond.ts';
import { kindOf, type MutationBond } from './MutationBond.ts';
import type { PendingChange } from './PendingChange.ts';
import type { WriteQueue } from './WriteQueue.ts';

const lists = new WeakMap<Attachment, PendingList>();

/** The list of an attachment, made when it is first asked for: who shows none does not load it. */
export function pendingOf(attachment: Attachment): PendingList {
  const list = lists.get(attachment) ?? new PendingList(attachment);
  lists.set(attachment, list);
  return list;
}

/** What the user can be told of the changes that are not settled, and of those that have failed. */
class PendingList {
  readonly #queryClient: QueryClient;
  readonly #ledger: Ledger;
  readonly #cache: CacheBond;
  readonly #queue: WriteQueue;
  readonly #mutations: MutationBond;
  #pending: readonly PendingChange[] = [];
  #isStale = true;
  #watchers = 0;

  constructor({ queryClient, ledger, cache, queue, mutations }: Attachment) {
    this.#queryClient = queryClient;
    this.#ledger = ledger;
    this.#cache = cache;
    this.#queue = queue;
    this.#mutations = mutations;
  }

  /** What is pending or has failed, oldest first. What does not differ keeps its identity, the array too. */
  get(): readonly PendingChange[] {
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

  /** Calls back when `get` may give something else. */
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
      this.#cache.views.onFlush(stale),
    ];
    this.#watchers++;
    return () => {
      this.#watchers--;
      for (const stop of stops) stop();
    };
  }

  #describe(mutation: Mutation): PendingChange | undefined {
    const { status, variables, submittedAt, error } = mutation.state;
    const change = this.#mutations.changeOf(mutation);
    const hasFailed = status === 'error';
    if (!hasFailed && (status !== 'pending' || !change || !this.#isPending(change))) return undefined;
    const asked = variables as ChangeVariables;
    const sent = change ? change.total - change.left.size : 0;
    return {
      id: String(mutation.mutationId),
      kind: kindOf(mutation),
      collectionId: change?.collectionId ?? this.#ledger.copies.names.idOf(asked.collectionId ?? ''),
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
    const change = this.#mutations.changeOf(mutation);
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
