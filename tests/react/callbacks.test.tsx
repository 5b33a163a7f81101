import { MutationCache, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  type Collection,
  collectionKeys,
  useAddAssets,
  useCollection,
  usePendingChanges,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const studio = () =>
  openApp({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'], modelIds: ['bark', 'leaf'] },
      { id: 'parks' },
    ],
  });

test('are given the server’s collection, those of the hook and those of `mutate`', async () => {
  const app = studio();
  const [ofHook, ofCall] = [vi.fn(), vi.fn()];
  const hook = app.hook(() => useAddAssets({ onMutate: () => 'mine', onSuccess: ofHook, onSettled: ofHook }));
  const variables = { collectionId: 'trees', assetIds: ['yew'] };
  act(() => hook.now.mutate(variables, { onSuccess: ofCall }));
  await soon(300);
  const served = app.emulator.collections[0];
  expect(ofHook.mock.calls[0]?.slice(0, 3)).toEqual([served, variables, 'mine']);
  expect(ofHook.mock.calls[1]?.slice(0, 4)).toEqual([served, null, variables, 'mine']);
  expect(ofCall.mock.calls[0]?.slice(0, 3)).toEqual([served, variables, 'mine']);
});

test('when one is called, the cache holds what it is told, and the change is listed no more', async () => {
  const app = studio();
  const pending = app.hook(() => usePendingChanges());
  const seen: unknown[] = [];
  const look = () =>
    seen.push([
      app.queryClient.getQueryData<Collection>(collectionKeys.detail('trees'))?.assetCount,
      app.queryClient.getQueryCache().find({ queryKey: [...collectionKeys.all(), 'ledger'] }),
    ]);
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    add: useAddAssets({ onSuccess: look, onError: look, onSettled: look }).mutate,
  }));
  await soon(200);
  act(() => screen.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(200);
  expect(seen.splice(0)).toEqual([
    [3, undefined],
    [3, undefined],
  ]);
  app.emulator.fault({ kind: 'refuse', status: 403 });
  act(() => screen.now.add({ collectionId: 'trees', assetIds: ['fir'] }));
  await soon(200);
  expect(seen).toEqual([
    [3, undefined],
    [3, undefined],
  ]);
  expect(pending.now).toMatchObject([{ status: 'failed' }]);
});

test('one that throws does not roll back what the server kept', async () => {
  const app = studio();
  const onSuccess = () => {
    throw new Error('from the app');
  };
  const screen = app.hook(() => ({ one: useCollection('trees').data, add: useAddAssets({ onSuccess }) }));
  await soon(200);
  act(() => screen.now.add.mutate({ collectionId: 'trees', assetIds: ['yew'] }));
  for (let i = 0; i < 30; i++) {
    expect(screen.now.one?.assetCount).toBe(3);
    await soon(10);
  }
  expect(screen.now.add.error).toMatchObject({ message: 'from the app' });
  expect(app.emulator.members('trees').assetIds).toContain('yew');
});

test('an `onMutate` that throws takes the change back, and nothing is sent', async () => {
  const app = studio();
  const onMutate = () => {
    throw new Error('not now');
  };
  const screen = app.hook(() => ({ one: useCollection('trees').data, add: useAddAssets({ onMutate }) }));
  await soon(200);
  app.sent();
  const outcome = press(() => watch(screen.now.add.mutateAsync({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(200);
  expect(screen.now.one?.assetCount).toBe(2);
  expect(outcome).toMatchObject({ settled: 1, error: { message: 'not now' } });
  expect(app.sent()).toEqual([]);
});

test('a change of three requests resolves to the last collection that the server sent', async () => {
  const app = studio();
  const hook = app.hook(() => useAddAssets());
  const assetIds = Array.from({ length: 120 }, (_, i) => `leaf-${i}`);
  const outcome = press(() => watch(hook.now.mutateAsync({ collectionId: 'trees', assetIds })));
  await soon(600);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 122 } });
  expect(app.sent()).toHaveLength(3);
});

/** A promise that the test settles. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('an `onMutate` that awaits another change of the same collection waits no longer than that one takes', async () => {
  const app = studio();
  const screen = app.hook(() => {
    const remove = useRemoveAssets();
    return {
      one: useCollection('trees').data,
      add: useAddAssets({
        onMutate: async () => void (await remove.mutateAsync({ collectionId: 'trees', assetIds: ['oak'] })),
      }),
    };
  });
  await soon(200);
  app.sent();
  const outcome = press(() => watch(screen.now.add.mutateAsync({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(1_000);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(app.sent()).toEqual(['DELETE /collections/trees/assets', 'PUT /collections/trees/assets']);
  expect(screen.now.one?.assetCount).toBe(2);
});

test.each(['hook', 'mutation cache'])(
  'an `onMutate` of the %s that waits for the user holds up only what must come after it',
  async (whose) => {
    const { open, opened } = gate();
    let isFirst = true;
    const onMutate = () => {
      const waits = isFirst;
      isFirst = false;
      return waits ? opened : undefined;
    };
    const app = openApp(
      { latency: 100, collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] }] },
      { queryClient: new QueryClient({ mutationCache: new MutationCache(whose === 'hook' ? {} : { onMutate }) }) },
    );
    const screen = app.hook(() => ({
      one: useCollection('trees').data,
      asks: useAddAssets(whose === 'hook' ? { onMutate } : {}).mutateAsync,
      add: useAddAssets().mutateAsync,
      remove: useRemoveAssets().mutateAsync,
      rename: useUpdateCollection().mutateAsync,
    }));
    await soon(200);
    app.sent();
    const asked = press(() => watch(screen.now.asks({ collectionId: 'trees', assetIds: ['yew'] })));
    const [added, renamed, removed] = press(() => [
      watch(screen.now.add({ collectionId: 'trees', assetIds: ['fir'] })),
      watch(screen.now.rename({ collectionId: 'trees', name: 'Wood' })),
      watch(screen.now.remove({ collectionId: 'trees', assetIds: ['yew'] })),
    ]);
    expect(screen.now.one).toMatchObject({ assetCount: 3, name: 'Wood' });
    await soon(1_000);
    expect([asked, added, renamed, removed]).toMatchObject([
      { settled: 0 },
      { settled: 1, value: { assetCount: 3 } },
      { settled: 1, value: { name: 'Wood' } },
      { settled: 0 },
    ]);
    expect(screen.now.one).toMatchObject({ assetCount: 3, name: 'Wood' });
    open();
    await soon(1_000);
    expect([asked.settled, removed?.settled]).toEqual([1, 1]);
    expect(app.emulator.members('trees').assetIds.toSorted()).toEqual(['elm', 'fir', 'oak']);
    expect(screen.now.one).toMatchObject({ assetCount: 3, name: 'Wood' });
  },
);

test('a change that waits in its `onMutate` is not taken for another one of the same variables', async () => {
  const app = studio();
  const { open, opened } = gate();
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    add: useAddAssets({ onMutate: () => opened }).mutateAsync,
    update: useUpdateCollection().mutateAsync,
  }));
  await soon(200);
  app.sent();
  const variables = { collectionId: 'trees', assetIds: ['yew'], name: 'Wood' };
  const added = press(() => watch(screen.now.add(variables)));
  const renamed = press(() => watch(screen.now.update(variables)));
  await soon(500);
  expect([added.settled, renamed.value?.name]).toEqual([0, 'Wood']);
  expect(app.sent()).toEqual(['PUT /collections/trees']);
  open();
  await soon(500);
  expect(added).toMatchObject({ settled: 1, value: { assetCount: 3 } });
});
