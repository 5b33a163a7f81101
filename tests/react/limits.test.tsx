import { expect, test } from 'vitest';
import {
  RateLimitError,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

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
  const app = openApp({ latency: 20, collections }, options);
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
