import {
  type QueryKey,
  type UseInfiniteQueryResult,
  type UseSuspenseInfiniteQueryResult,
  useInfiniteQuery,
  useSuspenseInfiniteQuery,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SyncedOptions } from './ShownResult.ts';
import { useFlat } from './useFlat.ts';
import { useShown, useSyncedOptions } from './useSyncedOptions.ts';

/** The options that a list's factory gives. */
interface Factory {
  readonly queryKey: QueryKey;
}

type Select<TRow, TData> = { select?: (rows: TRow[]) => TData };

/** What a list hook is: the factory's query, flat, painted at once. */
export function useList<TRow, TData>(
  options: Select<TRow, TData> | undefined,
  list: Factory,
): UseInfiniteQueryResult<TData, Error> {
  const all = useFlatList(options, list);
  const result = useInfiniteQuery(all as object as Parameters<typeof useInfiniteQuery>[0]);
  return useShown(all, result as UseInfiniteQueryResult<TData, Error>);
}

/** The same, with Suspense. */
export function useSuspenseList<TRow, TData>(
  options: Select<TRow, TData> | undefined,
  list: Factory,
): UseSuspenseInfiniteQueryResult<TData, Error> {
  const all = useFlatList(options, list);
  const result = useSuspenseInfiniteQuery(all as object as Parameters<typeof useSuspenseInfiniteQuery>[0]);
  return useShown(all, result as UseSuspenseInfiniteQueryResult<TData, Error>);
}

function useFlatList<TRow, TData>(options: Select<TRow, TData> | undefined, list: Factory): Factory & SyncedOptions {
  const select = useFlat(options?.select);
  return useSyncedOptions(useMemo(() => ({ ...list, ...options, select }), [list, options, select]));
}
