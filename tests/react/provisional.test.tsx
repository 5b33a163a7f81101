import { onlineManager } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const studio = () => openApp({ latency: 100, collections: [{ id: 'trees', name: 'Trees' }] });

/** A list, and the detail of whatever collection was made last. */
async function open(app: App) {
  let key: string | undefined;
  const screen = app.hook(() => ({
    list: useCollections().data,
    small: useCollections({ pageSize: 1 }).data,
    one: { ...useCollection(key) },
    pending: usePendingChanges(),
    create: useCreateCollection().mutateAsync,
    update: useUpdateCollection().mutateAsync,
    remove: useDeleteCollection().mutateAsync,
    add: useAddAssets().mutateAsync,
  }));
  await soon(300);
  app.sent();
  const create = (name: string) => {
    const outcome = press(() => watch(screen.now.create({ name })));
    key = screen.now.list?.[0]?.clientKey as string;
    screen.again();
    return { outcome, key };
  };
  return Object.assign(screen, { make: create });
}

const names = (rows: readonly { name: string }[] | undefined) => rows?.map(({ name }) => name);
const goOffline = () => act(() => onlineManager.setOnline(false));
const goOnline = () => act(() => onlineManager.setOnline(true));

test('a collection that is being made stands first in every list, and opens', async () => {
  const app = studio();
  const screen = await open(app);
  const { key } = screen.make('Lakes');
  expect(names(screen.now.list)).toEqual(['Lakes', 'Trees']);
  expect(screen.now.small?.[0]?.name).toBe('Lakes');
  await soon(1);
  expect(screen.now.one).toMatchObject({ data: { name: 'Lakes', clientKey: key }, error: null });
  await soon(300);
  const id = app.emulator.collections[0]?.id;
  expect(screen.now.one.data).toMatchObject({ id, clientKey: key });
  expect(screen.now.list?.[0]).toBe(screen.now.one.data);
  expect(app.sent().filter((line) => !line.startsWith('GET'))).toEqual(['POST /collections']);
});

test('its detail by its own id and by the provisional one are the same', async () => {
  const app = studio();
  const screen = await open(app);
  const { key } = screen.make('Lakes');
  await soon(300);
  const id = app.emulator.collections[0]?.id as string;
  const byId = app.hook(() => useCollection(id, { staleTime: 60_000 }).data);
  const byKey = app.hook(() => useCollection(key, { staleTime: 60_000 }).data);
  expect(byId.now).toBe(byKey.now);
  press(() => watch(screen.now.update({ collectionId: key, name: 'Ponds' })));
  expect([byId.now?.name, byKey.now?.name]).toEqual(['Ponds', 'Ponds']);
  press(() => watch(screen.now.add({ collectionId: id, assetIds: ['swan'] })));
  expect([byId.now?.assetCount, byKey.now?.assetCount]).toEqual([1, 1]);
  await soon(400);
  expect(byId.now).toMatchObject({ name: 'Ponds', assetCount: 1 });
});

test('made and deleted before the server has answered, it is gone at once and for good', async () => {
  const app = studio();
  const screen = await open(app);
  const { key, outcome } = screen.make('Lakes');
  await soon(10);
  const deleted = press(() => watch(screen.now.remove({ collectionId: key })));
  for (let i = 0; i < 40; i++) {
    expect(names(screen.now.list)).toEqual(['Trees']);
    await soon(10);
  }
  expect([outcome.settled, deleted.settled]).toEqual([1, 1]);
  expect(app.emulator.collections).toHaveLength(1);
});

test('a detail of a collection that could not be made says so', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'POST' });
  screen.make('Lakes');
  await soon(1);
  expect(screen.now.one.data?.name).toBe('Lakes');
  await soon(300);
  expect(screen.now.one).toMatchObject({ data: undefined, error: { name: 'NotFoundError' } });
  expect(names(screen.now.list)).toEqual(['Trees']);
});

test('a create that is discarded takes what waits for it along; nothing of it is sent', async () => {
  const app = studio();
  const screen = await open(app);
  goOffline();
  const { key, outcome } = screen.make('Lakes');
  const added = press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
  await soon(10);
  act(() => screen.now.pending[0]?.discard());
  await soon(10);
  expect(names(screen.now.list)).toEqual(['Trees']);
  goOnline();
  await soon(1_000);
  expect(app.sent().filter((line) => !line.startsWith('GET'))).toEqual([]);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'APIUserAbortError' } });
  expect(added.settled).toBe(1);
  expect(added.error).toBeDefined();
});

test('a create that failed, and what waited for it, are made good by retrying each in turn', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'POST', times: 1 });
  const { key } = screen.make('Lakes');
  press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
  await soon(300);
  expect(screen.now.pending.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    'create failed',
    'addAssets failed',
  ]);
  act(() => {
    for (const change of screen.now.pending) change.retry();
  });
  expect(screen.now.list?.[0]).toMatchObject({ name: 'Lakes', assetCount: 1 });
  await soon(500);
  expect(screen.now.pending).toEqual([]);
  expect(app.emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 1 });
});

test('a rename that is discarded gives the old name back, a delete that is discarded the row', async () => {
  const app = studio();
  const screen = await open(app);
  goOffline();
  press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  press(() => watch(screen.now.remove({ collectionId: 'trees' })));
  await soon(10);
  expect(screen.now.list).toEqual([]);
  act(() => screen.now.pending[1]?.discard());
  expect(names(screen.now.list)).toEqual(['Woods']);
  act(() => screen.now.pending[0]?.discard());
  expect(names(screen.now.list)).toEqual(['Trees']);
  goOnline();
  await soon(300);
  expect(app.sent().filter((line) => !line.startsWith('GET'))).toEqual([]);
});

test('two collections made in one tick bear two keys, go one after another, and stand in the server’s order', async () => {
  const app = studio();
  const screen = await open(app);
  press(() => [watch(screen.now.create({ name: 'Lakes' })), watch(screen.now.create({ name: 'Ponds' }))]);
  const keys = screen.now.list?.slice(0, 2).map(({ clientKey }) => clientKey);
  expect(new Set(keys).size).toBe(2);
  await soon(5);
  expect(app.sent()).toEqual(['POST /collections']);
  await soon(300);
  expect(screen.now.pending).toEqual([]);
  expect(app.sent()).toEqual(['POST /collections']);
  expect(names(screen.now.list)).toEqual(['Ponds', 'Lakes', 'Trees']);
  expect(names(screen.now.list)).toEqual(names(app.emulator.collections));
});

test.each(['new_1', 'new_', 'new_house', 'new_house_1', '__proto__', 'constructor', '0', 'a b', '%41', 'list'])(
  'a collection and an asset that the server itself calls %s are like any other',
  async (id) => {
    const app = openApp({ latency: 100, collections: [{ id, assetIds: ['oak'] }, { id: 'other' }] });
    const screen = app.hook(() => ({
      list: useCollections().data,
      assets: useCollectionAssets(id).data,
      add: useAddAssets().mutateAsync,
      remove: useDeleteCollection().mutateAsync,
    }));
    await soon(300);
    const added = press(() => watch(screen.now.add({ collectionId: id, assetIds: [id] })));
    expect(screen.now.list?.map((row) => row.assetCount)).toEqual([2, 0]);
    await soon(500);
    expect(added).toMatchObject({ settled: 1, value: { id, assetCount: 2 } });
    expect(screen.now.assets?.map((row) => row.id).sort()).toEqual([id, 'oak'].sort());
    const gone = press(() => watch(screen.now.remove({ collectionId: id })));
    expect(screen.now.list?.map((row) => row.id)).toEqual(['other']);
    await soon(500);
    expect([gone.settled, app.emulator.collections.length]).toEqual([1, 1]);
  },
);
