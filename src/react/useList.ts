import {
  type UseInfiniteQueryResult,
  type UseSuspenseInfiniteQueryResult,
  useInfiniteQuery,
  useSuspenseInfiniteQuery,
} from '@tanstack/react-query';
import { useAtOnce } from './useAtOnce.ts';
import { useFlat } from './useFlat.ts';

/** The options that a list's factory gives. */
type Factory = Parameters<typeof useInfiniteQuery>[0];

/** What a list hook is: the factory's query, flat, painted at once. */
export function useList<TRow, TData>(
  options: { select?: (rows: TRow[]) => TData } & object,
  list: object,
): UseInfiniteQueryResult<TData, Error> {
  const queryHash = useAtOnce((list as Factory).queryKey);
  const select = useFlat(options.select);
  const all: object = { ...list, ...options, select, queryHash };
  return useInfiniteQuery(all as Factory) as UseInfiniteQueryResult<TData, Error>;
}

/** The same, with Suspense. */
export function useSuspenseList<TRow, TData>(
  options: { select?: (rows: TRow[]) => TData } & object,
  list: object,
): UseSuspenseInfiniteQueryResult<TData, Error> {
  const queryHash = useAtOnce((list as Factory).queryKey);
  const select = useFlat(options.select);
  const all: object = { ...list, ...options, select, queryHash };
  return useSuspenseInfiniteQuery(
    all as Parameters<typeof useSuspenseInfiniteQuery>[0],
  ) as unknown as UseSuspenseInfiniteQueryResult<TData, Error>;
}
