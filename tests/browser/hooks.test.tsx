import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Scenario, ScenarioProvider, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

// What jsdom cannot show: a service worker between page and network, and a Chromium that schedules and paints.

const BASE = `${location.origin}/api/scenario`;
const emulator = createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees' }], latency: 20 });
const worker = setupWorker(...emulator.handlers(http, BASE));

beforeAll(() => worker.start({ quiet: true, onUnhandledFrame: 'bypass' }));
afterEach(cleanup);
afterAll(() => worker.stop());

const ids = Array.from({ length: 60 }, (_, index) => `oak-${index}`);

function Trees() {
  const { data } = useCollection('trees');
  const add = useAddAssets();
  const pending = usePendingChanges();
  return (
    <>
      <button type="button" onClick={() => add.mutate({ collectionId: 'trees', assetIds: ids })}>
        Add
      </button>
      <output>{data ? `${data.assetCount} assets` : 'Loading'}</output>
      <p>{pending.length > 0 ? 'Saving' : 'Saved'}</p>
    </>
  );
}

test('sixty assets count at once and stay counted, over a service worker', async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={new Scenario({ baseURL: BASE, bearerAuth: 'token' })}>
        <Trees />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await screen.findByText('0 assets');

  const shown: string[] = [];
  const observer = new MutationObserver(() => shown.push(screen.getByRole('status').textContent));
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  screen.getByRole('button').click();
  await screen.findByText('Saving');
  await waitFor(() => screen.getByText('Saved'));
  observer.disconnect();

  expect(new Set(shown)).toEqual(new Set(['60 assets']));
  expect(emulator.members('trees').assetIds).toHaveLength(60);
  expect(emulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /collections/trees',
    'PUT /collections/trees/assets',
    'PUT /collections/trees/assets',
  ]);
});
