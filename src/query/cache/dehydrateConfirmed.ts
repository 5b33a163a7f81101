import type { QueryClient } from '@tanstack/react-query';
import { isNamed, persistConfirmed } from './persistConfirmed.ts';

/**
 * Has a dehydrated or persisted cache hold what the server said, and nothing of what is pending: the page that restores it would show
 * that twice, or show for ever what was refused.
 */
export function dehydrateConfirmed(queryClient: QueryClient, confirmedOf: (data: unknown) => unknown): void {
  const { dehydrate, queries, ...defaults } = queryClient.getDefaultOptions();
  const persister = queries?.persister;
  const { serializeData, shouldDehydrateQuery } = dehydrate ?? {};
  queryClient.setDefaultOptions({
    ...defaults,
    ...(queries && {
      queries: persister ? { ...queries, persister: persistConfirmed(persister, confirmedOf) } : queries,
    }),
    dehydrate: {
      ...dehydrate,
      serializeData: (data: unknown) => {
        const confirmed = confirmedOf(data);
        return serializeData ? serializeData(confirmed) : confirmed;
      },
      shouldDehydrateQuery: (query) =>
        isNamed(query) && (shouldDehydrateQuery?.(query) ?? query.state.status === 'success'),
    },
  });
}
