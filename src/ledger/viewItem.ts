import type { Item } from '../api/types.ts';

/** Whether a collection holds an item, or is to hold it. */
export type Membership = readonly [collectionId: string, isIn: boolean, ...unknown[]];

/** An item as it is to be shown: its `collectionIds` with what was learned since it was read and the pending changes, in order. */
export function viewItem<T extends Item>(copy: T, memberships: readonly Membership[]): T {
  // What is missing is not known: to show what was learned of one collection would say that no other holds it.
  if (!copy.collectionIds) return copy;
  const ids = new Set(copy.collectionIds);
  for (const [id, isIn] of memberships) isIn ? ids.add(id) : ids.delete(id);
  const same = ids.size === copy.collectionIds.length && copy.collectionIds.every((id) => ids.has(id));
  return same ? copy : { ...copy, collectionIds: [...ids] };
}
