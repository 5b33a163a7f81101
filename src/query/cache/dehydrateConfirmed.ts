import type { Query, QueryClient } from '@tanstack/react-query';
import { isProvisional } from '../mutations/provisionalId.ts';

/**
 * Has a dehydrated or persisted cache hold what the server said, and nothing of what is pending: the page that restores it would show
 * that twice, or show for ever what was refused.
 */
export function dehydrateConfirmed(queryClient: QueryClient, confirmedOf: (data: unknown) => unknown): void {
  const { dehydrate, ...defaults } = queryClient.getDefaultOptions();
  const { serializeData, shouldDehydrateQuery } = dehydrate ?? {};
  // A collection that the server has not named is nothing that it said.
  const isNamed = ({ queryKey }: Query) =>
    queryKey[0] !== 'scenario' || !queryKey.some((part) => typeof part === 'string' && isProvisional(part));
  queryClient.setDefaultOptions({
    ...defaults,
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
