import type { ReactNode } from 'react';
import { NotFoundError, useCollection } from 'scenario-react';
import { CollectionCard } from '../ui/CollectionCard.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explain } from './explain.ts';

/** One collection, in each of its states: none chosen, not there yet, failed, gone, there. */
export function CollectionScreen({
  collectionId,
  staleTime,
  children,
}: {
  collectionId: string | null;
  /** How long, in milliseconds, a copy that a list has brought is good enough. */
  staleTime?: number;
  children?: ReactNode;
}) {
  const { data, error, refetch } = useCollection(collectionId, staleTime === undefined ? {} : { staleTime });
  if (!collectionId) return <p className="quiet">Choose a collection.</p>;
  // What is gone is gone, though there may be a last copy of it.
  if (error instanceof NotFoundError) return <Notice title={explain(error)} error={error} />;
  if (!data && !error) return <Loading what="the collection" />;
  return (
    <>
      {error && <Notice title={explain(error)} error={error} onRetry={() => void refetch()} />}
      {data && <CollectionCard collection={data}>{children}</CollectionCard>}
    </>
  );
}
