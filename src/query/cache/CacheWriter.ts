import type { Query, QueryClient } from '@tanstack/react-query';
import { NotFoundError } from '../../http/errors.ts';
import type { EntityStore } from '../../ledger/EntityStore.ts';
import type { Page } from '../../ledger/Page.ts';
import { ENTITY_KINDS, type EntityKind } from '../../ledger/PendingInserts.ts';
import { derivedFrom } from './flatten.ts';
import type { Paged } from './isPaged.ts';

/** A list that stands in the cache: its data, and the page behind each of its pages. */
interface Shown {
  readonly data: Paged;
  readonly pages: readonly Page[];
}

/**
 * What stands in the cache, as the ledger shows it.
 *
 * A view is written into the state of its query: `setData` would clear errors, mark the query fresh and end its invalidation.
 */
export class CacheWriter {
  /** The lists, by their queries' hashes. */
  readonly #lists = new Map<string, Shown>();
  /** The queries of single collections, by the ids in their keys. */
  readonly #details = new Map<string, Query>();
  readonly #written = new WeakSet<object>();
  readonly #queryClient: QueryClient;
  readonly #entities: EntityStore;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #flushed = new Set<() => void>();
  /** Queries whose data was written without a word to their observers. */
  readonly #quiet = new Set<Query>();
  #isTicking = false;
  #isWriting = false;

  constructor(queryClient: QueryClient, entities: EntityStore) {
    this.#queryClient = queryClient;
    this.#entities = entities;
  }

  /** Whether what happens in the cache is its own doing. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  /** A list that stands in the cache, by its query's hash. */
  listOf(queryHash: string): Shown | undefined {
    return this.#lists.get(queryHash);
  }

  addList(queryHash: string, shown: Shown): void {
    this.#lists.set(queryHash, shown);
  }

  removeList(queryHash: string): void {
    this.#lists.delete(queryHash);
  }

  /** A query of one collection, by the id in its key. */
  addDetail(id: string, query: Query): void {
    this.#details.set(id, query);
  }

  removeDetail(id: string): void {
    this.#details.delete(id);
  }

  /** A list has brought these: what is cached of each by itself is as new as that. */
  freshen(ids: () => ReadonlySet<string>, requestedAt: number): void {
    const dataUpdatedAt = Math.min(requestedAt, Date.now());
    for (const [id, query] of this.#details) {
      const { data, fetchStatus } = query.state;
      const isOlder = data !== undefined && fetchStatus === 'idle' && query.state.dataUpdatedAt < dataUpdatedAt;
      if (isOlder && ids().has(this.#entities.ids.serverIdOf(id))) query.state = { ...query.state, dataUpdatedAt };
    }
  }

  /** Whether a copy of one collection was shown before: if it comes back (a cancelled fetch puts it back), it says nothing new. */
  hasWritten(view: object): boolean {
    return this.#written.has(view);
  }

  markWritten(view: object): void {
    this.#written.add(view);
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
   *
   * `isLanding`: data has just come into the cache. It can do so while React renders (a HydrationBoundary does that), when no component
   * may be told.
   */
  flush(isLanding = false): void {
    const changed = new Set<string>();
    this.#write(() => {
      for (const kind of ENTITY_KINDS) this.#flushLists(kind, changed);
      this.#flushDetails(changed);
      for (const kind of ENTITY_KINDS) this.#entities.table(kind).clearDirtyIds();
    });
    const tell = () => {
      for (const hash of changed) for (const listener of this.#listeners.get(hash) ?? []) listener();
    };
    if (!isLanding) tell();
    else if (changed.size) queueMicrotask(tell);
    this.#endSoon();
  }

  /** Something about the pending changes differs, and nothing that is shown. */
  notify(): void {
    if (this.#flushed.size) this.#endSoon();
  }

  /** A cache that was cleared (to sign out, say) shows nothing to the next user of what the last one saw, who may be there at once. */
  forgetIfEmpty(): void {
    if (!this.#lists.size && !this.#details.size) this.#entities.prune(() => false, 0);
  }

  #endSoon(): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    queueMicrotask(() => this.#endTick());
  }

  #endTick(): void {
    this.#isTicking = false;
    this.#entities.prune((kind, id) => kind === 'collections' && this.#details.has(id));
    for (const listener of this.#flushed) listener();
    try {
      this.#write(() => {
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
    const outer = this.#isWriting;
    this.#isWriting = true;
    try {
      work();
    } finally {
      this.#isWriting = outer;
    }
  }

  #flushLists(kind: EntityKind, changed: Set<string>): void {
    const table = this.#entities.table(kind);
    const lists = new Map<string, Page[]>();
    for (const page of table.dirtyPages) {
      const before = page.view;
      // One that is on its way has no place in its list yet.
      if (table.viewOf(page) === before || !page.inCache) continue;
      const pages = lists.get(page.queryHash);
      if (pages) pages.push(page);
      else lists.set(page.queryHash, [page]);
    }
    for (const [hash, stale] of lists) {
      const shown = this.#lists.get(hash);
      if (!shown) continue;
      const views = shown.data.pages.slice();
      for (const page of stale) views[shown.pages.indexOf(page)] = page.view as object;
      this.show(hash, shown, views);
      changed.add(hash);
    }
  }

  /** Puts the views of a list in the place of what stands there. */
  show(hash: string, { data: old, pages }: Shown, views: readonly object[]): void {
    const data = { ...old, pages: views };
    derivedFrom(data, old);
    this.#lists.set(hash, { data, pages });
    const query = this.#queryClient.getQueryCache().get(hash);
    if (query) this.#setData(query, data);
  }

  #flushDetails(changed: Set<string>): void {
    const { dirtyIds: touched } = this.#entities.collections;
    if (this.#details.size)
      for (const id of touched)
        for (const key of new Set([id, this.#entities.ids.clientKeyOf(id), this.#entities.ids.serverIdOf(id)])) {
          const query = key === undefined ? undefined : this.#details.get(key);
          if (query && this.#showDetail(query, this.#entities.ids.serverIdOf(id))) changed.add(query.queryHash);
          // A query that is removed while this is written tells nobody.
          if (query && this.#queryClient.getQueryCache().get(query.queryHash) !== query)
            this.#details.delete(key as string);
        }
  }

  #showDetail(query: Query, id: string): boolean {
    const { data, error, errorUpdateCount } = query.state;
    const view = this.#entities.collections.get(id);
    // What was not found has been told of since. What failed otherwise says so until it is read.
    const isFound = data === undefined && view && error instanceof NotFoundError;
    if (view === data || (data === undefined && !isFound)) return false;
    if (view) this.markWritten(view);
    if (isFound) query.setState({ data: view, status: 'success', error: null });
    else if (view) this.#setData(query, view);
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
}
