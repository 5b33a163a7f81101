import { useState } from 'react';
import { type Collection, useCollectionAssets, useUpdateCollection } from 'scenario-react';
import { Dialog } from '../parts/Dialog.tsx';
import { GridSkeleton } from '../parts/GridSkeleton.tsx';
import { NextPage } from '../parts/NextPage.tsx';
import { Notice } from '../parts/Notice.tsx';
import { Offline } from '../parts/Offline.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { Tile } from '../parts/Tile.tsx';
import { tileItem } from '../parts/TileItem.ts';
import { CONTENTS_PARAMS } from './useContents.ts';

/** Chooses the collection's picture among its assets. */
export function ThumbnailDialog({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const list = useCollectionAssets(collection.id, CONTENTS_PARAMS);
  const { mutate } = useUpdateCollection();
  const [chosen, setChosen] = useState(collection.thumbnail?.assetId);
  const assets = list.data;
  return (
    <Dialog title="Choose a thumbnail" size="large" onClose={onClose}>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== undefined) mutate({ collectionId: collection.id, thumbnail: chosen });
          onClose();
        }}
      >
        <div className="dialog-scroller">
          {!assets && list.fetchStatus === 'paused' && <Offline what="Its assets load" />}
          {!assets && list.isPending && list.fetchStatus !== 'paused' && <GridSkeleton label="Loading assets" />}
          {!assets && list.error && (
            <ReadFailed what="the assets" error={list.error} onRetry={() => void list.refetch()} />
          )}
          {assets?.length === 0 && <Notice icon="image" title="Add an asset first" />}
          {assets && assets.length > 0 && (
            <fieldset className="grid">
              <legend className="visually-hidden">Assets of the collection</legend>
              {assets.map((asset) => (
                <Tile
                  key={asset.id}
                  item={tileItem(asset)}
                  type="radio"
                  isChosen={asset.id === chosen}
                  onChoose={setChosen}
                />
              ))}
            </fieldset>
          )}
          <NextPage {...list} />
        </div>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={chosen === undefined || chosen === collection.thumbnail?.assetId}
          >
            Use as thumbnail
          </button>
        </div>
      </form>
    </Dialog>
  );
}
