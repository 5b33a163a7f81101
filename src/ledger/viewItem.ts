import type { Item } from '../api/types.ts';
import type { MemberChange } from './Change.ts';
import type { MembershipEvidence } from './MembershipEvidence.ts';

/** An item as it is to be shown: its `collectionIds` with what was learned since it was read, then the pending changes, in order. */
export function viewItem<T extends Item>(
  copy: T,
  learned: ReturnType<MembershipEvidence['of']>,
  changes: readonly MemberChange[],
): T {
  // What is missing is not known: to show what was learned of one collection would say that no other holds it.
  if (!copy.collectionIds) return copy;
  const ids = new Set(copy.collectionIds);
  const put = (collectionId: string, isIn: boolean) => (isIn ? ids.add(collectionId) : ids.delete(collectionId));
  for (const [collectionId, isIn] of learned) put(collectionId, isIn);
  for (const { collectionId, isAdd, isOptimistic } of changes) if (isOptimistic) put(collectionId, isAdd);
  const same = ids.size === copy.collectionIds.length && copy.collectionIds.every((id) => ids.has(id));
  return same ? copy : { ...copy, collectionIds: [...ids] };
}
