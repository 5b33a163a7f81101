import {
  defaultShouldDehydrateQuery,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, expect, test } from 'vitest';
import { collectionsQueryOptions, Scenario, ScenarioProvider, useSuspenseCollections } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

const emulator = createScenarioEmulator({ collections: [{ name: 'Frost golems', assetCount: 3 }], latency: 20 });

function Names() {
  return <p>{useSuspenseCollections().data.map(({ name }) => name)}</p>;
}

afterEach(cleanup);

test('a prefetch that the server does not await streams into the Suspense hooks, without a second request', async () => {
  const onServer = new QueryClient();
  void onServer.prefetchInfiniteQuery(collectionsQueryOptions(new Scenario({ fetch: emulator.fetch })));
  const state = dehydrate(onServer, {
    shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
  });
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={new Scenario({ baseURL: '/api/scenario', fetch: emulator.fetch })}>
        <HydrationBoundary state={state}>
          <Suspense fallback={<p>Loading…</p>}>
            <Names />
          </Suspense>
        </HydrationBoundary>
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  screen.getByText('Loading…');
  await screen.findByText('Frost golems');
  expect(emulator.requests).toHaveLength(1);
});
