import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Scenario, useScenario } from 'scenario-react';
import { type ItemKind, type TileItem, tileItem } from '../parts/TileItem.ts';

const PAGE_SIZE = 100;

interface Page {
  items: TileItem[];
  next: string | undefined;
}

/** Everything that the studio has of a kind, whatever collection it is in. Read anew each time: it says what is in already. */
export function useAllItems(kind: ItemKind): UseInfiniteQueryResult<TileItem[], Error> {
  const client = useScenario();
  return useInfiniteQuery({
    queryKey: ['studio', client.scope, kind],
    queryFn: ({ pageParam, signal }) => readPage(client, kind, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    select: useCallback((data: { pages: Page[] }) => data.pages.flatMap(({ items }) => items), []),
    retry: false,
    gcTime: 0,
  });
}

async function readPage(
  client: Scenario,
  kind: ItemKind,
  paginationToken: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const page = await client[kind].list({ pageSize: PAGE_SIZE, paginationToken }, { signal });
  return { items: page.getPaginatedItems().map(tileItem), next: page.nextPaginationToken ?? undefined };
}
