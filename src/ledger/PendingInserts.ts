import type { Item } from '../api/types.ts';
import { forEachKind, type MemberKind, memberKinds } from './changeKinds.ts';
import type { EntityTable } from './EntityTable.ts';
import type { Page } from './Page.ts';
import { isBefore } from './Sort.ts';

/** The kinds of entities that are shown, by the API's name for them. */
export type EntityKind = 'collections' | MemberKind;

export const ENTITY_KINDS: readonly EntityKind[] = ['collections', ...memberKinds];

/** A row that a page on its way cannot hold yet. */
export interface NewRow {
  readonly kind: EntityKind;
  readonly id: string;
  /** The collection whose contents it is new in. */
  readonly collectionId: string | undefined;
  /** Pages whose request left before do not hold it. */
  readonly at: number;
}

type PageRange = Pick<Page, 'isFirst' | 'sort' | 'token'>;

/** So long a list may lack what was made or added, in milliseconds: an index may be behind. */
export const INDEXING = 5_000;

/** The time of a row that the server does not know yet. */
export const PENDING: number = Number.POSITIVE_INFINITY;

/**
 * Rows that lists have to show before the server lists them, on the pages that are there, and on those that are on their way and
 * cannot hold them: in front of the first, or where a list was asked for in an order, at their place. What has its place behind the
 * pages that are there comes with the next one.
 *
 * An item is inserted only if a copy of it is known; there is nothing to show of it otherwise.
 */
export class PendingInserts {
  /** When the rows came, the newest last: of the collections, and of the contents of each. */
  readonly #rows: Readonly<Record<EntityKind, Map<string | undefined, Map<string, number>>>> = {
    collections: new Map(),
    ...forEachKind(() => new Map()),
  };
  /** The lists that were read without something that was added a moment before. */
  readonly #late = new Set<string>();
  readonly #pages = new Map<Page, EntityKind>();
  readonly #table: (kind: EntityKind) => EntityTable<EntityKind, Item>;
  readonly #serverIdOf: (id: string) => string;

  constructor(table: (kind: EntityKind) => EntityTable<EntityKind, Item>, serverIdOf: (id: string) => string) {
    this.#table = table;
    this.#serverIdOf = serverIdOf;
  }

  /** A page on which new rows are to be put. */
  watch(kind: EntityKind, page: Page): void {
    if (page.isFirst || page.sort) this.#pages.set(page, kind);
  }

  unwatch(page: Page): void {
    this.#pages.delete(page);
  }

  /** Puts a row at its place. It is kept for the pages that are on their way, and for those that are asked for too soon after it. */
  insert({ kind, id, collectionId, at: since }: NewRow): void {
    const lists = this.#rows[kind];
    lists.get(collectionId)?.delete(id);
    lists.set(collectionId, (lists.get(collectionId) ?? new Map<string, number>()).set(id, since));
    if (!this.#isKnown(kind, id)) return;
    const table = this.#table(kind);
    for (const [page, its] of this.#pages) {
      if (its !== kind || this.#collectionOf(page) !== collectionId) continue;
      if (page.requestedAt >= since) continue;
      const isThere = page.inCache && table.pagesOf(id).some((on) => on.queryHash === page.queryHash && on.inCache);
      if (isThere || page.ids.includes(id)) continue;
      const at = this.#placeOn(page, kind, page.ids, id, since);
      if (at === undefined) continue;
      table.insertRow(id, page, at);
    }
  }

  /**
   * The ids of a page that arrives, with those that its request was too early for. `answered`: all rows that came with it, on other pages too;
   * undefined where it was not just read. `unheardBefore`: until then other tabs may have deleted collections without a word to this
   * page.
   */
  complete(
    kind: EntityKind,
    page: PageRange & Pick<Page, 'collectionId' | 'requestedAt' | 'queryHash'>,
    ids: string[],
    answered?: readonly { readonly id: string }[],
    unheardBefore = 0,
  ): string[] {
    const rows = this.#rows[kind].get(this.#collectionOf(page));
    if (!rows) return ids;
    const all = [...ids];
    const lag = answered && (page.isFirst || page.sort) ? INDEXING : 0;
    for (const [id, since] of rows) {
      if (since + lag <= page.requestedAt || all.includes(id) || answered?.some((row) => row.id === id)) continue;
      const isLate = since <= page.requestedAt;
      // A collection may be gone since, and only another read tells.
      const isKnown = kind === 'collections' ? !isLate || since >= unheardBefore : this.#isKnown(kind, id);
      const at = isKnown ? this.#placeOn(page, kind, all, id, since) : undefined;
      if (isLate && (at !== undefined || !isKnown)) this.#late.add(page.queryHash);
      if (at !== undefined) all.splice(at, 0, id);
    }
    return all;
  }

  /** Where a row belongs among those of a page; undefined where it belongs on another. */
  #placeOn(
    { isFirst, sort, token }: PageRange,
    kind: EntityKind,
    ids: readonly string[],
    id: string,
    since: number,
  ): number | undefined {
    if (!sort) {
      // A create that waits is made later, so that it stands before what is made.
      const waiting = kind === 'collections' && since !== PENDING ? this.#rows[kind].get(undefined) : undefined;
      const at = ids.findIndex((other) => waiting?.get(other) !== PENDING);
      return !isFirst ? undefined : at < 0 ? ids.length : at;
    }
    const copy = this.#copyOf(kind, id);
    const next = ids.findIndex((other) => isBefore(copy, this.#copyOf(kind, other), sort));
    if (next > 0 || (next === 0 && isFirst)) return next;
    const isAtEnd = token === undefined && (!ids.length || isBefore(this.#copyOf(kind, ids.at(-1)), copy, sort));
    return next < 0 && isAtEnd ? ids.length : undefined;
  }

  /** The collection whose contents a page lists. */
  #collectionOf({ collectionId }: Pick<Page, 'collectionId'>): string | undefined {
    return collectionId && this.#serverIdOf(collectionId);
  }

  #copyOf(kind: EntityKind, id: string | undefined): Item | undefined {
    return id === undefined ? undefined : this.#table(kind).materialize(id)?.copy;
  }

  /** Whether a list was just read without something that was added a moment before. Told once. */
  takeLate(queryHash: string): boolean {
    return this.#late.delete(queryHash);
  }

  /** Whether some sorted list has an item on none of its pages, though it may belong on one of them. */
  isMissing({ kind, id, collectionId }: Omit<NewRow, 'at'>): boolean {
    const lists = new Map<string, Page[]>();
    for (const [page, its] of this.#pages)
      if (its === kind && this.#collectionOf(page) === collectionId)
        lists.set(page.queryHash, [...(lists.get(page.queryHash) ?? []), page]);
    return [...lists.values()].some(
      (pages) =>
        !pages.some(({ ids }) => ids.includes(id)) &&
        pages.some(({ sort, ids }) => sort && !isBefore(this.#copyOf(kind, ids.at(-1)), this.#copyOf(kind, id), sort)),
    );
  }

  /** No page on its way has left before this time. */
  forgetBefore(time: number): void {
    for (const lists of Object.values(this.#rows))
      for (const [collectionId, rows] of lists) {
        for (const [id, at] of rows) if (at < time) rows.delete(id);
        if (!rows.size) lists.delete(collectionId);
      }
  }

  /** A row is not to be inserted any more: it is gone. `isPending`: only if it is there because a pending change adds it, or if not. */
  forget({ kind, id, collectionId }: Omit<NewRow, 'at'>, isPending?: boolean): void {
    const rows = this.#rows[kind].get(collectionId);
    if (!rows || (isPending !== undefined && isPending !== (rows.get(id) === PENDING))) return;
    rows.delete(id);
    if (!rows.size) this.#rows[kind].delete(collectionId);
  }

  /** A collection has got its id. */
  rename(clientKey: string, id: string): void {
    for (const lists of Object.values(this.#rows)) {
      const rows = lists.get(clientKey);
      if (!rows) continue;
      lists.delete(clientKey);
      lists.set(id, new Map([...(lists.get(id) ?? []), ...rows]));
    }
  }

  #isKnown(kind: EntityKind, id: string): boolean {
    return kind === 'collections' || !!this.#table(kind).materialize(id)?.copy;
  }
}
