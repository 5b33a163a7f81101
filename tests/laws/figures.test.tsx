import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MutationObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addAssetsMutationOptions,
  removeAssetsMutationOptions,
  useAddAssets,
  useCollections,
  usePendingChanges,
  useRemoveAssets,
} from '../../src/index.ts';
import { createQueryClient, renderScenario } from '../support/renderScenario.tsx';
import { pass, passAll, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

beforeEach(() => startVirtualTime());
afterEach(() => stopVirtualTime());

const many = Array.from({ length: 30 }, (_, index) => ({ id: `c${index}`, name: `Collection ${index}` }));

function useAll() {
  const { data, fetchNextPage } = useCollections({ pageSize: 3 });
  return {
    data,
    fetchNextPage,
    add: useAddAssets().mutateAsync,
    remove: useRemoveAssets().mutateAsync,
    pending: usePendingChanges(),
  };
}

async function renderTenPages() {
  const app = await renderScenario(useAll, { collections: many });
  for (let page = 1; page < 10; page++) {
    void app.current.fetchNextPage();
    await passAll();
  }
  expect(app.current.data).toHaveLength(30);
  const loaded = app.sent.length;
  const requests = () => app.sent.slice(loaded);
  return { app, requests };
}

const isRead = (request: string) => request.startsWith('GET') || request.endsWith('get-bulk');

describe('how many requests', () => {
  test('200 single adds in one tick with ten pages loaded are 5 writes and no read', async () => {
    const { app, requests } = await renderTenPages();
    const { add } = app.current;
    const done = Promise.all(
      Array.from({ length: 200 }, (_, index) => add({ collectionId: 'c4', assetIds: [`a${index}`] })),
    );
    await passAll();
    expect((await done).map(({ assetCount }) => assetCount).at(-1)).toBe(200);
    expect(requests()).toEqual(Array.from({ length: 5 }, () => 'PUT /collections/c4/assets'));
    await app.unmount();
  });

  test('toggling one asset ten times is at most 2 writes and 1 read, in one tick or over time', async () => {
    const { app, requests } = await renderTenPages();
    const { add, remove } = app.current;
    for (const wait of [0, 3]) {
      const before = requests().length;
      const done: Promise<unknown>[] = [];
      for (let turn = 0; turn < 10; turn++) {
        done.push((turn % 2 === 0 ? add : remove)({ collectionId: 'c4', assetIds: ['a1'] }));
        if (wait > 0) await pass(wait);
      }
      await passAll();
      await Promise.all(done);
      const sent = requests().slice(before);
      expect(sent.filter((request) => !isRead(request)).length).toBeLessThanOrEqual(2);
      expect(sent.filter(isRead).length).toBeLessThanOrEqual(1);
      expect(app.emulator.members('c4').assetIds).toEqual([]);
    }
    await app.unmount();
  });

  test('adding 500 is 11 writes and no read', async () => {
    const { app, requests } = await renderTenPages();
    const assetIds = Array.from({ length: 500 }, (_, index) => `a${index}`);
    const done = app.current.add({ collectionId: 'c4', assetIds });
    await passAll();
    expect((await done).assetCount).toBe(500);
    expect(requests()).toEqual(Array.from({ length: 11 }, () => 'PUT /collections/c4/assets'));
    await app.unmount();
  });

  test('a change that is refused with 403 causes no read', async () => {
    const { app, requests } = await renderTenPages();
    app.emulator.fault({ kind: 'refuse', on: 'PUT', times: 1 });
    const failed = app.current.add({ collectionId: 'c4', assetIds: ['a1'] }).then(
      () => false,
      () => true,
    );
    await passAll();
    expect(await failed).toBe(true);
    expect(requests()).toEqual(['PUT /collections/c4/assets']);
    await app.unmount();
  });

  test('a lost answer causes at most 2 reads, however many changes were in doubt', async () => {
    const { app, requests } = await renderTenPages();
    app.emulator.fault({ kind: 'loseAnswer', on: 'PUT', times: 1 });
    const { add } = app.current;
    const done = Promise.all(
      Array.from({ length: 40 }, (_, index) => add({ collectionId: 'c4', assetIds: [`a${index}`] })),
    );
    await passAll();
    await done;
    expect(requests().filter(isRead).length).toBeLessThanOrEqual(2);
    expect(requests().filter((request) => !isRead(request))).toHaveLength(1);
    await app.unmount();
  });
});

describe('what is left', () => {
  /** Changes of all outcomes, made and settled, with nobody listening afterwards. */
  async function session(changes: number) {
    const queryClient = createQueryClient();
    queryClient.setDefaultOptions({ mutations: { gcTime: 0 } });
    const app = await renderScenario(useAll, { collections: many, queryClient, keepFrames: false });
    const size = () =>
      JSON.stringify(
        queryClient
          .getQueryCache()
          .getAll()
          .map(({ state }) => state.data),
      ).length;
    // The same item again and again, so that what the session has learned does not grow by itself.
    const change = async (turn: number) => {
      const options = turn % 2 === 0 ? addAssetsMutationOptions(app.client) : removeAssetsMutationOptions(app.client);
      const variables = { collectionId: `c${turn % 3}`, assetIds: [`a${turn % 7}`] };
      const observer = new MutationObserver(queryClient, options);
      const forget = () => void observer.reset();
      observer.mutate(variables).then(forget, forget);
      if (turn % 20 === 19) await passAll();
    };
    const run = async () => {
      let sent = 0;
      const each = (nth: number) => (request: { method: string }) => request.method !== 'GET' && ++sent % nth === 0;
      app.emulator.fault({ kind: 'refuse', on: each(11) });
      app.emulator.fault({ kind: 'loseAnswer', on: each(13) });
      for (let turn = 0; turn < changes; turn++) await change(turn);
      await passAll();
    };
    return { app, queryClient, size, run };
  }

  test('after all changes have settled no query, mutation or pending change holds anything of them', async () => {
    const { app, queryClient, size, run } = await session(300);
    const queries = queryClient.getQueryCache().getAll().length;
    await run();
    const before = size();
    await run();
    expect(queryClient.getQueryCache().getAll()).toHaveLength(queries);
    expect(queryClient.getMutationCache().getAll()).toEqual([]);
    expect(app.current.pending).toEqual([]);
    expect(Math.abs(size() - before)).toBeLessThan(50);
    await app.unmount();
  });

  test('a session does not grow the heap', { timeout: 600_000 }, async () => {
    const isLong = process.env.LAWS_LONG !== undefined;
    setFlagsFromString('--expose-gc');
    const gc: unknown = runInNewContext('gc');
    if (typeof gc !== 'function') throw new Error('This Node cannot collect garbage when asked');
    const { app, run } = await session(isLong ? 10_000 : 1_000);
    const heap = () => {
      gc();
      return process.memoryUsage().heapUsed;
    };
    // The emulator keeps a log of its requests; what that takes is not the library's.
    await run();
    app.emulator.reset();
    const before = heap();
    await run();
    app.emulator.reset();
    const grown = heap() - before;
    console.info(`heap after ${isLong ? 10_000 : 1_000} changes: ${Math.round(grown / 1024)} kB more`);
    expect(grown).toBeLessThan(1024 * 1024);
    await app.unmount();
  });
});
