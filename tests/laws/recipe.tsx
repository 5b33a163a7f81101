import {
  type InfiniteData,
  type QueryClient,
  QueryClientProvider,
  type QueryKey,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { Collection, Item } from '../../src/api/types.ts';
import type { Scenario } from '../../src/client.ts';
import type { AssetsOf, ModelsOf, Subject, Update, Watch } from './Subject.ts';

/*
 * The recipe of TanStack Query's guide to optimistic updates, as a careful developer would carry it over to collections: cancel what is
 * being fetched, take a snapshot, patch every list and the detail, put the snapshot back when it fails, invalidate when it is over.
 */

const ALL = ['scenario', 'default', 'collections'];
const Client = createContext<Scenario | undefined>(undefined);

function useClient(): Scenario {
  const client = useContext(Client);
  if (client === undefined) throw new Error('No client');
  return client;
}

interface Page {
  collections: Collection[];
  nextPaginationToken?: string | undefined;
}
type Snapshot = [QueryKey, unknown][];

type CachedIn = 'first page' | 'later page' | 'detail';
type Patch<V> = (rows: Collection[], variables: V, place: CachedIn) => Collection[];

async function begin(
  queryClient: QueryClient,
  patch: (rows: Collection[], place: CachedIn) => Collection[],
): Promise<Snapshot> {
  await queryClient.cancelQueries({ queryKey: ALL });
  const snapshot = queryClient.getQueriesData({ queryKey: ALL });
  queryClient.setQueriesData<InfiniteData<Page>>({ queryKey: [...ALL, 'list'] }, (data) =>
    data === undefined
      ? data
      : {
          ...data,
          pages: data.pages.map((page, index) => ({
            ...page,
            collections: patch(page.collections, index === 0 ? 'first page' : 'later page'),
          })),
        },
  );
  queryClient.setQueriesData<Collection>({ queryKey: [...ALL, 'detail'] }, (data) =>
    data === undefined ? data : (patch([data], 'detail')[0] ?? data),
  );
  return snapshot;
}

function useRecipe<V, R>(
  send: (client: Scenario, variables: V) => Promise<R>,
  patch: Patch<V>,
  watch: Watch<V> | undefined,
) {
  const queryClient = useQueryClient();
  const client = useClient();
  return useMutation<R, Error, V, Snapshot>({
    mutationFn: (variables) => send(client, variables),
    onMutate: (variables) => begin(queryClient, (rows, place) => patch(rows, variables, place)),
    onError: (_error, _variables, snapshot) => {
      for (const [key, data] of snapshot ?? []) queryClient.setQueryData(key, data);
    },
    onSettled: async (data, error, variables) => {
      watch?.onSettled?.(data, error, variables);
      await queryClient.invalidateQueries({ queryKey: ALL });
    },
  });
}

const changed = (rows: Collection[], id: string, change: (row: Collection) => Collection) =>
  rows.map((row) => (row.id === id ? change(row) : row));

const moved = (rows: Collection[], id: string, count: 'assetCount' | 'modelCount', by: number) =>
  changed(rows, id, (row) => ({ ...row, [count]: row[count] + by, itemCount: row.itemCount + by }));

let made = 0;

function useContents<T extends Item>(kind: 'assets' | 'models', collectionId: string, pageSize: number) {
  const client = useClient();
  return useInfiniteQuery({
    queryKey: [...ALL, kind, collectionId, { pageSize }],
    queryFn: async ({ pageParam, signal }) => {
      const params = { collectionId, pageSize, ...(pageParam === null ? {} : { paginationToken: pageParam }) };
      if (kind === 'assets') {
        const { assets, nextPaginationToken } = await client.assets.list(params, { signal });
        return { assets: assets as Item[] as T[], nextPaginationToken };
      }
      const { models, nextPaginationToken } = await client.models.list(params, { signal });
      return { models: models as Item[] as T[], nextPaginationToken };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPaginationToken ?? null,
    select: (data) => data.pages.flatMap((page) => page.assets ?? page.models ?? []),
  });
}

/** The plain recipe, as a subject: what the library is measured against, and the proof that the laws can be broken. */
export const recipe: Subject = {
  name: 'the recipe',
  Around: ({ client, queryClient, children }) => (
    <QueryClientProvider client={queryClient}>
      <Client.Provider value={client}>{children}</Client.Provider>
    </QueryClientProvider>
  ),
  useCollections: ({ pageSize }, options) => {
    const client = useClient();
    return useInfiniteQuery({
      queryKey: [...ALL, 'list', { pageSize }],
      queryFn: async ({ pageParam, signal }): Promise<Page> => {
        const params = { pageSize, ...(pageParam === null ? {} : { paginationToken: pageParam }) };
        const { collections, nextPaginationToken } = await client.collections.list(params, { signal });
        return { collections, nextPaginationToken };
      },
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextPaginationToken ?? null,
      select: (data) => data.pages.flatMap((page) => page.collections),
      ...(options?.refetchInterval && { refetchInterval: options.refetchInterval }),
    });
  },
  useCollection: (collectionId, options) => {
    const client = useClient();
    return useQuery({
      queryKey: [...ALL, 'detail', collectionId],
      queryFn: async ({ signal }) => (await client.collections.retrieve(collectionId ?? '', { signal })).collection,
      enabled: collectionId !== undefined,
      ...(options?.select && { select: options.select }),
      ...(options?.refetchInterval && { refetchInterval: options.refetchInterval }),
    }) as never;
  },
  useCollectionAssets: (collectionId, { pageSize }) => useContents('assets', collectionId, pageSize),
  useCollectionModels: (collectionId, { pageSize }) => useContents('models', collectionId, pageSize),
  useCreateCollection: (watch) =>
    useRecipe(
      async (client, { name }) => (await client.collections.create({ name })).collection,
      (rows, { name }, place) => {
        if (place !== 'first page') return rows;
        const now = new Date().toISOString();
        const row = { id: `new_${++made}`, name, ownerId: '', createdAt: now, updatedAt: now };
        return [{ ...row, assetCount: 0, modelCount: 0, itemCount: 0 }, ...rows];
      },
      watch,
    ),
  useUpdateCollection: (watch) =>
    useRecipe(
      async (client, { collectionId, ...fields }: Update) =>
        (await client.collections.update(collectionId, fields)).collection,
      (rows, { collectionId, name }) =>
        changed(rows, collectionId, (row) => (name === undefined ? row : { ...row, name })),
      watch,
    ),
  useDeleteCollection: (watch) =>
    useRecipe(
      (client, { collectionId }) => client.collections.delete(collectionId),
      (rows, { collectionId }) => rows.filter((row) => row.id !== collectionId),
      watch,
    ),
  useAddAssets: (watch) =>
    useRecipe(
      async (client, { collectionId, assetIds }: AssetsOf) =>
        (await client.collections.assets.add(collectionId, { assetIds })).collection,
      (rows, { collectionId, assetIds }) => moved(rows, collectionId, 'assetCount', assetIds.length),
      watch,
    ),
  useRemoveAssets: (watch) =>
    useRecipe(
      async (client, { collectionId, assetIds }: AssetsOf) =>
        (await client.collections.assets.remove(collectionId, { assetIds })).collection,
      (rows, { collectionId, assetIds }) => moved(rows, collectionId, 'assetCount', -assetIds.length),
      watch,
    ),
  useAddModels: (watch) =>
    useRecipe(
      async (client, { collectionId, modelIds }: ModelsOf) =>
        (await client.collections.models.add(collectionId, { modelIds })).collection,
      (rows, { collectionId, modelIds }) => moved(rows, collectionId, 'modelCount', modelIds.length),
      watch,
    ),
  useRemoveModels: (watch) =>
    useRecipe(
      async (client, { collectionId, modelIds }: ModelsOf) =>
        (await client.collections.models.remove(collectionId, { modelIds })).collection,
      (rows, { collectionId, modelIds }) => moved(rows, collectionId, 'modelCount', -modelIds.length),
      watch,
    ),
  usePendingChanges: () => undefined,
};
