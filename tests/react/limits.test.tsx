import { onlineManager, QueryClient } from '@tanstack/react-query';
import { act, configure } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  RateLimitError,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { setClock } from '../support/virtualTime.ts';

inVirtualTime();

const useScreen = () => ({
  one: useAddAssets().mutateAsync,
  other: useAddAssets().mutateAsync,
  rename: useUpdateCollection().mutateAsync,
  trees: useCollection('trees').data,
  list: useCollections({ pageSize: 1 }),
  pending: usePendingChanges(),
});

const of = (...assetIds: string[]) => ({ collectionId: 'trees', assetIds });

async function open(options: { maxWait?: number } = {}) {
  const collections = [{ id: 'trees', assetCount: 3 }, { id: 'parks' }];
  const app = openApp({ latency: 20, collections, touchOnMembership: false }, options);
  const screen = app.hook(useScreen);
  await soon(200);
  app.sent();
  return { app, screen };
}

const spent = (app: Awaited<ReturnType<typeof open>>['app'], seconds: number) =>
  app.emulator.fault({ kind: 'rateLimit', seconds });

test('a 429 on a merged add fails nobody and is not split: it waits as long as the server says, and goes as one', async () => {
  const { app, screen } = await open();
  const end = spent(app, 40);
  const [one, other] = press(() => [watch(screen.now.one(of('yew'))), watch(screen.now.other(of('ash')))]);
  expect(screen.now.trees?.assetCount).toBe(5);
  await soon(30);
  end();
  const resumesAt = Date.now() + 40_000;
  expect(screen.now.pending.map(({ status }) => status)).toEqual(['paused', 'paused']);
  expect(Math.abs((screen.now.pending[0]?.resumesAt ?? 0) - resumesAt)).toBeLessThan(1_000);
  await soon(39_000);
  expect([one.settled, app.sent().length, screen.now.trees?.assetCount]).toEqual([0, 1, 5]);
  await soon(2_000);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
  expect([one, other]).toMatchObject([{ value: { assetCount: 5 } }, { value: { assetCount: 5 } }]);
  expect(screen.now.pending).toEqual([]);
});

test.each([-40, -3_600_000, 3_600_000])(
  'a limit that is over when the network is back fails nobody, where the clock was set by %i ms meanwhile',
  async (ahead) => {
    const { app, screen } = await open();
    const end = spent(app, 3);
    const outcome = press(() => watch(screen.now.rename({ collectionId: 'trees', name: 'Woods' })));
    await soon(5);
    act(() => onlineManager.setOnline(false));
    await soon(3_100);
    end();
    setClock(ahead);
    act(() => onlineManager.setOnline(true));
    await soon(1_000);
    expect(outcome.value).toMatchObject({ name: 'Woods' });
    expect(screen.now.pending).toEqual([]);
  },
);

test('what is asked for while a limit is waited for goes along, and what is discarded does not', async () => {
  const { app, screen } = await open();
  const end = spent(app, 20);
  const first = press(() => watch(screen.now.one(of('yew'))));
  await soon(100);
  end();
  const [second, third] = press(() => [watch(screen.now.one(of('ash'))), watch(screen.now.other(of('fir')))]);
  expect(screen.now.trees?.assetCount).toBe(6);
  press(() =>
    screen.now.pending.find(({ variables }) => 'assetIds' in variables && variables.assetIds[0] === 'ash')?.discard(),
  );
  expect(screen.now.trees?.assetCount).toBe(5);
  await soon(30_000);
  expect(app.sent().filter((request) => request.startsWith('PUT'))).toHaveLength(2);
  expect(app.emulator.members('trees').assetIds).toEqual(expect.arrayContaining(['yew', 'fir']));
  expect(app.emulator.members('trees').assetIds).not.toContain('ash');
  expect([first.error, second.error, third.error]).toEqual([undefined, expect.any(Error), undefined]);
});

test('a change that would wait longer than maxWait fails and says so, and one that was asked for later waits on', async () => {
  const { app, screen } = await open({ maxWait: 60_000 });
  const end = spent(app, 50);
  const early = press(() => watch(screen.now.one(of('yew'))));
  await soon(45_000);
  const late = press(() => watch(screen.now.other(of('ash'))));
  await soon(10_000);
  end();
  expect(early.error).toBeInstanceOf(RateLimitError);
  expect(screen.now.pending.some(({ status }) => status === 'failed')).toBe(true);
  await soon(120_000);
  expect([late.settled, app.emulator.members('trees').assetIds.includes('ash')]).toEqual([1, true]);
  expect(screen.now.trees?.assetCount).toBe(4);
});

test('the next page of a list is the first request once a spent minute is over, before the changes that wait', async () => {
  const { app, screen } = await open();
  const end = spent(app, 30);
  press(() => [watch(screen.now.one(of('yew'))), watch(screen.now.rename({ collectionId: 'parks', name: 'Gardens' }))]);
  await soon(100);
  end();
  press(() => void screen.now.list.fetchNextPage());
  app.sent();
  await soon(40_000);
  expect(app.sent()[0]).toBe('GET /collections');
  expect(screen.now.list.data).toHaveLength(2);
});

test('a list that is left while it waits is asked for by nobody, and a change that was asked for there is sent all the same', async () => {
  const { app } = await open();
  const end = spent(app, 30);
  const other = app.hook(() => ({ list: useCollections({ pageSize: 7 }), add: useAddAssets().mutateAsync }));
  const added = press(() => watch(other.now.add(of('yew'))));
  await soon(100);
  end();
  app.sent();
  other.unmount();
  await soon(60_000);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
  expect([added.settled, app.emulator.members('trees').assetIds.includes('yew')]).toEqual([1, true]);
});

test('under StrictMode, which mounts everything twice, what waits is sent once', async () => {
  configure({ reactStrictMode: true });
  try {
    const { app, screen } = await open();
    const end = spent(app, 30);
    const added = press(() => watch(screen.now.one(of('yew'))));
    await soon(100);
    end();
    app.sent();
    app.hook(() => useCollections({ pageSize: 7 }));
    await soon(60_000);
    expect(app.sent().sort()).toEqual(['GET /collections', 'PUT /collections/trees/assets']);
    expect(added).toMatchObject({ settled: 1, value: { assetCount: 4 } });
  } finally {
    configure({ reactStrictMode: false });
  }
});

test('as long as the limit is spent one request tries at a time, whatever else waits', async () => {
  const { app, screen } = await open();
  const end = spent(app, 10);
  const changes = press(() => [
    watch(screen.now.one(of('yew'))),
    watch(screen.now.other({ collectionId: 'parks', assetIds: ['ash'] })),
  ]);
  await soon(100);
  app.sent();
  const told: (number | undefined)[] = [];
  for (let n = 0; n < 4; n++) {
    await soon(12_000);
    told.push(screen.now.pending[1]?.resumesAt);
  }
  // The server says "10 s" each time and does not mean it.
  expect(app.sent().length).toBeLessThanOrEqual(4);
  expect([new Set(told).size, changes.map(({ settled }) => settled)]).toEqual([4, [0, 0]]);
  end();
  await soon(60_000);
  expect(changes.map(({ settled, error }) => [settled, error])).toEqual([
    [1, undefined],
    [1, undefined],
  ]);
});

test('two clients of one limit each wait by themselves, and lose nothing', async () => {
  const emulator = createScenarioEmulator({
    latency: 20,
    collections: Array.from({ length: 20 }, (_, n) => ({ id: `c${n}` })),
    limit: { requests: 10, per: 60_000, retryAfter: 'header' },
  });
  const queryClient = new QueryClient();
  const adds = ['ann', 'ben'].flatMap((scope) => {
    const app = openApp(emulator, { queryClient, scope });
    const hook = app.hook(() => useAddAssets().mutateAsync);
    return press(() =>
      Array.from({ length: 10 }, (_, n) =>
        watch(hook.now({ collectionId: `c${scope === 'ann' ? n : n + 10}`, assetIds: ['yew'] })),
      ),
    );
  });
  await soon(200_000);
  expect(adds.map(({ settled, error }) => [settled, error])).toEqual(adds.map(() => [1, undefined]));
  expect(emulator.collections.every(({ assetCount }) => assetCount === 1)).toBe(true);
});

test('a read that has waited for a spent limit is as new as its request: what others have done meanwhile is shown', async () => {
  const { app, screen } = await open();
  const other = openApp(app.emulator, { queryClient: app.queryClient });
  const free = other.hook(useScreen);
  await soon(200);
  app.emulator.fault({ kind: 'rateLimit', seconds: 5, on: 'PUT /collections/parks', times: 1 });
  app.emulator.fault({ kind: 'refuse', status: 404, on: 'PUT /collections/trees/assets', times: 1 });
  press(() => watch(screen.now.rename({ collectionId: 'parks', name: 'Gardens' })));
  await soon(10);
  press(() => watch(screen.now.one(of('yew'))));
  await soon(200);
  void free.now.list.refetch();
  await soon(200);
  const body = JSON.stringify({ assetIds: ['oak'] });
  void app.emulator.elsewhere('https://api.test/v1/collections/trees/assets', { method: 'PUT', body });
  expect(screen.now.trees?.assetCount).toBe(3);
  await soon(10_000);
  expect(screen.now.trees?.assetCount).toBe(4);
});
