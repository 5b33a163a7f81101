import { act } from '@testing-library/react';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Collection,
  InvalidInputError,
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollections,
  type useCreateCollection,
  type useDeleteCollection,
  useRemoveAssets,
  useRemoveModels,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

type Options = { optimistic?: boolean };

/** Every mutation hook, what it is asked for here, and how the collection stands after it. */
const kinds = [
  {
    name: 'useUpdateCollection',
    use: (options?: Options) => useUpdateCollection(options).mutateAsync,
    asked: { name: 'Woods' },
    shows: { name: 'Woods' },
    request: 'PUT /collections/trees',
    bad: [{ name: ' ' }, {}, { thumbnail: '' }],
  },
  {
    name: 'useAddAssets',
    use: (options?: Options) => useAddAssets(options).mutateAsync,
    asked: { assetIds: ['yew', 'fir', 'yew'] },
    shows: { assetCount: 4, itemCount: 6 },
    request: 'PUT /collections/trees/assets',
    bad: [{ assetIds: [] }, { assetIds: [''] }, { assetIds: ['..'] }, { assetIds: 'yew' }, {}],
  },
  {
    name: 'useRemoveAssets',
    use: (options?: Options) => useRemoveAssets(options).mutateAsync,
    asked: { assetIds: ['oak'] },
    shows: { assetCount: 1, itemCount: 3 },
    request: 'DELETE /collections/trees/assets',
    bad: [{ assetIds: [] }, { modelIds: ['bark'] }],
  },
  {
    name: 'useAddModels',
    use: (options?: Options) => useAddModels(options).mutateAsync,
    asked: { modelIds: ['moss'] },
    shows: { modelCount: 3, itemCount: 5 },
    request: 'PUT /collections/trees/models',
    bad: [{ modelIds: [] }, { modelIds: [7] }],
  },
  {
    name: 'useRemoveModels',
    use: (options?: Options) => useRemoveModels(options).mutateAsync,
    asked: { modelIds: ['bark', 'leaf'] },
    shows: { modelCount: 0, itemCount: 2 },
    request: 'DELETE /collections/trees/models',
    bad: [{ modelIds: [] }, { modelIds: [undefined] }],
  },
] as const;

type Ask = (variables: object) => Promise<Collection>;

const studio = () =>
  openApp({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'], modelIds: ['bark', 'leaf'] },
      { id: 'parks' },
    ],
  });

const before = { name: 'Trees', assetCount: 2, modelCount: 2, itemCount: 4 };

async function open(use: (options?: Options) => unknown, options?: Options) {
  const app = studio();
  const screen = app.hook(() => ({
    ask: use(options) as Ask,
    row: useCollections().data?.find(({ id }) => id === 'trees'),
    one: useCollection('trees').data,
  }));
  await soon(300);
  app.sent();
  expect(screen.now.one).toMatchObject(before);
  return { app, screen };
}

describe.each(kinds)('$name', ({ use, asked, shows, request, bad }) => {
  test('shows at once, and the server’s answer confirms it without a read', async () => {
    const { app, screen } = await open(use);
    const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees', ...asked })));
    for (let i = 0; i < 30; i++) {
      expect(screen.now.one).toMatchObject({ ...before, ...shows });
      expect(screen.now.row).toMatchObject({ ...before, ...shows });
      await soon(10);
    }
    expect(outcome).toMatchObject({ settled: 1, value: { id: 'trees', ...before, ...shows } });
    expect(app.emulator.collections.find(({ id }) => id === 'trees')).toMatchObject({ ...before, ...shows });
    expect(app.sent()).toEqual([request]);
  });

  test('a refused one comes back, and rejects once with the API’s own error', async () => {
    const { app, screen } = await open(use);
    app.emulator.fault({ kind: 'refuse', status: 403, body: { message: 'Not yours' } });
    const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees', ...asked })));
    expect(screen.now.one).toMatchObject(shows);
    await soon(300);
    expect(screen.now.one).toMatchObject(before);
    expect(screen.now.row).toMatchObject(before);
    expect(outcome).toMatchObject({ settled: 1, error: { name: 'PermissionDeniedError', status: 403 } });
    expect(outcome.error).toHaveProperty('message', '403 Not yours');
    expect(app.sent()).toEqual([request]);
  });

  test('with `optimistic: false` it shows when the server has answered', async () => {
    const { app, screen } = await open(use, { optimistic: false });
    const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees', ...asked })));
    expect(screen.now.one).toMatchObject(before);
    await soon(50);
    expect(screen.now.one).toMatchObject(before);
    await soon(100);
    expect(screen.now.one).toMatchObject(shows);
    expect(screen.now.row).toMatchObject(shows);
    expect(outcome.settled).toBe(1);
    expect(app.sent()).toEqual([request]);
  });

  test.each(bad)('%j is refused before anything is sent or shown', async (wrong) => {
    const { app, screen } = await open(use);
    const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees', ...wrong })));
    expect(screen.now.one).toMatchObject(before);
    await soon(300);
    expect(outcome.error).toBeInstanceOf(InvalidInputError);
    expect(app.sent()).toEqual([]);
  });

  test.each([undefined, '', '.', 7])(
    'a collection id of %j is refused before anything is sent',
    async (collectionId) => {
      const { app, screen } = await open(use);
      const outcome = press(() => watch(screen.now.ask({ ...asked, collectionId })));
      await soon(300);
      expect(outcome.error).toBeInstanceOf(InvalidInputError);
      expect(outcome.error).toHaveProperty('message', expect.stringContaining('collectionId'));
      expect(app.sent()).toEqual([]);
    },
  );
});

test('what is in already is no error, moves no count, and costs one read of the ids', async () => {
  const app = studio();
  const screen = app.hook(() => ({ one: useCollection('trees').data, ask: useAddAssets().mutateAsync }));
  await soon(200);
  app.sent();
  const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees', assetIds: ['oak', 'yew'] })));
  await soon(600);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 3 } });
  expect(screen.now.one?.assetCount).toBe(3);
  expect(app.sent().filter((line) => line.startsWith('PUT'))).toHaveLength(2);
});

test('a thumbnail shows at once when a cached list knows the asset, else with the server’s answer', async () => {
  const app = studio();
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    assets: useCollectionAssets('trees').data,
    update: useUpdateCollection().mutate,
  }));
  await soon(300);
  act(() => screen.now.update({ collectionId: 'trees', thumbnail: 'oak' }));
  const url = screen.now.assets?.find(({ id }) => id === 'oak')?.url;
  expect(url).toBeTruthy();
  expect(screen.now.one?.thumbnail).toEqual({ assetId: 'oak', url });
  await soon(300);
  expect(screen.now.one?.thumbnail?.assetId).toBe('oak');
  act(() => screen.now.update({ collectionId: 'trees', thumbnail: 'yew' }));
  expect(screen.now.one?.thumbnail?.assetId).toBe('oak');
  await soon(300);
  expect(screen.now.one?.thumbnail?.assetId).toBe('yew');
});

test('results bear the types that were promised', () => {
  expectTypeOf<ReturnType<typeof useAddAssets>['data']>().toEqualTypeOf<Collection | undefined>();
  expectTypeOf<ReturnType<typeof useCreateCollection>['data']>().toEqualTypeOf<Collection | undefined>();
  expectTypeOf<ReturnType<typeof useDeleteCollection>['data']>().toEqualTypeOf<undefined>();
});
