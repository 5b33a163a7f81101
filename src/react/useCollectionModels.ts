import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Model } from '../api/types.ts';
import { objectOf } from '../http/objectOf.ts';
import type { ModelsParams } from '../query/options/keys.ts';
import { collectionModelsQueryOptions } from '../query/options/queryOptions.ts';
import type { ListOptions } from './options.ts';
import { useScenario } from './ScenarioProvider.tsx';
import { useList } from './useList.ts';

/** What `useCollectionModels` takes as options. */
export type UseCollectionModelsOptions<TData = Model[]> = ListOptions<Model, TData>;

/** What `useCollectionModels` gives. */
export type UseCollectionModelsResult<TData = Model[]> = UseInfiniteQueryResult<TData, Error>;

/**
 * The models of a collection, page after page: `data` is one flat array, no id twice.
 *
 * One that is removed is gone at once. One that is added is there at once when any cached list knows it, else with one refetch after the
 * write. Without an id the hook is disabled.
 *
 * @example
 * ```tsx
 * const { data: models } = useCollectionModels(collectionId);
 * ```
 */
export function useCollectionModels<TData = Model[]>(
  collectionId: string | null | undefined,
  params?: ModelsParams,
  options?: UseCollectionModelsOptions<TData>,
): UseCollectionModelsResult<TData> {
  const client = useScenario();
  const { pageSize, sortBy, sortDirection } = objectOf('params', params);
  const list = useMemo(
    () => collectionModelsQueryOptions(client, collectionId ?? '', { pageSize, sortBy, sortDirection }),
    [client, collectionId, pageSize, sortBy, sortDirection],
  );
  return useList(collectionId ? options : { ...options, enabled: false }, list);
}
