import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  useAddAssets,
  useCollectionAssets,
  useCreateCollection,
  usePendingChanges,
  useRemoveAssets,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

/** The contents of a collection that is there, or of one that is being made, and of another one, which knows `bench`. */
async function open(which: 'trees' | 'a new one') {
  const app = openApp({
    latency: 20,
    collections: [
      { id: 'trees', assetIds: ['oak'] },
      { id: 'parks', assetIds: ['bench'] },
    ],
  });
  let id: string | undefined = which === 'trees' ? which : undefined;
  const screen = app.hook(() => {
    const { data, refetch } = useCollectionAssets(id);
    return {
      parks: useCollectionAssets('parks').data,
      ids: data?.map((asset) => asset.id),
      refetch,
      create: useCreateCollection().mutateAsync,
      add: useAddAssets().mutateAsync,
      remove: useRemoveAssets().mutateAsync,
      pending: usePendingChanges(),
    };
  });
  await soon(100);
  if (which !== 'trees') {
    press(() => watch(screen.now.create({ name: 'New' })));
    id = screen.now.pending[0]?.collectionId;
    screen.again();
  }
  const of = (...assetIds: string[]) => ({ collectionId: id as string, assetIds });
  const index = (ms: number) => app.emulator.fault({ kind: 'lag', ms, on: 'GET /assets' });
  const again = async () => {
    act(() => void screen.now.refetch());
    await soon(50);
  };
  return Object.assign(app, { screen, of, index, again, before: which === 'trees' ? ['oak'] : [] });
}

test.each(['trees', 'a new one'] as const)(
  'what was just added stays in the contents of %s, where these are read again from an index that has not heard of it',
  async (which) => {
    const app = await open(which);
    app.index(1_000);
    press(() => watch(app.screen.now.add(app.of('bench'))));
    for (let i = 0; i < 8; i++) {
      await app.again();
      expect(app.screen.now.ids).toEqual(['bench', ...app.before]);
    }
    app.sent();
    await soon(20_000);
    expect(app.screen.now.ids?.toSorted()).toEqual(['bench', ...app.before]);
    // Once, however often it was missing.
    expect(app.sent()).toEqual(['GET /assets']);
  },
);

test.each(['trees', 'a new one'] as const)(
  'what nobody knew comes by itself into the contents of %s, where the read after the write was answered by an index that is behind',
  async (which) => {
    const app = await open(which);
    app.index(1_000);
    press(() => watch(app.screen.now.add(app.of('yew'))));
    await soon(500);
    expect(app.screen.now.ids).toEqual(app.before);
    await soon(10_000);
    expect(app.screen.now.ids?.toSorted()).toEqual([...app.before, 'yew']);
  },
);

test('what somebody else takes out a moment after we have added it is gone a moment later', async () => {
  const app = await open('trees');
  press(() => watch(app.screen.now.add(app.of('bench'))));
  await soon(100);
  const init = { method: 'DELETE', body: JSON.stringify({ assetIds: ['bench'] }) };
  await app.emulator.elsewhere('https://api.test/v1/collections/trees/assets', init);
  await app.again();
  await soon(10_000);
  expect(app.screen.now.ids).toEqual(['oak']);
});

test('what we take out ourselves is read again by nobody, and one read tells what was added long ago', async () => {
  const app = await open('trees');
  press(() => watch(app.screen.now.add(app.of('bench'))));
  await soon(100);
  press(() => watch(app.screen.now.remove(app.of('bench'))));
  await soon(100);
  app.sent();
  await app.again();
  await soon(20_000);
  expect(app.sent()).toEqual(['GET /assets']);
  expect(app.screen.now.ids).toEqual(['oak']);
});
