import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Collection, collectionsQueryOptions, useScenario } from '../../src/index.ts';
import { flatten } from '../../src/query/cache/flatten.ts';
import { library as ours } from './library.tsx';
import type { ReadOptions, Subject } from './Subject.ts';

/** TanStack Query's own options of the library's list, flat. */
function useFlatOptions(pageSize: number, options?: ReadOptions<Collection[], Collection[]>) {
  const client = useScenario();
  const { select, refetchInterval } = options ?? {};
  return useMemo(
    () => ({
      ...collectionsQueryOptions(client, { pageSize }),
      ...(refetchInterval && { refetchInterval }),
      select: (data: Parameters<typeof flatten>[0]) => {
        const rows = flatten(data) as Collection[];
        return select ? select(rows) : rows;
      },
    }),
    [client, pageSize, select, refetchInterval],
  );
}

/**
 * The library, but for its Suspense list, which hears of what is asked for as TanStack Query's own does: by a timer of no length, so that the
 * old number is painted once more.
 */
export const lateList: Subject = {
  ...ours,
  name: 'a Suspense list that is painted late',
  useSuspenseCollections: ({ pageSize }, options) => useSuspenseInfiniteQuery(useFlatOptions(pageSize, options)),
};
