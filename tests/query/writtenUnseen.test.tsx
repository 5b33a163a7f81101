import { type DehydratedState, dehydrate, hydrate } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionsQueryOptions,
  useAddAssets,
  useCollection,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  useRemoveModels,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const changes = {
  create: [useCreateCollection, { name: 'Lakes' }],
  rename: [useUpdateCollection, { collectionId: 'trees', name: 'Woods' }],
  delete: [useDeleteCollection, { collectionId: 'trees' }],
  'add an asset': [useAddAssets, { collectionId: 'trees', assetIds: ['yew'] }],
  'remove a model': [useRemoveModels, { collectionId: 'trees', modelIds: ['ivy'] }],
} as const;

const openServer = () =>
  createScenarioEmulator({
    latency: 20,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'], modelIds: ['ivy'] },
      { id: 'seas', name: 'Seas' },
    ],
  });

/** A page that shows nothing that was read: a form. */
function useForm(change: keyof typeof changes) {
  const [useChange, variables] = changes[change];
  const { mutateAsync } = (useChange as typeof useCreateCollection)();
  return () => mutateAsync(variables as { name: string });
}

/** What a server of the app's own renders of the list, which the browser may hold for a while before it shows it. */
async function renderList(emulator: ScenarioEmulator): Promise<DehydratedState> {
  const { client, queryClient } = openApp(emulator);
  void queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client));
  await soon(100);
  return structuredClone(dehydrate(queryClient));
}

const tell = ({ name, assetCount, modelCount }: { name: string; assetCount: number; modelCount: number }) =>
  `${name} ${assetCount} ${modelCount}`;

test.each(Object.keys(changes) as (keyof typeof changes)[])(
  'a list that was rendered before a change (%s) of a page that shows no list shows that change',
  async (change) => {
    const emulator = openServer();
    const rendered = await renderList(emulator);
    const { hook, queryClient } = openApp(emulator);
    const form = hook(() => useForm(change));
    const outcome = press(() => watch(form.now()));
    await soon(500);
    expect(outcome.settled).toBe(1);
    expect(outcome.error).toBeUndefined();
    form.unmount();
    act(() => hydrate(queryClient, rendered));
    const list = hook(() => useCollections().data);
    expect(list.now?.map(tell)).toEqual(emulator.collections.map(tell));
    await soon(500);
    expect(list.now?.map(tell)).toEqual(emulator.collections.map(tell));
  },
);

test.each(['rename', 'add an asset', 'remove a model'] as const)(
  'the answer to a change (%s) of a user who has signed out meanwhile is not shown to the next one',
  async (change) => {
    const { hook, queryClient } = openApp(openServer());
    const form = hook(() => useForm(change));
    press(() => watch(form.now()));
    await soon(15);
    form.unmount();
    queryClient.clear();
    await soon(500);
    const next = hook(() => useCollection('trees').data);
    expect(next.now).toBeUndefined();
    await soon(500);
    expect(next.now).toBeDefined();
  },
);
