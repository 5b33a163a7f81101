import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Scenario, ScenarioProvider } from 'scenario-react';
import { createScenarioEmulator } from 'scenario-react/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CollectionScreen } from './CollectionScreen.tsx';

const emulator = createScenarioEmulator({
  collections: [{ id: 'golems', name: 'Frost golems', assetCount: 3 }],
  latency: 200,
});

beforeEach(() => {
  emulator.reset();
  // A client and a cache for each test: a shared cache would bring the numbers of the test before.
  const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client}>
        <CollectionScreen collectionId="golems" />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
});
afterEach(cleanup);

test('an added asset counts at once, and the server holds it in the end', async () => {
  await screen.findByText('3 assets');
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  screen.getByText('4 assets');
  screen.getByText('Saving…');
  await waitFor(() => expect(screen.queryByText('Saving…')).toBeNull());
  screen.getByText('4 assets');
  expect(emulator.members('golems').assetIds).toContain('asset_new');
});

test('a refused change takes its number back, and says so', async () => {
  await screen.findByText('3 assets');
  emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/:collectionId/assets', times: 1 });
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  await screen.findByText('Could not save');
  screen.getByText('3 assets');
  expect(emulator.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'GET /collections/golems 200',
    'PUT /collections/golems/assets 403',
  ]);
});

// For this repository only, and not in the guide: the package's names stand for the source.
import { vi } from 'vitest';

vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/testing', () => import('../../../src/testing.ts'));
