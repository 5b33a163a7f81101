import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type Asset,
  collectionKeys,
  InvalidInputError,
  type Model,
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollectionModels,
  useCreateCollection,
  usePendingChanges,
  useRemoveAssets,
  useRemoveModels,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, soon } from '../support/app.tsx';

inVirtualTime();

const idsOf = (items: readonly (Asset | Model)[] | undefined) => items?.map(({ id }) => id);

const studio = () =>
  openApp({
    latency: 100,
    collections: [
      { id: 'trees', assetIds: ['oak', 'elm'], modelIds: ['bark'] },
      { id: 'parks', assetIds: ['oak', 'bench'], modelIds: ['stone'] },
    ],
  });

/** Two collections side by side, with all that a user can do to their contents. */
async function openContents(app: App) {
  const screen = app.hook(() => ({
    trees: useCollection('trees'),
    treeAssets: useCollectionAssets('trees').data,
    treeModels: useCollectionModels('trees').data,
    parkAssets: useCollectionAssets('parks').data,
    parkModels: useCollectionModels('parks').data,
    addAssets: useAddAssets(),
    removeAssets: useRemoveAssets(),
    addModels: useAddModels(),
    removeModels: useRemoveModels(),
    pending: usePendingChanges(),
  }));
  await soon(300);
  app.sent();
  return screen;
}

test('the contents of a collection are one flat array, page after page', async () => {
  const app = openApp({ collections: [{ id: 'trees', assetIds: ['oak', 'elm', 'ash'] }] });
  const list = app.hook(() => ({ ...useCollectionAssets('trees', { pageSize: 2 }) }));
  await soon();
  expect(list.now.data).toHaveLength(2);
  expect(list.now.hasNextPage).toBe(true);
  void list.now.fetchNextPage();
  await soon();
  expect(new Set(idsOf(list.now.data))).toEqual(new Set(['oak', 'elm', 'ash']));
  expect(list.now.hasNextPage).toBe(false);
  expect(app.emulator.requests.map(({ query }) => query.collectionId)).toEqual(['trees', 'trees']);
});

test('what the list is sorted by is asked for, and is part of the key', async () => {
  const app = openApp({ collections: [{ id: 'trees', assetIds: ['oak'] }] });
  const params = { sortBy: 'updatedAt', sortDirection: 'asc' } as const;
  app.hook(() => useCollectionAssets('trees', params));
  await soon();
  expect(app.emulator.requests[0]?.query).toMatchObject(params);
  expect(app.queryClient.getQueryData(collectionKeys.assets('trees', params))).toBeDefined();
});

test('a removed item is gone at once, and its other collections keep it', async () => {
  const app = studio();
  const screen = await openContents(app);
  act(() => screen.now.removeAssets.mutate({ collectionId: 'trees', assetIds: ['oak'] }));
  expect(idsOf(screen.now.treeAssets)).toEqual(['elm']);
  expect(screen.now.trees.data).toMatchObject({ assetCount: 1, itemCount: 2 });
  expect(screen.now.parkAssets?.find(({ id }) => id === 'oak')?.collectionIds).toEqual(['parks']);
  await soon(300);
  expect(idsOf(screen.now.treeAssets)).toEqual(['elm']);
  expect(screen.now.pending).toEqual([]);
  expect(app.sent()).toEqual(['DELETE /collections/trees/assets']);
});

test('an added item that a cached list knows is there at once, first, and nothing is read again', async () => {
  const app = studio();
  const screen = await openContents(app);
  act(() => screen.now.addAssets.mutate({ collectionId: 'trees', assetIds: ['bench'] }));
  expect(idsOf(screen.now.treeAssets)?.[0]).toBe('bench');
  expect(screen.now.treeAssets).toHaveLength(3);
  expect(screen.now.trees.data).toMatchObject({ assetCount: 3 });
  for (const list of [screen.now.treeAssets, screen.now.parkAssets])
    expect(new Set(list?.find(({ id }) => id === 'bench')?.collectionIds)).toEqual(new Set(['parks', 'trees']));
  await soon(300);
  expect(idsOf(screen.now.treeAssets)?.[0]).toBe('bench');
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
});

test('an added item that nobody knows comes with one refetch after the write; the count does not wait for it', async () => {
  const app = studio();
  const screen = await openContents(app);
  act(() => screen.now.addAssets.mutate({ collectionId: 'trees', assetIds: ['yew'] }));
  expect(screen.now.treeAssets).toHaveLength(2);
  expect(screen.now.trees.data?.assetCount).toBe(3);
  await soon(300);
  expect(new Set(idsOf(screen.now.treeAssets))).toEqual(new Set(['oak', 'elm', 'yew']));
  expect(app.sent()).toEqual(['PUT /collections/trees/assets', 'GET /assets']);
});

test('models come and go as assets do', async () => {
  const app = studio();
  const screen = await openContents(app);
  act(() => {
    screen.now.removeModels.mutate({ collectionId: 'trees', modelIds: ['bark'] });
    screen.now.addModels.mutate({ collectionId: 'trees', modelIds: ['stone'] });
  });
  expect(idsOf(screen.now.treeModels)).toEqual(['stone']);
  expect(screen.now.trees.data).toMatchObject({ modelCount: 1, itemCount: 3 });
  await soon(500);
  expect(idsOf(screen.now.treeModels)).toEqual(['stone']);
  expect(app.emulator.members('trees').modelIds).toEqual(['stone']);
  expect(app.sent()).toEqual(['DELETE /collections/trees/models', 'PUT /collections/trees/models']);
});

test('a remove that was refused brings the item back to its place', async () => {
  const app = studio();
  const screen = await openContents(app);
  const before = screen.now.treeAssets;
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'DELETE /collections/:id/assets' });
  act(() => screen.now.removeAssets.mutate({ collectionId: 'trees', assetIds: ['oak'] }));
  expect(screen.now.treeAssets).toHaveLength(1);
  await soon(300);
  expect(idsOf(screen.now.treeAssets)).toEqual(idsOf(before));
  expect(screen.now.trees.data?.assetCount).toBe(2);
});

test.each([true, false])(
  'an item that does not say where it is leaves the contents at once, and comes back if it may not: %s',
  async (may) => {
    const app = studio();
    const models = [{ id: 'bark' }, { id: 'moss' }];
    app.emulator.fault({ kind: 'refuse', status: 200, times: 2, on: 'GET /models', body: { models } });
    if (!may) app.emulator.fault({ kind: 'refuse', status: 403, on: 'DELETE' });
    const screen = await openContents(app);
    act(() => screen.now.removeModels.mutate({ collectionId: 'trees', modelIds: ['bark'] }));
    expect(idsOf(screen.now.treeModels)).toEqual(['moss']);
    await soon(300);
    expect(idsOf(screen.now.treeModels)).toEqual(may ? ['moss'] : ['bark', 'moss']);
    expect(idsOf(screen.now.parkModels)).toEqual(['bark', 'moss']);
  },
);

test('an add that was refused takes the item out again', async () => {
  const app = studio();
  const screen = await openContents(app);
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT' });
  act(() => screen.now.addAssets.mutate({ collectionId: 'trees', assetIds: ['bench'] }));
  await soon(300);
  expect(idsOf(screen.now.treeAssets)).not.toContain('bench');
  expect(screen.now.parkAssets?.find(({ id }) => id === 'bench')?.collectionIds).toEqual(['parks']);
});

test('a refetch that began before a remove does not bring the item back', async () => {
  const app = studio();
  const screen = await openContents(app);
  void app.queryClient.refetchQueries({ queryKey: collectionKeys.assets('trees') });
  await soon(60);
  act(() => screen.now.removeAssets.mutate({ collectionId: 'trees', assetIds: ['oak'] }));
  for (let i = 0; i < 40; i++) {
    await soon(10);
    expect(idsOf(screen.now.treeAssets)).toEqual(['elm']);
  }
});

test('a collection that is being created has contents: what was added to it', async () => {
  const app = studio();
  let key: string | undefined;
  const screen = app.hook(() => ({
    parks: useCollectionAssets('parks').data,
    assets: useCollectionAssets(key).data,
    one: useCollection(key).data,
    create: useCreateCollection(),
    add: useAddAssets(),
    pending: usePendingChanges(),
  }));
  await soon(300);
  app.sent();
  act(() => screen.now.create.mutate({ name: 'Benches' }));
  key = screen.now.pending[0]?.collectionId;
  screen.again();
  act(() => screen.now.add.mutate({ collectionId: key ?? '', assetIds: ['bench'] }));
  await soon(1);
  expect(screen.now.one).toMatchObject({ name: 'Benches', assetCount: 1 });
  expect(idsOf(screen.now.assets)).toEqual(['bench']);
  for (let i = 0; i < 40; i++) {
    await soon(10);
    expect(screen.now.one).toMatchObject({ name: 'Benches', assetCount: 1, clientKey: key });
    expect(idsOf(screen.now.assets)).toEqual(['bench']);
  }
  expect(screen.now.pending).toEqual([]);
  expect(app.sent().filter((line) => !line.startsWith('GET'))).toEqual([
    'POST /collections',
    `PUT /collections/${app.emulator.collections[0]?.id}/assets`,
  ]);
});

test('without an id the contents are disabled; a page size that is none is refused before anything is sent', async () => {
  const app = openApp();
  const lists = app.hook(() => [
    { ...useCollectionAssets(undefined) },
    { ...useCollectionModels(null) },
    { ...useCollectionAssets('trees', { pageSize: 101 }) },
    { ...useCollectionModels('trees', { pageSize: 501 }) },
  ]);
  await soon();
  expect(lists.now.map(({ fetchStatus, isPending }) => fetchStatus === 'idle' && isPending)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  for (const { error } of lists.now.slice(2)) expect(error).toBeInstanceOf(InvalidInputError);
  expect(app.sent()).toEqual([]);
});

test('`select` is given the flat array', async () => {
  const app = studio();
  const list = app.hook(() => useCollectionAssets('trees', {}, { select: (assets) => assets.length }));
  await soon(200);
  expect(list.now.data).toBe(2);
});
