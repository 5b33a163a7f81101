import { useMemo } from 'react';
import { type CollectionQueryOptions, collectionQueryOptions } from '../query/queryOptions.ts';
import { useAttachment, useScenario } from './ScenarioProvider.tsx';
import type { SyncedOptions } from './ShownResult.ts';
import { useAtOnce } from './useAtOnce.ts';

/** The factory's query of one collection, painted at once. It starts with what is shown of it elsewhere, as old as that is. */
export function useOne(collectionId: string, options: object | undefined): CollectionQueryOptions & SyncedOptions {
  const client = useScenario();
  const { ledger } = useAttachment();
  const one = useMemo(
    () => ({
      ...collectionQueryOptions(client, collectionId),
      initialData: () => ledger.copies.collections.get(ledger.copies.names.idOf(collectionId)),
      initialDataUpdatedAt: () => ledger.copies.collections.find(ledger.copies.names.idOf(collectionId))?.asOf,
      ...options,
    }),
    [client, ledger, collectionId, options],
  );
  return useAtOnce(one as CollectionQueryOptions);
}
