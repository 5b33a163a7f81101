import type {
  InfiniteData,
  keepPreviousData,
  UseInfiniteQueryOptions,
  UseMutationOptions,
  UseQueryOptions,
  UseSuspenseInfiniteQueryOptions,
  UseSuspenseQueryOptions,
} from '@tanstack/react-query';

/** What this library decides by itself. */
type Ours =
  | 'queryKey'
  | 'queryFn'
  | 'structuralSharing'
  | 'initialPageParam'
  | 'getNextPageParam'
  | 'getPreviousPageParam'
  | 'maxPages';

/** TanStack Query's options of an infinite query, less what this library decides. `select` is given the flat array. */
export type ListOptions<TRow, TData> = Omit<
  UseInfiniteQueryOptions<InfiniteData<object>, Error, TData, readonly unknown[], string | null>,
  Ours | 'select' | 'initialData' | 'placeholderData'
> & {
  select?: (rows: TRow[]) => TData;
  /** TanStack Query's `keepPreviousData`: what is shown stays until a list with other parameters is there. */
  placeholderData?: typeof keepPreviousData | undefined;
};

/** The same for the Suspense hook. */
export type SuspenseListOptions<TRow, TData> = Omit<
  UseSuspenseInfiniteQueryOptions<InfiniteData<object>, Error, TData, readonly unknown[], string | null>,
  Ours | 'select' | 'initialData' | 'placeholderData'
> & { select?: (rows: TRow[]) => TData };

/** TanStack Query's options of a query, less what this library decides. */
export type OneOptions<T, TData> = Omit<UseQueryOptions<T, Error, TData, readonly unknown[]>, Ours>;

/** The same for the Suspense hook. */
export type SuspenseOneOptions<T, TData> = Omit<UseSuspenseQueryOptions<T, Error, TData, readonly unknown[]>, Ours>;

/** TanStack Query's options of a mutation, less what this library decides. */
export type ChangeHookOptions<TData, TVariables, TContext> = Omit<
  UseMutationOptions<TData, Error, TVariables, TContext>,
  'mutationKey' | 'mutationFn' | 'networkMode' | 'scope' | 'retry' | 'retryDelay'
> & {
  /** False: the change is shown when the server has answered, not before. Default: true. */
  optimistic?: boolean | undefined;
};
