import { queryCollectionOptions } from '@tanstack/query-db-collection';
import { createCollection, useLiveQuery } from '@tanstack/react-db';
import { QueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Collection } from 'scenario-react/client';
import { putAssets, readPage } from '../requests.ts';
import { Rows, Screen, TARGET, VISIBLE } from '../screen.tsx';

let token: string | undefined = '';

/** What an update is about, since an update knows what became of a row and not what was asked. */
interface Metadata {
  assetIds: string[];
}

const collections = createCollection(
  queryCollectionOptions<Collection>({
    queryKey: ['collections'],
    queryClient: new QueryClient(),
    getKey: ({ id }) => id,
    queryFn: async () => {
      const page = await readPage('');
      token = page.nextPaginationToken;
      return page.collections;
    },
    // What the documentation asks for where further pages come by direct writes.
    staleTime: Number.POSITIVE_INFINITY,
    onUpdate: async ({ transaction }) => {
      for (const { original, metadata } of transaction.mutations) {
        const answer = await putAssets(original.id, (metadata as Metadata).assetIds);
        await collections.utils.writeUpdate(answer);
      }
      return { refetch: false };
    },
  }),
);

async function more(): Promise<void> {
  if (token === undefined) return;
  const page = await readPage(token);
  token = page.nextPaginationToken;
  await collections.utils.writeInsert(page.collections);
}

function add(id: string, assetIds: string[]): void {
  collections.update(id, { metadata: { assetIds } }, (draft) => {
    draft.assetCount += assetIds.length;
    draft.itemCount += assetIds.length;
  });
}

/**
 * TanStack DB's documentation, "Query Collection": further pages by direct writes, an optimistic update, its answer written back
 * without a refetch. The window is a live query with a limit, which is its own cheapest way to show thirty rows.
 */
export function TanStackDb(): ReactElement {
  const { data } = useLiveQuery((q) =>
    q
      .from({ collection: collections })
      .orderBy(({ collection }) => collection.id)
      .limit(VISIBLE),
  );
  const [total, setTotal] = useState(0);
  return (
    <Screen
      total={total || (data.length && collections.size)}
      target={data[TARGET]?.id}
      more={() => void more().then(() => setTotal(collections.size))}
      add={add}
    >
      <Rows collections={data} />
    </Screen>
  );
}
