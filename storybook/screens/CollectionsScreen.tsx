import type { ReactNode } from 'react';
import { type Collection, useCollections } from 'scenario-react';
import { Button } from '../ui/Button.tsx';
import { CollectionRow } from '../ui/CollectionRow.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explain } from './explain.ts';

/** The list of collections, in each of its states: not there yet, waiting for the network, failed, empty, more to come, next page failed, at its end. */
export function CollectionsScreen({ actions }: { actions?: (collection: Collection) => ReactNode }) {
  const { data, error, isPaused, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } =
    useCollections();
  if (!data) {
    if (isPaused) return <Loading what="collections as soon as the network is back" />;
    if (!error) return <Loading what="collections" />;
    return <Notice title={explain(error)} error={error} onRetry={() => void refetch()} />;
  }
  if (data.length === 0 && !hasNextPage) return <p className="quiet">No collections yet.</p>;
  return (
    <>
      <ul aria-label="Collections">
        {data.map((collection) => (
          <CollectionRow key={collection.clientKey ?? collection.id} collection={collection}>
            {actions?.(collection)}
          </CollectionRow>
        ))}
      </ul>
      {isFetchNextPageError && error ? (
        <Notice title="The next page did not load." error={error} onRetry={() => void fetchNextPage()} />
      ) : hasNextPage ? (
        <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? 'Loading more…' : 'Load more'}
        </Button>
      ) : (
        <p className="quiet">That is all of them.</p>
      )}
    </>
  );
}
