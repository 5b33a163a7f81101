import { configureStore } from '@reduxjs/toolkit';
import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react';
import type { ReactElement } from 'react';
import { Provider } from 'react-redux';
import type { Collection } from 'scenario-react/client';
import { BASE, fetchStub } from '../api.ts';
import { type CollectionsPage, PAGE_SIZE } from '../requests.ts';
import { Rows, Screen, TARGET } from '../screen.tsx';

interface Variables {
  collectionId: string;
  assetIds: string[];
}

const api = createApi({
  baseQuery: fetchBaseQuery({ baseUrl: `${location.origin}${BASE}`, fetchFn: fetchStub }),
  endpoints: (build) => ({
    collections: build.infiniteQuery<CollectionsPage, void, string>({
      infiniteQueryOptions: {
        initialPageParam: '',
        getNextPageParam: (page) => page.nextPaginationToken,
      },
      query: ({ pageParam }) => ({
        url: '/collections',
        params: { pageSize: PAGE_SIZE, ...(pageParam && { paginationToken: pageParam }) },
      }),
    }),
    addAssets: build.mutation<{ collection: Collection }, Variables>({
      query: ({ collectionId, assetIds }) => ({
        url: `/collections/${collectionId}/assets`,
        method: 'PUT',
        body: { assetIds },
      }),
      onQueryStarted: async ({ collectionId, assetIds }, { dispatch, queryFulfilled }) => {
        const write = (change: (row: Collection) => void) =>
          dispatch(
            api.util.updateQueryData('collections', undefined, (draft) => {
              for (const page of draft.pages) {
                const row = page.collections.find(({ id }) => id === collectionId);
                if (row) return change(row);
              }
            }),
          );
        const patch = write((row) => {
          row.assetCount += assetIds.length;
          row.itemCount += assetIds.length;
        });
        try {
          const { data } = await queryFulfilled;
          write((row) => void Object.assign(row, data.collection));
        } catch {
          patch.undo();
        }
      },
    }),
  }),
});

const store = configureStore({
  reducer: { [api.reducerPath]: api.reducer },
  middleware: (defaults) => defaults().concat(api.middleware),
});

function List(): ReactElement {
  const { data, fetchNextPage } = api.useCollectionsInfiniteQuery();
  const [addAssets] = api.useAddAssetsMutation();
  const rows = data ? data.pages.flatMap((page) => page.collections) : [];
  return (
    <Screen
      total={rows.length}
      target={rows[TARGET]?.id}
      more={() => void fetchNextPage()}
      add={(collectionId, assetIds) => void addAssets({ collectionId, assetIds })}
    >
      <Rows collections={rows} />
    </Screen>
  );
}

/** RTK Query's documentation, "Optimistic Updates" and "Pessimistic Updates": a patch at once, the answer put in when it is there. */
export function RtkQuery(): ReactElement {
  return (
    <Provider store={store}>
      <List />
    </Provider>
  );
}
