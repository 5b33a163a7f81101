import { type InfiniteData, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { memo } from 'react';
import { createRoot } from 'react-dom/client';
import {
  type Collection,
  collectionKeys,
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollections,
} from '../../src/index.ts';
import { passAll, settle } from '../support/virtualTime.ts';
import { type CollectionsPage, collection, PAGE_SIZE, page } from './collections.ts';

export interface OpenList {
  readonly queryClient: QueryClient;
  /** The ids of the rows that were rendered since they were last looked at. */
  readonly rendered: string[];
  /** The requests: `PUT /collections/collection_1/assets`. */
  readonly requests: string[];
  readonly rows: readonly Collection[];
  readonly pages: readonly CollectionsPage[];
  add(collectionId: string, assetId: string): void;
  more(): Promise<unknown>;
  close(): Promise<void>;
}

/** How many rows are on the screen. */
export const VISIBLE = 30;

const params = { pageSize: PAGE_SIZE };
const options = { staleTime: Number.POSITIVE_INFINITY };

interface Hooks {
  readonly list: ReturnType<typeof useCollections<Collection[]>>;
  readonly add: ReturnType<typeof useAddAssets>;
}

const Row = memo(function Row({ row, onRow }: { row: Collection; onRow: (id: string) => void }) {
  onRow(row.id);
  return <li>{row.assetCount}</li>;
});

function List({ onList, onRow }: { onList: (hooks: Hooks) => void; onRow: (id: string) => void }) {
  const list = useCollections(params, options);
  const add = useAddAssets();
  onList({ list, add });
  return (list.data ?? []).slice(0, VISIBLE).map((row) => <Row key={row.id} row={row} onRow={onRow} />);
}

/**
 * A list of many rows on the screen, over a cache with so many pages in it.
 *
 * The pages are put there by hand, so that their rows can be ones that count who looks at them. The server is the least there is.
 */
export async function openList({
  pages: count,
  make = collection,
  touches = true,
}: {
  pages: number;
  make?: (n: number) => Collection;
  /** Whether the server's copy of a changed collection says when it was changed. */
  touches?: boolean;
}): Promise<OpenList> {
  const queryClient = new QueryClient();
  const rendered: string[] = [];
  const requests: string[] = [];
  const added = new Map<number, number>();
  let writes = 0;

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(String(input));
    const method = init?.method ?? 'GET';
    requests.push(`${method} ${pathname}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (method === 'GET') return Response.json(page(Number(searchParams.get('paginationToken'))));
    const n = Number(/collection_(\d+)/.exec(pathname)?.[1]);
    const { assetIds } = JSON.parse(String(init?.body)) as { assetIds: string[] };
    const sum = (added.get(n) ?? 0) + assetIds.length;
    added.set(n, sum);
    const row = collection(n);
    const updatedAt = touches ? new Date(Date.now() + ++writes).toISOString() : row.updatedAt;
    return Response.json({ collection: { ...row, updatedAt, assetCount: n + sum, itemCount: n + sum } });
  };
  const client = new Scenario({ baseURL: 'https://api.example.test', fetch });
  const key = collectionKeys.list(params, client.scope);
  queryClient.setQueryData(key, {
    pages: Array.from({ length: count }, (_, i) => page(i, make)),
    pageParams: Array.from({ length: count }, (_, i) => (i ? String(i) : null)),
  });

  let hooks: Hooks | undefined;
  const now = () => {
    if (!hooks) throw new Error('Nothing has been rendered');
    return hooks;
  };
  const onList = (given: Hooks) => {
    hooks = given;
  };
  const onRow = (id: string) => rendered.push(id);
  const root = createRoot(document.createElement('ul'));
  root.render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <List onList={onList} onRow={onRow} />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await settle();
  rendered.length = 0;
  const list = () => queryClient.getQueryData(key) as InfiniteData<CollectionsPage, string | null>;
  return {
    queryClient,
    rendered,
    requests,
    get rows() {
      return now().list.data ?? [];
    },
    get pages() {
      return list().pages;
    },
    add: (collectionId, assetId) => now().add.mutate({ collectionId, assetIds: [assetId] }),
    more: async () => {
      const loaded = now().list.fetchNextPage();
      await passAll();
      return loaded;
    },
    close: async () => {
      root.unmount();
      await settle();
      queryClient.clear();
    },
  };
}
