import { dehydrate, hydrate, onlineManager, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { APIUserAbortError, type Collection, collectionKeys, useCollectionAssets } from '../../src/index.ts';
import { getStore } from '../../src/query/getStore.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { useScreen } from '../support/useScreen.ts';

inVirtualTime();

type Screen = ReturnType<App['hook']> & { readonly now: ReturnType<typeof useScreen> };

interface Page extends App {
  readonly screen: Screen;
  /** Its requests go nowhere from now on, without a word. */
  unplug(): void;
  /** Closes the page: what it leaves is what was persisted, and nothing of it reaches the server any more. */
  close(): string;
}

type Order = 'hydrated before the provider mounts' | 'hydrated after the provider has mounted';

async function openPage(emulator: ScenarioEmulator, left?: string, order?: Order): Promise<Page> {
  const queryClient = new QueryClient();
  let isUnplugged = false;
  const app = openApp(emulator, {
    queryClient,
    fetch: (input, init) => (isUnplugged ? new Promise(() => undefined) : emulator.fetch(input, init)),
  });
  const restore = () => left !== undefined && hydrate(queryClient, JSON.parse(left));
  if (order === 'hydrated before the provider mounts') restore();
  const screen = app.hook(useScreen);
  if (order === 'hydrated after the provider has mounted') act(restore);
  const unplug = () => {
    isUnplugged = true;
  };
  return Object.assign(app, {
    screen,
    unplug,
    close: () => {
      const cache = JSON.stringify(cacheOfBefore(app));
      screen.unmount();
      unplug();
      return cache;
    },
  });
}

/** The cache of an app from before the outbox: it held what was shown, its pending mutations, and a small query beside them. */
function cacheOfBefore({ queryClient, client }: App) {
  const { ledger } = getStore(queryClient, client);
  const queues = [...ledger.queues.values()];
  const { ids } = ledger.entities;
  const all = dehydrate(queryClient, {
    serializeData: (data) => data,
    shouldDehydrateQuery: ({ state }) => state.status === 'success',
    shouldDehydrateMutation: ({ state }) => state.status === 'pending',
  });
  const data = {
    confirmed: queues.flatMap(({ id }) => ledger.entities.confirmed(id) ?? []),
    names: queues.flatMap(({ id }) =>
      ids.clientKeyOf(id) && ids.clientKeyOf(id) !== id ? [[ids.clientKeyOf(id), id]] : [],
    ),
    creates: queues.flatMap(({ id, create, inFlight }) => (create ? [[create.submittedAt, id, !!inFlight]] : [])),
    parts: queues
      .flatMap(({ changes }) => changes)
      .flatMap(({ submittedAt, kind, remaining, total }) =>
        remaining.size < total ? [[submittedAt, kind, [...remaining]]] : [],
      ),
  };
  if (!queues.length) return all;
  const queryKey = [...collectionKeys.all(client.scope), 'ledger'];
  const state = { data, dataUpdatedAt: 1, status: 'success', fetchStatus: 'idle' };
  return { ...all, queries: [...all.queries, { queryKey, queryHash: JSON.stringify(queryKey), state }] };
}

const studio = () =>
  createScenarioEmulator({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

const writes = (app: App) => app.sent().filter((line) => !line.startsWith('GET') && !line.includes('get-bulk'));
const goOffline = () => act(() => onlineManager.setOnline(false));
const goOnline = () => act(() => onlineManager.setOnline(true));

const orders: Order[] = ['hydrated before the provider mounts', 'hydrated after the provider has mounted'];

describe.each(orders)('a cache %s', (order) => {
  test('shows what waited, counted once, and sends it once and in order when the network is back', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(before.screen.now.add({ collectionId: 'trees', assetIds: ['yew', 'fir'] })));
    await soon(10);
    press(() => watch(before.screen.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
    press(() => watch(before.screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await soon(10);
    expect(before.screen.now.one?.assetCount).toBe(3);

    const after = await openPage(emulator, before.close(), order);
    await soon(200);
    expect(after.screen.now.one?.assetCount).toBe(3);
    expect(after.screen.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
      'Trees 3',
      'Gardens 0',
    ]);
    expect(after.screen.now.pending.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'addAssets paused',
      'removeAssets paused',
      'update paused',
    ]);
    after.sent();
    goOnline();
    for (let i = 0; i < 100; i++) {
      await soon(10);
      expect(after.screen.now.one?.assetCount).toBe(3);
    }
    expect(after.screen.now.pending).toEqual([]);
    expect(writes(after).toSorted()).toEqual([
      'DELETE /collections/trees/assets',
      'PUT /collections/parks',
      'PUT /collections/trees/assets',
    ]);
    expect(new Set(emulator.members('trees').assetIds)).toEqual(new Set(['elm', 'yew', 'fir']));
    expect(after.queryClient.getQueryCache().getAll()).toHaveLength(2);
  });

  test('what waited can be taken back before it is sent', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(before.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(10);
    const after = await openPage(emulator, before.close(), order);
    await soon(50);
    expect(after.screen.now.one?.assetCount).toBe(3);
    act(() => after.screen.now.pending[0]?.discard());
    expect(after.screen.now.one?.assetCount).toBe(2);
    expect(after.screen.now.pending).toEqual([]);
    after.sent();
    goOnline();
    await soon(500);
    expect(writes(after)).toEqual([]);
    expect(after.screen.now.one?.assetCount).toBe(2);
  });

  test('a collection that waits to be created is there, with what was put into it, under the same key', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(before.screen.now.create({ name: 'Lakes' })));
    const key = before.screen.now.list?.[0]?.clientKey as string;
    press(() => watch(before.screen.now.add({ collectionId: key, assetIds: ['swan'] })));
    press(() => watch(before.screen.now.update({ collectionId: key, name: 'Ponds' })));
    await soon(10);
    const after = await openPage(emulator, before.close(), order);
    await soon(50);
    const shown = { name: 'Ponds', assetCount: 1, itemCount: 1, clientKey: key };
    expect(after.screen.now.list).toHaveLength(3);
    expect(after.screen.now.list?.[0]).toMatchObject(shown);
    after.sent();
    goOnline();
    for (let i = 0; i < 60; i++) {
      await soon(10);
      expect(after.screen.now.list).toHaveLength(3);
      expect(after.screen.now.list?.[0]).toMatchObject(shown);
    }
    const id = emulator.collections[0]?.id;
    expect(writes(after)).toEqual(['POST /collections', `PUT /collections/${id}/assets`, `PUT /collections/${id}`]);
    expect(emulator.collections[0]).toMatchObject({ name: 'Ponds', assetCount: 1 });
  });

  test('a change that was being sent and had been applied is not sent again, nor counted twice', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    press(() => watch(before.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(70);
    expect(emulator.members('trees').assetIds).toContain('yew');
    const after = await openPage(emulator, before.close(), order);
    after.sent();
    for (let i = 0; i < 60; i++) {
      expect(after.screen.now.one?.assetCount).toBe(3);
      expect(after.screen.now.list?.[0]?.assetCount).toBe(3);
      await soon(10);
    }
    expect(after.screen.now.pending).toEqual([]);
    expect(writes(after)).toEqual([]);
  });

  test('a change that was being sent and never arrived is sent once', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    before.unplug();
    press(() => watch(before.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(20);
    expect(before.screen.now.pending).toHaveLength(1);
    const after = await openPage(emulator, before.close(), order);
    after.sent();
    for (let i = 0; i < 60; i++) {
      expect(after.screen.now.one?.assetCount).toBe(3);
      await soon(10);
    }
    expect(writes(after)).toEqual(['PUT /collections/trees/assets']);
    expect(emulator.members('trees').assetIds).toContain('yew');
  });

  test('a create that was being sent is not sent again: it fails, and the lists tell whether it was made', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    press(() => watch(before.screen.now.create({ name: 'Lakes' })));
    await soon(70);
    const after = await openPage(emulator, before.close(), order);
    after.sent();
    await soon(4_000);
    expect(writes(after)).toEqual([]);
    expect(after.screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
    expect(after.screen.now.pending).toMatchObject([{ kind: 'create', status: 'failed' }]);
    act(() => after.screen.now.pending[0]?.discard());
    expect(after.screen.now.pending).toEqual([]);
  });

  test('what waits outlives a second reload, and a third', async () => {
    const emulator = studio();
    const first = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(first.screen.now.create({ name: 'Lakes' })));
    const key = first.screen.now.list?.[0]?.clientKey as string;
    press(() => watch(first.screen.now.add({ collectionId: key, assetIds: ['swan'] })));
    await soon(10);
    const second = await openPage(emulator, first.close(), order);
    await soon(50);
    press(() => watch(second.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(10);
    const third = await openPage(emulator, second.close(), order);
    await soon(50);
    const shown = ['Lakes 1', 'Trees 3', 'Parks 0'];
    const rows = () => third.screen.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`);
    expect(rows()).toEqual(shown);
    expect(third.screen.now.pending.map(({ kind }) => kind)).toEqual(['create', 'addAssets', 'addAssets']);
    third.sent();
    goOnline();
    for (let i = 0; i < 60; i++) {
      await soon(10);
      expect(rows()).toEqual(shown);
    }
    expect(writes(third)).toHaveLength(3);
    expect(emulator.collections).toHaveLength(3);
  });

  test('what is asked for after a reload waits behind what waited before it', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(before.screen.now.update({ collectionId: 'trees', name: 'Woods' })));
    await soon(10);
    const after = await openPage(emulator, before.close(), order);
    await soon(10);
    const outcome = press(() => watch(after.screen.now.update({ collectionId: 'trees', name: 'Forest' })));
    expect(after.screen.now.one?.name).toBe('Forest');
    goOnline();
    for (let i = 0; i < 60; i++) {
      await soon(10);
      expect(after.screen.now.one?.name).toBe('Forest');
    }
    expect(outcome).toMatchObject({ settled: 1, value: { name: 'Forest' } });
    expect(emulator.collections[0]?.name).toBe('Forest');
  });

  test('a delete that waited stays out of the list, and is sent once', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    goOffline();
    press(() => watch(before.screen.now.remove({ collectionId: 'parks' })));
    await soon(10);
    const after = await openPage(emulator, before.close(), order);
    after.sent();
    expect(after.screen.now.list?.map(({ id }) => id)).toEqual(['trees']);
    goOnline();
    for (let i = 0; i < 60; i++) {
      await soon(10);
      expect(after.screen.now.list?.map(({ id }) => id)).toEqual(['trees']);
    }
    expect(writes(after)).toEqual(['DELETE /collections/parks']);
  });

  test('a change of many requests that was cut off goes on where it stood', async () => {
    const emulator = studio();
    const before = await openPage(emulator);
    await soon(300);
    const assetIds = Array.from({ length: 120 }, (_, i) => `leaf-${i}`);
    press(() => watch(before.screen.now.add({ collectionId: 'trees', assetIds })));
    await soon(130);
    const after = await openPage(emulator, before.close(), order);
    after.sent();
    for (let i = 0; i < 100; i++) {
      expect(after.screen.now.one?.assetCount).toBe(122);
      await soon(10);
    }
    expect(emulator.members('trees').assetIds).toHaveLength(122);
    expect(writes(after).length).toBeLessThanOrEqual(2);
    expect(after.screen.now.pending).toEqual([]);
  });
});

test('a taken-back change of an earlier page rejects nobody', async () => {
  const emulator = studio();
  const page = await openPage(emulator);
  await soon(300);
  goOffline();
  const outcome = press(() => watch(page.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(10);
  act(() => page.screen.now.pending[0]?.discard());
  await soon(10);
  expect(outcome.error).toBeInstanceOf(APIUserAbortError);
  expect(JSON.parse(page.close()).mutations).toEqual([]);
});

test('a dehydrated cache holds what the server said, and nothing of what is pending', async () => {
  const page = await openPage(studio());
  await soon(300);
  goOffline();
  press(() => watch(page.screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(page.screen.now.remove({ collectionId: 'parks' })));
  press(() => watch(page.screen.now.create({ name: 'Lakes' })));
  expect(page.screen.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(['Lakes 0', 'Trees 3']);
  const { queries, mutations } = JSON.parse(JSON.stringify(dehydrate(page.queryClient)));
  expect(mutations).toEqual([]);
  expect(queries.map(({ queryKey }: { queryKey: string[] }) => queryKey[3]).toSorted()).toEqual(['detail', 'list']);
  const [list] = queries.filter(({ queryKey }: { queryKey: string[] }) => queryKey[3] === 'list');
  const rows = list.state.data.pages[0].collections as { name: string; assetCount: number }[];
  expect(rows.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(['Trees 2', 'Parks 0']);
});

test.each([
  ['add', 'yew', 'answered late'],
  ['remove', 'oak', 'answered late'],
  ['add', 'yew', 'never answered'],
  ['remove', 'oak', 'never answered'],
] as const)(
  'a dehydrated cache counts all that its contents hold, whenever it is written: %s %s, %s',
  async (kind, id, how) => {
    const emulator = studio();
    const app = openApp(emulator, {
      // Applied at once.
      fetch: async (input, init) => {
        const answer = await emulator.fetch(input, init);
        if (init?.method === 'PUT' || init?.method === 'DELETE') {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          if (how === 'never answered') throw new TypeError('fetch failed');
        }
        return answer;
      },
    });
    const screen = app.hook(() => ({ ...useScreen(), contents: { ...useCollectionAssets('trees') } }));
    await soon(300);
    const { add, takeOut } = screen.now;
    press(() => watch((kind === 'add' ? add : takeOut)({ collectionId: 'trees', assetIds: [id] })));
    for (let i = 0; i < 60; i++) {
      if (i % 8 === 2) act(() => void screen.now.contents.refetch());
      await soon(50);
      const { queries } = JSON.parse(JSON.stringify(dehydrate(app.queryClient)));
      const stored = (part: string) =>
        queries.find(({ queryKey }: { queryKey: string[] }) => queryKey[3] === part)?.state;
      const contents = stored('assets').data.pages.flatMap((page: { assets: object[] }) => page.assets);
      expect(contents.length).toBeLessThanOrEqual(stored('detail').data.assetCount);
    }
    expect(emulator.members('trees').assetIds.includes(id)).toBe(kind === 'add');
  },
);

test('an app’s own `serializeData` and `shouldDehydrateQuery` are asked too', async () => {
  const asked: unknown[] = [];
  const dehydrateOptions = {
    serializeData: (data: unknown) => {
      asked.push(data);
      return data;
    },
    shouldDehydrateQuery: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[3] === 'detail',
  };
  const queryClient = new QueryClient({ defaultOptions: { dehydrate: dehydrateOptions } });
  openApp(studio(), { queryClient }).hook(useScreen);
  await soon(300);
  expect(dehydrate(queryClient).queries).toHaveLength(1);
  expect(asked).toMatchObject([{ id: 'trees', assetCount: 2 }]);
});

test('defaults that an app sets later, when changes are pending already, bring none of them into a dehydrated cache', async () => {
  const app = openApp(studio());
  const { queryClient } = app;
  const screen = app.hook(useScreen);
  await soon(300);
  goOffline();
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  const counts = () =>
    dehydrate(queryClient)
      .queries.filter(({ queryKey }) => queryKey[3] === 'detail')
      .map(({ state }) => (state.data as Collection).assetCount);
  for (const queries of [{ staleTime: 5_000 }, {}]) {
    queryClient.setDefaultOptions({ ...queryClient.getDefaultOptions(), queries });
    expect(counts()).toEqual([2]);
    queryClient.setDefaultOptions({ queries });
    expect(counts()).toEqual([2]);
    expect(queryClient.getDefaultOptions().queries).toEqual(queries);
  }
  expect(queryClient.getQueryData<Collection>(collectionKeys.detail('trees', app.client.scope))?.assetCount).toBe(3);
});
