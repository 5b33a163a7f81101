import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Asset, Model } from 'scenario-react';
import { GridSkeleton } from '../parts/GridSkeleton.tsx';
import { NextPage } from '../parts/NextPage.tsx';
import { Notice } from '../parts/Notice.tsx';
import { Offline } from '../parts/Offline.tsx';
import { Placeholders } from '../parts/Placeholders.tsx';
import { ReadFailed } from '../parts/ReadFailed.tsx';
import { Tile } from '../parts/Tile.tsx';
import { type ItemKind, tileItem } from '../parts/TileItem.ts';

/** The items themselves, read on as the grid is scrolled. */
export function ContentsGrid({
  kind,
  list,
  counted,
  chosen,
  onToggle,
}: {
  kind: ItemKind;
  list: UseInfiniteQueryResult<(Asset | Model)[], Error>;
  /** How many the collection says that it holds: what was just added counts before its picture is known. */
  counted: number;
  chosen: ReadonlySet<string>;
  onToggle: (id: string) => void;
}) {
  // Known without a read: a new collection holds nothing.
  const items = list.data ?? (counted === 0 && !list.error ? [] : undefined);
  if (!items && list.error)
    return <ReadFailed what={`the ${kind}`} error={list.error} onRetry={() => void list.refetch()} />;
  if (!items && list.fetchStatus === 'paused') return <Offline what={`Its ${kind} load`} />;
  if (!items) return <GridSkeleton label={`Loading ${kind}`} />;
  if (items.length === 0 && counted === 0 && !list.hasNextPage)
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
        {!list.hasNextPage && <Placeholders howMany={counted - items.length} />}
      </ul>
      <NextPage {...list} />
    </>
  );
}
