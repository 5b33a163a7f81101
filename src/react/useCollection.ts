import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { OneOptions } from './options.ts';
import { useCollectionOptions } from './useCollectionOptions.ts';
import { useShown } from './useSyncedOptions.ts';

/** What `useCollection` takes as options. */
export type UseCollectionOptions<TData = Collection> = OneOptions<Collection, TData>;

/** What `useCollection` gives. */
export type UseCollectionResult<TData = Collection> = UseQueryResult<TData, Error>;

/**
 * One collection, with the pending changes in it.
 *
 * It starts with what a list shows already, as old as that is, so that it is read again only when stale. Without an id it is disabled.
 * A collection that does not exist (any more) is a `NotFoundError`.
 *
 * @example
 * ```tsx
 * const { data: collection } = useCollection(collectionId);
 * ```
 */
export function useCollection<TData = Collection>(
  collectionId: string | null | undefined,
  options?: UseCollectionOptions<TData>,
): UseCollectionResult<TData> {
  const all = useCollectionOptions(collectionId ?? '', collectionId ? options : { ...options, enabled: false });
  return useShown(all, useQuery(all));
}
