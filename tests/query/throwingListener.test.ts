import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addAssetsMutationOptions,
  collectionKeys,
  collectionQueryOptions,
  collectionsQueryOptions,
  Scenario,
} from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

// The listener's error is the application's own, and is to surface as such: it is caught here in place of the test runner.
const surfaced: unknown[] = [];
let listeners: NodeJS.UncaughtExceptionListener[] = [];
const hear = (error: unknown) => void surfaced.push(error);
beforeEach(() => {
  listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear);
});
afterEach(() => {
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
});

test('a cache listener that throws turns nothing that the server has accepted into a failure, and keeps it from nobody', async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'trees', assetCount: 1 }], latency: 20 });
  const client = new Scenario({ baseURL: 'https://api.test/v1', fetch: emulator.fetch });
  const queryClient = new QueryClient();
  await queryClient.fetchQuery(collectionQueryOptions(client, 'trees'));
  await queryClient.fetchInfiniteQuery(collectionsQueryOptions(client));
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
  const counts: (number | undefined)[] = [];
  const told = (count: number | undefined) => void counts.push(count);
  new QueryObserver(queryClient, { ...collectionQueryOptions(client, 'trees'), enabled: false }).subscribe(({ data }) =>
    told(data?.assetCount),
  );
  new InfiniteQueryObserver(queryClient, { ...collectionsQueryOptions(client), enabled: false }).subscribe(({ data }) =>
    told(data?.pages[0]?.collections[0]?.assetCount),
  );
  expect(await added).toMatchObject({ assetCount: 2 });
  expect(queryClient.getQueryData(collectionKeys.detail('trees'))).toMatchObject({ assetCount: 2 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(surfaced).toEqual([mine]);
  expect(counts).toEqual([2, 2]);
});
