import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { addAssetsMutationOptions, collectionQueryOptions } from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, soon } from '../support/app.tsx';

inVirtualTime();

test('what waits for a limit counts on top of the only copy there is, though that was read while it was turned away', async () => {
  const emulator = createScenarioEmulator({
    latency: ({ method }) => (method === 'GET' ? 50 : 200),
    collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak'] }],
  });
  emulator.fault({ kind: 'rateLimit', seconds: 60, on: 'PUT', times: 1 });
  const queryClient = new QueryClient();
  const client = clientOf(emulator);
  const change = queryClient.getMutationCache().build(queryClient, addAssetsMutationOptions(client));
  void change.execute({ collectionId: 'trees', assetIds: ['fir'] });
  await soon(20);
  const options = collectionQueryOptions(client, 'trees');
  void queryClient.prefetchQuery(options);
  const count = () => queryClient.getQueryData(options.queryKey)?.assetCount;
  await soon(100);
  // It may hold what is on the wire.
  expect(count()).toBe(1);
  await soon(200);
  expect(emulator.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['PUT 429', 'GET 200']);
  expect(count()).toBe(2);
});
