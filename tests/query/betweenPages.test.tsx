import { dehydrate, hydrate, type Mutation, onlineManager, QueryClient } from '@tanstack/react-query';
import { act, cleanup } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  APIConnectionError,
  collectionsQueryOptions,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, openApp, press, someCollections, soon, watch } from '../support/app.tsx';

inVirtualTime();
afterEach(() => vi.restoreAllMocks());

const useScreen = (id: string | null = null) => ({
  list: useCollections().data,
  one: useCollection(id).data,
  pending: usePendingChanges(),
  create: useCreateCollection().mutateAsync,
  update: useUpdateCollection().mutateAsync,
  add: useAddAssets().mutateAsync,
});

const studio = () =>
  createScenarioEmulator({
    latency: 50,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

/** Somebody has asked for a collection and signed out. The server has made it, and says so late. */
async function signedOutAmidACreate() {
  const emulator = studio();
  const fetch: typeof emulator.fetch = async (input, init) => {
    const answer = await emulator.fetch(input, init);
    if (init?.method === 'POST') await new Promise((done) => setTimeout(done, 1_000));
    return answer;
  };
  const app = openApp(emulator, { fetch });
  const screen = app.hook(() => useScreen());
  await soon(200);
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  await soon(100);
  screen.unmount();
  app.queryClient.clear();
  return { app, emulator, id: emulator.collections[0]?.id ?? '' };
}

const writes = (emulator: ScenarioEmulator) =>
  emulator.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('get-bulk'));

const restored = (kind: string, variables: object) => ({
  queries: [],
  mutations: [
    {
      mutationKey: ['scenario', 'default', 'collections', 'mutation', kind],
      state: {
        status: 'pending',
        variables,
        submittedAt: 5,
        isPaused: false,
        failureCount: 0,
        error: null,
      } as Mutation['state'],
    },
  ],
});

test('loaded without a network, which TanStack Query does not know: what is restored waits until there is one', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const isOnLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const end = emulator.fault({ kind: 'offline' });
  const screen = app.hook(() => useScreen());
  act(() => hydrate(app.queryClient, restored('update', { collectionId: 'parks', name: 'Gardens' })));
  await soon(120_000);
  expect(screen.now.pending).toMatchObject([{ kind: 'update', status: 'paused' }]);
  end();
  isOnLine.mockReturnValue(true);
  act(() => void window.dispatchEvent(new Event('online')));
  await soon(1_000);
  expect(screen.now.pending).toEqual([]);
  expect(emulator.collections[1]?.name).toBe('Gardens');
});

/** A page that was loaded without a network, in which something was tried to be read. */
async function loadedOffline(queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } })) {
  const app = openApp(studio(), { queryClient });
  const isOnLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const end = app.emulator.fault({ kind: 'offline' });
  const screen = app.hook(() => ({
    list: useCollections(),
    one: useCollection('trees'),
    assets: useCollectionAssets('trees'),
  }));
  await soon(10_000);
  const reconnect = async () => {
    app.sent();
    end();
    isOnLine.mockReturnValue(true);
    act(() => void window.dispatchEvent(new Event('online')));
    await soon(1_000);
    return app.sent().sort();
  };
  return { screen, reconnect };
}

test('loaded without a network: what could not be read is read, once, as soon as there is one', async () => {
  const { screen, reconnect } = await loadedOffline();
  expect(screen.now.list.error).toBeInstanceOf(APIConnectionError);
  expect(await reconnect()).toEqual(['GET /assets', 'GET /collections', 'GET /collections/trees']);
  expect(screen.now.list.data).toHaveLength(2);
  expect(screen.now.one.data?.assetCount).toBe(1);
  expect(screen.now.assets.data).toHaveLength(1);
  expect(await reconnect()).toEqual([]);
});

test('loaded without a network: what a kept cache shows, and could not be read again, is read as soon as there is one', async () => {
  const kept = openApp(studio());
  kept.hook(() => useCollections());
  await soon(100);
  cleanup();
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  hydrate(queryClient, dehydrate(kept.queryClient));
  void queryClient.invalidateQueries();
  const { screen, reconnect } = await loadedOffline(queryClient);
  expect(screen.now.list.data).toHaveLength(2);
  expect(screen.now.list.error).toBeInstanceOf(APIConnectionError);
  expect(await reconnect()).toContain('GET /collections');
  expect(screen.now.list.error).toBeNull();
});

test('a network that TanStack Query knows of is its own affair: nothing is read twice when it comes back', async () => {
  const app = openApp(studio());
  const screen = app.hook(() => useCollections());
  await soon(200);
  act(() => void window.dispatchEvent(new Event('offline')));
  await soon(200);
  app.sent();
  act(() => void window.dispatchEvent(new Event('online')));
  await soon(200);
  expect(app.sent()).toEqual(['GET /collections']);
  expect(screen.now.data).toHaveLength(2);
});

describe('signing out', () => {
  test('drops what waits, in every scope of that QueryClient: it is sent by nobody', async () => {
    const emulator = studio();
    const queryClient = new QueryClient();
    const apps = ['ann', 'ben'].map((scope) => openApp(emulator, { queryClient, scope }));
    const screens = apps.map((app) => app.hook(() => useScreen()));
    await soon(300);
    act(() => onlineManager.setOnline(false));
    const outcomes = screens.map((screen) =>
      press(() => watch(screen.now.update({ collectionId: 'parks', name: 'X' }))),
    );
    await soon(10);
    act(() => queryClient.clear());
    act(() => onlineManager.setOnline(true));
    await soon(500);
    expect(outcomes).toMatchObject([
      { error: { name: 'APIUserAbortError' } },
      { error: { name: 'APIUserAbortError' } },
    ]);
    expect(writes(emulator)).toEqual([]);
    expect(screens.flatMap((screen) => screen.now.pending)).toEqual([]);
  });

  test('lets nothing of what the first user saw be shown to the next', async () => {
    const emulator = studio();
    const queryClient = new QueryClient();
    const first = openApp(emulator, { queryClient });
    const screen = first.hook(() => useScreen('trees'));
    await soon(300);
    press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(10);
    screen.unmount();
    act(() => queryClient.clear());
    await soon(500);
    const next = openApp(emulator, { queryClient, fetch: () => new Promise(() => undefined) });
    const after = next.hook(() => useScreen('trees'));
    await soon(100);
    expect(after.now.one).toBeUndefined();
    expect(after.now.list).toBeUndefined();
  });
});

test('who is there at once after a sign-out is shown nothing of what the last one saw, and nothing is sent again for the last one', async () => {
  const emulator = studio();
  const app = openApp(emulator, { maxRetries: 2 });
  const screen = app.hook(() => useScreen('trees'));
  await soon(200);
  emulator.fault({ kind: 'offline', on: 'PUT /collections/trees', times: 1 });
  const outcome = press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  await soon(60);
  const sent = emulator.requests.length;
  screen.unmount();
  app.queryClient.clear();
  const next = app.hook(() => useScreen('trees'));
  expect([next.now.list, next.now.one, next.now.pending]).toEqual([undefined, undefined, []]);
  await soon(60_000);
  expect(outcome.settled).toBe(1);
  expect(emulator.requests.slice(sent).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(next.now.one?.name).toBe('Trees');
});

test('who signs out while a list is read again leaves the pages that were read to nobody', async () => {
  const app = openApp({ collections: someCollections(150), latency: 20 });
  const list = app.hook(() => useCollections({ pageSize: 60 }));
  await soon(100);
  void list.now.fetchNextPage();
  await soon(100);
  void list.now.refetch();
  // The first page has come, the second is on its way.
  await soon(30);
  app.queryClient.clear();
  list.unmount();
  const next = app.hook(() => [useCollections({ pageSize: 60 }).data, useCollection('c0').data]);
  expect(next.now).toEqual([undefined, undefined]);
  await soon(100);
  expect(next.now[1]).toMatchObject({ id: 'c0' });
});

test('who signs out after a create has failed that was looked at leaves nothing to the next either', async () => {
  const emulator = studio();
  const queryClient = new QueryClient();
  const app = openApp(emulator, { queryClient });
  const screen = app.hook(() => useScreen('trees'));
  await soon(300);
  emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 1 });
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  const id = screen.now.list?.[0]?.id ?? '';
  app.hook(() => useCollection(id)).unmount();
  await soon(300);
  screen.unmount();
  act(() => queryClient.clear());
  const next = openApp(emulator, { queryClient, fetch: () => new Promise(() => undefined) });
  expect(next.hook(() => useScreen('trees')).now.one).toBeUndefined();
});

test('what became of a change that got no answer is not asked for somebody who has signed out', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  emulator.fault({ kind: 'offline', on: '* /collections/parks' });
  const outcome = press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await soon(500);
  expect(outcome.settled).toBe(1);
  screen.unmount();
  app.queryClient.clear();
  app.sent();
  await soon(60_000);
  expect(app.sent()).toEqual([]);
});

test.each([
  ['update', 'GET /collections/parks', { collectionId: 'parks', name: 'Gardens' }],
  ['create', '', { name: 'Lakes' }],
])('what became of a restored %s is asked no more when its user has signed out', async (kind, fault, variables) => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  if (fault) emulator.fault({ kind: 'offline', on: fault } as never);
  act(() => hydrate(app.queryClient, restored(kind, variables)));
  await soon(1_000);
  expect(app.sent().length).toBeGreaterThan(1);
  screen.unmount();
  app.queryClient.clear();
  await soon(60_000);
  expect(app.sent()).toEqual([]);
});

test('what was to be found out for who has signed out meanwhile, and still waited for a place, is asked of nobody', async () => {
  const app = openApp(studio());
  const ids = Array.from({ length: 6 }, (_, i) => `c${i}`);
  const screen = app.hook(() => ids.map((id) => useCollection(id).isPending));
  act(() => hydrate(app.queryClient, restored('update', { collectionId: 'parks', name: 'Gardens' })));
  await soon(10);
  expect(app.sent()).toEqual(ids.map((id) => `GET /collections/${id}`));
  screen.unmount();
  app.queryClient.clear();
  await soon(60_000);
  expect(app.sent()).toEqual([]);
});

test('a cached collection that was just made and comes back while a restored change of it is asked about is shown again with the next read, where a server that lags behind did not find it', async () => {
  const emulator = studio();
  const before = openApp(emulator);
  await clientOf(emulator, { fetch: emulator.elsewhere }).collections.create({ name: 'Lakes' });
  const id = emulator.collections[0]?.id ?? '';
  before.hook(() => useScreen());
  await soon(300);
  const cache = dehydrate(before.queryClient);
  const app = openApp(emulator, {
    queryClient: new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } }),
  });
  const on = `GET /collections/${id}`;
  emulator.fault({ kind: 'slow', ms: 200, on, times: 1 });
  emulator.fault({ kind: 'refuse', on, status: 404, times: 1 });
  emulator.fault({ kind: 'slow', ms: 1_000, on: `PUT /collections/${id}`, times: 1 });
  act(() => hydrate(app.queryClient, restored('update', { collectionId: id, name: 'Seas' })));
  const pending = app.hook(() => usePendingChanges());
  await soon(50);
  act(() => hydrate(app.queryClient, cache));
  const list = app.hook(() => useCollections());
  await soon(300);
  act(() => void list.now.refetch());
  await soon(100);
  expect(list.now.data?.map(({ name }) => name)).toEqual(['Seas', 'Trees', 'Parks']);
  expect(pending.now).toHaveLength(1);
});

test('a restored remove that was done is counted all along, also where the collection was not given when it was asked for', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  const elsewhere = clientOf(emulator, { fetch: emulator.elsewhere });
  await elsewhere.collections.assets.remove('trees', { assetIds: ['oak'] });
  emulator.fault({ kind: 'refuse', on: 'GET /collections/trees', status: 403, times: 1 });
  act(() => hydrate(app.queryClient, restored('removeAssets', { collectionId: 'trees', assetIds: ['oak'] })));
  await soon(10);
  const counts = new Set<number | undefined>();
  for (let i = 0; i < 100; i++) {
    counts.add(screen.now.list?.[0]?.assetCount);
    await soon(10);
  }
  expect([...counts]).toEqual([0]);
  expect(screen.now.pending).toEqual([]);
});

test('contents that are to be read for what was added are read by the next page, where this one ends while another change waits', async () => {
  const emulator = createScenarioEmulator({
    latency: 50,
    assets: ['ash', 'pine'],
    collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak'] }],
  });
  const { fetch } = emulator;
  let isHeld = false;
  const app = openApp(emulator, {
    fetch: (input, init) => (isHeld ? new Promise<Response>(() => undefined) : fetch(input, init)),
  });
  const contents = app.hook(() => useCollectionAssets('trees').data?.map(({ id }) => id));
  const screen = app.hook(() => useScreen());
  await soon(200);
  contents.unmount();
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['ash'] })));
  await soon(40);
  isHeld = true;
  press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  await soon(60);
  expect([emulator.members('trees').assetIds, screen.now.pending.length]).toEqual([['oak', 'ash'], 1]);
  const state = JSON.parse(JSON.stringify(dehydrate(app.queryClient)));
  screen.unmount();
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  hydrate(queryClient, { ...state, mutations: [] });
  const next = openApp(emulator, { queryClient }).hook(() => useCollectionAssets('trees').data?.map(({ id }) => id));
  expect(next.now).toEqual(['oak']);
  await soon(200);
  expect(next.now).toEqual(['ash', 'oak']);
});

test('what somebody has made who has signed out meanwhile is a collection like any other', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  emulator.fault({ kind: 'slow', ms: 300, on: 'POST /collections', times: 1 });
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  await soon(100);
  screen.unmount();
  app.queryClient.clear();
  const next = app.hook(() => useScreen());
  await soon(2_000);
  act(() => void app.queryClient.invalidateQueries());
  await soon(500);
  expect(next.now.list?.map(({ name }) => name)).toEqual(emulator.collections.map(({ name }) => name));
  expect(next.now.list).toHaveLength(3);
});

test('what was read of a collection since its create left is newer than the late answer to who has signed out', async () => {
  const { app, emulator, id } = await signedOutAmidACreate();
  await clientOf(emulator, { fetch: emulator.elsewhere }).collections.assets.add(id, { assetIds: ['swan'] });
  const next = app.hook(() => useScreen());
  await soon(2_000);
  expect(next.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
    'Lakes 1',
    'Trees 1',
    'Parks 0',
  ]);
});

test('what is on its way for who has signed out keeps nothing from the next one that is read meanwhile', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  emulator.fault({ kind: 'slow', ms: 20_000, on: 'PUT /collections/parks', times: 1 });
  press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await soon(100);
  screen.unmount();
  app.queryClient.clear();
  const next = app.hook(() => useScreen());
  const parks = () => next.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)[1];
  await soon(200);
  expect(parks()).toBe('Gardens 0');
  const colleague = clientOf(emulator, { fetch: emulator.elsewhere }).collections;
  await colleague.assets.add('parks', { assetIds: ['swan'] });
  await colleague.update('parks', { name: 'Squares' });
  act(() => void app.queryClient.invalidateQueries());
  await soon(200);
  expect(parks()).toBe('Squares 1');
  await soon(30_000);
  expect(parks()).toBe('Squares 1');
});

test('what was read for who has signed out, while his request was on its way, is never shown to the next one', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen('trees'));
  await soon(200);
  emulator.fault({ kind: 'slow', ms: 300, on: 'PUT /collections/trees', times: 1 });
  emulator.fault({ kind: 'loseAnswer', on: 'PUT /collections/trees', times: 1 });
  press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  act(() => void app.queryClient.invalidateQueries());
  await soon(200);
  screen.unmount();
  app.queryClient.clear();
  await clientOf(emulator, { fetch: emulator.elsewhere }).collections.update('trees', { name: 'Hills' });
  for (const [on, ms] of [
    ['GET /collections/trees', 1_000],
    ['GET /collections', 1_000],
    ['PUT /collections/trees/assets', 2_000],
  ] as const)
    emulator.fault({ kind: 'slow', ms, on, times: 1 });
  const next = app.hook(() => useScreen('trees'));
  press(() => watch(next.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  const shown = new Set<string | undefined>();
  for (let i = 0; i < 300; i++) {
    await soon(10);
    for (const copy of [next.now.one, next.now.list?.find(({ id }) => id === 'trees')]) shown.add(copy?.name);
  }
  expect([...shown].filter(Boolean)).toEqual(['Hills']);
  expect(next.now).toMatchObject({ one: { assetCount: 2 }, pending: [] });
});

test.each([
  { fault: { kind: 'loseAnswer' }, why: 'got no answer' },
  { fault: { kind: 'refuse', status: 404 }, why: 'did not find something' },
  { fault: { kind: 'refuse', status: 400 }, why: 'was refused' },
] as const)(
  'what is found out for who has signed out, since his request $why, is never shown to the next one',
  async ({ fault }) => {
    const emulator = studio();
    const app = openApp(emulator);
    const screen = app.hook(() => useScreen('trees'));
    await soon(200);
    const slow = (on: string, ms: number) => emulator.fault({ kind: 'slow', ms, on, times: 1 });
    emulator.fault({ ...fault, on: 'PUT /collections/trees/assets', times: 1 });
    press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
    slow('GET /collections/trees', 1_000);
    await soon(200);
    screen.unmount();
    app.queryClient.clear();
    await clientOf(emulator, { fetch: emulator.elsewhere }).collections.update('trees', { name: 'Hills' });
    for (const on of ['GET /collections/trees', 'GET /collections']) slow(on, 2_000);
    slow('PUT /collections/trees/assets', 3_000);
    const next = app.hook(() => useScreen('trees'));
    press(() => watch(next.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    const shown = new Set<string | undefined>();
    for (let i = 0; i < 500; i++) {
      await soon(10);
      for (const copy of [next.now.one, next.now.list?.find(({ id }) => id === 'trees')]) shown.add(copy?.name);
    }
    expect([...shown].filter(Boolean)).toEqual(['Hills']);
    expect(next.now).toMatchObject({ one: emulator.collections[0], pending: [] });
  },
);

test('what is found out late for who has signed out is older than what the next one has read', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  const rendered = structuredClone(dehydrate(app.queryClient));
  emulator.fault({ kind: 'loseAnswer', on: 'PUT /collections/parks/assets', times: 1 });
  emulator.fault({ kind: 'slow', ms: 5_000, on: 'POST /assets/get-bulk', times: 1 });
  press(() => watch(screen.now.add({ collectionId: 'parks', assetIds: ['duck'] })));
  await soon(500);
  screen.unmount();
  app.queryClient.clear();
  const colleague = clientOf(emulator, { fetch: emulator.elsewhere }).collections;
  await colleague.update('parks', { name: 'Squares' });
  await colleague.assets.add('parks', { assetIds: ['swan'] });
  const next = app.hook(() => useScreen());
  emulator.fault({ kind: 'slow', ms: 5_000, on: 'PUT /collections/parks/assets', times: 1 });
  for (const { state } of rendered.queries) state.dataUpdatedAt = Date.now() + 40;
  act(() => hydrate(app.queryClient, rendered));
  const outcome = press(() => watch(next.now.add({ collectionId: 'parks', assetIds: ['oak'] })));
  const shown = new Set<string>();
  for (let i = 0; i < 60; i++) {
    await soon(100);
    // Nothing tells what the first one's request has done, before the question about it is answered.
    if (i > 52) for (const { id, name, assetCount } of next.now.list ?? []) shown.add(`${id} ${name} ${assetCount}`);
  }
  expect([...shown]).toEqual(['trees Trees 1', 'parks Squares 3']);
  await soon(20_000);
  expect(outcome.settled).toBe(1);
  expect(next.now.list?.map(({ name, assetCount }) => [name, assetCount])).toEqual([
    ['Trees', 1],
    ['Squares', 3],
  ]);
});

test('what is found out late for who has signed out says nothing beside what a server has rendered for the next one', async () => {
  const emulator = createScenarioEmulator({
    latency: 50,
    collections: [{ id: 'parks', name: 'Parks' }],
    touchOnMembership: false,
  });
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(200);
  emulator.fault({ kind: 'loseAnswer', on: 'PUT /collections/parks/assets', times: 1 });
  emulator.fault({ kind: 'slow', ms: 5_000, on: 'POST /assets/get-bulk', times: 1 });
  press(() => watch(screen.now.add({ collectionId: 'parks', assetIds: ['duck'] })));
  await soon(500);
  const colleague = clientOf(emulator, { fetch: emulator.elsewhere });
  await colleague.collections.assets.add('parks', { assetIds: ['swan'] });
  const server = new QueryClient();
  void server.prefetchInfiniteQuery(collectionsQueryOptions(colleague));
  await soon(100);
  screen.unmount();
  app.queryClient.clear();
  emulator.fault({ kind: 'slow', ms: 9_000, on: 'GET /collections', times: 1 });
  hydrate(app.queryClient, dehydrate(server));
  const next = app.hook(() => useScreen());
  const shown = new Set<string>();
  for (let i = 0; i < 80; i++) {
    await soon(100);
    for (const { id, name, assetCount } of next.now.list ?? []) shown.add(`${id} ${name} ${assetCount}`);
  }
  expect([...shown]).toEqual(['parks Parks 2']);
});

test('what the next one asks of a collection counts also when the answer to the create of who has signed out comes then', async () => {
  const { app, id } = await signedOutAmidACreate();
  const next = app.hook(() => useScreen());
  await soon(200);
  act(() => onlineManager.setOnline(false));
  const assetIds = Array.from({ length: 60 }, (_, i) => `swan-${i}`);
  const outcome = press(() => watch(next.now.add({ collectionId: id, assetIds })));
  await soon(2_000);
  expect(next.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
    'Lakes 60',
    'Trees 1',
    'Parks 0',
  ]);
  expect(next.now.pending).toHaveLength(1);
  act(() => onlineManager.setOnline(true));
  await soon(2_000);
  expect(outcome.value).toMatchObject({ id, assetCount: 60 });
});

test('removing a mutation drops what it held, and what is behind it goes on', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(() => useScreen());
  await soon(300);
  act(() => onlineManager.setOnline(false));
  const outcome = press(() => watch(screen.now.update({ collectionId: 'parks', name: 'X' })));
  press(() => watch(screen.now.add({ collectionId: 'parks', assetIds: ['yew'] })));
  const mutations = app.queryClient.getMutationCache();
  act(() => mutations.remove(mutations.getAll()[0] as Mutation));
  expect(screen.now.list?.map(({ name }) => name)).toEqual(['Trees', 'Parks']);
  act(() => onlineManager.setOnline(true));
  await soon(300);
  expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
  expect(writes(emulator).map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /collections/parks/assets']);
  expect(emulator.collections[1]).toMatchObject({ name: 'Parks', assetCount: 1 });
});

describe('after a create has failed', () => {
  async function failed() {
    const emulator = studio();
    const app = openApp(emulator);
    const screen = app.hook(() => useScreen());
    await soon(300);
    const end = emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections' } as never);
    press(() => watch(screen.now.create({ name: 'Lakes' })));
    const key = screen.now.list?.[0]?.id as string;
    press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
    await soon(300);
    end();
    expect(screen.now.pending.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'create failed',
      'addAssets failed',
    ]);
    const [create, add] = screen.now.pending;
    return { emulator, screen, create, add };
  }

  test('a change that is retried before it waits for it, and goes with it', async () => {
    const { emulator, screen, create, add } = await failed();
    act(() => add?.retry());
    await soon(300);
    expect(screen.now.pending.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'create failed',
      'addAssets queued',
    ]);
    act(() => create?.retry());
    await soon(500);
    expect(screen.now.pending).toEqual([]);
    expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 1 });
    expect(writes(emulator).filter(({ path }) => path.includes('new_'))).toEqual([]);
  });

  test('a change that waits for it is gone when it is discarded', async () => {
    const { emulator, screen, create, add } = await failed();
    act(() => add?.retry());
    await soon(100);
    act(() => create?.discard());
    await soon(300);
    expect(screen.now.pending.filter(({ status }) => status !== 'failed')).toEqual([]);
    expect(writes(emulator)).toHaveLength(1);
  });
});

describe('a page that was frozen while a request was on its way', () => {
  const frozen = (emulator: ScenarioEmulator) => {
    let isFrozen = false;
    const app = openApp(emulator, {
      fetch: async (input, init) => {
        const lost = isFrozen;
        const answer = emulator.fetch(input, init);
        if (!lost) return answer;
        // It is carried out, and its answer comes for nobody; an abort is heard.
        return new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
      },
    });
    const freeze = (now: boolean) => {
      isFrozen = now;
    };
    return { screen: app.hook(() => useScreen()), freeze };
  };

  test('asks what became of it as soon as it wakes', async () => {
    const emulator = studio();
    const { screen, freeze } = frozen(emulator);
    await soon(300);
    freeze(true);
    const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(100);
    freeze(false);
    act(() => void document.dispatchEvent(new Event('resume')));
    await soon(200);
    expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
    expect(writes(emulator)).toHaveLength(1);
  });

  test('finds a collection that was made meanwhile', async () => {
    const emulator = studio();
    const { screen, freeze } = frozen(emulator);
    await soon(300);
    freeze(true);
    const outcome = press(() => watch(screen.now.create({ name: 'Lakes' })));
    await soon(100);
    freeze(false);
    act(() => void document.dispatchEvent(new Event('resume')));
    await soon(200);
    expect(outcome).toMatchObject({ settled: 1, value: { name: 'Lakes' } });
    expect(screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
    expect(emulator.collections).toHaveLength(3);
  });
});
