import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { Collection } from 'scenario-react';
import type { Paging } from '../parts/NextPage.tsx';
import { CollectionRow } from './CollectionRow.tsx';
import { ListEnd } from './ListEnd.tsx';
import { useArrowKeys } from './useArrowKeys.ts';

const ROW_HEIGHT = 68;
const END_HEIGHT = 56;
/** How many rows before the end the next page is asked for. */
const AHEAD = 10;

const keyOf = (row: Collection) => row.clientKey ?? row.id;

/** The rows that are on the screen, and no others: a list of thousands costs what a list of ten costs. */
export function VirtualRows({
  rows,
  selected,
  paging,
}: {
  rows: Collection[];
  selected: string | undefined;
  paging: Paging;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const keys = rows.map(keyOf);
  // eslint-disable-next-line react-hooks/incompatible-library -- the demo is not compiled, and nothing here is memoized by hand
  const virtualizer = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (index === rows.length ? END_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => keys[index] ?? 'end',
    overscan: 6,
  });
  const arrows = useArrowKeys(keys, scroller, (index) => virtualizer.scrollToIndex(index));

  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = paging;
  const wantsMore = last >= rows.length - AHEAD && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are a short cut between the links in it
    <div ref={scroller} className="list-scroller" onKeyDown={arrows.onKeyDown}>
      <ul className="list-rows" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, key, start, size }) => {
          const row = rows[index];
          return (
            <li
              key={key}
              className="list-slot"
              style={{ height: size, transform: `translateY(${start}px)` }}
              aria-setsize={hasNextPage ? -1 : rows.length}
              aria-posinset={row ? index + 1 : undefined}
            >
              {row ? (
                <CollectionRow
                  collection={row}
                  isOpen={selected !== undefined && (row.id === selected || row.clientKey === selected)}
                  index={index}
                  isTabStop={arrows.isTabStop(index, items[0]?.index ?? 0, last)}
                />
              ) : (
                <ListEnd total={rows.length} paging={paging} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
