import type { Asset, Model } from 'scenario-react';

/** The two kinds of things that a collection holds. */
export type ItemKind = 'assets' | 'models';

/** What a tile shows of an asset or a model. */
export interface TileItem {
  id: string;
  name: string;
  picture: string | undefined;
  collectionIds: readonly string[] | undefined;
}

export function tileItem(item: Asset | Model): TileItem {
  const { id, name = id, collectionIds } = item;
  const picture = 'thumbnail' in item ? (item as Model).thumbnail?.url : (item as Asset).url;
  return { id, name, picture, collectionIds };
}
