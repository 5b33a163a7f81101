import { useInfiniteQuery } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  type AssetsParams,
  collectionAssetsQueryOptions,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCreateCollection,
  usePendingChanges,
  useRemoveAssets,
  useScenario,
} from '../../src/index.ts';
import { clientOf, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { timeNow } from '../support/virtualTime.ts';

inVirtualTime();

/** The contents of a collection that is there, or of one that is being made, and of another one, which knows `bench`. */
async function open(which: 'trees' | 'a new one') {
  const app = openApp({
    latency: 20,
    collections: [
      { id: 'trees', assetIds: ['oak'] },
      { id: 'parks', assetIds: ['bench'] },
    ],
  });
  let id: string | undefined = which === 'trees' ? which : undefined;
  const screen = app.hook(() => {
    const { data, refetch } = useCollectionAssets(id);
    return {
      parks: useCollectionAssets('parks').data,
      ids: data?.map((asset) => asset.id),
      refetch,
      create: useCreateCollection().mutateAsync,
      add: useAddAssets().mutateAsync,
      remove: useRemoveAssets().mutateAsync,
      pending: usePendingChanges(),
    };
  });
  await soon(100);
  if (which !== 'trees') {
    press(() => watch(screen.now.create({ name: 'New' })));
    id = screen.now.pending[0]?.collectionId;
    screen.again();
  }
  const of = (...assetIds: string[]) => ({ collectionId: id as string, assetIds });
  const index = (ms: number) => app.emulator.fault({ kind: 'lag', ms, on: 'GET /assets' });
  const again = async () => {
    act(() => void screen.now.refetch());
    await soon(50);
  };
  return Object.assign(app, { screen, of, index, again, before: which === 'trees' ? ['oak'] : [] });
}

test.each(['trees', 'a new one'] as const)(
  'what was just added stays in the contents of %s, where these are read again from an index that has not heard of it',
  async (which) => {
    const app = await open(which);
    app.index(1_000);
    press(() => watch(app.screen.now.add(app.of('bench'))));
    for (let i = 0; i < 8; i++) {
      await app.again();
      expect(app.screen.now.ids).toEqual(['bench', ...app.before]);
    }
    app.sent();
    await soon(20_000);
    expect(app.screen.now.ids?.toSorted()).toEqual(['bench', ...app.before]);
    // Once, however often it was missing.
    expect(app.sent()).toEqual(['GET /assets']);
  },
);

test.each(['trees', 'a new one'] as const)(
  'what nobody knew comes by itself into the contents of %s, where the read after the write was answered by an index that is behind',
  async (which) => {
    const app = await open(which);
    app.index(1_000);
    press(() => watch(app.screen.now.add(app.of('yew'))));
    await soon(500);
    expect(app.screen.now.ids).toEqual(app.before);
    await soon(10_000);
    expect(app.screen.now.ids?.toSorted()).toEqual([...app.before, 'yew']);
  },
);

test('contents that are set by hand are as they were set, also without what was just added', async () => {
  const app = await open('trees');
  press(() => watch(app.screen.now.add(app.of('bench'))));
  await soon(100);
  const { queryKey } = collectionAssetsQueryOptions(app.client, 'trees');
  const before = app.queryClient.getQueryData(queryKey);
  const pages = before?.pages.map((page) => ({ ...page, assets: page.assets.filter(({ id }) => id !== 'bench') }));
  act(() => void app.queryClient.setQueryData(queryKey, before && { ...before, pages: pages ?? [] }));
  await soon(100);
  expect(app.screen.now.ids).toEqual(['oak']);
});

test('what somebody else takes out a moment after we have added it is gone a moment later', async () => {
  const app = await open('trees');
  press(() => watch(app.screen.now.add(app.of('bench'))));
  await soon(100);
  const init = { method: 'DELETE', body: JSON.stringify({ assetIds: ['bench'] }) };
  await app.emulator.elsewhere('https://api.test/v1/collections/trees/assets', init);
  await app.again();
  await soon(10_000);
  expect(app.screen.now.ids).toEqual(['oak']);
});

test('what we take out ourselves is read again by nobody, and one read tells what was added long ago', async () => {
  const app = await open('trees');
  press(() => watch(app.screen.now.add(app.of('bench'))));
  await soon(100);
  press(() => watch(app.screen.now.remove(app.of('bench'))));
  await soon(100);
  app.sent();
  await app.again();
  await soon(20_000);
  expect(app.sent()).toEqual(['GET /assets']);
  expect(app.screen.now.ids).toEqual(['oak']);
});

/** A collection of twelve assets, of which some pages of five are shown. `bench`, made last of all, is known from another. */
async function openPages(pages: number, params: AssetsParams = {}) {
  const ids = Array.from({ length: 12 }, (_, n) => `oak${n}`);
  const app = openApp({
    latency: 10,
    now: () => new Date(timeNow()),
    collections: [
      { id: 'trees', assetIds: ids },
      { id: 'parks', assetIds: ['bench'] },
    ],
    assets: [...ids, 'bench'].map((id, n) => ({ id, createdAt: `2026-01-01T00:00:${10 + n}.000Z` })),
  });
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    parks: useCollectionAssets('parks').data,
    list: useCollectionAssets('trees', { pageSize: 5, ...params }),
    raw: useInfiniteQuery(collectionAssetsQueryOptions(useScenario(), 'trees', { pageSize: 5, ...params })).data,
    add: useAddAssets().mutateAsync,
  }));
  await soon(100);
  for (let page = 1; page < pages; page++) {
    act(() => void screen.now.list.fetchNextPage());
    await soon(100);
  }
  const shown = () => screen.now.list.data?.map(({ id }) => id) ?? [];
  const again = async () => {
    act(() => void screen.now.list.refetch());
    await soon(100);
  };
  return Object.assign(app, { screen, shown, again });
}

test.each([
  { pages: 1 },
  { pages: 2 },
  { pages: 3 },
  { pages: 1, sortDirection: 'desc' },
  { pages: 3, sortDirection: 'desc' },
  { pages: 3, sortDirection: 'asc' },
] as const)(
  'what was just added to contents of several pages stays where it stood, and all are as the server lists them a moment later: $pages, $sortDirection',
  async ({ pages, sortDirection }) => {
    const app = await openPages(pages, sortDirection && { sortBy: 'createdAt', sortDirection });
    app.emulator.fault({ kind: 'lag', ms: 1_500, on: 'GET /assets' });
    press(() => watch(app.screen.now.add({ collectionId: 'trees', assetIds: ['bench'] })));
    await soon(100);
    const at = app.shown().indexOf('bench');
    expect(at).toBe(sortDirection === 'asc' ? 12 : 0);
    app.sent();
    for (let i = 0; i < 8; i++) {
      await app.again();
      expect(app.shown().indexOf('bench')).toBe(at);
    }
    await soon(10_000);
    // Once more than it was asked for.
    expect(app.sent()).toHaveLength(9);
    const { assets } = await clientOf(app.emulator, { fetch: app.emulator.elsewhere }).assets.list({
      collectionId: 'trees',
      ...(sortDirection && { sortBy: 'createdAt', sortDirection }),
    });
    const listed = assets.map(({ id }) => id);
    expect(app.shown()).toEqual(listed.slice(0, app.shown().length));
    if (pages === 3) expect(app.shown()).toHaveLength(app.screen.now.one?.assetCount as number);
  },
);

test('what was just added and is listed on a later page of the same answer stands there, once', async () => {
  const app = await openPages(3);
  press(() => watch(app.screen.now.add({ collectionId: 'trees', assetIds: ['bench'] })));
  await soon(100);
  await app.again();
  expect(app.screen.now.raw?.pages.flatMap(({ assets }) => assets.map(({ id }) => id)).toSorted()).toEqual(
    app.emulator.members('trees').assetIds.toSorted(),
  );
});

test('contents that are opened a moment after something was added show it, also where there are more than one page', async () => {
  const app = await openPages(1);
  const other = app.hook(() => ({ parks: useCollectionAssets('parks', { pageSize: 5 }).data }));
  await soon(100);
  expect(other.now.parks).toHaveLength(1);
  app.emulator.fault({ kind: 'lag', ms: 1_500, on: 'GET /assets' });
  press(() => watch(app.screen.now.add({ collectionId: 'trees', assetIds: ['bench'] })));
  await soon(100);
  const opened = app.hook(() => useCollectionAssets('trees', { pageSize: 4 }).data?.map(({ id }) => id));
  await soon(100);
  expect(opened.now?.[0]).toBe('bench');
});
