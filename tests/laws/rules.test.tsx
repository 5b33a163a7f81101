import { type DehydratedState, dehydrate, hydrate, type InfiniteData } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Collection,
  collectionKeys,
  PermissionDeniedError,
  useAddAssets,
  useCollection,
  useCollections,
  useCreateCollection,
  usePendingChanges,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { createOutbox, type OutboxStorage, type Stored } from '../../src/outbox.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { createQueryClient, renderScenario } from '../support/renderScenario.tsx';
import { pass, passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { type ErrorWatch, watchErrors } from '../support/watchErrors.ts';

let errors: ErrorWatch;
beforeEach(() => {
  startVirtualTime();
  errors = watchErrors();
});
afterEach(() => {
  stopVirtualTime();
  errors.end();
});

const collections = [
  { id: 'c1', name: 'One', assetIds: ['a1', 'a2'] },
  { id: 'c2', name: 'Two', assetIds: ['a1'] },
  { id: 'c3', name: 'Three' },
];

function useAll() {
  // Read while rendering: TanStack Query renders again only for what a component has read.
  const { data, refetch, fetchNextPage } = useCollections({ pageSize: 2 });
  const detail = useCollection('c1');
  return {
    list: { data, refetch, fetchNextPage },
    detail: { data: detail.data, refetch: detail.refetch },
    add: useAddAssets().mutateAsync,
    remove: useRemoveAssets().mutateAsync,
    create: useCreateCollection().mutateAsync,
    update: useUpdateCollection().mutateAsync,
    pending: usePendingChanges(),
  };
}

type All = ReturnType<typeof useAll>;
const countOf = ({ list }: Pick<All, 'list'>, id = 'c1') => list.data?.find((row) => row.id === id)?.assetCount;
const countsOf = (frames: readonly All[]) => [...new Set(frames.map((frame) => countOf(frame)))];
const add = (all: All, ...assetIds: string[]) => all.add({ collectionId: 'c1', assetIds });
const cached = (queryClient: ReturnType<typeof createQueryClient>) =>
  queryClient.getQueryData<InfiniteData<{ collections: Collection[] }>>(collectionKeys.list({ pageSize: 2 }));
const cachedCount = (queryClient: ReturnType<typeof createQueryClient>) =>
  cached(queryClient)?.pages[0]?.collections[0]?.assetCount;

test('1. Exact: what is shown is the confirmed copy with the pending changes applied, also when one of two fails', async () => {
  const app = await renderScenario(useAll, { collections });
  app.emulator.fault({ kind: 'refuse', on: 'PUT', times: 1 });
  const first = add(app.current, 'b1').catch((error: unknown) => error);
  await pass(1);
  const second = add(app.current, 'b2');
  await pass(1);
  expect([countOf(app.current), app.current.detail.data?.assetCount]).toEqual([4, 4]);
  await pass(20);
  expect([countOf(app.current), app.current.detail.data?.assetCount]).toEqual([3, 3]);
  await passAll();
  expect(await first).toBeInstanceOf(PermissionDeniedError);
  expect((await second).assetCount).toBe(3);
  expect(countsOf(app.frames)).toEqual([undefined, 2, 3, 4]);
  await app.unmount();
});

test('2. At once: the change stands in the cache when mutate returns, and in every frame after the click', async () => {
  const app = await renderScenario(useAll, { collections });
  const framesBefore = app.frames.length;
  const done = add(app.current, 'b1');
  expect(cachedCount(app.queryClient)).toBe(3);
  await passAll();
  await done;
  expect(countsOf(app.frames.slice(framesBefore))).toEqual([3]);
  await app.unmount();
});

test('3. No zombies: a failed change leaves no trace, also not through a page that was being loaded', async () => {
  const latency = ({ method }: { method: string }) => (method === 'GET' ? 60 : 10);
  const app = await renderScenario(useAll, { collections, latency });
  app.emulator.fault({ kind: 'refuse', on: 'PUT', times: 1 });
  const failing = add(app.current, 'b1').catch((error: unknown) => error);
  void app.current.list.fetchNextPage();
  await pass(1);
  expect(countOf(app.current)).toBe(3);
  await passAll();
  expect(await failing).toBeInstanceOf(PermissionDeniedError);
  expect(app.current.list.data?.map((row) => row.assetCount)).toEqual([2, 1, 0]);
  await app.unmount();
});

test('4. No loss: a read that arrives while a change is pending does not hide it, and a late one does not undo it', async () => {
  // The list is answered while the write is on its way; the detail was read before the write, and is answered after it.
  const latency = ({ method, path }: { method: string; path: string }) =>
    method !== 'GET' ? 40 : { before: 1, after: path.endsWith('/c1') ? 60 : 30 };
  const app = await renderScenario(useAll, { collections, latency });
  const framesBefore = app.frames.length;
  const done = add(app.current, 'b1');
  void app.current.list.refetch();
  void app.current.detail.refetch();
  await pass(35);
  void app.current.list.refetch();
  await passAll();
  await done;
  const frames = app.frames.slice(framesBefore);
  expect(countsOf(frames)).toEqual([3]);
  expect([...new Set(frames.map(({ detail }) => detail.data?.assetCount))]).toEqual([3]);
  await app.unmount();
});

test('5. No double: a copy that holds the change already is not counted with the change on top', async () => {
  const latency = ({ method }: { method: string }) => (method === 'GET' ? 10 : { before: 5, after: 50 });
  const app = await renderScenario(useAll, { collections, latency });
  const framesBefore = app.frames.length;
  const done = add(app.current, 'b1');
  await pass(10);
  expect(app.emulator.members('c1').assetIds).toContain('b1');
  void app.current.list.refetch();
  void app.current.detail.refetch();
  await passAll();
  await done;
  expect(countsOf(app.frames.slice(framesBefore))).toEqual([3]);
  await app.unmount();
});

test('6. Sets, not sums: the same id counts once, a known one moves nothing and is asked about, of an unknown one the last wish is sent', async () => {
  const app = await renderScenario(useAll, { collections });
  const twice = Promise.all([add(app.current, 'b1', 'b1'), add(app.current, 'b1')]);
  await pass(1);
  expect(countOf(app.current)).toBe(3);
  await passAll();
  await twice;
  expect(app.sent).toEqual(['PUT /collections/c1/assets']);
  const known = add(app.current, 'b1');
  const both = Promise.all([add(app.current, 'b2'), app.current.remove({ collectionId: 'c1', assetIds: ['b2'] })]);
  await settle();
  expect(countOf(app.current)).toBe(3);
  await passAll();
  await Promise.all([known, both]);
  expect(app.sent.slice(1)).toEqual(['DELETE /collections/c1/assets', 'POST /assets/get-bulk']);
  await app.unmount();
});

test('7. One write at a time for one collection, merged, at most 49 ids each; collections go side by side', async () => {
  const app = await renderScenario(useAll, { collections });
  const done = Promise.all([
    ...Array.from({ length: 60 }, (_, index) => add(app.current, `b${index}`)),
    app.current.add({ collectionId: 'c2', assetIds: ['b1'] }),
  ]);
  await pass(5);
  expect([...app.sent].sort()).toEqual(['PUT /collections/c1/assets', 'PUT /collections/c2/assets']);
  await passAll();
  await done;
  expect(app.sent).toHaveLength(3);
  const sizes = app.emulator.requests.flatMap(({ body, path }) =>
    path === '/collections/c1/assets' ? [(body as { assetIds: string[] }).assetIds.length] : [],
  );
  expect(sizes).toEqual([49, 11]);
  await app.unmount();
});

test('8. Own outcome: one bad id fails its own caller only', async () => {
  const app = await renderScenario(useAll, { collections, assets: ['b1', 'b2'] });
  const outcomes = Promise.allSettled([add(app.current, 'b1'), add(app.current, 'missing'), add(app.current, 'b2')]);
  await passAll();
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(app.emulator.members('c1').assetIds.sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
  expect(countOf(app.current)).toBe(4);
  await app.unmount();
});

test('9. Re-adding is fine: what is in already is dropped, and the rest is sent', async () => {
  const app = await renderScenario(useAll, { collections });
  const done = add(app.current, 'a1', 'b1');
  await passAll();
  expect((await done).assetCount).toBe(3);
  expect(app.emulator.members('c1').assetIds.sort()).toEqual(['a1', 'a2', 'b1']);
  expect(countOf(app.current)).toBe(3);
  await app.unmount();
});

test('10. In doubt, ask: after a lost answer the truth is read once, nothing is sent twice, and a create never is', async () => {
  const app = await renderScenario(useAll, { collections });
  app.emulator.fault({ kind: 'loseAnswer', on: 'PUT', times: 1 });
  const added = Promise.all([add(app.current, 'b1'), add(app.current, 'b2')]);
  await passAll();
  await added;
  const [write, ...reads] = app.sent;
  expect(write).toBe('PUT /collections/c1/assets');
  expect(reads.sort()).toEqual(['GET /collections/c1', 'POST /assets/get-bulk']);
  app.emulator.fault({ kind: 'loseAnswer', on: 'POST /collections', times: 1 });
  const created = app.current.create({ name: 'Four' }).catch((error: unknown) => error);
  await passAll();
  expect(await created).toBeInstanceOf(Error);
  expect(app.sent.filter((request) => request === 'POST /collections')).toHaveLength(1);
  expect(app.current.list.data?.map(({ name }) => name)).toEqual(['Four', 'One']);
  await app.unmount();
});

test('11. Converges: a write that succeeds costs no read, and its answer is the new copy everywhere', async () => {
  const app = await renderScenario(useAll, { collections });
  const done = Promise.all([add(app.current, 'b1'), app.current.update({ collectionId: 'c1', name: 'Uno' })]);
  await passAll();
  await done;
  expect(app.sent.filter((request) => request.startsWith('GET'))).toEqual([]);
  const [truth] = app.emulator.collections;
  expect(app.current.list.data?.[0]).toMatchObject({ name: 'Uno', assetCount: 3, updatedAt: truth?.updatedAt });
  expect(app.current.detail.data).toMatchObject({ name: 'Uno', assetCount: 3, updatedAt: truth?.updatedAt });
  await app.unmount();
});

test('12. Same identity: a row and a page that did not change keep their identity', async () => {
  const app = await renderScenario(useAll, { collections });
  void app.current.list.fetchNextPage();
  await passAll();
  const before = app.current.list.data;
  const pages = cached(app.queryClient)?.pages;
  const done = add(app.current, 'b1');
  await passAll();
  await done;
  const after = app.current.list.data;
  expect(after?.[0]).not.toBe(before?.[0]);
  expect(after?.[1]).toBe(before?.[1]);
  expect(after?.[2]).toBe(before?.[2]);
  expect(cached(app.queryClient)?.pages[1]).toBe(pages?.[1]);
  void app.current.list.refetch();
  await passAll();
  expect(app.current.list.data).toBe(after);
  await app.unmount();
});

test('13. Usable before it exists: a collection that is being made can be renamed and filled, and keeps one key', async () => {
  const app = await renderScenario(useAll, { collections });
  const framesBefore = app.frames.length;
  const made = app.current.create({ name: 'Four' });
  const id = cached(app.queryClient)?.pages[0]?.collections[0]?.id ?? '';
  expect(id).toMatch(/^new_/);
  const rest = Promise.all([
    app.current.update({ collectionId: id, name: 'Vier' }),
    app.current.add({ collectionId: id, assetIds: ['b1', 'b2'] }),
  ]);
  await passAll();
  await Promise.all([made, rest]);
  const keys = new Set(
    app.frames.slice(framesBefore).map(({ list }) => list.data?.[0]?.clientKey ?? list.data?.[0]?.id),
  );
  expect([...keys]).toEqual([id]);
  expect(app.current.list.data?.[0]).toMatchObject({ name: 'Vier', assetCount: 2 });
  expect(app.emulator.collections.filter(({ name }) => name === 'Vier')).toHaveLength(1);
  await app.unmount();
});

test('14. Survives: a change that was not sent shows again after a reload, and is sent once', async () => {
  const emulator = createScenarioEmulator({ collections, latency: 20 });
  const records = new Map<number, Stored>();
  let isDead = false;
  const storage: OutboxStorage = {
    load: () => [...records.values()],
    put: (record) => isDead || records.set(record.key, record),
    remove: (key) => isDead || records.delete(key),
  };
  const before = await renderScenario(useAll, { emulator, outbox: createOutbox({ storage }) });
  const end = emulator.fault({ kind: 'slow', ms: 100_000, on: 'PUT' });
  // The page dies while the first is on its way, and the second waits behind it.
  void add(before.current, 'b1').catch(() => {});
  await pass(1);
  void add(before.current, 'b2').catch(() => {});
  await pass(1);
  expect(countOf(before.current)).toBe(4);
  const stored: DehydratedState = JSON.parse(JSON.stringify(dehydrate(before.queryClient)));
  isDead = true;
  end();
  const queryClient = createQueryClient();
  hydrate(queryClient, stored);
  isDead = false;
  const after = await renderScenario(useAll, { emulator, queryClient, outbox: createOutbox({ storage }), wait: false });
  await pass(2_000);
  expect(countOf(after.current)).toBe(4);
  expect(emulator.members('c1').assetIds.sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
  const writes = emulator.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  expect(writes).toEqual([{ assetIds: ['b1'] }, { assetIds: ['b2'] }]);
  await after.unmount();
});

test('15. Apart: the caches of two scopes never mix', async () => {
  const queryClient = createQueryClient();
  const first = await renderScenario(useAll, { collections, queryClient, scope: 'anna' });
  const second = await renderScenario(useAll, { collections, queryClient, scope: 'ben' });
  const done = add(first.current, 'b1');
  await pass(1);
  expect([countOf(first.current), countOf(second.current)]).toEqual([3, 2]);
  expect([first.current.pending.length, second.current.pending.length]).toEqual([1, 0]);
  await passAll();
  await done;
  expect([countOf(first.current), countOf(second.current)]).toEqual([3, 2]);
  await first.unmount();
  await second.unmount();
});
