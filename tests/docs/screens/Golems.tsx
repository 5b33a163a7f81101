import { useAddAssets, useCollection, usePendingChanges } from 'scenario-react';

/** As little of a screen as shows a count, changes it, and says what is pending. */
export function Golems() {
  const { data } = useCollection('golems');
  const { mutate } = useAddAssets();
  const changes = usePendingChanges();
  return (
    <>
      <button type="button" onClick={() => mutate({ collectionId: 'golems', assetIds: ['asset_1'] })}>
        Add
      </button>
      <output>{data ? `${data.assetCount} assets` : 'Loading'}</output>
      <p>{changes.map(({ status }) => status)}</p>
      {changes.map(({ id, discard }) => (
        <button type="button" key={id} onClick={discard}>
          Discard
        </button>
      ))}
    </>
  );
}
