import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import {
  collectionKeys,
  Scenario,
  ScenarioProvider,
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
import { createScenarioEmulator } from '../../src/testing.ts';

function setup() {
  const emulator = createScenarioEmulator({
    collections: Array.from({ length: 25 }, (_, i) => ({ name: `Collection ${i}`, assetCount: 3 })),
  });
  const client = new Scenario({ baseURL: 'https://api.test/v1', fetch: emulator.fetch });
  const queryClient = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>{children}</ScenarioProvider>
    </QueryClientProvider>
  );
  return { emulator, client, queryClient, wrapper };
}

test('everything once', async () => {
  const { emulator, queryClient, wrapper } = setup();
  const first = emulator.collections[0];
  if (!first) throw new Error('empty');
  const { result } = renderHook(
    () => ({
      list: useCollections(),
      one: useCollection(first.id),
      contents: useCollectionAssets(first.id),
      add: useAddAssets(),
      remove: useRemoveAssets(),
      create: useCreateCollection(),
      update: useUpdateCollection(),
      del: useDeleteCollection(),
      pending: usePendingChanges(),
    }),
    { wrapper },
  );
  await waitFor(() => expect(result.current.list.data?.length).toBe(10));
  await waitFor(() => expect(result.current.contents.data).toBeDefined());
  await act(() => result.current.list.fetchNextPage().then(() => undefined));
  await waitFor(() => expect(result.current.list.data?.length).toBe(20));
  const before = first.assetCount;
  act(() => result.current.add.mutate({ collectionId: first.id, assetIds: ['asset_x', 'asset_y'] }));
  expect(queryClient.getQueryData<{ assetCount: number }>(collectionKeys.detail(first.id))?.assetCount).toBe(
    before + 2,
  );
  expect(result.current.one.data?.assetCount).toBe(before + 2);
  expect(result.current.list.data?.find(({ id }) => id === first.id)?.assetCount).toBe(before + 2);
  await waitFor(() => expect(result.current.pending).toEqual([]));
  expect(emulator.collections.find(({ id }) => id === first.id)?.assetCount).toBe(before + 2);
  expect(result.current.one.data?.assetCount).toBe(before + 2);

  act(() => result.current.create.mutate({ name: 'Brand new' }));
  expect(result.current.list.data?.[0]?.name).toBe('Brand new');
  const key = result.current.list.data?.[0]?.clientKey as string;
  act(() => result.current.add.mutate({ collectionId: key, assetIds: ['asset_x'] }));
  act(() => result.current.update.mutate({ collectionId: key, name: 'Renamed' }));
  expect(result.current.list.data?.[0]).toMatchObject({ name: 'Renamed', assetCount: 1, itemCount: 1 });
  await waitFor(() => expect(result.current.pending).toEqual([]));
  expect(result.current.list.data?.[0]).toMatchObject({ name: 'Renamed', assetCount: 1, itemCount: 1, clientKey: key });
  expect(emulator.collections[0]).toMatchObject({ name: 'Renamed', assetCount: 1 });
  expect(result.current.list.data?.[0]?.id).toBe(emulator.collections[0]?.id);

  act(() => result.current.del.mutate({ collectionId: key }));
  expect(result.current.list.data?.[0]?.id).toBe(first.id);
  await waitFor(() => expect(result.current.pending).toEqual([]));
  expect(result.current.list.data?.[0]?.id).toBe(first.id);
  console.log(emulator.requests.map((r) => `${r.method} ${r.path} ${r.status}`).join('\n'));
});
