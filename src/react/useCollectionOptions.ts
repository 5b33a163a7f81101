import type { UnusedSkipTokenOptions } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Collection } from '../api/types.ts';
import { objectOf } from '../http/objectOf.ts';
import { collectionQueryOptions, type DetailKey } from '../query/options/queryOptions.ts';
import type { OneOptions, SuspenseOneOptions } from './options.ts';
import { useScenario, useStore } from './ScenarioProvider.tsx';
import type { Synced } from './ShownResult.ts';
import { useSyncedOptions } from './useSyncedOptions.ts';

/** TanStack Query's options of one collection. */
type Options<TData> = UnusedSkipTokenOptions<Collection, Error, TData, DetailKey>;

/** The factory's query of one collection, painted at once. It starts with what is shown of it elsewhere, as old as that is. */
export function useCollectionOptions<TData>(
  collectionId: string,
  options: OneOptions<Collection, TData> | SuspenseOneOptions<Collection, TData> | undefined,
): Options<TData> & Synced {
  const client = useScenario();
  const { ids, collections } = useStore().ledger.entities;
  const one = useMemo(
    () => ({
      ...collectionQueryOptions(client, collectionId),
      ...objectOf('options', options),
      ...(options?.initialData === undefined && {
        initialData: () => collections.get(ids.serverIdOf(collectionId)),
        initialDataUpdatedAt: () => collections.materialize(ids.serverIdOf(collectionId))?.asOf,
      }),
    }),
    [client, ids, collections, collectionId, options],
  );
  return useSyncedOptions(one as Options<TData>);
}
