import {
  defaultShouldDehydrateQuery,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import { Component, type ReactNode, Suspense } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { collectionsQueryOptions, Scenario, ScenarioProvider, useSuspenseCollections } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

const emulator = createScenarioEmulator({ collections: [{ name: 'Frost golems', assetCount: 3 }], latency: 20 });

function Names() {
  return <p>{useSuspenseCollections().data.map(({ name }) => name)}</p>;
}

class Boundary extends Component<{ children: ReactNode }> {
  override state = { failed: false };
  static getDerivedStateFromError = () => ({ failed: true });
  override render() {
    return this.state.failed ? <p>Could not be read</p> : this.props.children;
  }
}

afterEach(() => {
  cleanup();
  stopVirtualTime();
  vi.restoreAllMocks();
});

/** A page whose server has begun to read the list and has not waited for it. */
function renderStreamed() {
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
          <Boundary>
            <Suspense fallback={<p>Loading…</p>}>
              <Names />
            </Suspense>
          </Boundary>
        </HydrationBoundary>
      </ScenarioProvider>
    </QueryClientProvider>,
  );
}

test('a prefetch that the server does not await streams into the Suspense hooks, without a second request', async () => {
  emulator.reset();
  renderStreamed();
  screen.getByText('Loading…');
  await screen.findByText('Frost golems');
  expect(emulator.requests).toHaveLength(1);
});

test('one that fails is thrown when the server has failed, and the promise is not waited for again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  startVirtualTime();
  emulator.reset();
  emulator.fault({ kind: 'refuse', status: 403, on: 'GET' });
  renderStreamed();
  screen.getByText('Loading…');
  await act(() => pass(100));
  screen.getByText('Could not be read');
  expect(emulator.requests).toHaveLength(1);
});
