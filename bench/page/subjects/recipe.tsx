import {
  type InfiniteData,
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useMutation,
} from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { type CollectionsPage, putAssets, readPage } from '../requests.ts';
import { Rows, Screen, TARGET } from '../screen.tsx';

const queryClient = new QueryClient();
const queryKey = ['collections'];
const mutationKey = ['addAssets'];
type Data = InfiniteData<CollectionsPage, string>;

interface Variables {
  collectionId: string;
  assetIds: string[];
}

function List({ isGuarded }: { isGuarded: boolean }): ReactElement {
  const { data, fetchNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextPaginationToken,
  });
  const { mutate } = useMutation({
    mutationKey,
    mutationFn: ({ collectionId, assetIds }: Variables) => putAssets(collectionId, assetIds),
    onMutate: async ({ collectionId, assetIds }, { client }) => {
      await client.cancelQueries({ queryKey });
      const previous = client.getQueryData<Data>(queryKey);
      client.setQueryData<Data>(
        queryKey,
        (old) =>
          old && {
            ...old,
            pages: old.pages.map((page) => ({
              ...page,
              collections: page.collections.map((row) =>
                row.id === collectionId
                  ? {
                      ...row,
                      assetCount: row.assetCount + assetIds.length,
                      itemCount: row.itemCount + assetIds.length,
                    }
                  : row,
              ),
            })),
          },
      );
      return { previous };
    },
    onError: (_error, _variables, result, { client }) => {
      client.setQueryData(queryKey, result?.previous);
    },
    onSettled: (_data, _error, _variables, _result, { client }) => {
      if (!isGuarded || client.isMutating({ mutationKey }) === 1) return client.invalidateQueries({ queryKey });
    },
  });
  const rows = data ? data.pages.flatMap((page) => page.collections) : [];
  return (
    <Screen
      total={rows.length}
      target={rows[TARGET]?.id}
      more={() => void fetchNextPage()}
      add={(collectionId, assetIds) => mutate({ collectionId, assetIds })}
    >
      <Rows collections={rows} />
    </Screen>
  );
}

/** TanStack Query's documentation, "Optimistic Updates, via the cache": cancel, snapshot, write, roll back, invalidate. */
export function Recipe(): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <List isGuarded={false} />
    </QueryClientProvider>
  );
}

/** The same with the guard that its maintainers advise for concurrent mutations: only the last one invalidates. */
export function GuardedRecipe(): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <List isGuarded={true} />
    </QueryClientProvider>
  );
}
