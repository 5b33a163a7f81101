import type { Change } from './Change.ts';
import { updateBody } from './updateFields.ts';

/**
 * The changes of one collection that may be sent by now, in order: all that are ready, less those that have to come after one that is not.
 *
 * A change is not ready while an `onMutate` of the user's still runs, which may wait for the user, or for another change of the same
 * collection. What does not touch what it touches leads to the same end whichever goes first.
 */
export function sendable(changes: readonly Change[]): readonly Change[] {
  const waiting: Change[] = [];
  return changes.filter((change) => {
    const goes = change.isReady && !waiting.some((earlier) => mustFollow(change, earlier));
    if (!goes) waiting.push(change);
    return goes;
  });
}

function mustFollow(change: Change, earlier: Change): boolean {
  // What was asked for first would find no collection.
  if (earlier.kind === 'create' || change.kind === 'delete') return true;
  // A delete that is not asked for in earnest yet takes nothing away from what is done meanwhile.
  if (earlier.kind === 'delete') return earlier.isReady;
  const touched = touchedBy(earlier);
  return touchedBy(change).some((part) => touched.includes(part));
}

/** The members and fields that a change is about. A thumbnail is one of the assets. */
function touchedBy(change: Change): string[] {
  if (change.memberKind) return [...change.remaining].map((id) => `${change.memberKind} ${id}`);
  if (change.kind !== 'update') return [];
  const body = updateBody([change]);
  return [...Object.keys(body), ...(body.thumbnail ? [`assets ${body.thumbnail}`] : [])];
}
