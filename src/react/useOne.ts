import { useMemo } from 'react';
import { type CollectionQueryOptions, collectionQueryOptions } from '../query/queryOptions.ts';
import { useAttachment, useScenario } from './ScenarioProvider.tsx';
import { useAtOnce } from './useAtOnce.ts';

/** The factory's query of one collection, painted at once. It starts with what is shown of it elsewhere, as old as that is. */
export function useOne(collectionId: string, options: object | undefined): CollectionQueryOptions {
  const client = useScenario();
  const { ledger } = useAttachment();
  const one = useMemo(
    () => ({
      ...collectionQueryOptions(client, collectionId),
      initialData: () => ledger.collections.get(ledger.idOf(collectionId)),
      initialDataUpdatedAt: () => ledger.collections.find(ledger.idOf(collectionId))?.asOf,
      ...options,
    }),
    [client, ledger, collectionId, options],
  );
  return useAtOnce(one as CollectionQueryOptions);
}
