import { memo, type ReactElement } from 'react';
import type { Collection } from 'scenario-react/client';

/** How many rows a screen shows: a virtual list would mount as many. */
export const VISIBLE = 30;
/** The row that is changed. */
export const TARGET = 5;
/** How many changes a burst makes in one tick. */
export const BURST = 200;

/** How often a row was rendered. */
export const rendered = { rows: 0 };

/** What every row shows, whoever gives it its collection. */
export function rowOf({ id, name, assetCount, updatedAt }: Collection): ReactElement {
  rendered.rows++;
  return (
    <li>
      {name} <output id={id}>{assetCount}</output> <time>{updatedAt}</time>
    </li>
  );
}

const Row = memo(function Row({ collection }: { collection: Collection }) {
  return rowOf(collection);
});

/** The rows of a list that is told as a whole. */
export function Rows({ collections }: { collections: readonly Collection[] }): ReactElement {
  return (
    <ul>
      {collections.slice(0, VISIBLE).map((collection) => (
        <Row key={collection.id} collection={collection} />
      ))}
    </ul>
  );
}

interface ScreenProps {
  total: number;
  /** The id of the collection that is changed. */
  target: string | undefined;
  more(): void;
  add(collectionId: string, assetIds: string[]): void;
  children: ReactElement;
}

let named = 0;
const newId = () => `asset_${String(named++).padStart(20, '0')}`;

/** The same screen for every subject. */
export function Screen({ total, target, more, add, children }: ScreenProps): ReactElement {
  const addMany = (times: number) => {
    if (target) for (let i = 0; i < times; i++) add(target, [newId()]);
  };
  return (
    <main>
      <output id="total">{total}</output>
      <button type="button" id="more" onClick={more}>
        More
      </button>
      <button type="button" id="one" onClick={() => addMany(1)}>
        Add one
      </button>
      <button type="button" id="burst" onClick={() => addMany(BURST)}>
        Add {BURST}
      </button>
      {children}
    </main>
  );
}
