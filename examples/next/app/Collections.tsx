'use client';

import { type Collection, useAddAssets, useCollections, usePendingChanges } from 'scenario-react';
import { list } from './list';

export function Collections() {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useCollections(list);
  if (error && !data) return <p role="alert">{error.message}</p>;
  return (
    <main>
      <h1>Collections</h1>
      <ul>
        {data?.map((collection) => (
          <Row key={collection.clientKey ?? collection.id} collection={collection} />
        ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More
        </button>
      )}
    </main>
  );
}

/** The number moves with the click, before the API has answered, and is right whatever else is under way. */
function Row({ collection }: { collection: Collection }) {
  const { mutate } = useAddAssets();
  const [change] = usePendingChanges({ collectionId: collection.id });
  const add = () => mutate({ collectionId: collection.id, assetIds: [`asset_${crypto.randomUUID()}`] });
  return (
    <li>
      {collection.name}: <span>{collection.assetCount}</span> assets{' '}
      <button type="button" onClick={add} aria-label={`Add an asset to ${collection.name}`}>
        Add
      </button>
      {change && <output>{change.status === 'failed' ? ' Could not save' : ' Saving…'}</output>}
      {change?.status === 'failed' && (
        <button type="button" onClick={() => change.retry()}>
          Retry
        </button>
      )}
    </li>
  );
}
