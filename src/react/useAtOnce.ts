import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useAttachment } from './ScenarioProvider.tsx';

/**
 * Options of a query that renders again as soon as the ledger has changed what it shows. `options` is to be the same object from one
 * render to the next.
 *
 * TanStack Query tells React by a timer, so that the old number could be painted once more after a click. Its own hook reads the
 * query's state when it renders: to render at once is all that is missing, and the timer finds nothing left to do.
 *
 * They are given whole, with the client's defaults, and are the same object too: TanStack Query would put them together at each render,
 * and take them over again after it.
 */
export function useAtOnce<O extends { readonly queryKey: QueryKey }>(options: O): O {
  const { queryClient, cache } = useAttachment();
  const hash = cache.hashOf(options.queryKey);
  const subscribe = useCallback((listener: () => void) => cache.views.subscribe(hash, listener), [cache, hash]);
  const find = () => queryClient.getQueryCache().get(hash);
  const query = find();
  const read = () => find()?.state.data;
  useSyncExternalStore(subscribe, read, read);
  return useMemo(
    // Where the query was taken out of the cache, new options are what has the observer look for its heir.
    () =>
      queryClient.defaultQueryOptions({ ...options, queryHash: query?.queryHash ?? hash } as object as QueryOptions),
    [queryClient, options, query, hash],
  ) as object as O;
}

type QueryOptions = Parameters<QueryClient['defaultQueryOptions']>[0];
