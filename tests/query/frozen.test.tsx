import { expect, test } from 'vitest';
import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

/** As an app's own tools do in development. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

const useScreen = () => ({
  list: freeze(useCollections({ pageSize: 5 }).data),
  one: freeze(useCollection('trees').data),
  assets: freeze(useCollectionAssets('trees').data),
  pending: freeze(usePendingChanges()),
  add: useAddAssets().mutateAsync,
  remove: useRemoveAssets().mutateAsync,
  rename: useUpdateCollection().mutateAsync,
  create: useCreateCollection().mutateAsync,
  drop: useDeleteCollection().mutateAsync,
});

test('whatever an app freezes of what it is handed or hands over, nothing is written into it', async () => {
  const app = openApp({
    latency: 50,
    assets: [{ id: 'oak' }, { id: 'elm' }],
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'] },
      { id: 'parks', name: 'Parks', assetIds: ['elm'] },
      { id: 'lakes', name: 'Lakes' },
    ],
  });
  const cache = app.queryClient.getQueryCache();
  cache.subscribe(() => cache.getAll().forEach(({ state }) => void freeze(state.data)));
  const screen = app.hook(useScreen);
  await soon(500);
  const outcomes = press(() => [
    watch(screen.now.add(freeze({ collectionId: 'trees', assetIds: ['elm'] }))),
    watch(screen.now.remove(freeze({ collectionId: 'trees', assetIds: ['oak'] }))),
    watch(screen.now.rename(freeze({ collectionId: 'parks', name: 'Gardens' }))),
    watch(screen.now.drop(freeze({ collectionId: 'lakes' }))),
    watch(screen.now.create(freeze({ name: 'Caves' }))),
  ]);
  void app.queryClient.invalidateQueries();
  await soon(1_000);
  void app.queryClient.invalidateQueries();
  await soon(1_000);
  expect(outcomes.map(({ error, settled }) => error ?? settled)).toEqual([1, 1, 1, 1, 1]);
  expect(screen.now.list?.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
    'Caves 0',
    'Trees 1',
    'Gardens 1',
  ]);
  expect(screen.now.assets?.map(({ id }) => id)).toEqual(['elm']);
  expect(screen.now.one).toBe(screen.now.list?.[1]);
  expect(screen.now.pending).toEqual([]);
});
