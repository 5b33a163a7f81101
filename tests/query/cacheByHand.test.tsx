import { CancelledError, hashKey, type InfiniteData } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  type Collection,
  collectionKeys,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  usePendingChanges,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  list: { ...useCollections({ pageSize: 2 }) },
  one: useCollection('trees').data,
  pending: usePendingChanges(),
  add: useAddAssets().mutateAsync,
  create: useCreateCollection().mutateAsync,
});

async function open(): Promise<App & { screen: { readonly now: ReturnType<typeof useScreen>; unmount(): void } }> {
  const app = openApp({
    latency: 100,
    collections: [{ id: 'trees', assetCount: 2 }, { id: 'parks' }, { id: 'lakes' }],
  });
  const screen = app.hook(useScreen);
  await soon(300);
  app.sent();
  return Object.assign(app, { screen });
}

const detail = collectionKeys.detail('trees');
const list = collectionKeys.list({ pageSize: 2 });
const add = { collectionId: 'trees', assetIds: ['yew'] };
const counts = ({ now }: { readonly now: ReturnType<typeof useScreen> }) => [
  now.one?.assetCount,
  now.list.data?.[0]?.assetCount,
];

test('a detail that is set by hand reaches the lists', async () => {
  const { queryClient, screen } = await open();
  act(() => {
    queryClient.setQueryData<Collection>(detail, (old) => old && { ...old, name: 'By hand' });
  });
  await soon(1);
  expect(screen.now.one?.name).toBe('By hand');
  expect(screen.now.list.data?.[0]).toBe(screen.now.one);
});

test.each([
  ['removed', (app: App) => app.queryClient.removeQueries()],
  ['cleared', (app: App) => app.queryClient.clear()],
])('what was kept of a cache that is %s and is put back shows what it showed', async (_, empty) => {
  const app = await open();
  const { queryClient, screen } = app;
  const shown = screen.now.list.data?.map(({ id, assetCount }) => `${id} ${assetCount}`);
  const kept = queryClient.getQueriesData({ queryKey: collectionKeys.all() });
  screen.unmount();
  empty(app);
  // What nobody shows is let go of.
  await soon(60_000);
  act(() => {
    for (const [key, data] of kept) queryClient.setQueryData(key, data);
  });
  app.emulator.fault({ kind: 'slow', ms: 10_000 });
  const next = app.hook(useScreen);
  const now = () => next.now.list.data?.map(({ id, assetCount }) => `${id} ${assetCount}`);
  expect([shown?.length, now()]).toEqual([2, shown]);
  press(() => watch(next.now.add(add)));
  expect(counts(next)).toEqual([3, 3]);
});

test('a list that is set by hand reaches the detail, and rows that are as before stay the same objects', async () => {
  const { queryClient, screen } = await open();
  const [, second] = screen.now.list.data ?? [];
  act(() => {
    queryClient.setQueryData<InfiniteData<{ collections: Collection[] }>>(
      list,
      (old) =>
        old && {
          ...old,
          pages: old.pages.map((page) => ({
            ...page,
            collections: page.collections.map((row) => (row.id === 'trees' ? { ...row, name: 'By hand' } : row)),
          })),
        },
    );
  });
  await soon(1);
  expect(screen.now.one?.name).toBe('By hand');
  expect(screen.now.list.data?.[0]?.name).toBe('By hand');
  expect(screen.now.list.data?.[1]).toBe(second);
});

test('pages that are put back by hand, when newer ones have been read and changed, show what is known by now', async () => {
  const { queryClient, screen, emulator } = await open();
  const before = queryClient.getQueryData(list);
  await emulator.elsewhere('https://api.test/v1/collections/parks', { method: 'DELETE' });
  void queryClient.refetchQueries({ queryKey: list });
  await soon(300);
  press(() => watch(screen.now.add(add)));
  await soon(300);
  const shown = () => screen.now.list.data?.map(({ id, assetCount }) => `${id} ${assetCount}`);
  expect(shown()).toEqual(['trees 3', 'lakes 0']);
  act(() => {
    queryClient.setQueryData(list, before);
  });
  await soon(1);
  expect(shown()).toEqual(['trees 3', 'parks 0']);
  press(() => watch(screen.now.add({ ...add, assetIds: ['oak'] })));
  await soon(1);
  expect(counts(screen)).toEqual([4, 4]);
});

test('pages that are put back by hand, with a change in them and collections that are made or refused by then, show what is known by now', async () => {
  const { queryClient, screen, emulator } = await open();
  emulator.fault({ kind: 'slow', ms: 200, on: 'POST', times: 1 });
  emulator.fault({ kind: 'refuse', on: ({ body }) => Object(body).name === 'Refused' });
  emulator.fault({ kind: 'slow', ms: 1_000, on: 'PUT' });
  emulator.fault({ kind: 'refuse', on: 'PUT' });
  press(() => {
    for (const name of ['Made', 'Refused']) watch(screen.now.create({ name }));
    watch(screen.now.add(add));
  });
  const before = queryClient.getQueryData(list);
  await emulator.elsewhere('https://api.test/v1/collections/parks', { method: 'DELETE' });
  void queryClient.refetchQueries({ queryKey: list });
  await soon(600);
  act(() => {
    queryClient.setQueryData(list, before);
  });
  await soon(1);
  const shown = () =>
    screen.now.list.data?.map(({ id, clientKey, assetCount }) => `${clientKey ? 'made' : id} ${assetCount}`);
  expect(shown()).toEqual(['made 0', 'trees 3', 'parks 0']);
  await soon(1_000);
  expect(shown()).toEqual(['made 0', 'trees 2', 'parks 0']);
});

test('an asset in contents that are set by hand is shown if it says that it is in there, and as soon as it is', async () => {
  const app = openApp({ latency: 100, collections: [{ id: 'trees' }] });
  const at = '2026-01-01T00:00:00.000Z';
  const asset = (id: string, collectionIds: string[]) => ({ id, collectionIds, createdAt: at, updatedAt: at });
  app.queryClient.setQueryData(collectionKeys.assets('trees'), {
    pages: [{ assets: [asset('oak', ['trees']), asset('yew', []), asset('elm', ['trees'])] }],
    pageParams: [null],
  });
  const screen = app.hook(() => ({
    ids: useCollectionAssets('trees', {}, { staleTime: Number.POSITIVE_INFINITY }).data?.map(({ id }) => id),
    add: useAddAssets().mutateAsync,
  }));
  expect(screen.now.ids).toEqual(['oak', 'elm']);
  press(() => watch(screen.now.add(add)));
  expect(screen.now.ids).toEqual(['oak', 'yew', 'elm']);
  await soon(300);
  expect(screen.now.ids).toEqual(['oak', 'yew', 'elm']);
});

test.each(['no change', 'a change that is refused'])(
  'a list that begins with the pages of another, amid %s, shows what becomes of them, and outlives it',
  async (amid) => {
    const { queryClient, screen, emulator, hook } = await open();
    if (amid !== 'no change') {
      emulator.fault({ kind: 'refuse', on: 'PUT', times: 1 });
      press(() => watch(screen.now.add(add)));
    }
    const other = collectionKeys.list({ pageSize: 3 });
    act(() => {
      queryClient.setQueryData(other, queryClient.getQueryData(list));
    });
    const second = hook(() => useCollections({ pageSize: 3 }, { staleTime: Number.POSITIVE_INFINITY }).data);
    const own = () => second.now?.map(({ assetCount }) => assetCount);
    expect(own()).toEqual([amid === 'no change' ? 2 : 3, 0]);
    await soon(200);
    expect(own()).toEqual([2, 0]);
    press(() => watch(screen.now.add(add)));
    expect(own()).toEqual([3, 0]);
    await soon(200);
    screen.unmount();
    queryClient.removeQueries({ queryKey: list });
    const adds = hook(() => useAddAssets().mutateAsync);
    press(() => watch(adds.now({ ...add, assetIds: ['elm'] })));
    expect(own()).toEqual([4, 0]);
    await soon(200);
    expect(own()).toEqual([4, 0]);
  },
);

test('a change while a list is read again leaves its pages as many as they are, in the page that has been read already too', async () => {
  const { queryClient, screen } = await open();
  void screen.now.list.fetchNextPage();
  await soon(300);
  void queryClient.refetchQueries({ queryKey: list });
  await soon(150);
  press(() => watch(screen.now.add(add)));
  const pages = () => Object.keys(queryClient.getQueryData<InfiniteData<object>>(list)?.pages ?? {});
  expect(pages()).toEqual(['0', '1']);
  await soon(300);
  expect(pages()).toEqual(['0', '1']);
  expect(counts(screen)).toEqual([3, 3]);
});

test('what is set by hand while a change is pending does not hide it, and is not counted with it', async () => {
  const { queryClient, screen, emulator } = await open();
  press(() => watch(screen.now.add(add)));
  await soon(20);
  act(() => {
    queryClient.setQueryData<Collection>(detail, (old) => old && { ...old });
  });
  for (let i = 0; i < 30; i++) {
    expect(counts(screen)).toEqual([3, 3]);
    await soon(10);
  }
  expect(emulator.members('trees').assetIds).toHaveLength(3);
});

test('a cancelled refetch, which puts the old data back, does not take a pending change with it', async () => {
  const { queryClient, screen } = await open();
  void queryClient.refetchQueries();
  await soon(20);
  press(() => watch(screen.now.add(add)));
  await soon(20);
  await act(() => queryClient.cancelQueries());
  for (let i = 0; i < 30; i++) {
    expect(counts(screen)).toEqual([3, 3]);
    await soon(10);
  }
});

test('a cancelled refetch does not undo a change that was confirmed meanwhile', async () => {
  const { queryClient, screen, emulator } = await open();
  emulator.fault({ kind: 'slow', ms: 1_000, on: 'GET' });
  void queryClient.refetchQueries();
  await soon(20);
  press(() => watch(screen.now.add(add)));
  await soon(300);
  expect(screen.now.pending).toEqual([]);
  await act(() => queryClient.cancelQueries());
  await soon(2_000);
  expect(counts(screen)).toEqual([3, 3]);
});

test('a cancelled next page leaves the pages that are there', async () => {
  const { queryClient, screen } = await open();
  const outcome = watch(screen.now.list.fetchNextPage());
  await soon(20);
  press(() => watch(screen.now.add(add)));
  await act(() => queryClient.cancelQueries());
  await soon(300);
  expect(outcome.error === undefined || outcome.error instanceof CancelledError).toBe(true);
  expect(screen.now.list.data?.map(({ id, assetCount }) => `${id} ${assetCount}`)).toEqual(['trees 3', 'parks 0']);
});

test('a next page that was asked for before a change lands with the change in the pages before it', async () => {
  const { screen } = await open();
  void screen.now.list.fetchNextPage();
  await soon(20);
  press(() => watch(screen.now.add(add)));
  for (let i = 0; i < 30; i++) {
    expect(counts(screen)).toEqual([3, 3]);
    await soon(10);
  }
  expect(screen.now.list.data).toHaveLength(3);
});

test('a cache that is cleared while a change is pending loses nothing that was asked for', async () => {
  const { queryClient, screen, emulator } = await open();
  const outcome = press(() => watch(screen.now.add(add)));
  await soon(20);
  screen.unmount();
  queryClient.getQueryCache().clear();
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 3 } });
  expect(emulator.members('trees').assetIds).toContain('yew');
});

test('a cache that is cleared whole, mutations too, shows nothing of what was pending, and what is read then is right', async () => {
  const app = await open();
  const outcome = press(() => watch(app.screen.now.add(add)));
  await soon(20);
  app.screen.unmount();
  app.queryClient.clear();
  const again = app.hook(useScreen);
  await soon(500);
  expect(outcome.settled).toBe(1);
  expect(counts(again)).toEqual([3, 3]);
  expect(again.now.pending).toEqual([]);
});

test.each(['removed', 'reset'])('queries that are %s while a change is pending come back with it', async (how) => {
  const { queryClient, screen } = await open();
  press(() => watch(screen.now.add(add)));
  await soon(10);
  act(() => {
    if (how === 'reset') void queryClient.resetQueries();
    else queryClient.removeQueries({ queryKey: collectionKeys.details() });
  });
  const seen = new Set<number | undefined>();
  for (let i = 0; i < 40; i++) {
    await soon(10);
    for (const count of counts(screen)) seen.add(count);
  }
  seen.delete(undefined);
  expect([...seen]).toEqual([3]);
  expect(counts(screen)).toEqual([3, 3]);
});

const gone = { data: undefined, dataUpdatedAt: 0 };
const listOf = (app: App) => app.queryClient.getQueryCache().find({ queryKey: list });

/** TanStack Query's developer tools do it by `setState`. */
test.each<[string, (app: App) => unknown]>([
  ['reset', (app) => app.queryClient.resetQueries()],
  ['reset, while nothing reads it', (app) => listOf(app)?.reset()],
  ['set to an error', (app) => listOf(app)?.setState({ ...gone, status: 'error', error: new Error('By hand') })],
  ['set to loading', (app) => listOf(app)?.setState({ ...gone, status: 'pending' })],
  [
    'set to what is no list',
    ({ queryClient }) => queryClient.setQueryData(list, { pages: [{}], pageParams: [null] } as never),
  ],
])('a list that was %s stays empty until it is read, whatever is asked for meanwhile', async (_, empty) => {
  vi.spyOn(console, 'warn').mockImplementationOnce(() => undefined);
  const app = await open();
  act(() => void empty(app));
  await soon(20);
  expect(app.screen.now.list.data).toBeUndefined();
  const outcome = press(() => watch(app.screen.now.add(add)));
  expect(app.screen.now.list.data).toBeUndefined();
  expect(listOf(app)?.state.data).toBeUndefined();
  await soon(300);
  expect(outcome.value).toMatchObject({ assetCount: 3 });
  act(() => void app.screen.now.list.refetch());
  await soon(300);
  expect(counts(app.screen)).toEqual([3, 3]);
});

test('invalidating while a change is pending reads again and shows the change all along', async () => {
  const app = await open();
  press(() => watch(app.screen.now.add(add)));
  await soon(10);
  void app.queryClient.invalidateQueries({ queryKey: collectionKeys.all() });
  for (let i = 0; i < 40; i++) {
    expect(counts(app.screen)).toEqual([3, 3]);
    await soon(10);
  }
  // What the list brings need not be asked for by itself.
  expect(app.sent().filter((line) => line.startsWith('GET'))).toEqual(['GET /collections']);
});

test('every key of the library begins with the one that names its scope', () => {
  const all = collectionKeys.all('ada');
  const keys = [
    collectionKeys.lists('ada'),
    collectionKeys.list({ pageSize: 5 }, 'ada'),
    collectionKeys.details('ada'),
    collectionKeys.detail('trees', 'ada'),
    collectionKeys.assets('trees', {}, 'ada'),
    collectionKeys.models('trees', {}, 'ada'),
    collectionKeys.mutations('ada'),
  ];
  for (const key of keys) expect(key.slice(0, all.length)).toEqual(all);
  expect(new Set(keys.map(hashKey)).size).toBe(keys.length);
});
