import { focusManager, type InfiniteData } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Collection,
  collectionKeys,
  collectionsQueryOptions,
  useCollection,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, someCollections, soon } from '../support/app.tsx';
import { startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

inVirtualTime();
afterEach(() => focusManager.setFocused(undefined));

type Data = InfiniteData<{ collections: Collection[]; nextPaginationToken?: string }, string | null>;

const json = { 'content-type': 'application/json' };
const API = 'https://api.test/v1/collections';
const put = (emulator: ScenarioEmulator, id: string, name: string) =>
  emulator.elsewhere(`${API}/${id}`, { method: 'PUT', headers: json, body: JSON.stringify({ name }) });
const create = (emulator: ScenarioEmulator) =>
  emulator.elsewhere(API, { method: 'POST', headers: json, body: JSON.stringify({ name: 'New' }) });
const remove = (emulator: ScenarioEmulator, id: string) => emulator.elsewhere(`${API}/${id}`, { method: 'DELETE' });

/** How many rows each request of a list asked for since the last look. */
const sizes = (emulator: ScenarioEmulator, from: number) =>
  emulator.requests.slice(from).map(({ query }) => Number(query.pageSize));

/** Somebody comes back to the page. */
async function focus(): Promise<void> {
  act(() => focusManager.setFocused(false));
  act(() => focusManager.setFocused(true));
  await soon(1_000);
}

describe('a list that is read again', () => {
  test.each([
    { pageSize: 10, pages: 3, asked: [30] },
    { pageSize: undefined, pages: 3, asked: [30] },
    { pageSize: 50, pages: 3, asked: [100, 50] },
    { pageSize: 33, pages: 4, asked: [99, 33] },
    { pageSize: 100, pages: 2, asked: [100, 100] },
    { pageSize: 7, pages: 1, asked: [7] },
  ])('$pages pages of $pageSize are asked for $asked at a time, and stay the pages that they were', async (given) => {
    const { pageSize, pages, asked } = given;
    const app = openApp({ collections: someCollections(400) });
    const list = app.hook(() => useCollections({ pageSize }));
    await soon();
    for (let page = 1; page < pages; page++) {
      void list.now.fetchNextPage();
      await soon();
    }
    const before = app.emulator.requests.length;
    const key = collectionKeys.list({ pageSize });
    const data = app.queryClient.getQueryData(key);
    void list.now.refetch();
    await soon();
    expect(sizes(app.emulator, before).map((size) => size || 10)).toEqual(asked);
    // Nothing new: not one object is another.
    expect(app.queryClient.getQueryData(key)).toBe(data);
    await put(app.emulator, 'c3', 'Other');
    void list.now.refetch();
    await soon();
    const now = app.queryClient.getQueryData(key);
    expect(now?.pages.map((page) => page.collections.length)).toEqual(
      data?.pages.map((page) => page.collections.length),
    );
    expect(now?.pages.slice(1)).toEqual(data?.pages.slice(1));
    for (const [n, page] of (now?.pages ?? []).entries()) if (n) expect(page).toBe(data?.pages[n]);
    expect(list.now.data?.[3]?.name).toBe('Other');
  });

  test('contents too: assets by the hundred, models by the five hundred', async () => {
    const ids = (of: string) => Array.from({ length: 600 }, (_, n) => `${of}${n}`);
    const app = openApp({ collections: [{ id: 'c', assetIds: ids('a'), modelIds: ids('m') }] });
    const screen = app.hook(() => ({ assets: useCollectionAssets('c'), models: useCollectionModels('c') }));
    await soon();
    for (let page = 1; page < 5; page++) {
      void screen.now.assets.fetchNextPage();
      void screen.now.models.fetchNextPage();
      await soon();
    }
    const before = app.emulator.requests.length;
    void screen.now.assets.refetch();
    await soon();
    expect(sizes(app.emulator, before)).toEqual([100, 100, Number.NaN]);
    void screen.now.models.refetch();
    await soon();
    expect(sizes(app.emulator, before).slice(3)).toEqual([500]);
    expect([screen.now.assets.data?.length, screen.now.models.data?.length]).toEqual([250, 500]);
  });

  test('whose server gives less than it is asked for is whole all the same', async () => {
    const emulator = createScenarioEmulator({ collections: someCollections(40) });
    const capped: typeof fetch = (input, init) => {
      const url = new URL(String(input instanceof Request ? input.url : input));
      if (Number(url.searchParams.get('pageSize')) > 10) url.searchParams.set('pageSize', '10');
      return emulator.fetch(url, init);
    };
    const app = openApp(emulator, { fetch: capped });
    const list = app.hook(() => useCollections({ pageSize: 10 }));
    await soon();
    for (let page = 1; page < 3; page++) {
      void list.now.fetchNextPage();
      await soon();
    }
    void list.now.refetch();
    await soon();
    expect(list.now.data?.map(({ id }) => id)).toEqual(emulator.collections.slice(0, 30).map(({ id }) => id));
  });

  test('whose first pages alone are kept by hand goes on where these end, whatever has moved', async () => {
    const app = openApp({ collections: someCollections(40) });
    const list = app.hook(() => useCollections({ pageSize: 5 }));
    await soon();
    for (let page = 1; page < 3; page++) {
      void list.now.fetchNextPage();
      await soon();
    }
    await create(app.emulator);
    await create(app.emulator);
    void list.now.refetch();
    await soon();
    act(() => {
      app.queryClient.setQueryData(collectionKeys.list({ pageSize: 5 }), (data) => ({
        pages: (data as Data).pages.slice(0, 1),
        pageParams: [null],
      }));
    });
    void list.now.fetchNextPage();
    await soon();
    expect(list.now.data?.map(({ id }) => id)).toEqual(app.emulator.collections.slice(0, 10).map(({ id }) => id));
  });

  const event = fc.oneof(
    { weight: 3, arbitrary: fc.constant('more' as const) },
    { weight: 3, arbitrary: fc.constant('refetch' as const) },
    { weight: 2, arbitrary: fc.constant('create' as const) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(60) }) },
    { weight: 2, arbitrary: fc.record({ rename: fc.nat(60) }) },
    { weight: 1, arbitrary: fc.constant('reset' as const) },
    { weight: 1, arbitrary: fc.constant('first page only' as const) },
    { weight: 1, arbitrary: fc.record({ cut: fc.nat(4) }) },
  );

  test('is the server’s list as far as it is loaded, whoever makes, renames and deletes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 12 }),
        fc.constantFrom(2, 3, 40, undefined),
        fc.constantFrom('createdAt' as const, 'updatedAt' as const, 'inserted' as const),
        fc.constantFrom('accepted' as const, 'refused' as const),
        async (events, pageSize, order, cursorsAfterWrite) => {
          stopVirtualTime();
          startVirtualTime();
          const app = openApp({ collections: someCollections(45), order, cursorsAfterWrite, pageSize: 4 });
          const { emulator, queryClient } = app;
          const list = app.hook(() => useCollections({ pageSize }));
          await soon();
          for (const one of events) {
            const at = (n: number) => emulator.collections[n % emulator.collections.length]?.id as string;
            if (one === 'more') void list.now.fetchNextPage();
            else if (one === 'refetch') void list.now.refetch();
            else if (one === 'reset') void queryClient.resetQueries();
            else if (one === 'first page only')
              void queryClient.fetchInfiniteQuery({
                ...collectionsQueryOptions(app.client, { pageSize }),
                pages: 1,
              } as never);
            else if (one === 'create') await create(emulator);
            else if ('remove' in one) await remove(emulator, at(one.remove));
            else if ('rename' in one) await put(emulator, at(one.rename), `Name ${one.rename}`);
            else
              act(() => {
                queryClient.setQueryData(collectionKeys.list({ pageSize }), (data) => ({
                  pages: (data as Data).pages.slice(0, one.cut + 1),
                  pageParams: (data as Data).pageParams.slice(0, one.cut + 1),
                }));
              });
            await soon();
          }
          void list.now.refetch();
          await soon();
          const truth = () => emulator.collections.slice(0, list.now.data?.length).map(({ id, name }) => [id, name]);
          const shown = () => list.now.data?.map(({ id, name }) => [id, name]);
          expect(shown()).toEqual(truth());
          while (list.now.hasNextPage) {
            void list.now.fetchNextPage();
            await soon();
          }
          expect(shown()).toEqual(emulator.collections.map(({ id, name }) => [id, name]));
          list.unmount();
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

describe('a detail and a list that has it', () => {
  const screens = {
    'the list first': (id: string) => ({ list: useCollections({ pageSize: 5 }), one: useCollection(id) }),
    'the detail first': (id: string) => {
      const one = useCollection(id);
      return { list: useCollections({ pageSize: 5 }), one };
    },
  };

  test.each(Object.entries(screens))('are read again by one request when somebody comes back, %s', async (_, use) => {
    const app = openApp({ collections: someCollections(20), latency: 20 });
    // The detail has been read by itself, so that the cache holds its query first.
    const alone = app.hook(() => useCollection('c3'));
    await soon(100);
    const screen = app.hook(() => use('c3'));
    await soon(100);
    alone.unmount();
    app.sent();
    await put(app.emulator, 'c3', 'Other');
    await focus();
    expect(app.sent()).toEqual(['GET /collections']);
    expect([screen.now.one.data?.name, screen.now.list.data?.[3]?.name]).toEqual(['Other', 'Other']);
    expect(screen.now.one.isFetching).toBe(false);
  });

  test('of which somebody asks for the detail alone: it is read', async () => {
    const app = openApp({ collections: someCollections(20), latency: 20 });
    const screen = app.hook(() => screens['the list first']('c3'));
    await soon(100);
    app.sent();
    void screen.now.list.refetch();
    await soon(5);
    await put(app.emulator, 'c3', 'Other');
    void screen.now.one.refetch();
    await soon(200);
    expect(app.sent()).toEqual(['GET /collections', 'GET /collections/c3']);
    expect(screen.now.one.data?.name).toBe('Other');
  });

  test('that does not have it any more, or fails: the detail is read by itself', async () => {
    const app = openApp({ collections: someCollections(20), latency: 20 });
    const screen = app.hook(() => screens['the list first']('c3'));
    await soon(100);
    app.sent();
    for (let n = 0; n < 5; n++) await create(app.emulator);
    await focus();
    expect(app.sent()).toEqual(['GET /collections', 'GET /collections/c3']);
    expect(screen.now.one.data?.id).toBe('c3');
    // Now on no page: both are read at once.
    await focus();
    expect(app.sent()).toHaveLength(2);
    await remove(app.emulator, 'c3');
    await focus();
    expect(screen.now.one.error).toMatchObject({ name: 'NotFoundError' });
    app.sent();

    const other = app.hook(() => screens['the list first'](app.emulator.collections[1]?.id as string));
    await soon(100);
    app.sent();
    app.emulator.fault({ kind: 'refuse', status: 403, on: ({ path }) => path === '/collections' });
    await focus();
    expect(app.sent().filter((request) => request.startsWith('GET /collections/'))).not.toEqual([]);
    expect([other.now.one.error, other.now.list.error?.name]).toEqual([null, 'PermissionDeniedError']);
  });

  test('with a change on its way is right when all is quiet', async () => {
    const app = openApp({ collections: someCollections(20), latency: 20 });
    const screen = app.hook(() => ({ ...screens['the list first']('c3'), update: useUpdateCollection().mutateAsync }));
    await soon(100);
    press(() => void screen.now.update({ collectionId: 'c3', name: 'Mine' }));
    await soon(5);
    await focus();
    expect([screen.now.one.data?.name, screen.now.list.data?.[3]?.name]).toEqual(['Mine', 'Mine']);
    expect(screen.now.one.isFetching).toBe(false);
  });

  test('that was read since: the detail is as new as that, and is not read until that is stale', async () => {
    const app = openApp({ collections: someCollections(20), latency: 20 });
    const open = () => app.hook(() => useCollection('c3', { staleTime: 60_000 }));
    const list = app.hook(() => useCollections({ pageSize: 5 }));
    const first = open();
    await soon(100);
    first.unmount();
    await soon(50_000);
    void list.now.refetch();
    await soon(30_000);
    app.sent();
    const second = open();
    await soon(100);
    expect([app.sent(), second.now.isStale]).toEqual([[], false]);
    second.unmount();
    await soon(31_000);
    open();
    await soon(100);
    expect(app.sent()).toEqual(['GET /collections/c3']);
  });
});
