import { useState } from 'react';
import type { Collection } from 'scenario-react';
import type { ItemKind } from '../parts/TileItem.ts';
import { ContentsPane } from './ContentsPane.tsx';
import { KindTabs } from './KindTabs.tsx';

/** What the collection holds, one kind at a time. */
export function Contents({ collection, collectionId }: { collection: Collection; collectionId: string }) {
  const [kind, setKind] = useState<ItemKind>('assets');
  return (
    <section className="contents" aria-label="Contents">
      <KindTabs collection={collection} kind={kind} onChange={setKind} />
      <ContentsPane key={kind} kind={kind} collection={collection} collectionId={collectionId} />
    </section>
  );
}
