import {
  MutationObserver,
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { expect, expectTypeOf, test } from 'vitest';
import {
  addAssetsMutationOptions,
  addModelsMutationOptions,
  type Collection,
  collectionKeys,
  collectionQueryOptions,
  collectionsQueryOptions,
  createCollectionMutationOptions,
  deleteCollectionMutationOptions,
  removeAssetsMutationOptions,
  removeModelsMutationOptions,
  updateCollectionMutationOptions,
} from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

/** No provider of this library's anywhere: what a loader, a script or another framework has. */
function openBare() {
  const emulator = createScenarioEmulator({
    latency: 100,
    pageSize: 2,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'], modelIds: ['bark'] },
      { id: 'parks' },
      { id: 'lakes' },
    ],
  });
  return { emulator, client: clientOf(emulator), queryClient: new QueryClient() };
}

const trees = ({ queryClient }: { queryClient: QueryClient }) =>
  queryClient.getQueryData<Collection>(collectionKeys.detail('trees'));

test('a loader is given the collection, and once only it is read', async () => {
  const { emulator, client, queryClient } = openBare();
  const options = collectionQueryOptions(client, 'trees');
  const first = watch(queryClient.ensureQueryData(options));
  await soon(200);
  const second = watch(queryClient.ensureQueryData(options));
  await soon();
  expect(first.value).toMatchObject({ id: 'trees', assetCount: 1 });
  expect(second.value).toBe(first.value);
  expect(emulator.requests).toHaveLength(1);
  expectTypeOf(queryClient.getQueryData(options.queryKey)).toEqualTypeOf<Collection | undefined>();
});

test('a prefetched list is plain JSON, page by page', async () => {
  const { client, queryClient } = openBare();
  void queryClient.prefetchInfiniteQuery({ ...collectionsQueryOptions(client), pages: 2 });
  await soon(300);
  const data = queryClient.getQueryData(collectionsQueryOptions(client).queryKey);
  expect(data?.pages.map(({ collections }) => collections.map(({ id }) => id))).toEqual([
    ['trees', 'parks'],
    ['lakes'],
  ]);
  expect(data?.pages[0]?.nextPaginationToken).toBeTypeOf('string');
  expect(data?.pages[1]).not.toHaveProperty('nextPaginationToken');
  expect(data?.pageParams).toEqual([null, data?.pages[0]?.nextPaginationToken]);
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test('a loader’s collection that does not exist rejects with a NotFoundError', async () => {
  const { client, queryClient } = openBare();
  const outcome = watch(queryClient.fetchQuery(collectionQueryOptions(client, 'nobody')));
  await soon(200);
  expect(outcome.error).toMatchObject({ name: 'NotFoundError', status: 404 });
});

test('a fetch that ends while a change is pending gives what the cache shows, not what was read', async () => {
  const bare = openBare();
  const { client, queryClient } = bare;
  void queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  await soon(200);
  const adding = new MutationObserver(queryClient, addAssetsMutationOptions(client));
  const read = watch(queryClient.fetchQuery(collectionQueryOptions(client, 'trees')));
  await soon(10);
  watch(adding.mutate({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(95);
  expect(read.value?.assetCount).toBe(2);
  expect(trees(bare)?.assetCount).toBe(2);
  await soon(200);
});

const changes = [
  ['addAssets', addAssetsMutationOptions, { assetIds: ['yew'] }, { assetCount: 2, itemCount: 3 }],
  ['removeAssets', removeAssetsMutationOptions, { assetIds: ['oak'] }, { assetCount: 0, itemCount: 1 }],
  ['addModels', addModelsMutationOptions, { modelIds: ['moss'] }, { modelCount: 2, itemCount: 3 }],
  ['removeModels', removeModelsMutationOptions, { modelIds: ['bark'] }, { modelCount: 0, itemCount: 1 }],
  ['update', updateCollectionMutationOptions, { name: 'Woods' }, { name: 'Woods' }],
] as const;

test.each(changes)(
  'a MutationObserver’s %s stands in the cache when `mutate` returns',
  async (_, options, asked, shows) => {
    const bare = openBare();
    const { client, queryClient, emulator } = bare;
    void queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
    await soon(200);
    const observer = new MutationObserver(queryClient, options(client) as ReturnType<typeof addAssetsMutationOptions>);
    const outcome = watch(observer.mutate({ collectionId: 'trees', ...asked } as never));
    expect(trees(bare)).toMatchObject(shows);
    await soon(200);
    expect(trees(bare)).toMatchObject(shows);
    expect(outcome).toMatchObject({ settled: 1, value: shows });
    expect(emulator.requests).toHaveLength(2);
  },
);

test('a first change in an empty cache, before anything was read, is sent and resolves', async () => {
  const { client, queryClient, emulator } = openBare();
  const observer = new MutationObserver(queryClient, addAssetsMutationOptions(client));
  const outcome = watch(observer.mutate({ collectionId: 'trees', assetIds: ['yew'] }));
  await soon(200);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(emulator.requests.map(({ method }) => method)).toEqual(['PUT']);
});

test('a create and a delete move the cached list', async () => {
  const { client, queryClient } = openBare();
  void queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client));
  await soon(200);
  const names = () =>
    queryClient
      .getQueryData(collectionsQueryOptions(client).queryKey)
      ?.pages.flatMap(({ collections }) => collections.map(({ name }) => name));
  watch(new MutationObserver(queryClient, createCollectionMutationOptions(client)).mutate({ name: 'Ponds' }));
  expect(names()?.slice(0, 2)).toEqual(['Ponds', 'Trees']);
  watch(new MutationObserver(queryClient, deleteCollectionMutationOptions(client)).mutate({ collectionId: 'trees' }));
  expect(names()).not.toContain('Trees');
  await soon(300);
  expect(names()?.[0]).toBe('Ponds');
  expect(names()).not.toContain('Trees');
});

test('TanStack Query’s own hooks, given the options, need no provider', async () => {
  const { client, queryClient, emulator } = openBare();
  const { result } = renderHook(
    () => ({
      list: useInfiniteQuery(collectionsQueryOptions(client)).data,
      one: useQuery(collectionQueryOptions(client, 'trees')).data,
      add: useMutation(addAssetsMutationOptions(client)),
    }),
    { wrapper: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider> },
  );
  expectTypeOf(result.current.one).toEqualTypeOf<Collection | undefined>();
  expectTypeOf(result.current.add.data).toEqualTypeOf<Collection | undefined>();
  await soon(300);
  const outcome = press(() => watch(result.current.add.mutateAsync({ collectionId: 'trees', assetIds: ['yew'] })));
  await soon(1);
  for (let i = 0; i < 20; i++) {
    expect(result.current.one?.assetCount).toBe(2);
    expect(result.current.list?.pages[0]?.collections[0]?.assetCount).toBe(2);
    await soon(10);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(emulator.requests).toHaveLength(3);
});

test('an `onMutate` of the user’s own in place of the factory’s does not keep the change from being shown', async () => {
  const bare = openBare();
  const { client, queryClient } = bare;
  void queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  await soon(200);
  const observer = new MutationObserver(queryClient, { ...addAssetsMutationOptions(client), onMutate: () => 'mine' });
  act(() => void watch(observer.mutate({ collectionId: 'trees', assetIds: ['yew'] })));
  expect(trees(bare)?.assetCount).toBe(2);
  await soon(200);
  expect(trees(bare)?.assetCount).toBe(2);
});
