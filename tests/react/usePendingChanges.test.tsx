import { onlineManager, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { useLayoutEffect } from 'react';
import { expect, test } from 'vitest';
import {
  APIUserAbortError,
  PartialFailureError,
  type PendingChange,
  useAddAssets,
  usePendingChanges,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { useScreen } from '../support/useScreen.ts';

inVirtualTime();

const studio = (options: Parameters<typeof openApp>[1] = {}) =>
  openApp({ latency: 100, collections: [{ id: 'trees', name: 'Trees' }, { id: 'parks' }] }, options);

async function open(app: App) {
  const screen = app.hook(() => ({ ...useScreen(), ofTrees: usePendingChanges({ collectionId: 'trees' }) }));
  await soon(300);
  app.sent();
  return screen;
}

const brief = (changes: readonly PendingChange[]) => changes.map(({ kind, status }) => `${kind} ${status}`);
const leaves = (n: number) => Array.from({ length: n }, (_, i) => `leaf-${i}`);

test('a change is listed with all that was asked, from the first frame until it is settled', async () => {
  const screen = await open(studio());
  expect(screen.now.pending).toEqual([]);
  const variables = { collectionId: 'trees', assetIds: ['yew'] };
  const submittedAt = Date.now();
  press(() => watch(screen.now.add(variables)));
  expect(screen.now.pending).toMatchObject([
    { kind: 'addAssets', collectionId: 'trees', variables, submittedAt, status: 'queued' },
  ]);
  expect(screen.now.pending[0]).not.toHaveProperty('error');
  expect(screen.now.pending[0]).not.toHaveProperty('progress');
  await soon(50);
  expect(screen.now.pending).toMatchObject([{ status: 'sending' }]);
  await soon(100);
  expect(screen.now.pending).toEqual([]);
});

test('one change of a collection is sent, the others queue, oldest first; another collection’s goes beside it', async () => {
  const screen = await open(studio());
  press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  await soon(10);
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await soon(10);
  expect(brief(screen.now.pending)).toEqual(['update sending', 'addAssets queued', 'update sending']);
  expect(brief(screen.now.ofTrees)).toEqual(['update sending', 'addAssets queued']);
  await soon(100);
  expect(brief(screen.now.pending)).toEqual(['addAssets sending']);
  await soon(100);
  expect(screen.now.pending).toEqual([]);
});

test('without a network a change is paused, and is sent once when it is back', async () => {
  const app = studio();
  const screen = await open(app);
  act(() => onlineManager.setOnline(false));
  const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(5_000);
  expect(brief(screen.now.pending)).toEqual(['addAssets paused']);
  expect(screen.now.one?.assetCount).toBe(1);
  expect(app.sent()).toEqual([]);
  act(() => onlineManager.setOnline(true));
  await soon(300);
  expect(screen.now.pending).toEqual([]);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 1 } });
  expect(app.sent().filter((line) => line.startsWith('PUT'))).toEqual(['PUT /collections/trees/assets']);
});

test('a failed change counts no more and stays listed, with its error', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(5_000);
  expect(screen.now.pending).toMatchObject([{ status: 'failed', error: { status: 403 } }]);
  expect(screen.now.one?.assetCount).toBe(0);
});

test('a create that has failed is about no collection that is there, whatever a form has put beside its name', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', on: 'POST /collections', status: 400, times: 1 });
  const form = { name: 'Lakes', collectionId: 'trees' };
  press(() => watch(screen.now.create(form)));
  await soon(300);
  expect(brief(screen.now.pending)).toEqual(['create failed']);
  expect(screen.now.pending[0]?.collectionId).not.toBe('trees');
  expect(screen.now.ofTrees).toEqual([]);
});

test('a failed change that is retried shows at once again and is sent again', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(300);
  act(() => screen.now.pending[0]?.retry());
  expect(screen.now.one?.assetCount).toBe(1);
  expect(brief(screen.now.pending)).toEqual(['addAssets queued']);
  expect(screen.now.pending[0]).not.toHaveProperty('error');
  await soon(10);
  expect(brief(screen.now.pending)).toEqual(['addAssets sending']);
  await soon(300);
  expect(screen.now.pending).toEqual([]);
  expect(app.emulator.members('trees').assetIds).toEqual(['yew']);
});

test('a retry that fails again is listed again, and rejects nobody’s promise twice', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403 });
  const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(300);
  act(() => screen.now.pending[0]?.retry());
  await soon(300);
  expect(brief(screen.now.pending)).toEqual(['addAssets failed']);
  expect(screen.now.one?.assetCount).toBe(0);
  expect(outcome.settled).toBe(1);
});

test('a failed change that is discarded leaves the list', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403 });
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(300);
  act(() => screen.now.pending[0]?.discard());
  expect(screen.now.pending).toEqual([]);
});

test('a failed change is collected after `gcTime`', async () => {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { gcTime: 1_000 } } });
  const app = studio({ queryClient });
  const screen = app.hook(() => ({ pending: usePendingChanges() }));
  const asking = app.hook(() => useAddAssets().mutateAsync);
  await soon();
  app.emulator.fault({ kind: 'refuse', status: 403 });
  press(() => watch(asking.now({ collectionId: 'trees', assetIds: ['yew'] })));
  asking.unmount();
  await soon(300);
  expect(brief(screen.now.pending)).toEqual(['addAssets failed']);
  await soon(2_000);
  expect(screen.now.pending).toEqual([]);
});

test.each(['queued', 'paused'])(
  'a %s change that is discarded is never sent, and rejects as taken back',
  async (status) => {
    const app = studio();
    const screen = await open(app);
    if (status === 'paused') act(() => onlineManager.setOnline(false));
    else press(() => watch(screen.now.update({ collectionId: 'trees', name: 'Woods' })));
    await soon(10);
    const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(10);
    const change = screen.now.pending.at(-1);
    expect(change).toMatchObject({ kind: 'addAssets', status });
    act(() => change?.discard());
    expect(screen.now.one?.assetCount).toBe(0);
    expect(screen.now.pending.some(({ kind }) => kind === 'addAssets')).toBe(false);
    await soon(10);
    expect(outcome).toMatchObject({ settled: 1, error: expect.any(APIUserAbortError) });
    act(() => onlineManager.setOnline(true));
    await soon(500);
    expect(app.sent()).not.toContain('PUT /collections/trees/assets');
    expect(app.emulator.members('trees').assetIds).toEqual([]);
  },
);

test('a change that is being sent is neither discarded nor retried', async () => {
  const app = studio();
  const screen = await open(app);
  const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(10);
  act(() => {
    screen.now.pending[0]?.discard();
    screen.now.pending[0]?.retry();
  });
  expect(brief(screen.now.pending)).toEqual(['addAssets sending']);
  expect(screen.now.one?.assetCount).toBe(1);
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 1 } });
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
});

test('a change of many requests tells how many ids are done', async () => {
  const screen = await open(studio());
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: leaves(120) })));
  const seen: unknown[] = [];
  for (let i = 0; i < 50; i++) {
    const { progress } = screen.now.pending[0] ?? {};
    if (progress && progress.sent !== (seen.at(-1) as typeof progress | undefined)?.sent) seen.push(progress);
    expect(screen.now.one?.assetCount).toBe(120);
    await soon(10);
  }
  expect(seen).toEqual([
    { sent: 0, total: 120 },
    { sent: 49, total: 120 },
    { sent: 98, total: 120 },
  ]);
  expect(screen.now.pending).toEqual([]);
});

test('a change of which a part was refused says which, counts what was applied, and a retry asks for the rest only', async () => {
  const app = studio();
  const screen = await open(app);
  const refuses = (request: { body: unknown }) => JSON.stringify(request.body ?? '').includes('"leaf-50"');
  const end = app.emulator.fault({ kind: 'refuse', status: 403, on: refuses });
  const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: leaves(120) })));
  await soon(1_000);
  const error = outcome.error as PartialFailureError;
  expect(error).toBeInstanceOf(PartialFailureError);
  expect(new Set([...error.appliedIds, ...error.refusedIds])).toEqual(new Set(leaves(120)));
  expect(error.refusedIds).toContain('leaf-50');
  expect(screen.now.one?.assetCount).toBe(error.appliedIds.length);
  expect(app.emulator.members('trees').assetIds).toHaveLength(error.appliedIds.length);
  expect(error.collection?.assetCount).toBe(error.appliedIds.length);

  end();
  app.sent();
  act(() => screen.now.pending[0]?.retry());
  expect(screen.now.one?.assetCount).toBe(120);
  expect(screen.now.pending[0]?.variables).toEqual({ collectionId: 'trees', assetIds: error.refusedIds });
  await soon(1_000);
  expect(screen.now.pending).toEqual([]);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
  expect(app.emulator.requests.at(-1)?.body).toEqual({ assetIds: error.refusedIds });
});

test('the changes of one collection are found by its provisional id and by its own', async () => {
  const app = studio();
  let id: string | undefined;
  const screen = await open(app);
  const filtered = app.hook(() => usePendingChanges({ collectionId: id }));
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  const key = screen.now.pending[0]?.collectionId as string;
  expect(key).toBe(screen.now.list?.[0]?.clientKey);
  press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  id = key;
  filtered.again();
  await soon(10);
  expect(brief(filtered.now)).toEqual(['create sending', 'addAssets queued']);
  await soon(100);
  expect(brief(filtered.now)).toEqual(['addAssets sending']);
  const own = app.emulator.collections[0]?.id;
  expect(filtered.now[0]?.collectionId).toBe(own);
  id = own;
  filtered.again();
  expect(brief(filtered.now)).toEqual(['addAssets sending']);
  await soon(200);
  expect(filtered.now).toEqual([]);
});

test('what waits for a create that failed fails with it, and says why', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'POST' });
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  const key = screen.now.pending[0]?.collectionId as string;
  const outcome = press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
  await soon(300);
  expect(brief(screen.now.pending)).toEqual(['create failed', 'addAssets failed']);
  expect(outcome.error).toMatchObject({ name: 'ScenarioError', cause: { name: 'BadRequestError' } });
  expect(screen.now.list).toHaveLength(2);
});

test('what has failed with a create leaves the list with it when that is discarded', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'POST' });
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  const key = screen.now.pending[0]?.collectionId as string;
  press(() => watch(screen.now.add({ collectionId: key, assetIds: ['swan'] })));
  await soon(300);
  expect(brief(screen.now.pending)).toEqual(['create failed', 'addAssets failed']);
  act(() => screen.now.pending[0]?.discard());
  expect(brief(screen.now.pending)).toEqual([]);
});

test('a change that is not shown before its time is listed all the same', async () => {
  const app = studio();
  const screen = app.hook(() => ({ pending: usePendingChanges(), add: useAddAssets({ optimistic: false }).mutate }));
  act(() => screen.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(10);
  expect(brief(screen.now.pending)).toEqual(['addAssets sending']);
  await soon(300);
  expect(screen.now.pending).toEqual([]);
});

test('the same array, and the same changes in it, as long as nothing differs', async () => {
  const app = studio();
  const screen = await open(app);
  const none = screen.now.pending;
  screen.again();
  expect(screen.now.pending).toBe(none);

  app.emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(300);
  const [failed] = screen.now.pending;
  const { pending } = screen.now;
  app.queryClient.setQueryData(['unrelated'], 1);
  await soon();
  screen.again();
  expect(screen.now.pending).toBe(pending);
  press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  expect(screen.now.pending).not.toBe(pending);
  expect(screen.now.pending[0]).toBe(failed);
});

test('a component that shows the changes of one collection is rendered for those, and for no others', async () => {
  const app = studio();
  const screen = await open(app);
  let renders = 0;
  const own = app.hook(() => {
    renders++;
    return usePendingChanges({ collectionId: 'trees' });
  });
  press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(1);
  const before = renders;
  const listed = own.now;
  press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await soon(1);
  expect([screen.now.pending.length, renders - before]).toEqual([2, 0]);
  expect(own.now).toBe(listed);
  await soon(300);
  expect([own.now, renders - before]).toEqual([[], 1]);
});

test('other mutations of the app are not listed', async () => {
  const app = studio();
  const screen = await open(app);
  const other = app.queryClient.getMutationCache().build(app.queryClient, {
    mutationKey: ['other'],
    mutationFn: () => new Promise<void>(() => undefined),
  });
  act(() => void other.execute(undefined));
  await soon();
  expect(screen.now.pending).toEqual([]);
});

test('removes from a collection that somebody has deleted are listed until they fail', async () => {
  const app = openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak', 'elm'] }, { id: 'parks' }] });
  const screen = await open(app);
  void app.emulator.fetch('https://api.test/v1/collections/trees', { method: 'DELETE' });
  await soon(150);
  const outcomes = press(() =>
    ['oak', 'elm'].map((id) => watch(screen.now.takeOut({ collectionId: 'trees', assetIds: [id] }))),
  );
  for (let passed = 0; passed < 800; passed += 10) {
    expect([passed, screen.now.pending.map(({ kind }) => kind)]).toEqual([passed, ['removeAssets', 'removeAssets']]);
    await soon(10);
  }
  const failed = { settled: 1, error: { status: 404 } };
  expect(outcomes).toMatchObject([failed, failed]);
  expect(brief(screen.now.pending)).toEqual(['removeAssets failed', 'removeAssets failed']);
  expect(screen.now.list?.map(({ id }) => id)).toEqual(['parks']);
});

test('an add that needs no write is listed until its collection was read, where nobody has read that before', async () => {
  const app = openApp({ latency: 100, collections: [{ id: 'trees', assetIds: ['oak'] }] });
  const screen = app.hook(() => ({ pending: usePendingChanges(), add: useAddAssets().mutateAsync }));
  // The oak says that it is in, and not what else is.
  app.emulator.fault({ kind: 'refuse', status: 500, on: 'GET /collections/{collectionId}', times: 1 });
  const outcome = press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: ['oak'] })));
  for (let passed = 0; passed < 250; passed += 10) {
    expect([passed, brief(screen.now.pending)[0]]).toEqual([passed, expect.stringContaining('addAssets')]);
    await soon(10);
  }
  await soon(100);
  expect(outcome).toMatchObject({ settled: 1, value: { id: 'trees', assetCount: 1 } });
  expect(screen.now.pending).toEqual([]);
  expect(app.sent()).toEqual([
    'PUT /collections/trees/assets',
    'GET /collections/trees',
    'POST /assets/get-bulk',
    'GET /collections/trees',
  ]);
});

test('what is asked for between a screen’s render and its effects is listed on it', async () => {
  const app = studio();
  const screen = app.hook(() => {
    const pending = usePendingChanges();
    const { mutate } = useAddAssets();
    useLayoutEffect(() => mutate({ collectionId: 'trees', assetIds: ['oak'] }), [mutate]);
    return pending;
  });
  expect(screen.now).toMatchObject([{ kind: 'addAssets' }]);
  await soon(300);
  expect(screen.now).toEqual([]);
});
