import type { DefaultOptions, QueryClient } from '@tanstack/react-query';
import { isNamed, persistConfirmed } from './persistConfirmed.ts';

/**
 * Has a dehydrated or persisted cache hold what the server said, and nothing of what is pending: the page that restores it would show
 * that twice, or show for ever what was refused.
 */
export function dehydrateConfirmed(queryClient: QueryClient, confirmedOf: (data: unknown) => unknown): void {
  const { setDefaultOptions } = queryClient;
  // An app may set others at any time, and they take the place of these.
  queryClient.setDefaultOptions = (options: DefaultOptions) => {
    const { dehydrate, queries } = options;
    const persister = queries?.persister;
    setDefaultOptions.call(queryClient, {
      ...options,
      ...(persister && { queries: { ...queries, persister: persistConfirmed(persister, confirmedOf) } }),
      dehydrate: {
        ...dehydrate,
        serializeData: (data: unknown) => {
          const confirmed = confirmedOf(data);
          return dehydrate?.serializeData?.(confirmed) ?? confirmed;
        },
        shouldDehydrateQuery: (query) =>
          isNamed(query) && (dehydrate?.shouldDehydrateQuery?.(query) ?? query.state.status === 'success'),
      },
    });
  };
  queryClient.setDefaultOptions(queryClient.getDefaultOptions());
}
