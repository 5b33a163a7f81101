import { MutationObserver, QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addAssetsMutationOptions, collectionKeys, collectionQueryOptions, Scenario } from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

// The listener's error is the application's own, and is to surface as such: it is caught here in place of the test runner.
const surfaced: unknown[] = [];
let listeners: NodeJS.UnhandledRejectionListener[] = [];
const hear = (error: unknown) => void surfaced.push(error);
beforeEach(() => {
  listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
});
afterEach(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

test('a cache listener that throws does not turn what the server has accepted into a failure', async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'trees', assetCount: 1 }], latency: 20 });
  const client = new Scenario({ baseURL: 'https://api.test/v1', fetch: emulator.fetch });
  const queryClient = new QueryClient();
  await queryClient.fetchQuery(collectionQueryOptions(client, 'trees'));
  const added = new MutationObserver(queryClient, addAssetsMutationOptions(client)).mutate({
    collectionId: 'trees',
    assetIds: ['oak'],
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const mine = new Error('from a listener');
  const stop = queryClient.getQueryCache().subscribe(({ type }) => {
    if (type !== 'updated') return;
    stop();
    throw mine;
  });
  expect(await added).toMatchObject({ assetCount: 2 });
  expect(queryClient.getQueryData(collectionKeys.detail('trees'))).toMatchObject({ assetCount: 2 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(surfaced).toEqual([mine]);
});
