import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { collectionsQueryOptions, useCollectionAssets, useCollections, useRemoveAssets } from '../../src/index.ts';
import { clientOf, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

test('a collection that is found gone leaves the list that a server has rendered, also where that was asked for a change that needs no request', async () => {
  const app = openApp({ latency: 20, collections: [{ id: 'trees', assetIds: ['oak'] }, { id: 'parks' }] });
  const client = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
  const onServer = new QueryClient();
  await onServer.prefetchInfiniteQuery(collectionsQueryOptions(client));
  hydrate(app.queryClient, JSON.parse(JSON.stringify(dehydrate(onServer))));
  const screen = app.hook(() => ({
    list: useCollections({}, { enabled: false }).data?.map(({ id }) => id),
    items: useCollectionAssets('trees').data,
    remove: useRemoveAssets().mutateAsync,
  }));
  await soon(50);
  await client.collections.delete('parks');
  app.sent();
  expect(screen.now.list).toEqual(['trees', 'parks']);
  // It is in the other one, so that it is known to be out of this.
  const outcome = press(() => watch(screen.now.remove({ collectionId: 'parks', assetIds: ['oak'] })));
  await soon(30);
  expect(app.sent().slice(0, 2).sort()).toEqual(['GET /collections/parks', 'POST /assets/get-bulk']);
  expect(screen.now.list).toEqual(['trees']);
  await soon(200);
  expect(screen.now.list).toEqual(['trees']);
  expect(outcome).toMatchObject({ settled: 1, error: { status: 404 } });
});
