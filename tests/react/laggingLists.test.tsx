import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionsQueryOptions,
  useCollection,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, someCollections, soon, watch } from '../support/app.tsx';
import { timeNow } from '../support/virtualTime.ts';

inVirtualTime();

const useScreen = () => ({
  list: useCollections({ pageSize: 5 }),
  create: useCreateCollection().mutateAsync,
  createLater: useCreateCollection({ optimistic: false }).mutateAsync,
  update: useUpdateCollection().mutateAsync,
  remove: useDeleteCollection().mutateAsync,
});

/** A list of `n` collections, and `Lakes`, which was just made, before any index has heard of it. */
async function open(n: number = 2, how: 'create' | 'createLater' = 'create') {
  const app = openApp({ latency: 20, collections: someCollections(n), now: () => new Date(timeNow()) });
  const screen = app.hook(useScreen);
  await soon(100);
  const made = press(() => watch(screen.now[how]({ name: 'Lakes' })));
  await soon(50);
  const id = made.value?.id as string;
  const lag = app.emulator.fault({ kind: 'lag', ms: 2_000, on: 'GET /collections' });
  app.sent();
  const again = async () => {
    act(() => void screen.now.list.refetch());
    await soon(400);
  };
  const rows = () => screen.now.list.data ?? [];
  const names = () => rows().map(({ name }) => name);
  return Object.assign(app, { screen, id, lag, again, rows, names });
}

const elsewhere = ({ emulator }: App, method: 'PUT' | 'DELETE', id: string, body: object = {}) =>
  emulator.elsewhere(`https://api.test/v1/collections/${id}`, { method, body: JSON.stringify(body) });

test.each([
  ['create', 2],
  ['create', 20],
  ['createLater', 20],
] as const)(
  'what was just made stays in a list that is read again from a server that has not heard of it, and is read once more (%s, %i)',
  async (how, n) => {
    const app = await open(n, how);
    const shown = app.names();
    expect(shown).toContain('Lakes');
    const key = app.rows()[0]?.clientKey;
    for (let i = 0; i < 8; i++) {
      await app.again();
      expect(app.names().slice(0, shown.length)).toEqual(shown);
      expect(app.rows()[0]?.clientKey).toBe(key);
    }
    app.sent();
    await soon(20_000);
    expect(app.names().slice(0, shown.length)).toEqual(shown);
    expect(app.sent()).toEqual(['GET /collections']);
  },
);

test('two that were just made stay in the order in which they were made', async () => {
  const app = await open();
  press(() => watch(app.screen.now.create({ name: 'Rivers' })));
  await soon(50);
  await app.again();
  expect(app.names()).toEqual(['Rivers', 'Lakes', 'Collection 0', 'Collection 1']);
  press(() => watch(app.screen.now.create({ name: 'Ponds' })));
  await app.again();
  expect(app.names()).toEqual(['Ponds', 'Rivers', 'Lakes', 'Collection 0', 'Collection 1']);
});

test('what was just made, and deleted here, does not come back, and nothing is read for it', async () => {
  const app = await open();
  press(() => watch(app.screen.now.remove({ collectionId: app.id })));
  await soon(50);
  app.sent();
  await app.again();
  await soon(20_000);
  expect(app.names()).toEqual(['Collection 0', 'Collection 1']);
  expect(app.sent()).toEqual(['GET /collections']);
});

test('what was just made, and deleted at once by somebody else, is gone a moment later', async () => {
  const app = await open();
  await elsewhere(app, 'DELETE', app.id);
  app.lag();
  await app.again();
  await soon(10_000);
  expect(app.names()).toEqual(['Collection 0', 'Collection 1']);
});

test('what was just made, and is not found by itself any more, does not come back by a list', async () => {
  const app = await open();
  app.emulator.fault({ kind: 'refuse', on: `GET /collections/${app.id}`, status: 404 });
  const one = app.hook(() => useCollection(app.id, { staleTime: 0 }));
  act(() => void one.now.refetch());
  await soon(100);
  await app.again();
  expect(app.names()).toEqual(['Collection 0', 'Collection 1']);
});

test.each(['here', 'elsewhere'])('what was just made bears the name that it is given %s', async (where) => {
  const app = await open();
  const one = app.hook(() => useCollection(app.id, { staleTime: 0 }));
  if (where === 'here') press(() => watch(app.screen.now.update({ collectionId: app.id, name: 'Rivers' })));
  else await elsewhere(app, 'PUT', app.id, { name: 'Rivers' });
  await soon(100);
  act(() => void one.now.refetch());
  await app.again();
  expect(app.names()).toEqual(['Rivers', 'Collection 0', 'Collection 1']);
});

test('of a list of several pages each row stays once, and none is missing, however often it is read', async () => {
  const app = await open(14);
  const more = async () => {
    act(() => void app.screen.now.list.fetchNextPage());
    await soon(400);
  };
  await more();
  await app.again();
  await more();
  const all = ['Lakes', ...someCollections(14).map(({ name }) => name)];
  expect(app.names()).toEqual(all.slice(0, app.names().length));
  expect(app.names().length).toBeGreaterThan(14);
  await app.again();
  await soon(10_000);
  expect(app.names()).toEqual(all);
});

test.each(['removed', 'reset'])('what was just made is in a list that was %s and is read anew', async (how) => {
  const app = await open();
  app.hook(() => useCollection(app.id));
  const { queryKey } = collectionsQueryOptions(app.client, { pageSize: 5 });
  act(() => {
    if (how === 'reset') void app.queryClient.resetQueries({ queryKey });
    else app.queryClient.removeQueries({ queryKey });
  });
  app.screen.again();
  await soon(100);
  expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
});

test('what was just made is in a list that is hydrated without it', async () => {
  const app = await open();
  const queryClient = new QueryClient();
  void queryClient.prefetchInfiniteQuery(collectionsQueryOptions(app.client, { pageSize: 5 }));
  await soon(100);
  act(() => hydrate(app.queryClient, JSON.parse(JSON.stringify(dehydrate(queryClient)))));
  await soon(100);
  expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
});

test('a list that is set by hand is as it was set, also without what was just made', async () => {
  const app = await open();
  await soon(1_000);
  const { queryKey } = collectionsQueryOptions(app.client, { pageSize: 5 });
  act(() => {
    app.queryClient.setQueryData(queryKey, (data) => ({
      pageParams: data?.pageParams ?? [],
      pages: (data?.pages ?? []).map((page) => ({
        ...page,
        collections: page.collections.filter(({ name }) => name !== 'Lakes'),
      })),
    }));
  });
  await soon(100);
  expect(app.names()).toEqual(['Collection 0', 'Collection 1']);
});

test('what the next user reads holds nothing of what the last one has just made', async () => {
  const app = await open();
  app.screen.unmount();
  await soon(10);
  act(() => app.queryClient.clear());
  const list = app.hook(() => useCollections({ pageSize: 5 }));
  await soon(100);
  expect(list.now.data?.map(({ name }) => name)).toEqual(['Collection 0', 'Collection 1']);
  await soon(10_000);
});
