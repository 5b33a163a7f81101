import type { Collection } from 'scenario-react';
import { Icon } from '../parts/Icon.tsx';
import type { ItemKind } from '../parts/TileItem.ts';
import { AddMany } from './AddMany.tsx';

/** What can be done with the contents; with what is chosen, once something is. */
export function ContentsBar({
  kind,
  collection,
  chosen,
  loaded,
  onAdd,
  onRemove,
  onChooseAll,
  onClear,
}: {
  kind: ItemKind;
  collection: Collection;
  chosen: number;
  loaded: number;
  onAdd: () => void;
  onRemove: () => void;
  onChooseAll: () => void;
  onClear: () => void;
}) {
  if (chosen > 0)
    return (
      <div className="bar">
        <span role="status">{chosen} selected</span>
        <button type="button" className="button danger" onClick={onRemove}>
          Remove from collection
        </button>
        <button type="button" className="button quiet" onClick={onChooseAll}>
          Select all {loaded}
        </button>
        <button type="button" className="button quiet" onClick={onClear}>
          Clear
        </button>
      </div>
    );
  return (
    <div className="bar">
      <button type="button" className="button primary" onClick={onAdd}>
        <Icon name="plus" /> Add {kind}…
      </button>
      {kind === 'assets' && import.meta.env.VITE_EMULATED && <AddMany collection={collection} />}
    </div>
  );
}
