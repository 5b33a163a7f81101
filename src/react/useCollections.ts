import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Collection } from '../api/types.ts';
import { objectOf } from '../http/objectOf.ts';
import type { CollectionsParams } from '../query/options/keys.ts';
import { collectionsQueryOptions } from '../query/options/queryOptions.ts';
import type { ListOptions } from './options.ts';
import { useScenario } from './ScenarioProvider.tsx';
import { useList } from './useList.ts';

/** What `useCollections` takes as options. */
export type UseCollectionsOptions<TData = Collection[]> = ListOptions<Collection, TData>;

/** What `useCollections` gives. */
export type UseCollectionsResult<TData = Collection[]> = UseInfiniteQueryResult<TData, Error>;

/**
 * The list of collections, page after page: `data` is one flat array, no id twice, with the pending changes in it.
 *
 * Rejects with the client's errors; a page size that is no whole number from 1 to 100 is an `InvalidInputError`.
 *
 * @example
 * ```tsx
 * const { data, fetchNextPage, hasNextPage } = useCollections({ pageSize: 50 });
 * ```
 */
export function useCollections<TData = Collection[]>(
  params?: CollectionsParams,
  options?: UseCollectionsOptions<TData>,
): UseCollectionsResult<TData> {
  const client = useScenario();
  const { pageSize } = objectOf('params', params);
  const list = useMemo(() => collectionsQueryOptions(client, { pageSize }), [client, pageSize]);
  return useList(options, list);
}
