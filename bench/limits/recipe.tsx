import {
  type InfiniteData,
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import type { Collection } from '../../src/client.ts';
import { BASE, type Subject } from '../../tests/limits/Subject.ts';
import {
  type AssetsPage,
  type CollectionsPage,
  contentsPath,
  detailPath,
  listPath,
  membersPath,
  withAssets,
} from './pages.ts';
import { caller, put } from './vendorClient.ts';

type Pages = InfiniteData<CollectionsPage, string>;
interface Variables {
  collectionId: string;
  assetIds: string[];
}

/**
 * TanStack Query's documentation: "Optimistic Updates, via the cache" over list and detail, with the guard for changes that overlap (only the last
 * invalidates), and "Initial Data from Cache" with its age for details. The cheapest that it knows.
 */
export const recipe: Subject = ({ fetch, staleTime, pageSize }) => {
  const call = caller(fetch, BASE);
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime } } });
  const list = ['collections'];
  const mutationKey = ['addAssets'];
  return {
    provide: (children) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
    useList: () => {
      const { data, fetchNextPage } = useInfiniteQuery({
        queryKey: list,
        queryFn: ({ pageParam, signal }) => call<CollectionsPage>(listPath(pageSize, pageParam), { signal }),
        initialPageParam: '',
        getNextPageParam: (page) => page.nextPaginationToken,
      });
      return { rows: data?.pages.flatMap((page) => page.collections) ?? [], more: () => void fetchNextPage() };
    },
    useDetail: (id) =>
      useQuery({
        queryKey: ['collection', id],
        queryFn: async ({ signal }) => (await call<{ collection: Collection }>(detailPath(id), { signal })).collection,
        initialData: () =>
          queryClient
            .getQueryData<Pages>(list)
            ?.pages.flatMap((page) => page.collections)
            .find((row) => row.id === id),
        initialDataUpdatedAt: () => queryClient.getQueryState(list)?.dataUpdatedAt,
      }).data,
    useContents: (id) =>
      useInfiniteQuery({
        queryKey: ['contents', id],
        queryFn: ({ signal }) => call<AssetsPage>(contentsPath(id), { signal }),
        initialPageParam: '',
        getNextPageParam: (page) => page.nextPaginationToken,
      }).data?.pages.flatMap((page) => page.assets),
    useAdd: () => {
      const { mutateAsync } = useMutation({
        mutationKey,
        mutationFn: ({ collectionId, assetIds }: Variables) => call(membersPath(collectionId), put(assetIds)),
        onMutate: async ({ collectionId, assetIds }) => {
          const detail = ['collection', collectionId];
          await queryClient.cancelQueries({ queryKey: list });
          await queryClient.cancelQueries({ queryKey: detail });
          const before = [queryClient.getQueryData<Pages>(list), queryClient.getQueryData<Collection>(detail)] as const;
          const change = (row: Collection) => (row.id === collectionId ? withAssets(row, assetIds.length) : row);
          queryClient.setQueryData<Pages>(
            list,
            (old) =>
              old && {
                ...old,
                pages: old.pages.map((page) => ({ ...page, collections: page.collections.map(change) })),
              },
          );
          queryClient.setQueryData<Collection>(detail, (old) => old && change(old));
          return before;
        },
        onError: (_error, { collectionId }, before) => {
          queryClient.setQueryData(list, before?.[0]);
          queryClient.setQueryData(['collection', collectionId], before?.[1]);
        },
        onSettled: (_data, _error, { collectionId }) => {
          if (queryClient.isMutating({ mutationKey }) !== 1) return;
          return Promise.all(
            [list, ['collection', collectionId], ['contents', collectionId]].map((queryKey) =>
              queryClient.invalidateQueries({ queryKey }),
            ),
          );
        },
      });
      return (collectionId, assetIds) => mutateAsync({ collectionId, assetIds });
    },
    close: () => queryClient.clear(),
  };
};
