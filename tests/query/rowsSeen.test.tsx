import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import {
  useAddAssets,
  useAddModels,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, someCollections, soon } from '../support/app.tsx';

inVirtualTime();

const names = (rows: readonly { name?: string }[] | undefined) => rows?.map(({ name }) => name);

async function open(collections: number, pageSize: number | undefined, pages: number) {
  const app = openApp({ latency: 10, collections: someCollections(collections) });
  const screen = app.hook(() => ({
    list: useCollections({ pageSize }),
    create: useCreateCollection().mutate,
    remove: useDeleteCollection().mutate,
  }));
  const readAgain = async () => {
    act(() => void screen.now.list.refetch());
    await soon(100);
  };
  await soon(100);
  for (let page = 1; page < pages; page++) {
    act(() => void screen.now.list.fetchNextPage());
    await soon(100);
  }
  return Object.assign(app, { screen, readAgain });
}

describe('what was made here pushes no row that was seen behind the next page when the list is read again', () => {
  test.each([
    { pageSize: 5, pages: 1, created: 1 },
    { pageSize: undefined, pages: 1, created: 1 },
    { pageSize: 5, pages: 1, created: 7 },
    { pageSize: 5, pages: 3, created: 2 },
    { pageSize: 50, pages: 2, created: 1 },
    { pageSize: 60, pages: 2, created: 3 },
  ])('$created collections, on $pages pages of $pageSize', async ({ pageSize, pages, created }) => {
    const { emulator, screen, readAgain, sent } = await open(200, pageSize, pages);
    for (let i = 0; i < created; i++) press(() => screen.now.create({ name: `New ${i}` }));
    await soon(1_000);
    const before = names(screen.now.list.data);
    expect(before).toHaveLength((pageSize ?? 10) * pages + created);
    sent();
    for (let again = 0; again < 3; again++) {
      await readAgain();
      expect(names(screen.now.list.data)).toEqual(before);
    }
    expect(sent()).toHaveLength((before as string[]).length > 100 ? 6 : 3);
    expect(screen.now.list.hasNextPage).toBe(true);
    act(() => void screen.now.list.fetchNextPage());
    await soon(100);
    expect(names(screen.now.list.data)).toEqual(names(emulator.collections.slice(0, screen.now.list.data?.length)));
  });

  test('what was deleted beside it makes room for what comes behind', async () => {
    const { screen, readAgain } = await open(20, 5, 1);
    press(() => screen.now.create({ name: 'New' }));
    press(() => screen.now.remove({ collectionId: 'c1' }));
    press(() => screen.now.remove({ collectionId: 'c2' }));
    await soon(100);
    await readAgain();
    expect(names(screen.now.list.data)).toEqual(['New', ...[0, 3, 4, 5].map((i) => `Collection ${i}`)]);
  });

  test('nor does what waits to be made, which the server may have already', async () => {
    const { screen, readAgain, emulator } = await open(20, 5, 1);
    emulator.fault({ kind: 'slow', ms: 60_000, on: 'POST /collections' });
    press(() => screen.now.create({ name: 'New' }));
    await soon(20);
    for (let again = 0; again < 4; again++) {
      await readAgain();
      expect(names(screen.now.list.data)).toEqual(['New', ...[0, 1, 2, 3, 4].map((i) => `Collection ${i}`)]);
    }
  });

  test('contents too, whether it is known or waits', async () => {
    const ids = (of: string) => Array.from({ length: 20 }, (_, n) => `${of}${n}`);
    const app = openApp({
      latency: 10,
      collections: [
        { id: 'c', assetIds: ids('a'), modelIds: ids('m') },
        { id: 'other', assetIds: ['x'], modelIds: ['y'] },
      ],
    });
    const screen = app.hook(() => ({
      assets: useCollectionAssets('c', { pageSize: 5 }),
      models: useCollectionModels('c', { pageSize: 5 }),
      known: [useCollectionAssets('other'), useCollectionModels('other')],
      addAssets: useAddAssets().mutate,
      addModels: useAddModels().mutate,
    }));
    await soon(100);
    app.emulator.fault({ kind: 'slow', ms: 60_000, on: 'PUT /collections/:collectionId/models' });
    press(() => screen.now.addAssets({ collectionId: 'c', assetIds: ['x'] }));
    press(() => screen.now.addModels({ collectionId: 'c', modelIds: ['y'] }));
    await soon(10_000);
    for (let again = 0; again < 3; again++) {
      act(() => void screen.now.assets.refetch());
      act(() => void screen.now.models.refetch());
      await soon(100);
    }
    const shown = ({ data = [] }: { data?: readonly { id: string }[] | undefined }) => data.map(({ id }) => id);
    expect(shown(screen.now.assets)).toEqual(expect.arrayContaining(ids('a').slice(0, 5)));
    expect(shown(screen.now.models)).toEqual(expect.arrayContaining(['y', ...ids('m').slice(0, 5)]));
  });
});
