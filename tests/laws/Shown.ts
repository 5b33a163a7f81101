import type { InfiniteData, Query, QueryClient } from '@tanstack/react-query';
import type { Collection, Item } from '../../src/api/types.ts';
import type { Sorting } from './Schedule.ts';
import type { Members } from './Wire.ts';

export interface ShownList {
  readonly where: string;
  readonly rows: readonly Collection[];
  /** Whether there is nothing more to load. */
  readonly whole: boolean;
  /** Whether its first page is the API's first. Undefined: that cannot be seen. */
  readonly begins: boolean | undefined;
}

export interface ShownDetail {
  readonly where: string;
  readonly copy: Collection;
}

/** Of a collection how many assets it has, and nothing else. */
export interface ShownCount {
  readonly where: string;
  /** As the run named it: the server's id, or a provisional one. */
  readonly collectionId: string;
  readonly assetCount: number;
}

export interface ShownContents {
  readonly where: string;
  /** As the run named it: the server's id, or a provisional one. */
  readonly collectionId: string;
  readonly members: Members;
  readonly items: readonly Item[];
  readonly whole: boolean;
  /** It could not be read again, and says so; or nobody looks at it, and it will be read again when somebody does. */
  readonly waits: boolean;
  readonly sorting: Sorting | undefined;
}

/** Everything of ours that is in the cache, or on the screen, at one moment. */
export interface Shown {
  readonly lists: readonly ShownList[];
  readonly details: readonly ShownDetail[];
  readonly counts?: readonly ShownCount[];
  readonly contents: readonly ShownContents[];
}

interface Page {
  collections?: Collection[];
  assets?: Item[];
  models?: Item[];
  nextPaginationToken?: string;
}

/** What a query of ours holds, told by its data; undefined for any other. */
export function pagesOf(query: Query): Page[] | undefined {
  const pages = (query.state.data as InfiniteData<Page> | undefined)?.pages;
  return Array.isArray(pages) ? pages : undefined;
}

/** Every cached copy: of all queries, whether a component looks at them or not. */
export function readCache(queryClient: QueryClient): Shown {
  const lists: ShownList[] = [];
  const details: ShownDetail[] = [];
  const contents: ShownContents[] = [];
  for (const query of queryClient.getQueryCache().getAll()) {
    const where = `cache ${query.queryKey.slice(3).map(String).join('/')}`;
    const pages = pagesOf(query);
    const data = query.state.data as Collection | undefined;
    if (pages !== undefined) {
      const whole = !pages.at(-1)?.nextPaginationToken;
      const first = pages[0];
      if (first?.collections) {
        lists.push({
          where: `${where} ${query.queryHash}`,
          rows: pages.flatMap((page) => page.collections ?? []),
          whole,
          begins: (query.state.data as InfiniteData<Page>).pageParams[0] === null,
        });
      } else if (first) {
        const members = first.assets ? 'assets' : 'models';
        const collectionId = query.queryKey.find(
          (part, index) => index > 2 && typeof part === 'string' && part !== members,
        );
        const items = pages.flatMap((page) => page[members] ?? []);
        const waits = query.state.status === 'error' || (query.getObserversCount() === 0 && query.isStale());
        const params = query.queryKey.at(-1) as Sorting | undefined;
        const sorting = params?.sortDirection ? params : undefined;
        contents.push({ where, collectionId: String(collectionId), members, items, whole, waits, sorting });
      }
    } else if (
      data !== undefined &&
      data !== null &&
      typeof data.assetCount === 'number' &&
      query.state.status === 'success'
    ) {
      details.push({ where, copy: data });
    }
  }
  return { lists, details, contents };
}
