import { type Collection, useAddAssets, useAddModels } from 'scenario-react';
import { count } from '../parts/count.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { GridSkeleton } from '../parts/GridSkeleton.tsx';
import { NextPage } from '../parts/NextPage.tsx';
import { Offline } from '../parts/Offline.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { Tile } from '../parts/Tile.tsx';
import type { ItemKind } from '../parts/TileItem.ts';
import { useChosen } from '../parts/useChosen.ts';
import { useAllItems } from './useAllItems.ts';

/** Chooses among everything the studio has, and adds it in one go. */
export function AddDialog({
  kind,
  collection,
  onClose,
}: {
  kind: ItemKind;
  collection: Collection;
  onClose: () => void;
}) {
  const list = useAllItems(kind);
  const { chosen, toggle, choose, clear } = useChosen();
  const { mutate: addAssets } = useAddAssets();
  const { mutate: addModels } = useAddModels();
  const items = list.data;
  const free = items?.filter(({ collectionIds }) => !collectionIds?.includes(collection.id)) ?? [];
  const add = () => {
    const ids = [...chosen];
    if (kind === 'assets') addAssets({ collectionId: collection.id, assetIds: ids });
    else addModels({ collectionId: collection.id, modelIds: ids });
    onClose();
  };
  return (
    <Dialog title={`Add ${kind} to “${collection.name}”`} size="large" onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div className="dialog-scroller">
          {!items && list.error && (
            <ReadFailed what={`the ${kind}`} error={list.error} onRetry={() => void list.refetch()} />
          )}
          {!items && !list.error && list.fetchStatus === 'paused' && <Offline what={`The ${kind} load`} />}
          {!items && !list.error && list.fetchStatus !== 'paused' && <GridSkeleton label={`Loading ${kind}`} />}
          {items && (
            <ul className="grid">
              {items.map((item) => (
                <li key={item.id}>
                  <Tile
                    item={item}
                    isChosen={chosen.has(item.id)}
                    isIn={!!item.collectionIds?.includes(collection.id)}
                    onChoose={toggle}
                  />
                </li>
              ))}
            </ul>
          )}
          <NextPage {...list} />
        </div>
        <div className="dialog-actions">
          <button
            type="button"
            className="button quiet dialog-left"
            disabled={free.length === 0}
            onClick={() => (chosen.size > 0 ? clear() : choose(free.map(({ id }) => id)))}
          >
            {chosen.size > 0 ? 'Clear' : `Select all ${free.length || ''}`}
          </button>
          <button type="button" className="button only-wide" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={chosen.size === 0}>
            Add {chosen.size > 0 ? count(chosen.size, kind === 'assets' ? 'asset' : 'model') : kind}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
