import { type Collection, usePendingChanges } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Icon } from '../parts/Icon.tsx';
import { Picture } from '../parts/Picture.tsx';
import { collectionHref } from '../useSelectedCollection.ts';

/** A collection in the list. */
export function CollectionRow({
  collection,
  isOpen,
  index,
  isTabStop,
}: {
  collection: Collection;
  isOpen: boolean;
  index: number;
  isTabStop: boolean;
}) {
  const changes = usePendingChanges({ collectionId: collection.id });
  const isPaused = changes.some(({ status }) => status === 'paused');
  const isSaving = !isPaused && changes.some(({ status }) => status !== 'failed');
  return (
    <a
      className="row"
      href={collectionHref(collection.id)}
      aria-current={isOpen ? 'page' : undefined}
      data-index={index}
      tabIndex={isTabStop ? 0 : -1}
    >
      <Picture url={collection.thumbnail?.url} name={collection.name} />
      <span className="row-text">
        <span className="row-name">{collection.name}</span>
        <span className="row-meta">
          {count(collection.assetCount, 'asset')} · {count(collection.modelCount, 'model')}
        </span>
      </span>
      {isPaused && (
        <span className="row-paused" role="img" aria-label="Waits to be sent">
          <Icon name="cloud" />
        </span>
      )}
      {isSaving && (
        <span className="spinner" role="img" aria-label="Saving">
          {null}
        </span>
      )}
    </a>
  );
}
