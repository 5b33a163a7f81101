import type { Query, QueryCacheNotifyEvent, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Collection, Item } from '../../api/types.ts';
import { pageOf } from '../../ledger/EntityTable.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { Page } from '../../ledger/Page.ts';
import { ENTITY_KINDS, type EntityKind } from '../../ledger/PendingInserts.ts';
import { isProvisional } from '../../ledger/provisionalId.ts';
import { PersistedPending } from '../mutations/PersistedPending.ts';
import { collectionKeys } from '../options/keys.ts';
import { CacheWriter } from './CacheWriter.ts';
import { dehydrateConfirmed } from './dehydrateConfirmed.ts';
import { isListOf, isPaged, isRow, type Paged } from './isPaged.ts';
import { putAside } from './putAside.ts';
import { sortOf } from './sortOf.ts';

/** In milliseconds. So far the clocks of a server and of a device are apart in everyday life. */
const MINUTE = 60_000;

const entityKindOf = (part: unknown): EntityKind | undefined =>
  part === 'list' ? 'collections' : ENTITY_KINDS.find((kind) => kind === part);

/**
 * Keeps the queries of a QueryClient and a ledger the same.
 *
 * Law: whatever way data comes into the cache (fetched, carried over, set by hand, hydrated, put back by a cancelled fetch), it is
 * the ledger's view of it before anything can paint it.
 */
export class QueryCacheSync {
  /** What an earlier page left behind about its pending changes, if it left any. */
  readonly persisted: PersistedPending;
  readonly writer: CacheWriter;
  readonly #queryClient: QueryClient;
  readonly #ledger: Ledger;
  readonly #onRestore: () => void;
  readonly #root: QueryKey;
  readonly #hashes = new WeakMap<QueryKey, string>();
  /** The collections whose contents were ever listed. */
  readonly #listed = new Set<string>();
  #onChange: (query: Query, isOver: boolean) => void = () => undefined;
  /** The ledger's time from which a list is to be read anew. */
  readonly #owedSince = new Map<string, number>();

  /** `onRestore` begins the changes of an earlier page: no frame shows the numbers of that page without them. */
  constructor(queryClient: QueryClient, scope: string, ledger: Ledger, onRestore: () => void) {
    this.#queryClient = queryClient;
    this.#ledger = ledger;
    this.#onRestore = onRestore;
    this.#root = collectionKeys.all(scope);
    this.persisted = new PersistedPending(ledger);
    this.writer = new CacheWriter(queryClient, ledger.entities);
    for (const query of queryClient.getQueryCache().getAll()) if (this.isOurs(query.queryKey)) this.#found(query);
    queryClient.getQueryCache().subscribe((event) => this.#onEvent(event));
    dehydrateConfirmed(queryClient, (data) => this.confirmedOf(data));
    this.writer.flush();
  }

  /** Whether a key is of this scope. */
  isOurs(key: QueryKey | undefined): boolean {
    return !!key && this.#root.every((part, i) => part === key[i]);
  }

  /** The name of a query in the cache. A key is taken apart once: it is the same object at every read of its list. */
  hashOf(queryKey: QueryKey): string {
    const hash = this.#hashes.get(queryKey) ?? this.#queryClient.defaultQueryOptions({ queryKey }).queryHash;
    this.#hashes.set(queryKey, hash);
    return hash;
  }

  /** A query that is in the cache. */
  queryOf(queryKey: QueryKey): Query | undefined {
    return this.#queryClient.getQueryCache().get(this.hashOf(queryKey));
  }

  /** Calls back when something has become of a query of ours, before anything is shown of that: for who reads lists. `isOver`: nothing is fetched for it. */
  onChange(listener: (query: Query, isOver: boolean) => void): void {
    this.#onChange = listener;
  }

  /**
   * Has the cached lists under a key, or all of the scope, read anew: those that somebody looks at at once, the others when somebody does.
   *
   * Law: what is owed to a list is owed until every page of it has left later. A read that was on its way already, a next page that cancels
   * the reading-anew, a hydration: after each of them it is read again.
   */
  invalidateLists(queryKey: QueryKey = this.#root, isLater = false): void {
    const now = this.#ledger.entities.clock.tick();
    const queries = this.#queryClient.getQueryCache().findAll({ queryKey });
    for (const { queryHash } of queries) this.#owedSince.set(queryHash, now);
    if (queries.length)
      void this.#queryClient.invalidateQueries({ queryKey, refetchType: isLater ? 'none' : 'active' });
  }

  #settleOwed({ queryHash, queryKey, state }: Query, pages: readonly Page[]): void {
    const since = this.#owedSince.get(queryHash);
    if (since === undefined || state.fetchStatus !== 'idle') return;
    if (pages.every(({ requestedAt }) => requestedAt >= since)) this.#owedSince.delete(queryHash);
    // Whoever is told of this landing is told of it before the next read begins.
    else queueMicrotask(() => void this.#queryClient.invalidateQueries({ queryKey, exact: true }));
  }

  /** Whether there may be lists of what a collection holds. To look for them is to look at every query of the cache. */
  isListed(collectionId: string): boolean {
    return this.#listed.has(collectionId);
  }

  /** A collection that was read and is on its way into the cache: the ledger knows it already. */
  expectOne(view: Collection): Collection {
    this.writer.markWritten(view);
    return view;
  }

  #onEvent(event: QueryCacheNotifyEvent): void {
    const { query } = event;
    const type = event.type === 'updated' ? event.action.type : event.type;
    if (this.writer.isWriting || !['removed', 'added', 'success', 'setState', 'error'].includes(type)) return;
    if (!this.isOurs(query.queryKey)) return;
    if (type === 'removed') {
      // What was read and has not landed would keep what one user saw for the next.
      this.#onChange(query, true);
      this.#lost(query);
    } else {
      if (type === 'added') this.#found(query);
      else if (type !== 'error')
        this.#landed(query, event.type === 'updated' && 'manual' in event.action && !!event.action.manual);
      this.#onChange(query, query.state.fetchStatus === 'idle');
    }
    this.writer.flush(true);
  }

  /** What a query is of, by its key: a list of a kind, or one collection. `id`: of that collection, or of the one whose contents it lists. */
  #named({ queryKey }: Query): { readonly part: unknown; readonly kind: EntityKind | undefined; readonly id: string } {
    const [part, id] = queryKey.slice(this.#root.length);
    return { part, kind: entityKindOf(part), id: String(id) };
  }

  #found(query: Query): void {
    const { part, id } = this.#named(query);
    if (part === 'detail') this.writer.addDetail(id, query);
    this.#landed(query);
  }

  #lost(query: Query): void {
    const { entities } = this.#ledger;
    const { part, kind, id } = this.#named(query);
    if (part === 'detail') {
      this.writer.removeDetail(id);
      entities.collections.markUnreferenced(entities.ids.serverIdOf(id));
    }
    this.#unlist(query.queryHash, kind);
    this.#owedSince.delete(query.queryHash);
    this.writer.forgetIfEmpty();
  }

  #unlist(hash: string, kind: EntityKind | undefined): void {
    if (kind) for (const page of this.writer.listOf(hash)?.pages ?? []) this.#ledger.entities.releasePage(kind, page);
    this.writer.removeList(hash);
  }

  /** `isByHand`: set by the user's code, now. */
  #landed(query: Query, isByHand = false): void {
    const { data } = query.state;
    const { part, kind, id } = this.#named(query);
    if (kind) this.#listed.add(id);
    if (data === undefined) {
      // It was reset: what stood there comes back with no change.
      this.#unlist(query.queryHash, kind);
      return;
    }
    // Stamped by a clock that is ahead, it would count as fresh until then, and what is hydrated next as old.
    const ahead = query.state.dataUpdatedAt - Date.now();
    if (ahead > 0) query.state = { ...query.state, dataUpdatedAt: Date.now() };
    // No clock tells whether it is newer than the list in whose place it has come.
    if (ahead > MINUTE && this.writer.listOf(query.queryHash))
      this.#owedSince.set(query.queryHash, this.#ledger.entities.clock.tick());
    if (kind && isListOf(kind, data)) this.#landedList(kind, query, data, isByHand);
    else if (part === 'detail' && isRow('collections', data))
      this.#landedDetail(query, this.#ledger.entities.ids.serverIdOf(id), data, isByHand);
    else if (kind || part === 'detail') {
      putAside('the data of a query that is none', query.queryKey);
      // It is read anew: what stands in it cannot be shown.
      query.setState({ data: undefined, dataUpdatedAt: 0, status: 'pending' });
    } else if (part === PersistedPending.part) {
      this.persisted.restore(data);
      this.#onRestore();
      // What is pending is in no cache any more.
      this.#queryClient.getQueryCache().remove(query);
    }
  }

  /** What of a query's data is to be written down: what the server said, without what is pending. */
  confirmedOf(data: unknown): unknown {
    const { entities, queues } = this.#ledger;
    if (!queues.size) return data;
    if (this.writer.hasWritten(data as Collection)) return entities.confirmed((data as Collection).id) ?? data;
    if (!isPaged(data)) return data;
    const pages = data.pages.map((view) => {
      const kind = ENTITY_KINDS.find((each) => each in view);
      const page = kind && pageOf(view, entities.table(kind));
      return page ? entities.table(kind).confirmedView(page) : view;
    });
    return { ...data, pages };
  }

  #landedDetail(query: Query, id: string, data: Collection, isByHand: boolean): void {
    const { entities, reads } = this.#ledger;
    const isView = entities.collections.get(id) === data;
    if (!isView && !this.writer.hasWritten(data))
      reads.adopt(data.id, data, isByHand ? this.#stampOf(query) : undefined);
    this.writer.markWritten(data);
    if (!isView) entities.collections.markDirty(id);
  }

  #landedList(kind: EntityKind, query: Query, data: Paged, isByHand: boolean): void {
    const { entities } = this.#ledger;
    const hash = query.queryHash;
    const before = this.writer.listOf(hash);
    // What is owed may be owed still: a fetch that was cancelled has put the old data back.
    if (before?.data === data) {
      this.#settleOwed(query, before.pages);
      return;
    }
    const table = entities.table(kind);
    const pages = data.pages.map((view, i) => {
      if (view === before?.data.pages[i]) return before.pages[i] as Page;
      const found = pageOf(view, table);
      // A list that begins with the pages of another one has pages of its own from then on.
      const isOwn = found?.queryHash === hash;
      const page = isOwn ? found : this.#adopt(kind, query, view, data.pageParams[i] ?? null, isByHand);
      entities.retainPage(kind, page, true);
      return page;
    });
    before?.pages.forEach((page, i) => {
      if (page !== pages[i] && !pages.includes(page)) entities.releasePage(kind, page);
    });
    this.writer.addList(hash, { data, pages });
    const views = data.pages.map((view, i) => (view === before?.data.pages[i] ? view : table.viewOf(pages[i] as Page)));
    if (views.some((view, i) => view !== data.pages[i])) this.writer.show(hash, { data, pages }, views);
    this.#settleOwed(query, pages);
  }

  /** A page that came by another door than a fetch of this page's: hydrated, restored, or set by hand. */
  #adopt(kind: EntityKind, query: Query, view: object, token: unknown, isByHand: boolean): Page {
    const { nextPaginationToken, ...fields } = view as {
      nextPaginationToken?: string;
      [field: string]: unknown;
    };
    const rows = (fields[kind] as Item[]).filter((row) => isRow(kind, row) && !isProvisional(row.id));
    const page = {
      token: nextPaginationToken || undefined,
      requestedAt: isByHand ? this.#stampOf(query) : 0,
      isFirst: token === null,
      sort: sortOf(query.queryKey),
      collectionId: kind === 'collections' ? undefined : this.#named(query).id,
      queryHash: query.queryHash,
    };
    return this.#ledger.reads.addPage(kind, rows, page);
  }

  /** When what was set by hand was known: now, unless its setter says otherwise. */
  #stampOf({ state: { dataUpdatedAt } }: Query): number {
    const now = this.#ledger.entities.clock.tick();
    return dataUpdatedAt < Date.now() ? Math.min(now, dataUpdatedAt) : now;
  }
}
