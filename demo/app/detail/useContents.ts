import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { type Asset, type Model, useCollectionAssets, useCollectionModels } from 'scenario-react';
import type { ItemKind } from '../parts/TileItem.ts';

/** How the demo asks for contents. Part of the query's key, so it stands in one place. */
export const CONTENTS_PARAMS = { pageSize: 50 };

/** The assets or the models of a collection. */
export function useContents(kind: ItemKind, collectionId: string): UseInfiniteQueryResult<(Asset | Model)[], Error> {
  const assets = useCollectionAssets<(Asset | Model)[]>(kind === 'assets' ? collectionId : null, CONTENTS_PARAMS);
  const models = useCollectionModels<(Asset | Model)[]>(kind === 'models' ? collectionId : null, CONTENTS_PARAMS);
  return kind === 'assets' ? assets : models;
}
