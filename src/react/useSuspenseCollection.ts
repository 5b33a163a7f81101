import { type UseSuspenseQueryResult, useSuspenseQuery } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import { collectionQueryOptions } from '../query/queryOptions.ts';
import type { SuspenseOneOptions } from './options.ts';
import { useAttachment, useScenario } from './ScenarioProvider.tsx';
import { useAtOnce } from './useAtOnce.ts';

/** `useCollection` with Suspense: `data` is always there, an error without data is thrown to the error boundary. */
export function useSuspenseCollection<TData = Collection>(
  collectionId: string,
  options: SuspenseOneOptions<Collection, TData> = {},
): UseSuspenseQueryResult<TData, Error> {
  const one = collectionQueryOptions(useScenario(), collectionId);
  const { ledger } = useAttachment();
  const id = ledger.idOf(collectionId);
  useAtOnce(one.queryKey);
  const all: object = {
    initialData: () => ledger.collections.get(id),
    initialDataUpdatedAt: () => ledger.collections.rows.get(id)?.asOf,
    ...one,
    ...options,
  };
  return useSuspenseQuery(all as Parameters<typeof useSuspenseQuery>[0]) as UseSuspenseQueryResult<TData, Error>;
}
