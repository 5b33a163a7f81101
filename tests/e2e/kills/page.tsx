import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import {
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
  rename(name: string): void;
  pending(): { kind: string; status: string; stored: boolean }[];
  rows(): string[] | undefined;
  /** When the rows were first seen to be these, in `performance.timeOrigin` time. */
  seen(row: string): number | undefined;
}

const client = new Scenario({ baseURL: '/v1', maxRetries: 0 });
const outbox = new URLSearchParams(location.search).has('without') ? undefined : createOutbox();

function Page() {
  const { data } = useCollections();
  const pending = usePendingChanges();
  const create = useCreateCollection();
  const update = useUpdateCollection();
  const remove = useDeleteCollection();
  const add = useAddAssets();
  const rows = data?.map(({ name, assetCount }) => `${name} ${assetCount}`);
  for (const row of rows ?? []) seen.set(row, seen.get(row) ?? Date.now());
  Object.assign(window, {
    ask: () => {
      add.mutate({ collectionId: 'trees', assetIds: ['yew', 'fir'] });
      update.mutate({ collectionId: 'parks', name: 'Gardens' });
      remove.mutate({ collectionId: 'bins' });
      create.mutate({ name: 'Lakes' });
    },
    rename: (name: string) => update.mutate({ collectionId: 'parks', name }),
    pending: () => pending.map(({ kind, status, stored }) => ({ kind, status, stored })),
    rows: () => rows,
    seen: (row: string) => seen.get(row),
  } satisfies Asked);
  return <p>{rows?.join(', ')}</p>;
}

const seen = new Map<string, number>();

createRoot(document.body.appendChild(document.createElement('div'))).render(
  <QueryClientProvider client={new QueryClient()}>
    <ScenarioProvider client={client} outbox={outbox}>
      <Page />
    </ScenarioProvider>
  </QueryClientProvider>,
);
