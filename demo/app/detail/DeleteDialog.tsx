import type { Collection } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Dialog } from '../parts/Dialog.tsx';

/** Asks before a collection is deleted. */
export function DeleteDialog({
  collection,
  onCancel,
  onDelete,
}: {
  collection: Collection;
  onCancel: () => void;
  onDelete: () => void;
}) {
  return (
    <Dialog title="Delete this collection?" onClose={onCancel}>
      <p>
        “{collection.name}” will be deleted for everyone in the studio. Its {count(collection.itemCount, 'item')} will
        stay in the library.
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="button" className="button danger-filled" onClick={onDelete}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
