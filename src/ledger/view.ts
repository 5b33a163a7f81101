import type { Collection, Item } from '../api/types.ts';
import { adds, type Change, type ItemKind } from './Change.ts';

/** What is known of a membership: in, out, or nothing. */
export type Known = (item: ItemKind, id: string) => boolean | undefined;

/** The address of an asset's picture, where a cached list knows it. */
export type UrlOf = (assetId: string) => string | undefined;

/**
 * A collection as it is to be shown: the confirmed copy with the pending changes applied, in order.
 *
 * Ids are a set. An add moves a count only if the id is out by then, a remove only if it is in. Where nothing is known of an id, its
 * first change tells: who adds takes it to be out, who removes takes it to be in. No count goes below zero.
 *
 * A delete shows nothing here: a list leaves the row out, an open detail keeps its last copy until the server has confirmed.
 */
export function viewCollection(copy: Collection, changes: readonly Change[], known: Known, urlOf: UrlOf): Collection {
  const moved = { assets: 0, models: 0 };
  const inside = { assets: new Map<string, boolean>(), models: new Map<string, boolean>() };
  let view = copy;
  for (const { kind, item, left, shown, variables } of changes) {
    if (!shown) continue;
    if (item) {
      const wish = adds(kind);
      for (const id of left) {
        const now = inside[item].get(id) ?? known(item, id) ?? !wish;
        if (now !== wish) moved[item] += wish ? 1 : -1;
        inside[item].set(id, wish);
      }
    } else if (kind === 'update') {
      const { name, thumbnail } = variables;
      const url = thumbnail === undefined ? undefined : urlOf(thumbnail);
      view = {
        ...view,
        ...(name !== undefined && { name }),
        ...(thumbnail !== undefined && url !== undefined && { thumbnail: { assetId: thumbnail, url } }),
      };
    }
  }
  if (!moved.assets && !moved.models) return view;
  const assetCount = Math.max(0, view.assetCount + moved.assets);
  const modelCount = Math.max(0, view.modelCount + moved.models);
  const itemCount = Math.max(0, view.itemCount + assetCount - view.assetCount + modelCount - view.modelCount);
  return { ...view, assetCount, modelCount, itemCount };
}

/**
 * An item as it is to be shown: its `collectionIds` with what was learned since it was read, then the pending changes, in order.
 */
export function viewItem<T extends Item>(
  copy: T,
  learned: Iterable<readonly [collectionId: string, isIn: boolean]>,
  changes: readonly Change[],
): T {
  const ids = new Set(copy.collectionIds);
  const put = (collectionId: string, isIn: boolean) => (isIn ? ids.add(collectionId) : ids.delete(collectionId));
  for (const [collectionId, isIn] of learned) put(collectionId, isIn);
  for (const change of changes) if (change.shown) put(change.collectionId, adds(change.kind));
  const same = ids.size === copy.collectionIds.length && copy.collectionIds.every((id) => ids.has(id));
  return same ? copy : { ...copy, collectionIds: [...ids] };
}
