import { dehydrate } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useAddAssets, useCollection, useCollections, usePendingChanges, useRemoveAssets } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

test('after everything has settled nothing of it is left: no ledger in the cache, no change, no mutation', async () => {
  const app = openApp({
    latency: 100,
    collections: [{ id: 'trees', assetIds: ['oak'] }],
    assets: [{ id: 'theirs', ownerId: 'team_other' }, 'yew'],
  });
  const screen = app.hook(() => ({
    list: useCollections(),
    one: useCollection('trees'),
    pending: usePendingChanges(),
    add: useAddAssets().mutateAsync,
  }));
  await soon(300);
  app.emulator.fault({ kind: 'loseAnswer', times: 1, on: 'PUT' });
  press(() => [
    watch(screen.now.add({ collectionId: 'trees', assetIds: ['yew'] })),
    watch(screen.now.add({ collectionId: 'trees', assetIds: ['theirs'] })),
  ]);
  await soon(5_000);
  act(() => {
    for (const change of screen.now.pending) change.discard();
  });
  await soon(400_000);
  expect(screen.now.pending).toEqual([]);
  const kinds = app.queryClient
    .getQueryCache()
    .getAll()
    .map(({ queryKey }) => queryKey[3]);
  expect(kinds.toSorted()).toEqual(['detail', 'list']);
  expect(app.queryClient.getMutationCache().getAll()).toHaveLength(0);
});

test('while something is pending the cache holds no query more, and what is written down of it is what the server said', async () => {
  const app = openApp({ latency: 100, collections: [{ id: 'trees' }] });
  const screen = app.hook(() => ({ one: useCollection('trees').data, add: useAddAssets().mutate }));
  await soon(200);
  const queries = () => app.queryClient.getQueryCache().getAll().length;
  const before = queries();
  act(() => screen.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(20);
  expect(screen.now.one?.assetCount).toBe(1);
  expect(queries()).toBe(before);
  const [one] = dehydrate(app.queryClient).queries;
  expect(one?.state.data).toMatchObject({ id: 'trees', assetCount: 0 });
  await soon(200);
  expect(dehydrate(app.queryClient).queries[0]?.state.data).toMatchObject({ id: 'trees', assetCount: 1 });
});

test('three thousand ids in and out again leave nothing in the cache but what is shown', async () => {
  const app = openApp({ collections: [{ id: 'trees' }] });
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    pending: usePendingChanges(),
    add: useAddAssets().mutate,
    remove: useRemoveAssets().mutate,
  }));
  await soon();
  for (let round = 0; round < 3; round++) {
    const assetIds = Array.from({ length: 1_000 }, (_, i) => `leaf-${round}-${i}`);
    act(() => screen.now.add({ collectionId: 'trees', assetIds }));
    await soon(100);
    act(() => screen.now.remove({ collectionId: 'trees', assetIds }));
    await soon(100);
  }
  expect(screen.now.one?.assetCount).toBe(0);
  expect(screen.now.pending).toEqual([]);
  expect(JSON.stringify(dehydrate(app.queryClient)).length).toBeLessThan(1_000);
});
