import type { ReactNode } from 'react';
import type { Collection } from 'scenario-react';
import { Picture } from './Picture.tsx';
import { plural } from './plural.ts';

/** A collection in a list: picture, name, counts, and what can be done with it. */
export function CollectionRow({ collection, children }: { collection: Collection; children?: ReactNode }) {
  const { name, itemCount, thumbnail } = collection;
  return (
    <li className="row">
      <Picture url={thumbnail?.url} />
      <span className="name">{name}</span>
      <span className="count">{plural(itemCount, 'item')}</span>
      {children}
    </li>
  );
}
