import { type UseSuspenseQueryResult, useSuspenseQuery } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { SuspenseOneOptions } from './options.ts';
import { useCollectionOptions } from './useCollectionOptions.ts';
import { useShown } from './useSyncedOptions.ts';

/** `useCollection` with Suspense: `data` is always there, an error without data is thrown to the error boundary. */
export function useSuspenseCollection<TData = Collection>(
  collectionId: string,
  options?: SuspenseOneOptions<Collection, TData>,
): UseSuspenseQueryResult<TData, Error> {
  const all = useCollectionOptions(collectionId, options);
  const result = useSuspenseQuery(all);
  return useShown(all, result);
}
