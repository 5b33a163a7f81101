import type { QueryKey } from '@tanstack/react-query';
import type { Item } from '../../api/types.ts';
import type { RequestOptions } from '../../http/RequestOptions.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { isWithin, type Page, tokenWithin } from '../../ledger/Page.ts';
import { type EntityKind, INDEXING } from '../../ledger/PendingInserts.ts';
import type { ScenarioStore } from '../ScenarioStore.ts';
import { statusOf } from '../writes/errorPolicy.ts';
import { sleep } from '../writes/sleep.ts';
import { batchSizes, type PageSizes, partRows } from './pageBatch.ts';
import type { QueryCacheSync } from './QueryCacheSync.ts';
import type { FetchContext, Reader } from './Reader.ts';
import { sortOf } from './sortOf.ts';

/** One page of a list, as the client answers it. */
interface PageAnswer {
  readonly rows: readonly { id: string }[];
  readonly token: string | null | undefined;
}

type FetchPage = (
  collectionId: string,
  token: string | null,
  options: RequestOptions,
  /** How many rows, where the page is to hold more than its key says. */
  pageSize?: number,
) => Promise<PageAnswer>;

/** What a page is asked for. */
interface PageRequest extends FetchContext {
  readonly kind: EntityKind;
  /** The token of the page; null for the first. */
  readonly token: string | null;
  /** The collection whose contents are listed. */
  readonly collectionId: string | undefined;
  readonly sizes: PageSizes;
}

/** One fetch of a list from its first page on. */
interface Walk {
  /** The pages that are there already, and that TanStack Query has not asked for yet. */
  ahead: Page[];
  /** How many it has been given. */
  given: number;
}

const readers = new WeakMap<ScenarioStore, ListReader>();

/** The list reader of a store, made when it is first asked for: who reads no lists does not load it. */
export function listReaderOf(store: ScenarioStore): ListReader {
  const reader = readers.get(store) ?? new ListReader(store);
  readers.set(store, reader);
  return reader;
}

/** Reads lists. A refetch of more pages than one answer holds takes several requests, and a write can land between two of them. */
class ListReader {
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #reader: Reader;
  /** By the signals of the fetches: each has one of its own. */
  readonly #walks = new WeakMap<AbortSignal, Walk>();
  /** Pages that were read for a list and have not landed yet. */
  readonly #expected = new Map<string, { readonly kind: EntityKind; readonly pages: Page[] }>();
  /** Contents that will be read anew in a moment. */
  readonly #late = new Set<string>();

  constructor({ ledger, cache, reader }: ScenarioStore) {
    this.#ledger = ledger;
    this.#cache = cache;
    this.#reader = reader;
    cache.onChange(({ queryHash }, isOver) => isOver && this.#endExpecting(queryHash));
  }

  /**
   * One page of a list, as it is to be shown. `fetch` is given the server's id of the collection.
   *
   * A list that is read again is asked for as many of its pages in one request as the API lets one answer hold: the limit counts requests, and what
   * one answer holds is of one moment. TanStack Query gets it page by page, as it was.
   */
  async page(request: PageRequest, fetch: FetchPage): Promise<object> {
    const { kind, token, signal } = request;
    if (token === null) this.#walks.set(signal, { ahead: [], given: 0 });
    const walk = this.#walks.get(signal);
    const page = walk?.ahead.shift() ?? (await this.#next(request, walk, fetch));
    if (walk) walk.given++;
    return this.#ledger.entities.table(kind).viewOf(page);
  }

  async #next(request: PageRequest, walk: Walk | undefined, fetch: FetchPage): Promise<Page> {
    const { token, queryKey } = request;
    // The pages that this fetch began with. A hydration may put others in their place meanwhile; when the fetch ends, these come back.
    const before = token === null ? [] : this.#pagesUntil(this.#cache.hashOf(queryKey), token);
    // Where rows have moved since, some would be missing behind it.
    if (isWithin(token)) return this.#again(request, before, fetch);
    try {
      const [page, ...ahead] = await this.#ask(request, token, fetch, walk);
      if (walk) walk.ahead = ahead;
      return page as Page;
    } catch (error) {
      if (!before.length || !isRefusedToken(error)) throw error;
      // The token has not outlived a write.
      return this.#again(request, before, fetch);
    }
  }

  /** The pages from the first to the one that gave a token: of a fetch that goes on, or of the list that is there. */
  #pagesUntil(queryHash: string, token: string): readonly Page[] {
    for (const pages of [this.#expected.get(queryHash)?.pages, this.#cache.writer.listOf(queryHash)?.pages]) {
      const until = pages?.slice(0, pages.findLastIndex((page) => page.token === token) + 1);
      const from = until?.findLastIndex(({ isFirst }) => isFirst) ?? -1;
      if (until && from >= 0) return until.slice(from);
    }
    return [];
  }

  /** Reads a list anew as far as it was, and the page that comes then, which it gives. */
  async #again(request: PageRequest, before: readonly Page[], fetch: FetchPage): Promise<Page> {
    let again: Page[] = [];
    for (let isSecond = false; again.length <= before.length; ) {
      const last = again.at(-1);
      try {
        again.push(...(await this.#ask(request, last ? last.token : null, fetch)));
      } catch (error) {
        // Somebody is writing meanwhile.
        if (!last || isSecond || !isRefusedToken(error)) throw error;
        isSecond = true;
        again = [];
      }
    }
    // All at once, since a row that has moved from one page to the next would be on neither.
    before.forEach((page, i) => {
      this.#ledger.entities.table(request.kind).refreshFrom(page, again[i] as Page);
    });
    return again.at(-1) as Page;
  }

  /** The pages of a list that come next where it is read again. */
  #rest({ queryKey }: PageRequest, { given }: Walk): readonly Page[] {
    const list = this.#cache.writer.listOf(this.#cache.hashOf(queryKey));
    return list && list.data === this.#cache.queryOf(queryKey)?.state.data ? list.pages.slice(given) : [];
  }

  /**
   * Sends one request. Gives a page; several, where the list shows more already that fit into one answer. `token`: undefined where there
   * is no more.
   */
  async #ask(request: PageRequest, token: string | null | undefined, fetch: FetchPage, walk?: Walk): Promise<Page[]> {
    const { kind, queryKey, collectionId, sizes } = request;
    const idMap = this.#ledger.entities.ids;
    const naming = this.#reader.untilNamed(collectionId);
    if (naming) await naming;
    const id = collectionId === undefined ? '' : idMap.serverIdOf(collectionId);
    const hash = this.#cache.hashOf(queryKey);
    const rest = walk ? this.#rest(request, walk) : [];
    const batch = batchSizes(rest, sizes);
    const isRefetch = rest.length > 0 || !!this.#cache.writer.listOf(hash)?.data.pageParams.includes(token ?? null);
    const asked = this.#reader.read(isRefetch, !!walk && token === null, request, async (read) => {
      // What only this page knows holds what was added here, and nothing else.
      const isEmpty = token === undefined || idMap.isUnnamed(id);
      const due = batch.reduce((sum, size) => sum + size, 0);
      const total = due > (sizes.asked ?? sizes.usual) ? due : undefined;
      const answer = isEmpty ? { rows: [], token: undefined } : await fetch(id, token, read, total);
      const rows = answer.rows.map((row) => (kind === 'collections' ? row : listedIn(id, row)));
      const pages = partRows(rows, batch).map((part, i, { length }) => {
        const range = {
          token: i < length - 1 ? tokenWithin((walk?.given ?? 0) + i) : answer.token || undefined,
          requestedAt: read.requestedAt,
          isFirst: token === null && i === 0,
          sort: sortOf(queryKey),
          collectionId,
          queryHash: hash,
        };
        const page = this.#ledger.reads.addPage(kind, part, range, rows);
        this.#expect(kind, page);
        if (this.#ledger.entities.inserts.takeLate(hash)) void this.#readLater(hash, queryKey);
        return page;
      });
      let brought: ReadonlySet<string> | undefined;
      // For who shows a collection by itself: most pages are asked by nobody what they have brought.
      const ids = () => (brought ??= new Set(rows.map((row) => row.id)));
      if (kind === 'collections') this.#cache.writer.freshen(ids, read.requestedAt);
      return { pages, ids };
    });
    if (kind === 'collections' && batch.length) this.#reader.tell({ shown: rest.slice(0, batch.length), asked });
    return (await asked).pages;
  }

  /** A page that was read and is on its way into the cache: what changes from here on changes it too. */
  #expect(kind: EntityKind, page: Page): void {
    const expected = this.#expected.get(page.queryHash) ?? { kind, pages: [] };
    this.#ledger.entities.retainPage(kind, page);
    expected.pages.push(page);
    this.#expected.set(page.queryHash, expected);
  }

  /** A fetch is over: what it has read and not brought (it was cancelled, say) is shown by nobody. */
  #endExpecting(queryHash: string): void {
    const expected = this.#expected.get(queryHash);
    if (!expected) return;
    for (const page of expected.pages) if (!page.inCache) this.#ledger.entities.releasePage(expected.kind, page);
    this.#expected.delete(queryHash);
  }

  /** Reads contents anew that the server had not brought up to date yet. */
  async #readLater(hash: string, queryKey: QueryKey): Promise<void> {
    if (this.#late.has(hash)) return;
    this.#late.add(hash);
    await sleep(INDEXING);
    this.#late.delete(hash);
    this.#cache.invalidateLists(queryKey);
  }
}

const isRefusedToken = (error: unknown): boolean => [400, 410, 422].includes(statusOf(error));

/** That a collection's contents list an item says that it is in there, whatever the item's own field says. */
const listedIn = (id: string, item: Item): Item =>
  item.collectionIds?.includes(id) !== false ? item : { ...item, collectionIds: [...item.collectionIds, id] };
