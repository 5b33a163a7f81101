import type { UseSuspenseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Collection } from '../api/types.ts';
import { objectOf } from '../http/objectOf.ts';
import type { CollectionsParams } from '../query/options/keys.ts';
import { collectionsQueryOptions } from '../query/options/queryOptions.ts';
import type { SuspenseListOptions } from './options.ts';
import { useScenario } from './ScenarioProvider.tsx';
import { useSuspenseList } from './useList.ts';

/** What `useSuspenseCollections` takes as options. */
export type UseSuspenseCollectionsOptions<TData = Collection[]> = SuspenseListOptions<Collection, TData>;

/** What `useSuspenseCollections` gives. */
export type UseSuspenseCollectionsResult<TData = Collection[]> = UseSuspenseInfiniteQueryResult<TData, Error>;

/** `useCollections` with Suspense: `data` is always there, a failed first page is thrown to the error boundary. */
export function useSuspenseCollections<TData = Collection[]>(
  params?: CollectionsParams,
  options?: UseSuspenseCollectionsOptions<TData>,
): UseSuspenseCollectionsResult<TData> {
  const client = useScenario();
  const { pageSize } = objectOf('params', params);
  const list = useMemo(() => collectionsQueryOptions(client, { pageSize }), [client, pageSize]);
  return useSuspenseList(options, list);
}
