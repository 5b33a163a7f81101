// @vitest-environment node
import { MutationObserver, QueryClient, QueryClientProvider, QueryObserver } from '@tanstack/react-query';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';

// What a browser and Node have, and React Native has not, or not in every version.
const ABSENT = ['navigator', 'structuredClone', 'MessageChannel', 'BroadcastChannel', 'Intl'] as const;

/** Every hook; the library comes from outside, since it is imported in a world without a DOM. */
function Screen({ hooks }: { hooks: typeof import('../../src/index.ts') }) {
  hooks.useCollections();
  hooks.useCollectionAssets('trees');
  hooks.useCollectionModels('trees');
  hooks.useCreateCollection();
  hooks.useUpdateCollection();
  hooks.useDeleteCollection();
  hooks.useAddAssets();
  hooks.useRemoveAssets();
  hooks.useAddModels();
  hooks.useRemoveModels();
  const { data } = hooks.useCollection('trees');
  return <p>{`${data?.assetCount} pending ${hooks.usePendingChanges().length}`}</p>;
}

beforeAll(() => {
  for (const name of ABSENT) vi.stubGlobal(name, undefined);
  // This file has a process of its own.
  for (const name of ['any', 'timeout']) Reflect.deleteProperty(AbortSignal, name);
});
afterAll(() => vi.unstubAllGlobals());

test('without window, document or navigator the library imports, renders, reads and writes', async () => {
  expect([typeof window, typeof document, typeof navigator]).toEqual(['undefined', 'undefined', 'undefined']);
  const library = await import('../../src/index.ts');
  const { Scenario, ScenarioProvider, addAssetsMutationOptions, collectionQueryOptions } = library;
  const emulator = createScenarioEmulator({ collections: [{ id: 'trees', assetIds: ['oak'] }] });
  const client = new Scenario({ baseURL: 'https://api.test/v1', fetch: emulator.fetch, bearerAuth: 'token' });
  const queryClient = new QueryClient();

  const screen = () =>
    renderToString(
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>
          <Screen hooks={library} />
        </ScenarioProvider>
      </QueryClientProvider>,
    );

  await queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  expect(screen()).toBe('<p>1 pending 0</p>');
  const counts: unknown[] = [];
  const stop = new QueryObserver(queryClient, {
    ...collectionQueryOptions(client, 'trees'),
    staleTime: Number.POSITIVE_INFINITY,
  }).subscribe(({ data }) => counts.push(data?.assetCount));
  const adding = new MutationObserver(queryClient, addAssetsMutationOptions(client));
  const answer = adding.mutate({ collectionId: 'trees', assetIds: ['yew'] });
  // Rendered as on a server, which shows nothing of what is pending.
  expect(screen()).toBe('<p>1 pending 0</p>');
  expect((await answer).assetCount).toBe(2);
  expect(screen()).toBe('<p>2 pending 0</p>');
  await new Promise((resolve) => setTimeout(resolve, 10));
  stop();
  expect(new Set(counts)).toEqual(new Set([2]));
  expect(emulator.members('trees').assetIds).toEqual(['oak', 'yew']);
});
