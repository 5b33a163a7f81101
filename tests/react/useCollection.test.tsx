import { QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type Collection,
  collectionKeys,
  useCollection,
  useCollections,
  useDeleteCollection,
  useSuspenseCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, someCollections, soon } from '../support/app.tsx';
import { pass } from '../support/virtualTime.ts';

inVirtualTime();

test.each([null, undefined, ''])('without an id (%j) it is disabled', async (none) => {
  const app = openApp({ collections: someCollections(1) });
  const one = app.hook(() => useCollection(none, { enabled: true }));
  await soon();
  expect(one.now).toMatchObject({ data: undefined, error: null, fetchStatus: 'idle' });
  expect(app.sent()).toEqual([]);
});

test('a collection is read alone where no list has it', async () => {
  const app = openApp({ collections: someCollections(1) });
  const one = app.hook(() => useCollection('c0'));
  await soon();
  expect(one.now.data).toMatchObject({ id: 'c0', name: 'Collection 0', assetCount: 3 });
  expect(app.sent()).toEqual(['GET /collections/c0']);
});

test('it starts with what a list shows, the same object, and asks nothing while that is fresh', async () => {
  const app = openApp({ collections: someCollections(2) });
  const list = app.hook(() => useCollections());
  await soon();
  app.sent();
  await act(() => pass(1_000));
  const one = app.hook(() => useCollection('c1', { staleTime: 60_000 }));
  expect(one.now.data).toBe(list.now.data?.[1]);
  expect(one.now.isFetching).toBe(false);
  await soon();
  expect(app.sent()).toEqual([]);
});

test('what a list gave is as old as the list: it is read again when stale', async () => {
  const app = openApp({ collections: someCollections(2) });
  const list = app.hook(() => useCollections());
  await soon();
  app.sent();
  const read = app.queryClient.getQueryState(collectionKeys.list())?.dataUpdatedAt ?? 0;
  await act(() => pass(90_000));
  const one = app.hook(() => useCollection('c1', { staleTime: 60_000 }));
  expect(one.now.data).toBe(list.now.data?.[1]);
  expect(one.now.isFetching).toBe(true);
  expect(Math.abs(one.now.dataUpdatedAt - read)).toBeLessThan(5);
  await soon();
  expect(app.sent()).toEqual(['GET /collections/c1']);
});

test('a copy that is read alone reaches the list too', async () => {
  const app = openApp({ collections: someCollections(2) });
  const list = app.hook(() => useCollections());
  await soon();
  await app.emulator.elsewhere('https://api.test/v1/collections/c1', {
    method: 'PUT',
    body: JSON.stringify({ name: 'Renamed elsewhere' }),
  });
  const one = app.hook(() => useCollection('c1'));
  await soon();
  expect(one.now.data?.name).toBe('Renamed elsewhere');
  expect(list.now.data?.[1]).toBe(one.now.data);
});

test.each([
  ['useCollection', useCollection],
  ['useSuspenseCollection', useSuspenseCollection],
])(
  '%s begins with what a list shows, also in a wrapper that hands on an `initialData` that nobody has given',
  async (_, use) => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    const app = openApp({ collections: someCollections(2) }, { queryClient });
    const list = app.hook(() => useCollections());
    await soon();
    app.sent();
    const one = app.hook(() => use('c1', { initialData: undefined, initialDataUpdatedAt: undefined } as object));
    expect(one.now.data).toBe(list.now.data?.[1]);
    await soon();
    expect(app.sent()).toEqual([]);
  },
);

test('what a user’s own `initialData` gives comes before what a list shows', async () => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  const app = openApp({ collections: someCollections(2) }, { queryClient });
  const made = { ...(app.emulator.collections[1] as Collection), name: 'Given' };
  const one = app.hook(() => useCollection('c1', { initialData: made }));
  expect(one.now.data?.name).toBe('Given');
  await soon();
  expect(app.sent()).toEqual([]);
});

test('`select` gives a part of it', async () => {
  const app = openApp({ collections: someCollections(1) });
  const one = app.hook(() => useCollection('c0', { select: ({ name }) => name.toUpperCase() }));
  await soon();
  expect(one.now.data).toBe('COLLECTION 0');
});

test('another id is another collection, and never the copy of the one before', async () => {
  const app = openApp({ collections: someCollections(2) });
  let id = 'c0';
  const one = app.hook(() => useCollection(id));
  await soon();
  id = 'c1';
  one.again();
  expect(one.now.data).toBeUndefined();
  await soon();
  expect(one.now.data?.id).toBe('c1');
});

test('a collection deleted elsewhere leaves every list, and says so where it is open', async () => {
  const app = openApp({ collections: someCollections(3) });
  const lists = app.hook(() => [useCollections(), useCollections({ pageSize: 2 })] as const);
  const one = app.hook(() => ({ ...useCollection('c1') }));
  await soon();
  await app.emulator.elsewhere('https://api.test/v1/collections/c1', { method: 'DELETE' });
  void one.now.refetch();
  await soon();
  expect(one.now.error).toMatchObject({ name: 'NotFoundError', status: 404 });
  expect(lists.now.map(({ data }) => data?.map(({ id }) => id))).toEqual([['c0', 'c2'], ['c0']]);
  expect(app.queryClient.getQueryData(collectionKeys.detail('c1'))).toBeUndefined();
});

test('a collection that does not exist is a NotFoundError, asked for once', async () => {
  const app = openApp();
  const one = app.hook(() => ({ ...useCollection('nobody') }));
  await soon(5_000);
  expect(one.now.error).toMatchObject({ name: 'NotFoundError', status: 404 });
  expect(app.sent()).toEqual(['GET /collections/nobody']);
});

test('one’s own delete keeps the last copy open until the server has confirmed, then says so without a request', async () => {
  const app = openApp({ collections: someCollections(2), latency: 100 });
  const parts = app.hook(() => ({
    one: { ...useCollection('c0') },
    list: useCollections(),
    remove: useDeleteCollection(),
  }));
  await soon(200);
  app.sent();
  act(() => parts.now.remove.mutate({ collectionId: 'c0' }));
  expect(parts.now.list.data?.map(({ id }) => id)).toEqual(['c1']);
  expect(parts.now.one).toMatchObject({ data: { id: 'c0' }, error: null });
  await soon(200);
  expect(parts.now.one).toMatchObject({ data: undefined, error: { name: 'NotFoundError', status: 404 } });
  expect(parts.now.list.data?.map(({ id }) => id)).toEqual(['c1']);
  expect(app.sent()).toEqual(['DELETE /collections/c0']);
});

test.each(['.', '..', ' '])('an id that is none (%j) is refused before anything is sent', async (bad) => {
  const app = openApp();
  const one = app.hook(() => ({ ...useCollection(bad) }));
  await soon();
  expect(one.now.error).toMatchObject({ name: 'InvalidInputError' });
  expect(app.sent()).toEqual([]);
});
