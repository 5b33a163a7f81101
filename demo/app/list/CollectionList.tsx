import { useCollections } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Notice } from '../parts/Notice.tsx';
import { Offline } from '../parts/Offline.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { CreateCollection } from './CreateCollection.tsx';
import { LIST_PARAMS } from './listParams.ts';
import { RowSkeletons } from './RowSkeletons.tsx';
import { VirtualRows } from './VirtualRows.tsx';

/** All collections, read as they are scrolled to. */
export function CollectionList({
  selected,
  onSelect,
}: {
  selected: string | undefined;
  onSelect: (collectionId: string) => void;
}) {
  const list = useCollections(LIST_PARAMS);
  const rows = list.data;
  return (
    <nav className="list" aria-labelledby="collections-heading">
      <div className="list-head">
        <h2 id="collections-heading" tabIndex={-1}>
          Collections
        </h2>
        {rows && (
          <span className="muted">{list.hasNextPage ? `${rows.length}+` : count(rows.length, 'collection')}</span>
        )}
      </div>
      <CreateCollection onCreated={onSelect} />
      {!rows && list.isPending && list.fetchStatus !== 'paused' && <RowSkeletons />}
      {!rows && list.fetchStatus === 'paused' && <Offline what="The collections load" />}
      {!rows && list.error && (
        <ReadFailed what="the collections" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {rows?.length === 0 && !list.hasNextPage && (
        <Notice icon="stack" title="No collections yet">
          <p>Name one above to begin.</p>
        </Notice>
      )}
      {rows && (rows.length > 0 || list.hasNextPage) && <VirtualRows rows={rows} selected={selected} paging={list} />}
    </nav>
  );
}
