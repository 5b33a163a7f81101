import { useAddAssets, useCollection, usePendingChanges } from 'scenario-react';

export function CollectionScreen({ collectionId }: { collectionId: string }) {
  const { data: collection, error } = useCollection(collectionId);
  const { mutate } = useAddAssets();
  const [change] = usePendingChanges({ collectionId });
  if (!collection) return <p>{error ? error.message : 'Loading…'}</p>;
  return (
    <>
      <h1>{collection.name}</h1>
      <p>{collection.assetCount} assets</p>
      <button type="button" onClick={() => mutate({ collectionId, assetIds: ['asset_new'] })}>
        Add
      </button>
      {change && <output>{change.status === 'failed' ? 'Could not save' : 'Saving…'}</output>}
    </>
  );
}
