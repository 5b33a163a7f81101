import { onlineManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Scenario, ScenarioProvider, usePendingChanges } from 'scenario-react';
import { createOutbox } from 'scenario-react/outbox';
import { createScenarioEmulator } from 'scenario-react/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CollectionScreen } from './CollectionScreen.tsx';
import { freshBrowser, nextPage } from './freshBrowser.ts';

const emulator = createScenarioEmulator({ collections: [{ id: 'golems', name: 'Frost golems', assetCount: 3 }] });

/** A page as it loads: its own client, cache and outbox. */
function openPage() {
  const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client} outbox={createOutbox()}>
        <CollectionScreen collectionId="golems" />
        <Changes />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
}

function Changes() {
  return usePendingChanges().map(({ id, kind, stored }) => (
    <p key={id}>
      {kind} {stored && 'is saved on this device'}
    </p>
  ));
}

beforeEach(() => {
  emulator.reset();
  freshBrowser();
});
afterEach(() => {
  cleanup();
  onlineManager.setOnline(true);
});

test('what was added offline outlives a reload, and is sent once when the network is back', async () => {
  openPage();
  await screen.findByText('3 assets');
  act(() => onlineManager.setOnline(false));
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  screen.getByText('4 assets');
  await screen.findByText('addAssets is saved on this device');

  cleanup();
  nextPage();
  openPage();
  await screen.findByText('addAssets is saved on this device');
  act(() => onlineManager.setOnline(true));
  await screen.findByText('4 assets');
  await waitFor(() => expect(screen.queryByText(/addAssets/)).toBeNull());
  expect(emulator.members('golems').assetIds).toContain('asset_new');
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

// For this repository only, and not in the guide: the package's names stand for the source.
import { vi } from 'vitest';

vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/outbox', () => import('../../../src/outbox.ts'));
vi.mock('scenario-react/testing', () => import('../../../src/testing.ts'));
