import { useState } from 'react';
import { type Collection, useDeleteCollection } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Icon } from '../parts/Icon.tsx';
import { Picture } from '../parts/Picture.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';
import { EditableName } from './EditableName.tsx';
import { ThumbnailDialog } from './ThumbnailDialog.tsx';

/** Picture, name and numbers of the open collection. */
export function DetailHeader({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const [dialog, setDialog] = useState<'delete' | 'thumbnail'>();
  const { mutate: deleteCollection } = useDeleteCollection();
  const close = () => setDialog(undefined);
  return (
    <div className="detail-header">
      <button
        type="button"
        className="button icon-button quiet only-narrow"
        aria-label="Back to the list"
        onClick={onClose}
      >
        <Icon name="back" />
      </button>
      <button
        type="button"
        className="detail-picture"
        aria-label="Change the thumbnail"
        onClick={() => setDialog('thumbnail')}
      >
        <Picture url={collection.thumbnail?.url} name={collection.name} />
        <span className="detail-picture-hint">
          <Icon name="image" />
        </span>
      </button>
      <div className="detail-title">
        <EditableName collection={collection} />
        <p className="numbers">
          <span>
            <strong data-testid="item-count">{collection.itemCount.toLocaleString('en')}</strong>{' '}
            {collection.itemCount === 1 ? 'item' : 'items'}
          </span>
          <span className="muted">
            {count(collection.assetCount, 'asset')} · {count(collection.modelCount, 'model')}
          </span>
        </p>
      </div>
      <button type="button" className="button quiet danger" onClick={() => setDialog('delete')}>
        <Icon name="trash" />
        <span className="only-wide">Delete</span>
        <span className="only-narrow visually-hidden">Delete</span>
      </button>
      {dialog === 'thumbnail' && <ThumbnailDialog collection={collection} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteDialog
          collection={collection}
          onCancel={close}
          onDelete={() => {
            close();
            deleteCollection({ collectionId: collection.id });
            onClose();
          }}
        />
      )}
    </div>
  );
}
