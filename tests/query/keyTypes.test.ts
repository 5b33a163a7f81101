import { QueryClient } from '@tanstack/react-query';
import { expect, expectTypeOf, test } from 'vitest';
import {
  type Asset,
  type Collection,
  collectionAssetsQueryOptions,
  collectionKeys,
  collectionModelsQueryOptions,
  type Model,
  type PendingChange,
  Scenario,
  type UpdateCollectionVariables,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

const queryClient = new QueryClient();

test('a key knows what is cached under it', () => {
  const read = () => queryClient.getQueryData(collectionKeys.detail('trees'));
  expectTypeOf(read).returns.toEqualTypeOf<Collection | undefined>();
  queryClient.setQueryData(collectionKeys.detail('trees'), (collection) => {
    expectTypeOf(collection).toEqualTypeOf<Collection | undefined>();
    return undefined;
  });
  expectTypeOf(queryClient.getQueryData(collectionKeys.list())?.pages[0]?.collections).toEqualTypeOf<
    Collection[] | undefined
  >();
  expectTypeOf(queryClient.getQueryData(collectionKeys.models('trees'))?.pages[0]?.models).toEqualTypeOf<
    Model[] | undefined
  >();
  expect(read()).toBeUndefined();
});

test('the contents of a collection can be prefetched in a loader, sorted as the API sorts them', async () => {
  const emulator = createScenarioEmulator({
    collections: [{ id: 'trees', assetIds: ['yew'], modelIds: ['oak'] }],
  });
  const client = new Scenario({ baseURL: 'https://api.test/v1', fetch: emulator.fetch });
  const assets = collectionAssetsQueryOptions(client, 'trees', { sortBy: 'updatedAt', sortDirection: 'asc' });
  await queryClient.prefetchInfiniteQuery(assets);
  await queryClient.prefetchInfiniteQuery(collectionModelsQueryOptions(client, 'trees', { sortBy: 'score' }));
  // @ts-expect-error assets have no score
  collectionAssetsQueryOptions(client, 'trees', { sortBy: 'score' });
  // @ts-expect-error models are not sorted by their last change
  collectionModelsQueryOptions(client, 'trees', { sortBy: 'updatedAt' });
  const read: Asset[] | undefined = queryClient.getQueryData(assets.queryKey)?.pages.flatMap((page) => page.assets);
  expect(read?.map(({ id }) => id)).toEqual(['yew']);
  expect(emulator.requests.map(({ query }) => query)).toEqual([
    expect.objectContaining({ sortBy: 'updatedAt', sortDirection: 'asc' }),
    expect.objectContaining({ sortBy: 'score' }),
  ]);
});

test('a pending change is told apart by its kind and by its status', () => {
  const describe = (change: PendingChange): string => {
    if (change.status === 'failed') return change.error.message;
    expectTypeOf(change.error).toEqualTypeOf<undefined>();
    if (change.kind === 'addModels') return change.variables.modelIds.join();
    return change.kind === 'create' ? change.variables.name : change.variables.collectionId;
  };
  expect(describe).toBeTypeOf('function');
});

test('an update that names nothing does not compile', () => {
  // @ts-expect-error a name or a thumbnail is due
  const nothing: UpdateCollectionVariables = { collectionId: 'trees' };
  const unset: UpdateCollectionVariables = { collectionId: 'trees', thumbnail: null };
  expect([nothing, unset]).toHaveLength(2);
});
