import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Asset, Model } from 'scenario-react';
import { GridSkeleton } from '../parts/GridSkeleton.tsx';
import { NextPage } from '../parts/NextPage.tsx';
import { Notice } from '../parts/Notice.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { Tile } from '../parts/Tile.tsx';
import { type ItemKind, tileItem } from '../parts/TileItem.ts';

/** The items themselves, read on as the grid is scrolled. */
export function ContentsGrid({
  kind,
  list,
  chosen,
  onToggle,
}: {
  kind: ItemKind;
  list: UseInfiniteQueryResult<(Asset | Model)[], Error>;
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  const items = list.data;
  if (!items && list.error)
    return <ReadFailed what={`the ${kind}`} error={list.error} onRetry={() => void list.refetch()} />;
  if (!items) return <GridSkeleton label={`Loading ${kind}`} />;
  if (items.length === 0 && !list.hasNextPage)
    return (
      <Notice icon="image" title={`No ${kind} in here yet`}>
        <p>What you add shows up at once.</p>
      </Notice>
    );
  return (
    <>
      <ul className="grid">
        {items.map((item) => (
          <li key={item.id}>
            <Tile item={tileItem(item)} isChosen={chosen.has(item.id)} onChoose={onToggle} />
          </li>
        ))}
      </ul>
      <NextPage {...list} />
    </>
  );
}
