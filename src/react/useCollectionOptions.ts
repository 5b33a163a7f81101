import { useMemo } from 'react';
import { type CollectionQueryOptions, collectionQueryOptions } from '../query/options/queryOptions.ts';
import { useScenario, useStore } from './ScenarioProvider.tsx';
import type { SyncedOptions } from './ShownResult.ts';
import { useSyncedOptions } from './useSyncedOptions.ts';

/** The factory's query of one collection, painted at once. It starts with what is shown of it elsewhere, as old as that is. */
export function useCollectionOptions(
  collectionId: string,
  options: object | undefined,
): CollectionQueryOptions & SyncedOptions {
  const client = useScenario();
  const { ledger } = useStore();
  const one = useMemo(
    () => ({
      ...collectionQueryOptions(client, collectionId),
      initialData: () => ledger.entities.collections.get(ledger.entities.ids.serverIdOf(collectionId)),
      initialDataUpdatedAt: () =>
        ledger.entities.collections.materialize(ledger.entities.ids.serverIdOf(collectionId))?.asOf,
      ...options,
    }),
    [client, ledger, collectionId, options],
  );
  return useSyncedOptions(one as CollectionQueryOptions);
}
