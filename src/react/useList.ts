import {
  type QueryKey,
  type UnusedSkipTokenInfiniteOptions,
  type UseInfiniteQueryResult,
  type UseSuspenseInfiniteQueryResult,
  useInfiniteQuery,
  useSuspenseInfiniteQuery,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import { objectOf } from '../http/objectOf.ts';
import type { PageView } from '../ledger/Page.ts';
import type { ListQueryOptions, Token } from '../query/options/queryOptions.ts';
import type { ListOptions, SuspenseListOptions } from './options.ts';
import type { Synced } from './ShownResult.ts';
import { useFlat } from './useFlat.ts';
import { useShown, useSyncedOptions } from './useSyncedOptions.ts';

type Select<TRow, TData> = ListOptions<TRow, TData> | SuspenseListOptions<TRow, TData> | undefined;

/** What a list hook is: the factory's query, flat, painted at once. */
export function useList<F extends string, T extends { id: string }, K extends QueryKey, TData>(
  options: Select<T, TData>,
  list: ListQueryOptions<F, T, K>,
): UseInfiniteQueryResult<TData, Error> {
  const all = useFlatList(options, list);
  return useShown(all, useInfiniteQuery(all));
}

/** The same, with Suspense. */
export function useSuspenseList<F extends string, T extends { id: string }, K extends QueryKey, TData>(
  options: Select<T, TData>,
  list: ListQueryOptions<F, T, K>,
): UseSuspenseInfiniteQueryResult<TData, Error> {
  const all = useFlatList(options, list);
  return useShown(all, useSuspenseInfiniteQuery(all));
}

type FlatOptions<F extends string, T, K extends QueryKey, TData> = UnusedSkipTokenInfiniteOptions<
  PageView<F, T>,
  Error,
  TData,
  K,
  Token
>;

function useFlatList<F extends string, T extends { id: string }, K extends QueryKey, TData>(
  options: Select<T, TData>,
  list: ListQueryOptions<F, T, K>,
): FlatOptions<F, T, K, TData> & Synced {
  const select = useFlat(options?.select);
  const all = useMemo(() => ({ ...list, ...objectOf('options', options), select }), [list, options, select]);
  return useSyncedOptions(all as FlatOptions<F, T, K, TData>);
}
