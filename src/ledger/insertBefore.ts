import type { Change } from './Change.ts';

/** Puts a change behind the last that is not `isAfter` it: what has no place in the storage stands where it was asked for. True: it stands last. */
export function insertBefore<T extends Change>(changes: T[], change: T, isAfter?: (other: Change) => boolean): boolean {
  let at = changes.length;
  while (at && isAfter?.(changes[at - 1] as T)) at--;
  changes.splice(at, 0, change);
  return at === changes.length - 1;
}
