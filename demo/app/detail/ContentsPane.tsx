import { useRef, useState } from 'react';
import { type Collection, useRemoveAssets, useRemoveModels } from 'scenario-react';
import type { ItemKind } from '../parts/TileItem.ts';
import { useChosen } from '../parts/useChosen.ts';
import { AddDialog } from '../picker/AddDialog.tsx';
import { ContentsBar } from './ContentsBar.tsx';
import { ContentsGrid } from './ContentsGrid.tsx';
import { useContents } from './useContents.ts';

/** One kind of contents: what can be done with it, and the grid. */
export function ContentsPane({
  kind,
  collection,
  collectionId,
}: {
  kind: ItemKind;
  collection: Collection;
  collectionId: string;
}) {
  const list = useContents(kind, collectionId);
  const { chosen, toggle, choose, clear } = useChosen();
  const [isAdding, setIsAdding] = useState(false);
  const { mutate: removeAssets } = useRemoveAssets();
  const { mutate: removeModels } = useRemoveModels();
  const pane = useRef<HTMLDivElement>(null);

  const items = list.data ?? [];
  // What somebody else took out meanwhile is not chosen any more.
  const ids = items.flatMap(({ id }) => (chosen.has(id) ? id : []));
  const chooseNone = () => {
    clear();
    // The button that was pressed goes with the choice.
    pane.current?.focus();
  };
  const remove = () => {
    if (kind === 'assets') removeAssets({ collectionId: collection.id, assetIds: ids });
    else removeModels({ collectionId: collection.id, modelIds: ids });
    chooseNone();
  };
  return (
    <div ref={pane} id="contents-pane" className="pane" role="tabpanel" aria-labelledby={`tab-${kind}`} tabIndex={-1}>
      <ContentsBar
        kind={kind}
        collection={collection}
        chosen={ids.length}
        loaded={items.length}
        onAdd={() => setIsAdding(true)}
        onRemove={remove}
        onChooseAll={() => choose(items.map(({ id }) => id))}
        onClear={chooseNone}
      />
      <ContentsGrid
        kind={kind}
        list={list}
        counted={kind === 'assets' ? collection.assetCount : collection.modelCount}
        chosen={chosen}
        onToggle={toggle}
      />
      {isAdding && <AddDialog kind={kind} collection={collection} onClose={() => setIsAdding(false)} />}
    </div>
  );
}
