import type { ReactElement } from 'react';
import type { Collection } from 'scenario-react/client';
import useSWRInfinite from 'swr/infinite';
import { fetchStub } from '../api.ts';
import { type CollectionsPage, pageAddress, putAssets } from '../requests.ts';
import { Rows, Screen, TARGET } from '../screen.tsx';

const read = async (address: string) => (await (await fetchStub(address)).json()) as CollectionsPage;

const getKey = (index: number, previous: CollectionsPage | null) => {
  if (previous && !previous.nextPaginationToken) return null;
  return pageAddress(index === 0 ? '' : (previous?.nextPaginationToken ?? ''));
};

const replace = (pages: CollectionsPage[] | undefined, id: string, change: (row: Collection) => Collection) =>
  (pages ?? []).map((page) => ({
    ...page,
    collections: page.collections.map((row) => (row.id === id ? change(row) : row)),
  }));

/**
 * SWR's documentation, "Mutation": `mutate` with `optimisticData`, its result put into the cache, and no revalidation, since the answer
 * holds the collection. Page 1 is not read again with every further page (`revalidateFirstPage`), which is the cheaper of its two ways.
 */
export function Swr(): ReactElement {
  const { data, mutate, setSize } = useSWRInfinite(getKey, read, { revalidateFirstPage: false });
  const rows = data ? data.flatMap((page) => page.collections) : [];
  const add = (id: string, assetIds: string[]) => {
    const by = assetIds.length;
    const send = async (pages: CollectionsPage[] | undefined) => {
      const answer = await putAssets(id, assetIds);
      return replace(pages, id, () => answer);
    };
    void mutate(send, {
      optimisticData: (pages) =>
        replace(pages, id, (row) => ({ ...row, assetCount: row.assetCount + by, itemCount: row.itemCount + by })),
      rollbackOnError: true,
      revalidate: false,
    });
  };
  return (
    <Screen total={rows.length} target={rows[TARGET]?.id} more={() => void setSize((size) => size + 1)} add={add}>
      <Rows collections={rows} />
    </Screen>
  );
}
