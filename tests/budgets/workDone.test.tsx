import { defaultScheduler, InfiniteQueryObserver, notifyManager } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { pass, passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { collection, PAGE_SIZE, Watched } from './collections.ts';
import { openList, VISIBLE } from './openList.tsx';

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

/** What was looked at while `work` ran, in a cache of so many pages. */
async function lookedAt(pages: number, work: (list: Awaited<ReturnType<typeof openList>>) => Promise<unknown>) {
  const watched = new Watched();
  const list = await openList({ pages, make: watched.collection });
  watched.reads.clear();
  await work(list);
  const numbers = [...watched.reads.keys()].map((id) => Number(id.slice('collection_'.length)));
  const reads = watched.total;
  await list.close();
  return { reads, numbers };
}

describe('a change', () => {
  const change = async ({ add }: Awaited<ReturnType<typeof openList>>) => {
    add('collection_5', 'asset_new');
    await passAll();
  };

  test('costs the same in a cache of forty pages as in a cache of two', async () => {
    const few = await lookedAt(2, change);
    const many = await lookedAt(40, change);
    expect(few.reads).toBeGreaterThan(0);
    expect(many.reads).toBe(few.reads);
  });

  test('looks at no row outside its own page', async () => {
    const { numbers } = await lookedAt(40, change);
    expect(Math.max(...numbers)).toBeLessThan(PAGE_SIZE);
  });

  test('looks at no query of another collection', async () => {
    const list = await openList({ pages: 2 });
    const looked: unknown[] = [];
    for (let n = 1_000; n < 1_040; n++)
      list.queryClient.setQueryData(collectionKeys.detail(`collection_${n}`), collection(n));
    const others = list.queryClient.getQueryCache().getAll().slice(1);
    expect(others).toHaveLength(40);
    for (const query of others) {
      const { queryKey } = query;
      Object.defineProperty(query, 'queryKey', {
        get: () => {
          looked.push(queryKey);
          return queryKey;
        },
      });
    }
    list.add('collection_5', 'asset_new');
    await pass(1_000);
    expect(list.rows[5]?.assetCount).toBe(6);
    expect(looked).toEqual([]);
    await list.close();
  });

  test('exchanges its row and its page, and keeps all others as they are', async () => {
    const list = await openList({ pages: 40 });
    const before = { rows: list.rows, pages: list.pages };
    list.add('collection_120', 'asset_new');
    await settle();
    const changedRows = list.rows.flatMap((row, i) => (row === before.rows[i] ? [] : [row.id]));
    const changedPages = list.pages.flatMap((page, i) => (page === before.pages[i] ? [] : [i]));
    expect(changedRows).toEqual(['collection_120']);
    expect(changedPages).toEqual([2]);
    await passAll();
    await list.close();
  });

  test('and its answer leave nothing to be told later, and no options to be taken over again', async () => {
    const list = await openList({ pages: 3 });
    const tasks: (() => void)[] = [];
    notifyManager.setScheduler((task) => {
      tasks.push(task);
      defaultScheduler(task);
    });
    const handedOver = vi.spyOn(InfiniteQueryObserver.prototype, 'setOptions');
    list.add('collection_5', 'asset_new');
    await passAll();
    notifyManager.setScheduler(defaultScheduler);
    expect(list.rows[5]?.assetCount).toBe(6);
    expect(tasks).toEqual([]);
    expect(handedOver).not.toHaveBeenCalled();
    handedOver.mockRestore();
    await list.close();
  });
});

describe('one more page', () => {
  test('looks at no row of the pages that are there, but for those that the screen itself looks at', async () => {
    const { numbers } = await lookedAt(40, ({ more }) => more());
    expect(numbers.filter((n) => n >= VISIBLE)).toEqual([]);
  });

  test('leaves the rows and the pages that are there as they are', async () => {
    const list = await openList({ pages: 40 });
    const before = { rows: list.rows, pages: list.pages };
    await list.more();
    expect(list.pages).toHaveLength(41);
    expect(before.pages.every((page, i) => page === list.pages[i])).toBe(true);
    expect(before.rows.every((row, i) => row === list.rows[i])).toBe(true);
    await list.close();
  });
});

describe('many changes in one tick', () => {
  /** How often observers of the list were told, and how many tasks TanStack Query was made to schedule, for so many adds in one tick. */
  async function tick(changes: number) {
    const list = await openList({ pages: 3 });
    let told = 0;
    let scheduled = 0;
    notifyManager.setScheduler((task) => {
      scheduled++;
      defaultScheduler(task);
    });
    const stop = list.queryClient.getQueryCache().subscribe(({ type, query }) => {
      if (type === 'updated' && query.queryKey[3] === 'list') told++;
    });
    for (let i = 0; i < changes; i++) list.add('collection_5', `asset_${i}`);
    const inTick = told;
    await settle();
    const afterTick = told;
    const tasks = scheduled;
    stop();
    notifyManager.setScheduler(defaultScheduler);
    await passAll();
    await list.close();
    return { inTick, afterTick, tasks };
  }

  test('are told once, when the tick ends, however many they are', async () => {
    const one = await tick(1);
    const many = await tick(200);
    expect(one.afterTick).toBe(1);
    expect(many).toEqual(one);
  });

  test('look at no row outside their own page, up to the last answer', async () => {
    const { numbers } = await lookedAt(40, async ({ add }) => {
      for (let i = 0; i < 200; i++) add('collection_5', `asset_${i}`);
      await passAll();
    });
    expect(Math.max(...numbers)).toBeLessThan(PAGE_SIZE);
  });

  test('take as many steps for the two hundredth as for the second', async () => {
    const { add, close } = await openList({ pages: 3 });
    const lookUps = vi.spyOn(Map.prototype, 'get');
    const steps: number[] = [];
    for (let i = 0; i < 200; i++) {
      lookUps.mockClear();
      add('collection_5', `asset_${i}`);
      steps.push(lookUps.mock.calls.length);
    }
    lookUps.mockRestore();
    expect(steps[1]).toBeGreaterThan(0);
    expect(steps[199]).toBe(steps[1]);
    await passAll();
    await close();
  });

  test('look at as many rows for the two hundredth as for the second', async () => {
    const watched = new Watched();
    const { add, close } = await openList({ pages: 3, make: watched.collection });
    const costs: number[] = [];
    for (let i = 0; i < 200; i++) {
      watched.reads.clear();
      add('collection_5', `asset_${i}`);
      costs.push(watched.total);
    }
    expect(costs[199]).toBe(costs[1]);
    await passAll();
    await close();
  });
});
