import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionsQueryOptions,
  useAddAssets,
  useAddModels,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  useUpdateCollection,
} from '../../src/index.ts';
import type { ScenarioEmulatorOptions } from '../../src/testing.ts';
import { clientOf, inVirtualTime, openApp, press, someCollections, soon, watch } from '../support/app.tsx';

inVirtualTime();

async function open(options: ScenarioEmulatorOptions = {}) {
  const app = openApp({ latency: 100, collections: someCollections(7), ...options });
  const screen = app.hook(() => {
    const { data, refetch, fetchNextPage, hasNextPage } = useCollections({ pageSize: 2 });
    return {
      list: { data, refetch, fetchNextPage, hasNextPage },
      create: useCreateCollection().mutateAsync,
      update: useUpdateCollection().mutateAsync,
      remove: useDeleteCollection().mutateAsync,
    };
  });
  await soon(300);
  const ids = () => screen.now.list.data?.map(({ id }) => id);
  const more = async () => {
    act(() => void screen.now.list.fetchNextPage());
    await soon(1_000);
  };
  return Object.assign(app, { screen, ids, more });
}

test('a token that a write has made void: the list is read anew as far as it was, and goes on', async () => {
  const app = await open({ cursorsAfterWrite: 'refused' });
  await app.more();
  press(() => watch(app.screen.now.update({ collectionId: 'c1', name: 'Uno' })));
  await soon(300);
  await app.more();
  expect(app.ids()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
  await clientOf(app.emulator, { fetch: app.emulator.elsewhere }).collections.create({ name: 'Theirs' });
  await app.more();
  await app.more();
  expect(app.screen.now.list.hasNextPage).toBe(false);
  expect(app.ids()).toEqual(app.emulator.collections.map(({ id }) => id));
});

test.each(['hydrated', 'set by hand'])(
  'a list that is %s while its next page finds the token void holds each row once, as the server has it',
  async (how) => {
    const app = await open({ cursorsAfterWrite: 'refused' });
    const elsewhere = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
    const options = collectionsQueryOptions(elsewhere, { pageSize: 2 });
    const server = new QueryClient();
    await server.prefetchInfiniteQuery(options);
    await elsewhere.collections.create({ name: 'Theirs' });
    act(() => void app.screen.now.list.fetchNextPage());
    await soon(50);
    act(() => {
      if (how === 'hydrated') hydrate(app.queryClient, JSON.parse(JSON.stringify(dehydrate(server))));
      else
        app.queryClient.setQueryData(
          options.queryKey,
          JSON.parse(JSON.stringify(server.getQueryData(options.queryKey))),
        );
    });
    await soon(1_000);
    expect(app.ids()).toEqual(app.emulator.collections.slice(0, 4).map(({ id }) => id));
  },
);

test.each([400, 410, 422])(
  'a token that is refused with %i, and the one after it too, costs one click',
  async (status) => {
    const app = await open();
    await app.more();
    app.emulator.fault({ kind: 'refuse', status, times: 2, on: ({ query }) => !!query.paginationToken });
    await app.more();
    expect(app.ids()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']);
  },
);

test('what is owed to a list is read when a next page has cancelled the reading of it', async () => {
  const app = await open();
  app.emulator.fault({ kind: 'loseAnswer', on: 'POST /collections', times: 1 });
  press(() => watch(app.screen.now.create({ name: 'Lakes' })));
  // Its answer is lost: the list is being read again.
  for (let i = 0; i < 100 && !app.queryClient.isFetching(); i++) await soon(10);
  expect(app.queryClient.isFetching()).toBe(1);
  await app.more();
  expect(app.screen.now.list.data?.map(({ name }) => name)[0]).toBe('Lakes');
  expect(app.ids()).toHaveLength(4);
});

test('an older copy from a server that lags behind does not replace a confirmed one, nor bring back what was deleted', async () => {
  const app = await open();
  const before = new QueryClient();
  const client = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
  const old = await client.collections.list({ pageSize: 2 });
  before.clear();
  press(() => watch(app.screen.now.update({ collectionId: 'c0', name: 'Zero' })));
  press(() => watch(app.screen.now.remove({ collectionId: 'c1' })));
  await soon(300);
  app.emulator.fault({
    kind: 'refuse',
    on: 'GET /collections',
    times: 1,
    status: 200,
    body: { collections: old.collections, nextPaginationToken: old.nextPaginationToken },
  });
  act(() => void app.screen.now.list.refetch());
  await soon(300);
  expect(app.screen.now.list.data?.map(({ name }) => name)).toEqual(['Zero']);
});

test('a hydrated list that does not begin with the API’s first page gets no new row in front', async () => {
  const app = await open();
  const server = new QueryClient();
  const client = clientOf(app.emulator, { fetch: app.emulator.elsewhere });
  await server.prefetchInfiniteQuery({ ...collectionsQueryOptions(client, { pageSize: 2 }), pages: 2 });
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(server)));
  for (const { state: each } of state.queries) {
    const { pages, pageParams } = each.data as { pages: unknown[]; pageParams: unknown[] };
    each.data = { pages: pages.slice(1), pageParams: pageParams.slice(1) };
    each.dataUpdatedAt += 1;
  }
  act(() => hydrate(app.queryClient, state));
  await soon(10);
  expect(app.ids()).toEqual(['c2', 'c3']);
  press(() => watch(app.screen.now.create({ name: 'Lakes' })));
  expect(app.ids()).toEqual(['c2', 'c3']);
  await soon(300);
  expect(app.ids()).toEqual(['c2', 'c3']);
});

test.each([
  ['asc', 50, ['oldest', 'older', 'newer']],
  ['desc', 50, ['newer', 'older', 'oldest']],
  // Its place is behind the page that is there.
  ['asc', 1, ['oldest']],
  ['desc', 1, ['newer']],
] as const)(
  'an item that is added to contents sorted %s, %i on a page, stands where the server has it',
  async (sortDirection, pageSize, due) => {
    const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    const app = openApp({
      latency: 100,
      collections: [
        { id: 'trees', assetIds: ['oldest', 'newer'] },
        { id: 'parks', assetIds: ['older'] },
      ],
      assets: [
        { id: 'oldest', createdAt: at(1) },
        { id: 'older', createdAt: at(2) },
        { id: 'newer', createdAt: at(3) },
      ],
    });
    const screen = app.hook(() => ({
      trees: useCollectionAssets('trees', { sortBy: 'createdAt', sortDirection, pageSize }).data,
      parks: useCollectionAssets('parks').data,
      add: useAddAssets().mutateAsync,
    }));
    await soon(300);
    press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['older'] })));
    expect(screen.now.trees?.map(({ id }) => id)).toEqual(due);
    await soon(300);
    expect(screen.now.trees?.map(({ id }) => id)).toEqual(due);
  },
);

test.each(['asc', 'desc'] as const)(
  'an item that was added while contents were read for the first time stands at its place when they land, whichever of their rows are known: %s',
  async (sortDirection) => {
    const days = ['first', 'second', 'third', 'fourth', 'fifth'];
    const app = openApp({
      latency: 20,
      collections: [
        { id: 'trees', assetIds: days.filter((id) => id !== 'third') },
        { id: 'parks', assetIds: ['first', 'third', 'fifth'] },
      ],
      assets: days.map((id, i) => ({ id, createdAt: `2026-01-0${i + 1}T00:00:00.000Z` })),
    });
    let id: string | null = null;
    const screen = app.hook(() => ({
      trees: useCollectionAssets(id, { sortBy: 'createdAt', sortDirection }).data,
      parks: useCollectionAssets('parks').data,
      add: useAddAssets().mutateAsync,
    }));
    await soon(100);
    app.emulator.fault({ kind: 'slow', ms: 200, on: 'GET /assets', times: 1 });
    id = 'trees';
    screen.again();
    await soon(1);
    const added = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['third'] })));
    await soon(100);
    expect([added.settled, screen.now.trees]).toEqual([1, undefined]);
    await soon(200);
    expect(screen.now.trees?.map((asset) => asset.id)).toEqual(sortDirection === 'asc' ? days : days.toReversed());
  },
);

test.each([
  ['scores, which only the server compares', 'score', {}],
  ['dates that are all the same', 'createdAt', { createdAt: '2026-01-01T00:00:00.000Z' }],
  ['no dates', 'createdAt', { createdAt: null }],
] as const)(
  'an item whose place nobody can tell, for %s, is not shown before the server has listed it',
  async (_, sortBy, said) => {
    const fetch: typeof globalThis.fetch = async (...asked) => {
      const body = await (await app.emulator.fetch(...asked)).json();
      for (const model of body.models ?? []) Object.assign(model, said);
      return Response.json(body);
    };
    const app = openApp(
      {
        latency: 100,
        collections: [
          { id: 'trees', modelIds: ['low', 'high'] },
          { id: 'parks', modelIds: ['mid'] },
        ],
      },
      { fetch: (...asked) => fetch(...asked) },
    );
    const sorted = { sortBy, sortDirection: 'asc' } as const;
    const screen = app.hook(() => ({
      trees: useCollectionModels('trees', sorted).data,
      parks: useCollectionModels('parks').data,
      add: useAddModels().mutateAsync,
    }));
    const ids = () => screen.now.trees?.map(({ id }) => id);
    await soon(300);
    const before = ids();
    press(() => watch(screen.now.add({ collectionId: 'trees', modelIds: ['mid'] })));
    expect(ids()).toEqual(before);
    await soon(500);
    const { models } = await clientOf(app.emulator, { fetch: app.emulator.elsewhere }).models.list({
      collectionId: 'trees',
      ...sorted,
    });
    expect(models).toHaveLength(3);
    expect(ids()).toEqual(models.map(({ id }) => id));
  },
);

test('what is owed to a list is read when the app has cancelled the reading of it', async () => {
  const app = openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak'] }] });
  const screen = app.hook(() => ({
    assets: useCollectionAssets('trees', {}, { staleTime: Number.POSITIVE_INFINITY }).data,
    add: useAddAssets().mutateAsync,
  }));
  await soon(300);
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
  // No list knows it: the contents are being read again when an optimistic update of the app's own cancels whatever is read.
  await soon(150);
  expect(app.queryClient.isFetching()).toBe(1);
  await app.queryClient.cancelQueries();
  await soon(300);
  expect(screen.now.assets?.map(({ id }) => id).sort()).toEqual(['elm', 'oak']);
  app.sent();
  await soon(10_000);
  expect(app.sent()).toEqual([]);
});
