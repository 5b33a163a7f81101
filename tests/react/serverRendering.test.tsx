import {
  type DehydratedState,
  dehydrate,
  HydrationBoundary,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query';
import { act, fireEvent, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import {
  addAssetsMutationOptions,
  collectionQueryOptions,
  collectionsQueryOptions,
  createCollectionMutationOptions,
  deleteCollectionMutationOptions,
  type Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, soon } from '../support/app.tsx';

inVirtualTime();

function Trees() {
  const { data } = useCollections();
  const one = useCollection('trees');
  const pending = usePendingChanges();
  const add = useAddAssets();
  return (
    <>
      <ul>
        {data?.map(({ id, name, assetCount }) => (
          <li key={id}>{`${name} ${assetCount}`}</li>
        ))}
      </ul>
      <p>{`one ${one.data?.assetCount ?? 'unknown'} pending ${pending.length}`}</p>
      <button type="button" onClick={() => add.mutate({ collectionId: 'trees', assetIds: ['fir'] })}>
        add
      </button>
    </>
  );
}

interface Parts {
  readonly queryClient: QueryClient;
  readonly client: Scenario;
  readonly state: DehydratedState | undefined;
}

/** The boundary around the provider, as where a page is inside a layout that has the provider inside it. */
const BoundaryOutside = ({ queryClient, client, state }: Parts) => (
  <QueryClientProvider client={queryClient}>
    <HydrationBoundary state={state}>
      <ScenarioProvider client={client}>
        <Trees />
      </ScenarioProvider>
    </HydrationBoundary>
  </QueryClientProvider>
);

const BoundaryInside = ({ queryClient, client, state }: Parts) => (
  <QueryClientProvider client={queryClient}>
    <ScenarioProvider client={client}>
      <HydrationBoundary state={state}>
        <Trees />
      </HydrationBoundary>
    </ScenarioProvider>
  </QueryClientProvider>
);

const studio = () =>
  createScenarioEmulator({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

const fresh = () => new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });

let root: Root | undefined;
afterEach(() => {
  act(() => root?.unmount());
  document.body.innerHTML = '';
});

/** The page as it came from the server, and then the browser's half of it. */
function openInBrowser(html: string, app: ReactElement, onRecoverableError?: (error: unknown) => void) {
  const container = document.createElement('div');
  container.innerHTML = html;
  document.body.append(container);
  act(() => {
    root = hydrateRoot(container, app, onRecoverableError && { onRecoverableError });
  });
}

async function renderOnServer(emulator: ReturnType<typeof studio>, App: typeof BoundaryInside) {
  const [queryClient, client] = [fresh(), clientOf(emulator)];
  void queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client));
  void queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  await soon(200);
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(queryClient)));
  return { state, html: renderToString(<App queryClient={fresh()} client={client} state={state} />) };
}

test.each([
  ['around the provider', BoundaryOutside],
  ['inside the provider', BoundaryInside],
])(
  'with the boundary %s, what was prefetched is in the HTML and hydrates without a mismatch or a second request',
  async (_, App) => {
    const emulator = studio();
    const { state, html } = await renderOnServer(emulator, App);
    expect(html).toContain('<li>Trees 2</li><li>Parks 0</li>');
    expect(html).toContain('one 2 pending 0');
    openInBrowser(html, <App queryClient={fresh()} client={clientOf(emulator)} state={state} />);
    await soon(500);
    expect(emulator.requests.map(({ path }) => path).toSorted()).toEqual(['/collections', '/collections/trees']);
    fireEvent.click(screen.getByText('add'));
    expect(document.body.textContent).toContain('Trees 3');
    expect(document.body.textContent).toContain('one 3 pending 1');
    await soon(300);
    expect(document.body.textContent).toContain('one 3 pending 0');
    expect(emulator.requests).toHaveLength(3);
  },
);

test.each([
  ['around the provider', BoundaryOutside],
  ['inside the provider', BoundaryInside],
])(
  'with the boundary %s, what waits already as a page is hydrated is no mismatch, and shows after that',
  async (_, App) => {
    const emulator = studio();
    const { state, html } = await renderOnServer(emulator, App);
    const [queryClient, client] = [fresh(), clientOf(emulator)];
    // What an outbox has kept is there before React has hydrated all of a page that streams in.
    const cache = queryClient.getMutationCache();
    void cache
      .build(queryClient, addAssetsMutationOptions(client))
      .execute({ collectionId: 'trees', assetIds: ['fir'] });
    void cache.build(queryClient, createCollectionMutationOptions(client)).execute({ name: 'Lakes' });
    void cache.build(queryClient, deleteCollectionMutationOptions(client)).execute({ collectionId: 'parks' });
    const onMismatch = vi.fn();
    openInBrowser(html, <App queryClient={queryClient} client={client} state={state} />, onMismatch);
    expect(document.body.textContent).toContain('Trees 3');
    expect(document.body.textContent).toContain('one 3 pending 3');
    expect(document.body.textContent).toContain('Lakes 0');
    expect(document.body.textContent).not.toContain('Parks');
    expect(onMismatch).not.toHaveBeenCalled();
    await soon(500);
    expect(document.body.textContent).toContain('one 3 pending 0');
  },
);

test('what was not prefetched is rendered as loading, and read in the browser', async () => {
  const emulator = studio();
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(new QueryClient())));
  const html = renderToString(<BoundaryInside queryClient={fresh()} client={clientOf(emulator)} state={state} />);
  expect(html).toContain('one unknown pending 0');
  expect(emulator.requests).toHaveLength(0);
  openInBrowser(html, <BoundaryInside queryClient={fresh()} client={clientOf(emulator)} state={state} />);
  await soon(500);
  expect(document.body.textContent).toContain('Trees 2');
});

test.each([
  ['around the provider', BoundaryOutside],
  ['inside the provider', BoundaryInside],
])('with the boundary %s, a cache dehydrated while a change is pending never counts it twice', async (_, App) => {
  const emulator = studio();
  const [server, client] = [fresh(), clientOf(emulator)];
  void server.prefetchInfiniteQuery(collectionsQueryOptions(client));
  void server.prefetchQuery(collectionQueryOptions(client, 'trees'));
  await soon(200);
  const change = server.getMutationCache().build(server, addAssetsMutationOptions(client));
  void change.execute({ collectionId: 'trees', assetIds: ['yew'] });
  await soon(20);
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(server)));
  await soon(300);

  const html = renderToString(<App queryClient={fresh()} client={client} state={state} />);
  openInBrowser(html, <App queryClient={fresh()} client={clientOf(emulator)} state={state} />);
  const seen = new Set<string | null>();
  for (let i = 0; i < 80; i++) {
    seen.add(document.body.textContent);
    await soon(10);
  }
  expect([...seen].join(' ')).not.toMatch(/Trees 4|one 4/);
  expect(emulator.members('trees').assetIds).toEqual(expect.arrayContaining(['oak', 'elm', 'yew']));
});

test('a server that renders for two visitors keeps them apart', async () => {
  const emulator = studio();
  const ada = await renderOnServer(emulator, BoundaryInside);
  const empty = renderToString(<BoundaryInside queryClient={fresh()} client={clientOf(emulator)} state={undefined} />);
  expect(ada.html).toContain('Trees 2');
  expect(empty).not.toContain('Trees 2');
});
