import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useAttachment } from './ScenarioProvider.tsx';

/**
 * Renders again as soon as the ledger has changed what a query shows.
 *
 * TanStack Query tells React by a timer, so that the old number could be painted once more after a click. Its own hook reads the
 * query's state when it renders: to render at once is all that is missing, and the timer finds nothing left to do.
 *
 * Gives the query's hash, so that TanStack Query need not make it again at each render.
 */
export function useAtOnce(queryKey: QueryKey): string {
  const queryClient = useQueryClient();
  const { cache } = useAttachment();
  const hash = useMemo(() => queryClient.defaultQueryOptions({ queryKey }).queryHash, [queryClient, queryKey]);
  const subscribe = useCallback((listener: () => void) => cache.subscribe(hash, listener), [cache, hash]);
  const read = () => queryClient.getQueryCache().get(hash)?.state.data;
  useSyncExternalStore(subscribe, read, read);
  return hash;
}
