import type { Change } from './Change.ts';
import { updateBody } from './updateFields.ts';

/** Stands for all that a collection has. */
const ALL = '';

/**
 * The changes of one collection that may be sent by now, in order: all that are ready, less those that have to come after one that is not.
 *
 * A change is not ready while an `onMutate` of the user's still runs, which may wait for the user, or for another change of the same
 * collection. What does not touch what it touches leads to the same end whichever goes first.
 */
export function sendable(changes: readonly Change[]): readonly Change[] {
  /** What those touch that wait. */
  const held = new Set<string>();
  return changes.filter((change) => {
    const touched = touchedBy(change);
    const isHeld = (part: string) => held.has(part);
    // What was asked for before a delete would find no collection.
    const hasToWait = change.kind === 'delete' ? held.size > 0 : isHeld(ALL) || touched.some(isHeld);
    const goes = change.isReady && !hasToWait;
    if (!goes) for (const part of touched) held.add(part);
    return goes;
  });
}

/** The members and fields that a change is about. A thumbnail is one of the assets. */
function touchedBy(change: Change): string[] {
  const { isReady, kind, memberKind, remaining } = change;
  if (memberKind) return [...remaining].map((id) => `${memberKind} ${id}`);
  // A delete that is not asked for in earnest yet takes nothing away from what is done meanwhile.
  if (kind !== 'update') return [kind === 'create' || isReady ? ALL : kind];
  const body = updateBody([change]);
  return [...Object.keys(body), ...(body.thumbnail ? [`assets ${body.thumbnail}`] : [])];
}
