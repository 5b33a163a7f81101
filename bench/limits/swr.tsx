import useSWR, { SWRConfig, useSWRConfig } from 'swr';
import useSWRInfinite, { unstable_serialize } from 'swr/infinite';
import type { Collection } from '../../src/client.ts';
import { BASE, type Subject } from '../../tests/limits/Subject.ts';
import {
  type AssetsPage,
  type CollectionsPage,
  contentsPath,
  detailPath,
  listPath,
  membersPath,
  withAssets,
} from './pages.ts';
import { caller, put } from './vendorClient.ts';

type One = { collection: Collection };

/**
 * SWR's documentation, "Mutation": `mutate` with `optimisticData`, the answer put into the cache, no revalidation of what the answer
 * holds. It knows no `staleTime`; the nearest is `dedupingInterval` with `focusThrottleInterval`. On focus it reads the first page again and no other,
 * which is its default.
 */
export const swr: Subject = ({ fetch, staleTime, pageSize }) => {
  const call = caller(fetch, BASE);
  const getKey = (index: number, previous: CollectionsPage | null) => {
    if (previous && !previous.nextPaginationToken) return null;
    return listPath(pageSize, index === 0 ? '' : (previous?.nextPaginationToken ?? ''));
  };
  const change = (pages: CollectionsPage[] | undefined, id: string, by: (row: Collection) => Collection) =>
    (pages ?? []).map((page) => ({
      ...page,
      collections: page.collections.map((row) => (row.id === id ? by(row) : row)),
    }));
  const value = {
    provider: () => new Map(),
    fetcher: (path: string) => call(path),
    dedupingInterval: staleTime,
    focusThrottleInterval: staleTime,
  };
  let pending = 0;
  return {
    provide: (children) => <SWRConfig value={value}>{children}</SWRConfig>,
    useList: () => {
      const { data, setSize } = useSWRInfinite<CollectionsPage>(getKey);
      return {
        rows: data?.flatMap((page) => page.collections) ?? [],
        more: () => void setSize((size) => size + 1),
      };
    },
    useDetail: (id) => useSWR<One>(detailPath(id)).data?.collection,
    useContents: (id) => useSWR<AssetsPage>(contentsPath(id)).data?.assets,
    useAdd: () => {
      const { mutate } = useSWRConfig();
      return async (id, assetIds) => {
        pending++;
        const sent = call<One>(membersPath(id), put(assetIds));
        const more = (row: Collection) => withAssets(row, assetIds.length);
        const options = { rollbackOnError: true, revalidate: false };
        await Promise.all([
          mutate<CollectionsPage[]>(
            unstable_serialize(getKey),
            async (pages?: CollectionsPage[]) => {
              const { collection } = await sent;
              return change(pages, id, () => collection);
            },
            { ...options, optimisticData: (pages?: CollectionsPage[]) => change(pages, id, more) },
          ),
          mutate<One>(detailPath(id), sent, {
            ...options,
            optimisticData: (one?: One) => one && { collection: more(one.collection) },
          } as object),
        ]);
        // Its documentation has no guard for changes that overlap; read after each of them, the contents would be read five times a burst.
        if (--pending === 0) await mutate(contentsPath(id));
      };
    },
  };
};
