import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionAssetsQueryOptions,
  collectionKeys,
  collectionModelsQueryOptions,
  collectionQueryOptions,
  collectionsQueryOptions,
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollections,
  usePendingChanges,
  useRemoveAssets,
  useRemoveModels,
} from '../../src/index.ts';
import { type App, clientOf, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

// A page that is opened by navigating brings what the server read for it, and lands it over a cache that is in use.

const add = { collectionId: 'trees', assetIds: ['yew'] };

async function open() {
  const app = openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak', 'elm'] }, { id: 'parks' }] });
  const screen = app.hook(() => ({
    row: useCollections().data?.find(({ id }) => id === 'trees'),
    one: useCollection('trees').data,
    pending: usePendingChanges(),
    add: useAddAssets().mutateAsync,
  }));
  await soon(300);
  const shown = () => [screen.now.row?.assetCount, screen.now.one?.assetCount];
  return Object.assign(app, { screen, shown });
}

/** What a server reads at this moment, as it is sent to the browser. */
async function readOnServer({ emulator }: App): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  const client = clientOf(emulator, { fetch: emulator.elsewhere });
  await queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client));
  await queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  return JSON.parse(JSON.stringify(dehydrate(queryClient)));
}

test('what was read before a change, and lands while it is pending, does not hide it', async () => {
  const app = await open();
  const state = await readOnServer(app);
  press(() => watch(app.screen.now.add(add)));
  await soon(30);
  act(() => hydrate(app.queryClient, state));
  for (let i = 0; i < 40; i++) {
    expect(app.shown()).toEqual([3, 3]);
    await soon(10);
  }
});

test('what was read when the server had applied a change, and lands before its answer, is not counted with it on top', async () => {
  const app = await open();
  press(() => watch(app.screen.now.add(add)));
  await soon(70);
  const state = await readOnServer(app);
  act(() => hydrate(app.queryClient, state));
  for (let i = 0; i < 40; i++) {
    expect(app.shown()).toEqual([3, 3]);
    await soon(10);
  }
  expect(app.screen.now.pending).toEqual([]);
});

test('what was read before a change, and lands after it was confirmed, does not undo it', async () => {
  const app = await open();
  await soon(50);
  const state = await readOnServer(app);
  press(() => watch(app.screen.now.add(add)));
  await soon(300);
  act(() => hydrate(app.queryClient, state));
  for (let i = 0; i < 20; i++) {
    expect(app.shown()).toEqual([3, 3]);
    await soon(10);
  }
});

test('what somebody else did is shown when it lands', async () => {
  const app = await open();
  await soon(50);
  await clientOf(app.emulator, { fetch: app.emulator.elsewhere }).collections.update('trees', { name: 'Elsewhere' });
  const state = await readOnServer(app);
  act(() => hydrate(app.queryClient, state));
  await soon(10);
  expect([app.screen.now.row?.name, app.screen.now.one?.name]).toEqual(['Elsewhere', 'Elsewhere']);
  expect(app.screen.now.row).toBe(app.screen.now.one);
});

test('what lands says nothing new: every row stays the same object', async () => {
  const app = await open();
  const { row } = app.screen.now;
  await soon(50);
  const state = await readOnServer(app);
  act(() => hydrate(app.queryClient, state));
  await soon(10);
  expect(app.screen.now.row).toBe(row);
  expect(app.screen.now.one).toBe(row);
});

const trees = 'trees';

test.each([
  { name: 'an asset is added', use: () => useAddAssets().mutateAsync, ask: { assetIds: ['yew'] }, shown: 2 },
  { name: 'an asset is taken out', use: () => useRemoveAssets().mutateAsync, ask: { assetIds: ['oak'] }, shown: 0 },
  { name: 'a model is added', use: () => useAddModels().mutateAsync, ask: { modelIds: ['yew'] }, shown: 2 },
  { name: 'a model is taken out', use: () => useRemoveModels().mutateAsync, ask: { modelIds: ['oak'] }, shown: 0 },
])(
  'where $name, what was read of the item before lands while the server is asked whether that was done: it is not asked for a second time',
  async ({ use, ask, shown }) => {
    const kind = 'assetIds' in ask ? 'asset' : 'model';
    const method = shown ? 'PUT' : 'DELETE';
    const app = openApp({
      latency: 100,
      collections: [
        { id: 'trees', [`${kind}Ids`]: ['oak'] },
        { id: 'parks', [`${kind}Ids`]: ['oak', 'yew'] },
      ],
    });
    const screen = app.hook(() => ({
      count: useCollections().data?.find(({ id }) => id === trees)?.itemCount,
      change: use() as (variables: object) => Promise<unknown>,
    }));
    await soon(300);
    const onServer = new QueryClient();
    const client = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
    await (kind === 'asset'
      ? onServer.prefetchInfiniteQuery(collectionAssetsQueryOptions(client, 'parks'))
      : onServer.prefetchInfiniteQuery(collectionModelsQueryOptions(client, 'parks')));
    const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(onServer)));
    app.emulator.fault({ kind: 'loseAnswer', times: 1, on: `${method} /collections/trees/${kind}s` });
    app.sent();
    const outcome = press(() => watch(screen.now.change({ collectionId: trees, ...ask })));
    await soon(150);
    act(() => hydrate(app.queryClient, state));
    for (let i = 0; i < 60; i++) {
      expect(screen.now.count).toBe(shown);
      await soon(10);
    }
    expect(outcome).toMatchObject({ settled: 1, value: { itemCount: shown } });
    expect(app.sent().filter((request) => request.endsWith(`trees/${kind}s`))).toHaveLength(1);
  },
);

test('what somebody else did to an item is shown when it lands, also while another read is on its way', async () => {
  const app = openApp({
    latency: 100,
    collections: [{ id: 'trees', assetIds: ['oak'] }, { id: 'parks' }],
  });
  const screen = app.hook(() => ({
    list: useCollections(),
    trees: useCollectionAssets('trees').data?.map(({ id }) => id),
  }));
  await soon(300);
  expect(screen.now.trees).toEqual(['oak']);
  app.emulator.fault({ kind: 'slow', ms: 5_000, on: 'GET /collections' });
  act(() => void screen.now.list.refetch());
  await soon(50);
  act(() => void app.queryClient.invalidateQueries({ queryKey: collectionKeys.assets('trees') }));
  await soon(300);
  const client = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
  await client.collections.assets.add('parks', { assetIds: ['oak'] });
  const onServer = new QueryClient();
  await onServer.prefetchInfiniteQuery(collectionAssetsQueryOptions(client, 'parks'));
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(onServer)));
  act(() => hydrate(app.queryClient, state));
  const parks = app.hook(() => useCollectionAssets('parks', {}, { staleTime: 60_000 }).data?.map(({ id }) => id));
  await soon(10);
  expect(parks.now).toEqual(['oak']);
});
