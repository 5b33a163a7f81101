import type { ReactNode } from 'react';
import type { Collection } from 'scenario-react';
import { Picture } from './Picture.tsx';
import { plural } from './plural.ts';

/** A collection by itself: picture, name, both counts, and what can be done with it. */
export function CollectionCard({ collection, children }: { collection: Collection; children?: ReactNode }) {
  const { name, assetCount, modelCount, thumbnail } = collection;
  return (
    <article className="card">
      <Picture url={thumbnail?.url} />
      <h2>{name}</h2>
      <p className="count" data-testid="counts">
        {plural(assetCount, 'asset')}, {plural(modelCount, 'model')}
      </p>
      {children && <div className="actions">{children}</div>}
    </article>
  );
}
