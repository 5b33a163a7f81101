import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Has the cached lists under a key read again: those that somebody looks at at once, the others when somebody does.
 *
 * A list that is being read for the first time is read once more after that: TanStack Query cannot begin a first read anew, and what
 * it brings may be as old as its beginning.
 */
export function invalidateLists(queryClient: QueryClient, queryKey: QueryKey): void {
  const queries = queryClient.getQueryCache().findAll({ queryKey });
  if (queries.length) void queryClient.invalidateQueries({ queryKey });
  for (const query of queries) {
    if (query.state.data !== undefined || query.state.fetchStatus === 'idle') continue;
    const again = () => void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    query.promise?.then(again, () => undefined);
  }
}
