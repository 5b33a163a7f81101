import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { useAttachment } from './ScenarioProvider.tsx';

/**
 * Renders again as soon as the ledger has changed what a query shows.
 *
 * TanStack Query tells React by a timer, so that the old number could be painted once more after a click. Its own hook reads the
 * query's state when it renders: to render at once is all that is missing, and the timer finds nothing left to do.
 */
export function useAtOnce(queryKey: QueryKey): void {
  const queryClient = useQueryClient();
  const { cache } = useAttachment();
  const hash = queryClient.defaultQueryOptions({ queryKey }).queryHash;
  const subscribe = useCallback((listener: () => void) => cache.subscribe(hash, listener), [cache, hash]);
  const read = () => queryClient.getQueryCache().get(hash)?.state.data;
  useSyncExternalStore(subscribe, read, read);
}
