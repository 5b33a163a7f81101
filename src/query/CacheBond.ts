import type { Query, QueryCacheNotifyEvent, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Collection, Item } from '../api/types.ts';
import { NotFoundError } from '../http/errors.ts';
import type { Copies } from '../ledger/Copies.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import { FIELDS, type Field } from '../ledger/News.ts';
import type { Page } from '../ledger/Page.ts';
import { pageOf } from '../ledger/Shelf.ts';
import { follows } from './flatten.ts';
import { isPaged, type Paged } from './isPaged.ts';
import { Keepsake } from './Keepsake.ts';
import { collectionKeys } from './keys.ts';
import { isProvisional } from './provisionalId.ts';

/** A list that stands in the cache: its data, and the page behind each of its pages. */
interface Shown {
  readonly data: Paged;
  readonly pages: readonly Page[];
}

/** What was not read by this page may hold pending changes already: where some are pending, it is the oldest copy there is. */
const OLDEST = 0;

const fieldOf = (part: unknown): Field | undefined =>
  part === 'list' ? 'collections' : FIELDS.find((field) => field === part);

/**
 * Binds a ledger to the queries of a QueryClient.
 *
 * Law: whatever way data comes into the cache (fetched, carried over, set by hand, hydrated, put back by a cancelled fetch), it is
 * the ledger's view of it before anything can paint it.
 *
 * A view is written with `setState`: `setData` would clear errors, mark the query fresh and end its invalidation.
 */
export class CacheBond {
  readonly #queryClient: QueryClient;
  readonly #copies: Copies;
  readonly #lines: ReadonlyMap<string, unknown>;
  readonly #root: QueryKey;
  readonly #keepsake: Keepsake;
  readonly #hashes = new WeakMap<QueryKey, string>();
  readonly #lists = new Map<string, Shown>();
  readonly #details = new Map<string, Query>();
  readonly #listeners = new Map<string, Set<() => void>>();
  /** Pages that were read for a list and have not landed yet. */
  readonly #expected = new Map<string, Page[]>();
  /** Whatever was shown of one collection: if it comes back (a cancelled fetch puts it back), it says nothing new. */
  readonly #views = new WeakSet<object>();
  readonly #flushed = new Set<() => void>();
  /** Queries whose data was written without a word to their observers. */
  readonly #quiet = new Set<Query>();
  #isTicking = false;
  #isLanding = false;
  #writing = false;

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger) {
    this.#queryClient = queryClient;
    this.#copies = ledger.copies;
    this.#lines = ledger.lines;
    this.#root = collectionKeys.all(scope);
    this.#keepsake = new Keepsake(queryClient, this.#root, ledger);
    for (const query of queryClient.getQueryCache().getAll()) if (this.isOurs(query.queryKey)) this.#found(query);
    queryClient.getQueryCache().subscribe((event) => this.#onEvent(event));
    this.flush();
  }

  /** Set by whoever begins the changes of an earlier page: no frame shows the numbers of that page without them. */
  onRestore: () => void = () => undefined;

  /** Whether a key is of this scope. */
  isOurs(key: QueryKey | undefined): boolean {
    return !!key && this.#root.every((part, i) => part === key[i]);
  }

  /** What an earlier page left behind about its pending changes, if it left any. */
  get keepsake(): Keepsake {
    return this.#keepsake;
  }

  /**
   * Calls back when a view in a query was changed by the ledger.
   *
   * TanStack Query tells React with a timer, which lets the old number be painted once more. This is told at once.
   */
  subscribe(queryHash: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(queryHash) ?? new Set();
    this.#listeners.set(queryHash, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (!listeners.size) this.#listeners.delete(queryHash);
    };
  }

  /** The name of a query in the cache. A key is taken apart once: it is the same object at every read of its list. */
  hashOf(queryKey: QueryKey): string {
    const hash = this.#hashes.get(queryKey) ?? this.#queryClient.defaultQueryOptions({ queryKey }).queryHash;
    this.#hashes.set(queryKey, hash);
    return hash;
  }

  /** A page that was read and is on its way into the cache: what changes from here on changes it too. Gives its view. */
  expect(field: Field, page: Page): object {
    this.#copies.hold(field, page);
    this.#expected.set(page.list, [...(this.#expected.get(page.list) ?? []), page]);
    return this.#copies.shelf(field).viewOf(page);
  }

  /** A collection that was read and is on its way into the cache: the ledger knows it already. */
  expectOne(view: Collection): Collection {
    this.#views.add(view);
    return view;
  }

  /** Calls back at the end of every tick in which something was flushed. */
  onFlush(listener: () => void): () => void {
    this.#flushed.add(listener);
    return () => this.#flushed.delete(listener);
  }

  /**
   * Writes into the cache whatever the ledger shows differently by now, and tells React.
   *
   * It is there at once for whoever reads. TanStack Query's observers hear of all changes of a tick together, when it ends: two hundred
   * are one event for them, and those of a component have nothing left to tell it, since React has rendered by then.
   */
  flush(): void {
    const changed = new Set<string>();
    this.#write(() => {
      for (const field of FIELDS) this.#flushLists(field, changed);
      this.#flushDetails(changed);
      for (const field of FIELDS) this.#copies.shelf(field).touched.clear();
    });
    const tell = () => {
      for (const hash of changed) for (const listener of this.#listeners.get(hash) ?? []) listener();
    };
    // Data can land while React renders (a HydrationBoundary does that), when no component may be told.
    if (!this.#isLanding) tell();
    else if (changed.size) queueMicrotask(tell);
    this.#endSoon();
  }

  /** Something about the pending changes differs, and nothing that is shown. */
  tell(): void {
    if (this.#flushed.size) this.#endSoon();
  }

  #endSoon(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    queueMicrotask(() => this.#endTick());
  }

  #endTick(): void {
    this.#isTicking = false;
    this.#copies.prune((field, id) => field === 'collections' && this.#details.has(id));
    for (const listener of this.#flushed) listener();
    try {
      this.#write(() => {
        this.#keepsake.update();
        for (const query of this.#quiet) {
          this.#quiet.delete(query);
          query.setState({ data: query.state.data });
        }
      });
    } finally {
      // One that throws keeps nothing from the others.
      if (this.#quiet.size) this.#endSoon();
    }
  }

  #setData(query: Query, data: unknown): void {
    query.state = { ...query.state, data };
    this.#quiet.add(query);
  }

  #write(work: () => void): void {
    const outer = this.#writing;
    this.#writing = true;
    try {
      work();
    } finally {
      this.#writing = outer;
    }
  }

  #flushLists(field: Field, changed: Set<string>): void {
    const shelf = this.#copies.shelf(field);
    if (!shelf.stale.size) return;
    const lists = new Map<string, Page[]>();
    for (const page of shelf.stale.keys()) {
      const before = page.view;
      // One that is on its way has no place in its list yet.
      if (shelf.viewOf(page) === before || !page.landed) continue;
      const pages = lists.get(page.list);
      if (pages) pages.push(page);
      else lists.set(page.list, [page]);
    }
    for (const [hash, stale] of lists) {
      const shown = this.#lists.get(hash);
      if (!shown) continue;
      const views = shown.data.pages.slice();
      for (const page of stale) views[shown.pages.indexOf(page)] = page.view as object;
      this.#show(hash, shown, views);
      changed.add(hash);
    }
  }

  #show(hash: string, { data: old, pages }: Shown, views: readonly object[]): void {
    const data = { ...old, pages: views };
    follows(data, old);
    this.#lists.set(hash, { data, pages });
    const query = this.#queryClient.getQueryCache().get(hash);
    if (query) this.#setData(query, data);
  }

  #flushDetails(changed: Set<string>): void {
    const { touched } = this.#copies.collections;
    if (this.#details.size)
      for (const id of touched)
        for (const key of new Set([id, this.#copies.names.keyOf(id), this.#copies.names.idOf(id)])) {
          const query = key === undefined ? undefined : this.#details.get(key);
          if (query && this.#showDetail(query, this.#copies.names.idOf(id))) changed.add(query.queryHash);
        }
  }

  #showDetail(query: Query, id: string): boolean {
    const { data, errorUpdateCount } = query.state;
    const view = this.#copies.collections.get(id);
    if (data === undefined || view === data) return false;
    if (view) this.#views.add(view);
    if (view) this.#setData(query, view);
    else if (query.getObserversCount() === 0) this.#queryClient.getQueryCache().remove(query);
    else
      query.setState({
        data: undefined,
        status: 'error',
        error: new NotFoundError(404, undefined, `There is no collection ${id} (any more).`),
        errorUpdatedAt: Date.now(),
        errorUpdateCount: errorUpdateCount + 1,
        isInvalidated: false,
      });
    return true;
  }

  #onEvent(event: QueryCacheNotifyEvent): void {
    const { type, query } = event;
    if (this.#writing || !this.isOurs(query.queryKey)) return;
    if (type === 'removed') this.#lost(query);
    else if (type === 'added') this.#found(query);
    else if (type !== 'updated') return;
    else if (event.action.type === 'success' || event.action.type === 'setState') this.#landed(query);
    else if (event.action.type !== 'error') return;
    this.#endExpecting(query);
    this.#isLanding = true;
    this.flush();
    this.#isLanding = false;
  }

  #found(query: Query): void {
    const [part, id] = query.queryKey.slice(this.#root.length);
    if (part === 'detail') this.#details.set(id as string, query);
    this.#landed(query);
  }

  #lost(query: Query): void {
    const [part, id] = query.queryKey.slice(this.#root.length);
    const field = fieldOf(part);
    if (part === 'detail') {
      this.#details.delete(id as string);
      this.#copies.collections.loose.add(this.#copies.names.idOf(id as string));
    }
    if (field) for (const page of this.#lists.get(query.queryHash)?.pages ?? []) this.#copies.release(field, page);
    this.#lists.delete(query.queryHash);
  }

  /** A fetch is over: what it has read and not brought (it was cancelled, say) is shown by nobody. */
  #endExpecting({ queryHash, queryKey, state }: Query): void {
    const field = fieldOf(queryKey[this.#root.length]);
    if (!field || state.fetchStatus !== 'idle') return;
    for (const page of this.#expected.get(queryHash) ?? []) if (!page.landed) this.#copies.release(field, page);
    this.#expected.delete(queryHash);
  }

  #landed(query: Query): void {
    const { data } = query.state;
    const [part, id] = query.queryKey.slice(this.#root.length);
    const field = fieldOf(part);
    if (field && isPaged(data)) this.#landedList(field, query, data);
    else if (part === 'detail' && data)
      this.#landedDetail(query, this.#copies.names.idOf(id as string), data as Collection);
    else if (part === Keepsake.part && data && this.#keepsake.restore(data)) this.onRestore();
  }

  #landedDetail(query: Query, id: string, data: Collection): void {
    const isView = this.#copies.collections.get(id) === data;
    if (!isView && !this.#views.has(data))
      this.#copies.receive(data.id, data, this.#lines.has(data.id) ? OLDEST : query.state.dataUpdatedAt);
    this.#views.add(data);
    if (!isView) this.#copies.collections.touched.add(id);
  }

  #landedList(field: Field, query: Query, data: Paged): void {
    const hash = query.queryHash;
    const before = this.#lists.get(hash);
    if (before?.data === data) return;
    const shelf = this.#copies.shelf(field);
    const pages = data.pages.map((view, i) => {
      if (view === before?.data.pages[i]) return before.pages[i] as Page;
      const page = pageOf(view, shelf) ?? this.#adopt(field, query, view, i);
      page.landed = true;
      this.#copies.hold(field, page);
      return page;
    });
    before?.pages.forEach((page, i) => {
      if (page !== pages[i] && !pages.includes(page)) this.#copies.release(field, page);
    });
    this.#lists.set(hash, { data, pages });
    const views = data.pages.map((view, i) => (view === before?.data.pages[i] ? view : shelf.viewOf(pages[i] as Page)));
    if (views.some((view, i) => view !== data.pages[i])) this.#write(() => this.#show(hash, { data, pages }, views));
  }

  /** A page that came by another door than a fetch of this page's: hydrated, restored, or set by hand. */
  #adopt(field: Field, query: Query, view: object, i: number): Page {
    const { dataUpdatedAt: sent } = query.state;
    const { nextPaginationToken: token, ...fields } = view as {
      nextPaginationToken?: string;
      [field: string]: unknown;
    };
    const rows = ((fields[field] ?? []) as Item[]).filter(({ id }) => !isProvisional(id));
    const of = field === 'collections' ? undefined : (query.queryKey[this.#root.length + 1] as string);
    const page = { token: token || undefined, sent, first: i === 0, of, list: query.queryHash };
    return this.#copies.page(field, rows, page, OLDEST);
  }
}
