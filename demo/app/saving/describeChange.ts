import type { PendingChange } from 'scenario-react';
import { count } from '../parts/count.ts';

/** A change in a few words: add 60 assets to “Frost Golem”. */
export function describeChange({ kind, variables }: PendingChange, collectionName = 'the collection'): string {
  const { name, assetIds = [], modelIds = [] } = variables;
  const where = collectionName === 'the collection' ? collectionName : `“${collectionName}”`;
  switch (kind) {
    case 'create':
      return `make “${name}”`;
    case 'update':
      return name === undefined ? `change the thumbnail of ${where}` : `rename to “${name}”`;
    case 'delete':
      return `delete ${where}`;
    case 'addAssets':
      return `add ${count(assetIds.length, 'asset')} to ${where}`;
    case 'addModels':
      return `add ${count(modelIds.length, 'model')} to ${where}`;
    case 'removeAssets':
      return `take ${count(assetIds.length, 'asset')} out of ${where}`;
    case 'removeModels':
      return `take ${count(modelIds.length, 'model')} out of ${where}`;
  }
}
