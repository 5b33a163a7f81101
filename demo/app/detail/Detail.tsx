import { useEffect, useRef } from 'react';
import { useCollection } from 'scenario-react';
import { isUnnamed } from '../isUnnamed.ts';
import { Notice } from '../parts/Notice.tsx';
import { Offline } from '../parts/Offline.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { collectionHref } from '../useSelectedCollection.ts';
import { Contents } from './Contents.tsx';
import { DetailHeader } from './DetailHeader.tsx';
import { DetailSkeleton } from './DetailSkeleton.tsx';

/** The open collection, or what stands in its place. */
export function Detail({ collectionId, onClose }: { collectionId: string | undefined; onClose: () => void }) {
  const { data: collection, error, isPending, fetchStatus, refetch } = useCollection(collectionId);
  const id = collection && !isUnnamed(collection) ? collection.id : undefined;
  // A collection that was made here is asked for by its provisional id; a reload needs the server's.
  useEffect(() => {
    if (id !== undefined) history.replaceState(null, '', collectionHref(id));
  }, [id]);
  const main = useRef<HTMLElement>(null);
  // On a narrow screen the row that was pressed is out of sight by now.
  useEffect(() => {
    if (collectionId !== undefined && matchMedia('(max-width: 719px)').matches) main.current?.focus();
  }, [collectionId]);
  const isGone = error?.name === 'NotFoundError';
  return (
    <main
      ref={main}
      className="detail"
      tabIndex={-1}
      aria-label={collection && !isGone ? collection.name : 'Collection'}
    >
      {collectionId === undefined && (
        <Notice icon="stack" title="Choose a collection">
          <p>Its assets and models open here.</p>
        </Notice>
      )}
      {collectionId !== undefined && isGone && (
        <div role="alert">
          <Notice icon="warning" title="This collection does not exist any more">
            <p>Somebody deleted it, or it was never created.</p>
            <button type="button" className="button" onClick={onClose}>
              Back to the list
            </button>
          </Notice>
        </div>
      )}
      {collectionId !== undefined && !collection && !isGone && error && (
        <ReadFailed what="the collection" error={error} onRetry={() => void refetch()} />
      )}
      {collectionId !== undefined && !collection && !error && fetchStatus === 'paused' && (
        <Offline what="The collection loads" />
      )}
      {collectionId !== undefined && !collection && !error && isPending && fetchStatus !== 'paused' && (
        <DetailSkeleton />
      )}
      {collectionId !== undefined && collection && !isGone && (
        <>
          <DetailHeader collection={collection} onClose={onClose} />
          <Contents collection={collection} collectionId={collectionId} />
        </>
      )}
    </main>
  );
}
