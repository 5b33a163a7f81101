import type { QueryKey } from '@tanstack/react-query';
import { useCallback, useInsertionEffect, useMemo, useSyncExternalStore } from 'react';
import { isPaged } from '../query/cache/isPaged.ts';
import { useStore } from './ScenarioProvider.tsx';
import { ShownResult, type Synced } from './ShownResult.ts';

const nothing = () => undefined;
const never = () => nothing;

/**
 * Options of a query that renders again as soon as the ledger has changed what the component has read of it. `options` is to be the same
 * object from one render to the next. What TanStack Query's hook makes of them goes through `useShown`.
 *
 * TanStack Query tells React by a timer, so that the old number could be painted once more after a click. Its own hook reads the
 * query's state when it renders: to render at once is all that is missing, and the timer finds nothing left to do.
 *
 * They are given whole, with the client's defaults, and are the same object too: TanStack Query would put them together at each render,
 * and take them over again after it.
 */
export function useSyncedOptions<O extends { readonly queryKey: QueryKey; readonly subscribed?: boolean }>(
  options: O,
): O & Synced {
  const { queryClient, cache } = useStore();
  const hash = cache.hashOf(options.queryKey);
  const find = useCallback(() => queryClient.getQueryCache().get(hash), [queryClient, hash]);
  const shown = useMemo(() => new ShownResult(find), [find]);
  const subscribe = useCallback((listener: () => void) => cache.writer.subscribe(hash, listener), [cache, hash]);
  const query = find();
  const isOff = options.subscribed === false;
  const snapshot = isOff ? nothing : shown.snapshot;
  useSyncExternalStore(isOff ? never : subscribe, snapshot, snapshot);
  return useMemo(() => {
    // Where the query was taken out of the cache, new options are what has the observer find the query that replaced it.
    const given = { ...options, queryHash: query?.queryHash ?? hash };
    const all = queryClient.defaultQueryOptions(given);
    const { placeholderData } = all;
    return {
      ...options,
      ...all,
      notifyOnChangeProps: all.notifyOnChangeProps ?? shown.fields,
      shown,
      // A client's default is made for queries of all kinds. What has no pages is no list.
      ...(placeholderData !== undefined &&
        'initialPageParam' in options && {
          placeholderData: (...previous: [never, never]) => {
            const given = typeof placeholderData === 'function' ? placeholderData(...previous) : placeholderData;
            return isPaged(given) ? given : undefined;
          },
        }),
    };
  }, [queryClient, options, query, hash, shown]);
}

/** The result that TanStack Query's hook has made of options of `useSyncedOptions`: what is read of it is what renders the component. */
export function useShown<R extends object>({ shown, notifyOnChangeProps }: Synced, result: R): R {
  useInsertionEffect(() => shown.commit(result));
  return notifyOnChangeProps === shown.fields ? shown.track(result) : result;
}
