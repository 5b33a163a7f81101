import type { Scenario } from '../api/Scenario.ts';
import type { Collection, CollectionUpdateParams } from '../api/types.ts';
import type { TracedOptions } from '../http/RequestOptions.ts';
import type { Change } from '../ledger/Change.ts';
import type { WriteRequest } from '../ledger/merge.ts';

/** The collection in an answer. */
export const copyOf = async (answer: PromiseLike<{ collection: Collection }>): Promise<Collection> =>
  (await answer).collection;

/** Sends one request. Gives the collection after it; nothing for a delete. */
export function sendRequest(
  { collections }: Scenario,
  id: string,
  { kind, ids, callers }: WriteRequest,
  options: TracedOptions,
): Promise<Collection | undefined> {
  switch (kind) {
    case 'create':
      return copyOf(collections.create({ name: callers[0]?.variables.name as string }, options));
    case 'update':
      return copyOf(collections.update(id, lastWish(callers), options));
    case 'delete':
      return Promise.resolve(collections.delete(id, options)).then(() => undefined);
    case 'addAssets':
      return copyOf(collections.assets.add(id, { assetIds: ids }, options));
    case 'removeAssets':
      return copyOf(collections.assets.remove(id, { assetIds: ids }, options));
    case 'addModels':
      return copyOf(collections.models.add(id, { modelIds: ids }, options));
    case 'removeModels':
      return copyOf(collections.models.remove(id, { modelIds: ids }, options));
  }
}

/** Whether a collection that was read back shows that a request was carried out, where the collection alone can show it. */
export function showsDone({ kind, callers }: WriteRequest, copy: Collection | undefined): boolean {
  if (!copy) return kind === 'delete';
  if (kind !== 'update') return false;
  const { name = copy.name, thumbnail = copy.thumbnail?.assetId } = lastWish(callers);
  return copy.name === name && copy.thumbnail?.assetId === thumbnail;
}

/** Each field as the last one that named it wants it. */
function lastWish(callers: readonly Change[]): CollectionUpdateParams {
  const body: CollectionUpdateParams = {};
  for (const { variables } of callers) {
    if (variables.name !== undefined) body.name = variables.name;
    if (variables.thumbnail !== undefined) body.thumbnail = variables.thumbnail;
  }
  return body;
}
