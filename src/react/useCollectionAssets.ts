import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Asset } from '../api/types.ts';
import { objectOf } from '../http/objectOf.ts';
import type { AssetsParams } from '../query/options/keys.ts';
import { collectionAssetsQueryOptions } from '../query/options/queryOptions.ts';
import type { ListOptions } from './options.ts';
import { useScenario } from './ScenarioProvider.tsx';
import { useList } from './useList.ts';

/** What `useCollectionAssets` takes as options. */
export type UseCollectionAssetsOptions<TData = Asset[]> = ListOptions<Asset, TData>;

/** What `useCollectionAssets` gives. */
export type UseCollectionAssetsResult<TData = Asset[]> = UseInfiniteQueryResult<TData, Error>;

/**
 * The assets of a collection, page after page: `data` is one flat array, no id twice.
 *
 * One that is removed is gone at once. One that is added is there at once when any cached list knows it, else with one refetch after the
 * write. Without an id the hook is disabled.
 *
 * @example
 * ```tsx
 * const { data: assets } = useCollectionAssets(collectionId);
 * ```
 */
export function useCollectionAssets<TData = Asset[]>(
  collectionId: string | null | undefined,
  params?: AssetsParams,
  options?: UseCollectionAssetsOptions<TData>,
): UseCollectionAssetsResult<TData> {
  const client = useScenario();
  const { pageSize, sortBy, sortDirection } = objectOf('params', params);
  const list = useMemo(
    () => collectionAssetsQueryOptions(client, collectionId ?? '', { pageSize, sortBy, sortDirection }),
    [client, collectionId, pageSize, sortBy, sortDirection],
  );
  return useList(collectionId ? options : { ...options, enabled: false }, list);
}
