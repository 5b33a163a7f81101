import { configureStore } from '@reduxjs/toolkit';
import { createApi, fetchBaseQuery, setupListeners } from '@reduxjs/toolkit/query/react';
import { Provider } from 'react-redux';
import type { Collection } from '../../src/client.ts';
import { BASE, type Subject } from '../../tests/limits/Subject.ts';
import { type AssetsPage, type CollectionsPage, contentsPath, detailPath, listPath, membersPath } from './pages.ts';

interface Variables {
  collectionId: string;
  assetIds: string[];
}

/**
 * RTK Query's documentation, "Optimistic Updates" and "Pessimistic Updates": list and detail patched at once, the answer put in when it
 * is there, and the contents read again by their tag.
 */
export const rtkQuery: Subject = ({ fetch, staleTime, pageSize }) => {
  const api = createApi({
    baseQuery: fetchBaseQuery({ baseUrl: BASE, fetchFn: fetch }),
    tagTypes: ['contents'],
    refetchOnFocus: true,
    refetchOnMountOrArgChange: staleTime / 1000,
    keepUnusedDataFor: 300,
    endpoints: (build) => ({
      collections: build.infiniteQuery<CollectionsPage, void, string>({
        infiniteQueryOptions: { initialPageParam: '', getNextPageParam: (page) => page.nextPaginationToken },
        query: ({ pageParam }) => listPath(pageSize, pageParam),
      }),
      collection: build.query<Collection, string>({
        query: detailPath,
        transformResponse: ({ collection }: { collection: Collection }) => collection,
      }),
      contents: build.query<AssetsPage, string>({
        query: contentsPath,
        providesTags: (_result, _error, id) => [{ type: 'contents', id }],
      }),
      addAssets: build.mutation<{ collection: Collection }, Variables>({
        query: ({ collectionId, assetIds }) => ({ url: membersPath(collectionId), method: 'PUT', body: { assetIds } }),
        invalidatesTags: (_result, _error, { collectionId }) => [{ type: 'contents', id: collectionId }],
        onQueryStarted: async ({ collectionId, assetIds }, { dispatch, queryFulfilled }) => {
          const write = (change: (row: Collection) => void) => [
            dispatch(
              api.util.updateQueryData('collections', undefined, (draft) => {
                for (const page of draft.pages) {
                  const row = page.collections.find(({ id }) => id === collectionId);
                  if (row) return change(row);
                }
              }),
            ),
            dispatch(api.util.updateQueryData('collection', collectionId, change)),
          ];
          const patches = write((row) => {
            row.assetCount += assetIds.length;
            row.itemCount += assetIds.length;
          });
          try {
            const { data } = await queryFulfilled;
            write((row) => void Object.assign(row, data.collection));
          } catch {
            for (const patch of patches) patch.undo();
          }
        },
      }),
    }),
  });
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults({ immutableCheck: false, serializableCheck: false }).concat(api.middleware),
  });
  const close = setupListeners(store.dispatch);
  return {
    provide: (children) => <Provider store={store}>{children}</Provider>,
    useList: () => {
      const { data, fetchNextPage } = api.useCollectionsInfiniteQuery();
      return { rows: data?.pages.flatMap((page) => page.collections) ?? [], more: () => void fetchNextPage() };
    },
    useDetail: (id) => api.useCollectionQuery(id).data,
    useContents: (id) => api.useContentsQuery(id).data?.assets,
    useAdd: () => {
      const [addAssets] = api.useAddAssetsMutation();
      return (collectionId, assetIds) => addAssets({ collectionId, assetIds }).unwrap();
    },
    close: () => {
      close();
      store.dispatch(api.util.resetApiState());
    },
  };
};
