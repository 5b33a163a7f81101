import {
  type UseCollectionsOptions,
  type UseCollectionsResult,
  useAddAssets,
  useCollection,
  useCollections,
} from 'scenario-react';

export function useMine(options?: UseCollectionsOptions): UseCollectionsResult {
  return useCollections({ pageSize: 50 }, options);
}

export function Count({ collectionId }: { collectionId: string }) {
  const { data } = useCollection(collectionId, { select: ({ assetCount }) => assetCount });
  const { mutate } = useAddAssets();
  const count: number | undefined = data;
  // @ts-expect-error Ids are strings: the types are not `any`.
  mutate({ collectionId, assetIds: [1] });
  return count;
}
