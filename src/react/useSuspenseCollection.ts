import { type UseSuspenseQueryResult, useSuspenseQuery } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { SuspenseOneOptions } from './options.ts';
import { useCollectionOptions } from './useCollectionOptions.ts';
import { useShown } from './useSyncedOptions.ts';

/** What `useSuspenseCollection` takes as options. */
export type UseSuspenseCollectionOptions<TData = Collection> = SuspenseOneOptions<Collection, TData>;

/** What `useSuspenseCollection` gives. */
export type UseSuspenseCollectionResult<TData = Collection> = UseSuspenseQueryResult<TData, Error>;

/** `useCollection` with Suspense: `data` is always there, an error without data is thrown to the error boundary. */
export function useSuspenseCollection<TData = Collection>(
  collectionId: string,
  options?: UseSuspenseCollectionOptions<TData>,
): UseSuspenseCollectionResult<TData> {
  const all = useCollectionOptions(collectionId, options);
  const result = useSuspenseQuery(all);
  return useShown(all, result);
}
