import type { Sort } from './Sort.ts';

/** What a page looks like in the query cache: its rows under the API's own name for them. */
export type PageView<F extends string, T> = { [K in F]: T[] } & { nextPaginationToken?: string };

/** Where a page ends that was read in one request with the next: no place that the server has a token for. */
const WITHIN = 'within:';

/** The token of a page that was read with the next one. No two pages of a list have the same, since a token seen before ends it. */
export const tokenWithin = (index: number): string => WITHIN + index;

export const isWithin = (token: unknown): token is string => typeof token === 'string' && token.startsWith(WITHIN);

/** A page as the server answered it: ids in its order, and what stands in the cache for them now. Its table alone writes into it. */
export interface Page {
  readonly ids: string[];
  /** The token of the next page. */
  readonly token: string | undefined;
  /** The ledger's time when its request left; 0 for a page that was hydrated: older than everything. */
  readonly requestedAt: number;
  /** Whether it is the first of its list, where new rows are put. */
  readonly isFirst: boolean;
  /** The order that it was asked for, if it was. */
  readonly sort: Sort | undefined;
  /** The collection whose contents it lists, if it lists contents. */
  readonly collectionId: string | undefined;
  /** The list that it is a page of. */
  readonly queryHash: string;
  readonly view: object | undefined;
  /** False while its fetch goes on: it stands beside the page that it will replace. */
  readonly inCache: boolean;
  /** Nobody shows it any more. */
  readonly isReleased: boolean;
}

/** The newest copy of one entity, and who shows it. */
export interface Row<T> {
  /** Undefined: not known yet, or gone. */
  copy: T | undefined;
  /** The one before it: a read that overlapped a write may say the same. */
  before: T | undefined;
  /** The ledger's time from which the copy holds. */
  asOf: number;
  /** The ledger's time of the last word of a server. A request without an answer moves `asOf`, and not this. */
  toldAt: number;
  /** The copy with the pending changes, made when it is asked for. */
  view: T | undefined;
  fresh: boolean;
  /** One page mostly, so that no array is made for it. */
  pages: Page | Page[] | undefined;
}

/**
 * What is kept of an entity. Most stand on one page as it was read, and nobody has asked anything of them: that page is all there is to
 * know of such an entity, and its row is made when it is needed.
 */
export type IndexEntry<T> = Row<T> | Page;

export const isPage = <T>(entry: IndexEntry<T>): entry is Page => 'ids' in entry;

export const pagesIn = <T>(entry: IndexEntry<T> | undefined): readonly Page[] => {
  if (!entry) return [];
  if (isPage(entry)) return [entry];
  return !entry.pages ? [] : Array.isArray(entry.pages) ? entry.pages : [entry.pages];
};
