import type { Query, QueryCacheNotifyEvent, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Collection, Item } from '../api/types.ts';
import type { Copies } from '../ledger/Copies.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import { FIELDS, type Field } from '../ledger/News.ts';
import type { Page } from '../ledger/Page.ts';
import { pageOf } from '../ledger/Shelf.ts';
import { isPaged, type Paged } from './isPaged.ts';
import { Keepsake } from './Keepsake.ts';
import { collectionKeys } from './keys.ts';
import { isProvisional } from './provisionalId.ts';
import { Views } from './Views.ts';

/** What was not read by this page may hold pending changes already: where some are pending, it is the oldest copy there is. */
const OLDEST = 0;

const fieldOf = (part: unknown): Field | undefined =>
  part === 'list' ? 'collections' : FIELDS.find((field) => field === part);

/**
 * Binds a ledger to the queries of a QueryClient.
 *
 * Law: whatever way data comes into the cache (fetched, carried over, set by hand, hydrated, put back by a cancelled fetch), it is
 * the ledger's view of it before anything can paint it.
 */
export class CacheBond {
  /** What an earlier page left behind about its pending changes, if it left any. */
  readonly keepsake: Keepsake;
  readonly views: Views;
  readonly #queryClient: QueryClient;
  readonly #copies: Copies;
  readonly #lines: ReadonlyMap<string, unknown>;
  readonly #root: QueryKey;
  readonly #hashes = new WeakMap<QueryKey, string>();
  /** Pages that were read for a list and have not landed yet. */
  readonly #expected = new Map<string, Page[]>();

  constructor(queryClient: QueryClient, scope: string, ledger: Ledger) {
    this.#queryClient = queryClient;
    this.#copies = ledger.copies;
    this.#lines = ledger.lines;
    this.#root = collectionKeys.all(scope);
    this.keepsake = new Keepsake(queryClient, this.#root, ledger);
    this.views = new Views(queryClient, ledger.copies, this.keepsake);
    for (const query of queryClient.getQueryCache().getAll()) if (this.isOurs(query.queryKey)) this.#found(query);
    queryClient.getQueryCache().subscribe((event) => this.#onEvent(event));
    this.views.flush();
  }

  /** Set by whoever begins the changes of an earlier page: no frame shows the numbers of that page without them. */
  onRestore: () => void = () => undefined;

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

  /** A page that was read and is on its way into the cache: what changes from here on changes it too. Gives its view. */
  expect(field: Field, page: Page): object {
    this.#copies.hold(field, page);
    this.#expected.set(page.list, [...(this.#expected.get(page.list) ?? []), page]);
    return this.#copies.shelf(field).viewOf(page);
  }

  /** A collection that was read and is on its way into the cache: the ledger knows it already. */
  expectOne(view: Collection): Collection {
    this.views.ones.add(view);
    return view;
  }

  #onEvent(event: QueryCacheNotifyEvent): void {
    const { query } = event;
    const type = event.type === 'updated' ? event.action.type : event.type;
    if (this.views.isWriting || !['removed', 'added', 'success', 'setState', 'error'].includes(type)) return;
    if (!this.isOurs(query.queryKey)) return;
    if (type === 'removed') this.#lost(query);
    else if (type === 'added') this.#found(query);
    else if (type !== 'error') this.#landed(query);
    this.#endExpecting(query);
    this.views.flush(true);
  }

  #found(query: Query): void {
    const [part, id] = query.queryKey.slice(this.#root.length);
    if (part === 'detail') this.views.details.set(id as string, query);
    this.#landed(query);
  }

  #lost(query: Query): void {
    const [part, id] = query.queryKey.slice(this.#root.length);
    const field = fieldOf(part);
    if (part === 'detail') {
      this.views.details.delete(id as string);
      this.#copies.collections.loose.add(this.#copies.names.idOf(id as string));
    }
    if (field) for (const page of this.views.lists.get(query.queryHash)?.pages ?? []) this.#copies.release(field, page);
    this.views.lists.delete(query.queryHash);
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
    else if (part === Keepsake.part && data && this.keepsake.restore(data)) this.onRestore();
  }

  #landedDetail(query: Query, id: string, data: Collection): void {
    const isView = this.#copies.collections.get(id) === data;
    if (!isView && !this.views.ones.has(data))
      this.#copies.receive(data.id, data, this.#lines.has(data.id) ? OLDEST : query.state.dataUpdatedAt);
    this.views.ones.add(data);
    if (!isView) this.#copies.collections.touched.add(id);
  }

  #landedList(field: Field, query: Query, data: Paged): void {
    const hash = query.queryHash;
    const before = this.views.lists.get(hash);
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
    this.views.lists.set(hash, { data, pages });
    const views = data.pages.map((view, i) => (view === before?.data.pages[i] ? view : shelf.viewOf(pages[i] as Page)));
    if (views.some((view, i) => view !== data.pages[i])) this.views.show(hash, { data, pages }, views);
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
