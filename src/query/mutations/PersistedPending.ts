import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Collection } from '../../api/types.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';

/** What has to be known beside the pending mutations, so that a restored cache does not count them twice. */
interface Persisted {
  /** The confirmed copies of the collections that something is pending for. */
  readonly confirmed: readonly Collection[];
  /** The provisional ids that pending changes may name, and the server's. */
  readonly names: readonly (readonly [clientKey: string, id: string])[];
  /** The creates that are pending: when they were asked for, their provisional ids, and whether they were being sent. */
  readonly creates: readonly (readonly [submittedAt: number, clientKey: string, wasInFlight: boolean])[];
  /** The changes of which a part is confirmed: when they were asked for, and the ids that remain. */
  readonly parts: readonly (readonly [submittedAt: number, kind: ChangeKind, remaining: readonly string[]])[];
}

/**
 * A small query in the cache, there as long as something is pending: what a page leaves behind for the page after a reload.
 *
 * The cache holds views. A cache that is dehydrated or persisted while a change is pending holds the change in its numbers, and the
 * change beside them, so that it would count twice. This query goes with them and says what the numbers were without it.
 *
 * Its data is made when it is read, so that it costs nothing until somebody dehydrates.
 */
export class PersistedPending {
  static readonly part = 'ledger';
  readonly #queryClient: QueryClient;
  readonly #options: ReturnType<QueryClient['defaultQueryOptions']>;
  readonly #ledger: Ledger;
  readonly #live: Persisted;
  #creates: Persisted['creates'] = [];
  #parts: Persisted['parts'] = [];
  #isRestored = false;

  constructor(queryClient: QueryClient, root: QueryKey, ledger: Ledger) {
    this.#queryClient = queryClient;
    const queryKey: QueryKey = [...root, PersistedPending.part];
    this.#ledger = ledger;
    const queues = () => [...ledger.queues.values()];
    this.#live = {
      get confirmed() {
        return queues().flatMap(({ id }) => ledger.entities.confirmed(id) ?? []);
      },
      get names() {
        return queues().flatMap(({ id }) => {
          const clientKey = ledger.entities.ids.clientKeyOf(id);
          return clientKey === undefined || clientKey === id ? [] : [[clientKey, id] as const];
        });
      },
      get creates() {
        return queues().flatMap(({ id, create, inFlight }) =>
          create ? [[create.submittedAt, id, !!inFlight] as const] : [],
        );
      },
      get parts() {
        const changes = queues().flatMap((queue) => queue.changes);
        return changes.flatMap(({ submittedAt, kind, remaining, total }) =>
          remaining.size < total ? [[submittedAt, kind, [...remaining]] as const] : [],
        );
      },
    };
    this.#options = queryClient.defaultQueryOptions({
      queryKey,
      gcTime: Number.POSITIVE_INFINITY,
      initialData: this.#live as unknown,
      // As old as can be: a hydrated one is always newer, and so is seen.
      initialDataUpdatedAt: 1,
    });
  }

  /** Whether an earlier page has left something. */
  get isRestored(): boolean {
    return this.#isRestored;
  }

  /** The provisional id of a create of an earlier page, and whether it was being sent when that page ended. */
  takeCreate(submittedAt: number): { clientKey: string; wasInFlight: boolean } | undefined {
    const found = this.#creates.find(([at]) => at === submittedAt);
    this.#creates = this.#creates.filter((create) => create !== found);
    return found && { clientKey: found[1], wasInFlight: found[2] };
  }

  /** The ids that remain of a change of an earlier page, if a part of it was confirmed. */
  takePart(submittedAt: number, kind: ChangeKind): readonly string[] | undefined {
    const found = this.#parts.find(([at, its]) => at === submittedAt && its === kind);
    this.#parts = this.#parts.filter((part) => part !== found);
    return found?.[2];
  }

  /** Puts the query there while something is pending, and takes it away after. */
  update(): void {
    const queries = this.#queryClient.getQueryCache();
    const query = queries.get(this.#options.queryHash);
    if (!this.#ledger.queues.size) {
      if (query) queries.remove(query);
    } else if (!query) queries.build(this.#queryClient, this.#options);
    else if (query.state.data !== this.#live) query.setState({ data: this.#live, status: 'success', dataUpdatedAt: 1 });
  }

  /** Takes over what an earlier page has left; false for what this page keeps. */
  restore(data: unknown): boolean {
    if (data === this.#live) return false;
    const { confirmed, names, creates, parts } = data as Persisted;
    this.#isRestored = true;
    this.#creates = creates;
    this.#parts = parts;
    for (const [clientKey, id] of names) this.#ledger.entities.ids.add(clientKey, id);
    for (const copy of confirmed) this.#ledger.reads.restore(copy);
    return true;
  }
}
