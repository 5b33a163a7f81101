import type { Change } from './Change.ts';

/** Puts a change before all that `isAfter` it. True: it stands last. */
export function insertBefore<T extends Change>(changes: T[], change: T, isAfter?: (other: Change) => boolean): boolean {
  const at = isAfter ? changes.findIndex(isAfter) : -1;
  changes.splice(at < 0 ? changes.length : at, 0, change);
  return at < 0;
}
