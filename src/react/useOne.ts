import { useMemo } from 'react';
import type { Collection } from '../api/types.ts';
import { type CollectionQueryOptions, collectionQueryOptions } from '../query/queryOptions.ts';
import { useAttachment, useScenario } from './ScenarioProvider.tsx';
import { useAtOnce } from './useAtOnce.ts';

/** The factory's query of one collection, painted at once. It starts with what is shown of it elsewhere, as old as that is. */
export function useOne(collectionId: string): CollectionQueryOptions & {
  queryHash: string;
  initialData: () => Collection | undefined;
  initialDataUpdatedAt: () => number | undefined;
} {
  const client = useScenario();
  const { ledger } = useAttachment();
  const one = useMemo(() => collectionQueryOptions(client, collectionId), [client, collectionId]);
  const queryHash = useAtOnce(one.queryKey);
  const id = ledger.idOf(collectionId);
  return {
    ...one,
    queryHash,
    initialData: () => ledger.collections.get(id),
    initialDataUpdatedAt: () => ledger.collections.find(id)?.asOf,
  };
}
