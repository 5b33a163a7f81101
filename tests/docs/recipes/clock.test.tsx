import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import { Scenario, ScenarioProvider } from 'scenario-react';
import { createScenarioEmulator } from 'scenario-react/testing';
import { afterEach, beforeEach, test, vi } from 'vitest';
import { CollectionScreen } from './CollectionScreen.tsx';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test('a slow server says that it loads', async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'golems', assetCount: 3 }], latency: 10_000 });
  const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client}>
        <CollectionScreen collectionId="golems" />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await act(() => vi.advanceTimersByTimeAsync(9_000));
  screen.getByText('Loading…');
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  screen.getByText('3 assets');
});

// For this repository only, and not in the guide: the package's names stand for the source.
vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/testing', () => import('../../../src/testing.ts'));
