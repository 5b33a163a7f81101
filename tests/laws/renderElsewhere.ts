import { type DehydratedState, dehydrate, QueryClient } from '@tanstack/react-query';
import { collectionQueryOptions, collectionsQueryOptions, Scenario } from '../../src/client.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';

/**
 * What a server reads now for a page, as it is sent to it: stamped by that server's clock, which may be ahead. `isMiddle`: of the list
 * its second page only, as of one that was trimmed.
 */
export async function renderElsewhere(
  emulator: ScenarioEmulator,
  now: number,
  isMiddle: boolean,
  scope: string,
): Promise<DehydratedState> {
  const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY } } });
  const client = new Scenario({
    baseURL: 'https://api.example.test/v1',
    fetch: emulator.elsewhere,
    maxRetries: 0,
    scope,
  });
  await Promise.all([
    queryClient.prefetchInfiniteQuery({
      ...collectionsQueryOptions(client, { pageSize: 2 }),
      ...(isMiddle && { pages: 2 }),
    }),
    queryClient.prefetchQuery(collectionQueryOptions(client, 'c0')),
  ]);
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(queryClient)));
  queryClient.clear();
  for (const query of state.queries) {
    query.state.dataUpdatedAt = now;
    const data = query.state.data as { pages?: object[]; pageParams?: unknown[] };
    if (isMiddle && data.pages?.length === 2)
      query.state.data = { pages: data.pages.slice(1), pageParams: data.pageParams?.slice(1) };
  }
  return state;
}
