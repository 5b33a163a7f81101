import { type UseSuspenseQueryResult, useSuspenseQuery } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { SuspenseOneOptions } from './options.ts';
import { useOne } from './useOne.ts';

/** `useCollection` with Suspense: `data` is always there, an error without data is thrown to the error boundary. */
export function useSuspenseCollection<TData = Collection>(
  collectionId: string,
  options?: SuspenseOneOptions<Collection, TData>,
): UseSuspenseQueryResult<TData, Error> {
  const all = useOne(collectionId, options);
  return useSuspenseQuery(all as object as Parameters<typeof useSuspenseQuery>[0]) as UseSuspenseQueryResult<
    TData,
    Error
  >;
}
