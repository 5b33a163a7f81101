import type { QueryKey } from '@tanstack/react-query';
import { useCallback, useInsertionEffect, useMemo, useState } from 'react';
import { isPaged } from '../query/cache/isPaged.ts';
import { persistConfirmed } from '../query/cache/persistConfirmed.ts';
import { useStore } from './ScenarioProvider.tsx';
import { ShownResult, type Synced } from './ShownResult.ts';
import { useExternalStore } from './useExternalStore.ts';

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
  const { queryClient, cache, ledger } = useStore();
  const hash = cache.hashOf(options.queryKey);
  const find = useCallback(() => queryClient.getQueryCache().get(hash), [queryClient, hash]);
  const shown = useMemo(() => new ShownResult(find), [find]);
  // One that begins with data is there before anybody asks whose changes are to be told.
  const query =
    find() ??
    ('initialData' in options
      ? queryClient.getQueryCache().build(queryClient, queryClient.defaultQueryOptions({ ...options, queryHash: hash }))
      : undefined);
  // What is shown in the place of data that is not there yet is a query's that had some.
  const [filled, setFilled] = useState(hash);
  const isFilled = query?.state.data !== undefined;
  if (isFilled && filled !== hash) setFilled(hash);
  const source = isFilled ? hash : filled;
  const kept = useCallback(() => queryClient.getQueryCache().get(source)?.state.data, [queryClient, source]);
  const subscribe = useCallback((listener: () => void) => cache.writer.subscribe(source, listener), [cache, source]);
  const isOff = options.subscribed === false;
  const snapshot = isOff ? nothing : source === hash ? shown.snapshot : kept;
  // What an outbox keeps, or a part of the page that was quicker has asked for, is not in the server's HTML: as long as React hydrates that, `never`
  // is seen, which is no snapshot.
  const onServer = () => (ledger.queues.size ? never : snapshot());
  const seen = useExternalStore(isOff ? never : subscribe, snapshot, onServer);
  const isHydrating = seen === never;
  const previous = source === hash ? undefined : seen;
  return useMemo(() => {
    // Where the query was taken out of the cache, new options are what has the observer find the query that replaced it.
    const given = { ...options, queryHash: query?.queryHash ?? hash };
    const all = queryClient.defaultQueryOptions(given);
    const { placeholderData, persister, select } = all;
    return {
      ...options,
      ...all,
      // The client has retried already, also where a wrapper hands on what nobody has given.
      retry: all.retry ?? false,
      notifyOnChangeProps: all.notifyOnChangeProps ?? shown.fields,
      shown,
      ...(isHydrating && {
        select: (data: never) => {
          const confirmed = cache.confirmedOf(data) as never;
          return select ? select(confirmed) : confirmed;
        },
      }),
      ...(persister && { persister: persistConfirmed(persister, (data) => cache.confirmedOf(data)) }),
      // Another function where what is kept differs, since TanStack Query keeps what the last one gave.
      ...(placeholderData !== undefined && {
        placeholderData: (data: never, of: never) => {
          const given = typeof placeholderData === 'function' ? placeholderData(previous ?? data, of) : placeholderData;
          // A client's default is made for queries of all kinds. What has no pages is no list.
          return 'initialPageParam' in options && !isPaged(given) ? undefined : given;
        },
      }),
    };
  }, [queryClient, cache, options, query, hash, shown, previous, isHydrating]);
}

/** The result that TanStack Query's hook has made of options of `useSyncedOptions`: what is read of it is what renders the component. */
export function useShown<R extends object>({ shown, notifyOnChangeProps }: Synced, result: R): R {
  useInsertionEffect(() => shown.commit(result));
  return notifyOnChangeProps === shown.fields ? shown.track(result) : result;
}
