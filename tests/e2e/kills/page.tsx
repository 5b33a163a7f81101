import { type InfiniteData, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';
import {
  type Collection,
  collectionKeys,
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useUpdateCollection,
} from '../../../src/index.ts';
import { createOutbox } from '../../../src/outbox.ts';

/** What a test asks of the page. */
export interface Asked {
  /** Four changes, one of each sort. */
  ask(): void;
  /** Six changes, a create among them that two others are for. */
  askSix(): void;
  /** 200 assets, one by one. */
  askMany(): void;
  rename(name: string): void;
  signOut(): Promise<void>;
  /** `age`: how long ago each was asked for, in ms. */
  pending(): { kind: string; status: string; stored: boolean; age: number }[];
  rows(): string[] | undefined;
  /** When the rows were first seen to be these, in `performance.timeOrigin` time. */
  seen(row: string): number | undefined;
  /** Whether the page came back as it was left, out of the browser's back/forward cache. */
  cameBack(): boolean;
  /** From a click to its request, and to its commit, in ms. */
  click(name: string): Promise<{ request: number; commit: number }>;
}

const queryClient = new QueryClient();
let isBack = false;
addEventListener('pageshow', ({ persisted }) => {
  isBack ||= persisted;
});
let onRequest: () => void = () => undefined;
let onCommit: () => void = () => undefined;
const client = new Scenario({
  baseURL: '/v1',
  maxRetries: 0,
  fetch: (input, init) => {
    if (init?.method === 'PUT') onRequest();
    return fetch(input, init);
  },
});
const outbox = new URLSearchParams(location.search).has('without') ? undefined : createOutbox();

function Page() {
  const { data } = useCollections();
  const pending = usePendingChanges();
  const create = useCreateCollection();
  const update = useUpdateCollection();
  const remove = useDeleteCollection();
  const add = useAddAssets();
  const rows = data?.map(({ name, assetCount }) => `${name} ${assetCount}`);
  useLayoutEffect(() => onCommit());
  for (const row of rows ?? []) seen.set(row, seen.get(row) ?? Date.now());
  Object.assign(window, {
    ask: () => {
      add.mutate({ collectionId: 'trees', assetIds: ['yew', 'fir'] });
      update.mutate({ collectionId: 'parks', name: 'Gardens' });
      remove.mutate({ collectionId: 'bins' });
      create.mutate({ name: 'Lakes' });
    },
    askSix: () => {
      create.mutate({ name: 'Lakes' });
      const made = queryClient
        .getQueryData<InfiniteData<{ collections: Collection[] }>>(collectionKeys.list({}, client.scope))
        ?.pages[0]?.collections.find(({ name }) => name === 'Lakes');
      add.mutate({ collectionId: made?.id ?? '', assetIds: ['swan'] });
      update.mutate({ collectionId: made?.id ?? '', name: 'Ponds' });
      add.mutate({ collectionId: 'trees', assetIds: ['yew'] });
      update.mutate({ collectionId: 'parks', name: 'Gardens' });
      remove.mutate({ collectionId: 'bins' });
    },
    askMany: () => {
      for (let i = 0; i < 200; i++) add.mutate({ collectionId: 'trees', assetIds: [`item-${i}`] });
    },
    signOut: async () => {
      await outbox?.clear();
      queryClient.clear();
    },
    rename: (name: string) => update.mutate({ collectionId: 'parks', name }),
    click: async (name: string) => {
      const clicked = performance.now();
      const commit = new Promise<number>((resolve) => {
        onCommit = () => document.body.textContent?.includes(name) && resolve(performance.now() - clicked);
      });
      const request = new Promise<number>((resolve) => {
        onRequest = () => resolve(performance.now() - clicked);
      });
      update.mutate({ collectionId: 'parks', name });
      return { request: await request, commit: await commit };
    },
    cameBack: () => isBack,
    pending: () =>
      pending.map(({ kind, status, stored, submittedAt }) => ({ kind, status, stored, age: Date.now() - submittedAt })),
    rows: () => rows,
    seen: (row: string) => seen.get(row),
  } satisfies Asked);
  return <p>{rows?.join(', ')}</p>;
}

const seen = new Map<string, number>();

createRoot(document.body.appendChild(document.createElement('div'))).render(
  <QueryClientProvider client={queryClient}>
    <ScenarioProvider client={client} outbox={outbox}>
      <Page />
    </ScenarioProvider>
  </QueryClientProvider>,
);
