import { onlineManager } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  list: { ...useCollections() },
  one: { ...useCollection('trees') },
  contents: { ...useCollectionAssets('trees') },
  add: useAddAssets().mutateAsync,
  remove: useRemoveAssets().mutateAsync,
  rename: useUpdateCollection().mutateAsync,
});

const studio = (
  options: Parameters<typeof openApp>[1] = {},
  more: Exclude<Parameters<typeof openApp>[0], { fetch: unknown }> = {},
) => openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak'] }, { id: 'other' }], ...more }, options);

async function open(app: App) {
  const screen = app.hook(useScreen);
  await soon(500);
  app.sent();
  return screen;
}

const of = (...assetIds: string[]) => ({ collectionId: 'trees', assetIds });

/** What somebody else does, in another browser. */
const elsewhere = (app: App, method: string, path: string, body?: object) =>
  app.emulator.elsewhere(`https://api.test/v1${path}`, { method, ...(body && { body: JSON.stringify(body) }) });

test('an id that was in already, and is taken out by somebody else before its change is settled, is sent after all', async () => {
  const app = studio({}, { latency: ({ method }) => (method === 'GET' ? 20 : 100) });
  const screen = await open(app);
  press(() => void screen.now.rename({ collectionId: 'trees', name: 'Woods' }));
  await soon(50);
  const outcome = press(() => watch(screen.now.add(of('oak', 'yew'))));
  await elsewhere(app, 'DELETE', '/collections/trees/assets', { assetIds: ['oak'] });
  press(() => void screen.now.one.refetch());
  await soon(1_000);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(screen.now.one.data?.assetCount).toBe(2);
  expect(app.emulator.members('trees').assetIds.toSorted()).toEqual(['oak', 'yew']);
});

test('what the items say of a change without an answer counts also where the collection gives none', async () => {
  const app = studio({ maxRetries: 0 });
  const screen = await open(app);
  for (const on of ['PUT /collections/trees/assets', 'GET /collections/trees'])
    app.emulator.fault({ kind: 'refuse', status: 500, times: 1, on });
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  await soon(500);
  expect(outcome.error).toMatchObject({ status: 500 });
  // A copy that was read since, which counts nothing of it.
  press(() => void screen.now.rename({ collectionId: 'trees', name: 'Woods' }));
  await soon(500);
  press(() => void screen.now.add(of('yew')));
  expect(screen.now.one.data?.assetCount).toBe(2);
  await soon(500);
  expect(screen.now.one.data?.assetCount).toBe(2);
});

test('a copy of before a change that nobody knows the end of is not taken to hold it when another request gets no answer', async () => {
  const app = studio({ maxRetries: 0 });
  const screen = await open(app);
  app.emulator.fault({ kind: 'loseAnswer', times: 1, on: 'PUT /collections/trees/assets' });
  app.emulator.fault({ kind: 'refuse', status: 500, times: 1, on: 'GET /collections/trees' });
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  await soon(300);
  expect(outcome.settled).toBe(1);
  app.emulator.fault({ kind: 'loseAnswer', times: 1, on: 'PUT /collections/trees' });
  app.emulator.fault({ kind: 'slow', ms: 900, times: 1, on: 'GET /collections/trees' });
  press(() => void screen.now.rename({ collectionId: 'trees', name: 'Woods' }).catch(() => undefined));
  await soon(300);
  press(() => void screen.now.add(of('yew')));
  expect(screen.now.one.data?.assetCount).toBe(2);
  await soon(5_000);
  expect(screen.now.one.data?.assetCount).toBe(2);
  expect(app.emulator.members('trees').assetIds).toEqual(expect.arrayContaining(['oak', 'yew']));
});

test('a read whose first attempt failed is as new as the attempt that was answered', async () => {
  const app = studio({ maxRetries: 1 });
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 500, times: 1, on: 'GET' });
  press(() => void screen.now.one.refetch());
  await soon(10);
  press(() => watch(screen.now.rename({ collectionId: 'trees', name: 'Woods' })));
  await soon(200);
  expect(screen.now.one.data?.name).toBe('Woods');
  await elsewhere(app, 'PUT', '/collections/trees', { name: 'Theirs' });
  await soon(1_000);
  expect(screen.now.one.data?.name).toBe('Theirs');
});

test('what a membership was taken to be holds as long as somebody wishes it otherwise', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403, times: 1, on: 'PUT' });
  const added = press(() => watch(screen.now.add(of('yew'))));
  await soon(10);
  press(() => watch(screen.now.remove(of('yew'))));
  const counts = new Set<number | undefined>();
  for (let i = 0; i < 60; i++) {
    counts.add(screen.now.one.data?.assetCount);
    await soon(10);
  }
  expect(added.error).toMatchObject({ status: 403 });
  expect([...counts]).toEqual([1]);
});

test('a collection that a read does not find leaves every list at once, also while a write to it is on its way', async () => {
  const app = studio({}, { latency: ({ method }) => (method === 'GET' ? 50 : 1_000) });
  const screen = await open(app);
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  await elsewhere(app, 'DELETE', '/collections/trees');
  press(() => void screen.now.one.refetch());
  await soon(200);
  expect(screen.now.list.data?.map(({ id }) => id)).toEqual(['other']);
  await soon(3_000);
  expect(outcome.error).toMatchObject({ status: 404 });
});

test('to take out an item that does not exist is no error, also where the API makes one of it', async () => {
  const app = studio({}, { removingAbsent: 'error', assets: [] });
  const screen = await open(app);
  const outcome = press(() => watch(screen.now.remove(of('ghost'))));
  await soon(1_000);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 1 } });
  expect(screen.now.one.data?.assetCount).toBe(1);
});

test('a remove whose lost answer the client made good by itself is a success, where the second attempt is an error', async () => {
  const app = studio({ maxRetries: 1 }, { removingAbsent: 'error' });
  const screen = await open(app);
  app.emulator.fault({ kind: 'loseAnswer', times: 1, on: 'DELETE' });
  const outcome = press(() => watch(screen.now.remove(of('oak'))));
  await soon(5_000);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 0 } });
  expect(screen.now.one.data?.assetCount).toBe(0);
});

test('an item that was added before anybody knew how it looks stands in the contents as soon as somebody does', async () => {
  const app = studio({}, { collections: [{ id: 'trees' }, { id: 'other', assetIds: ['yew'] }] });
  const screen = await open(app);
  const ids = Array.from({ length: 60 }, (_, i) => `tree_${i}`);
  press(() => watch(screen.now.add(of('yew', ...ids))));
  await soon(50);
  const other = app.hook(() => useCollectionAssets('other'));
  // The first request of two is answered, and nobody has read the contents again.
  await soon(110);
  expect(app.sent().filter((line) => line.startsWith('GET'))).toHaveLength(1);
  expect(other.now.data?.map(({ id }) => id)).toEqual(['yew']);
  expect(screen.now.contents.data?.map(({ id }) => id)).toContain('yew');
});

test('a change that needs no write by what is remembered waits for the network, and is settled by one question', async () => {
  const app = studio();
  const screen = await open(app);
  onlineManager.setOnline(false);
  const outcome = press(() => watch(screen.now.add(of('oak'))));
  await soon(10);
  expect([outcome.settled, app.sent()]).toEqual([0, []]);
  onlineManager.setOnline(true);
  await soon(100);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 1 } });
  expect(app.sent().filter((request) => !request.startsWith('GET'))).toEqual(['POST /assets/get-bulk']);
});

test.each([
  { what: 'adds', method: 'PUT', before: [], shown: 2 },
  { what: 'removes', method: 'DELETE', before: ['swan'], shown: 1 },
] as const)('what waits here and somebody else $what meanwhile is counted once all along', async (given) => {
  const { what, method, before, shown } = given;
  const app = studio(
    {},
    {
      collections: [
        { id: 'trees', assetIds: ['oak', ...before] },
        { id: 'birds', assetIds: ['swan'] },
      ],
    },
  );
  const screen = await open(app);
  const birds = app.hook(() => useCollectionAssets('birds'));
  await soon(300);
  app.emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/trees', times: 1 });
  press(() => void screen.now.rename({ collectionId: 'trees', name: 'Woods' }));
  const { add, remove } = screen.now;
  const outcome = press(() => watch(what === 'adds' ? add(of('swan')) : remove(of('swan'))));
  await elsewhere(app, method, '/collections/trees/assets', { assetIds: ['swan'] });
  press(() => void birds.now.refetch());
  const counts = new Set<number | undefined>();
  for (let i = 0; i < 60; i++) {
    counts.add(screen.now.one.data?.assetCount);
    await soon(100);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: shown } });
  expect([...counts]).toEqual([shown]);
});

/** A change that loses its answer, of which only the collection tells: its items cannot be asked about. */
async function loseAnswer(app: App, screen: Awaited<ReturnType<typeof open>>, what: 'add' | 'remove', id: string) {
  const isWrite = ({ path, method }: { path: string; method: string }) => path.endsWith('/assets') && method !== 'GET';
  app.emulator.fault({ kind: 'loseAnswer', on: isWrite, times: 1 });
  const stop = app.emulator.fault({ kind: 'refuse', status: 500, on: ({ path }) => path.endsWith('/get-bulk') });
  const outcome = press(() => watch(screen.now[what](of(id))));
  await soon(150);
  return { outcome, stop };
}

test.each([
  ['add', 'yew', 2, 'remove', 1],
  ['remove', 'oak', 0, 'add', 1],
] as const)(
  'the count that was read after an %s without an answer is taken to hold it: the same again moves nothing, and what undoes it does',
  async (what, id, then, undo, undone) => {
    for (const [next, count] of [
      [what, then],
      [undo, undone],
    ] as const)
      for (const isAskedBefore of [true, false]) {
        const app = studio();
        const screen = await open(app);
        const { outcome } = await loseAnswer(app, screen, what, id);
        if (isAskedBefore) press(() => watch(screen.now[next](of(id))));
        await soon(100);
        expect(outcome.error).toBeDefined();
        if (!isAskedBefore) press(() => watch(screen.now[next](of(id))));
        await soon(10);
        expect([next, isAskedBefore, screen.now.one.data?.assetCount]).toEqual([next, isAskedBefore, count]);
        await soon(10_000);
        screen.unmount();
      }
  },
);

test('what is taken out after an add that nobody knows the end of moves no count of before it, and one of after it', async () => {
  const app = studio();
  const screen = await open(app);
  const stop = app.emulator.fault({ kind: 'refuse', status: 500, on: 'GET' });
  const lost = await loseAnswer(app, screen, 'add', 'yew');
  await soon(100);
  expect(lost.outcome.error).toBeDefined();
  stop();
  press(() => watch(screen.now.rename({ collectionId: 'trees', name: 'Woods' })));
  press(() => watch(screen.now.remove(of('yew'))));
  const counts = new Set<string>();
  for (let i = 0; i < 50; i++) {
    counts.add(`${screen.now.one.data?.name} ${screen.now.one.data?.assetCount}`);
    await soon(10);
  }
  expect([...counts]).toEqual(['Woods 1']);
  expect(app.emulator.members('trees').assetIds).toEqual(['oak']);
});
