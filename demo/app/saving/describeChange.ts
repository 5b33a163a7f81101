import type { PendingChange } from 'scenario-react';
import { count } from '../parts/count.ts';

/** A change in a few words: add 60 assets to “Frost Golem”. */
export function describeChange(change: PendingChange, collectionName = 'the collection'): string {
  const where = collectionName === 'the collection' ? collectionName : `“${collectionName}”`;
  switch (change.kind) {
    case 'create':
      return `create “${change.variables.name}”`;
    case 'update':
      return change.variables.name === undefined
        ? `change the thumbnail of ${where}`
        : `rename to “${change.variables.name}”`;
    case 'delete':
      return `delete ${where}`;
    case 'addAssets':
      return `add ${count(change.variables.assetIds.length, 'asset')} to ${where}`;
    case 'addModels':
      return `add ${count(change.variables.modelIds.length, 'model')} to ${where}`;
    case 'removeAssets':
      return `remove ${count(change.variables.assetIds.length, 'asset')} from ${where}`;
    case 'removeModels':
      return `remove ${count(change.variables.modelIds.length, 'model')} from ${where}`;
  }
}
