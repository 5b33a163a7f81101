import { appliedOf, type Change, describeWish } from './Change.ts';
import type { Oracle } from './Oracle.ts';
import type { Truth, Version } from './Truth.ts';

/**
 * Whether each promise that has resolved said what the server held at some moment while the change was pending. What a later change
 * overrules is judged with that one.
 */
export function checkPromises(oracle: Oracle, truth: Truth): string[] {
  const wrong: string[] = [];
  for (const change of oracle.changes) {
    const { place, wish, began, settled, error } = change;
    const name = `change ${change.number} (${describeWish(wish)} on ${place.handle})`;
    if (wish.kind === 'delete' && (error as { status?: unknown } | undefined)?.status === 404)
      wrong.push(`${name} found nothing to delete, and failed`);
    if (settled === undefined || place.id === undefined) continue;
    const held = truth.during(place.id, began, settled);
    const resolved = error === undefined;
    if (wish.kind === 'delete' && resolved && !held.some(({ copy }) => copy === undefined))
      wrong.push(`${name} resolved, and the server never was without it`);
    if (
      wish.kind === 'update' &&
      resolved &&
      !isOverruled(change, isUpdate) &&
      !held.some((at) => isAsWished(at, wish))
    )
      wrong.push(`${name} resolved, and the server never said so`);
    if (wish.kind !== 'add' && wish.kind !== 'remove') continue;
    for (const id of resolved ? wish.ids : appliedOf(error)) {
      const names = ({ wish: other }: Change) =>
        'ids' in other && other.members === wish.members && other.ids.includes(id);
      if (isOverruled(change, names)) continue;
      if (!held.some((at) => at[wish.members].has(id) === (wish.kind === 'add')))
        wrong.push(`${name} resolved, and ${id} was never ${wish.kind === 'add' ? 'in' : 'out'} meanwhile`);
    }
  }
  return wrong;
}

const isUpdate = ({ wish }: Change): boolean => wish.kind === 'update';

function isAsWished({ copy }: Version, wish: { readonly name?: string; readonly thumbnail?: string }): boolean {
  if (copy === undefined) return false;
  return (
    (wish.name === undefined || wish.name === copy.name) &&
    (wish.thumbnail === undefined || wish.thumbnail === copy.thumbnail?.assetId)
  );
}

/** Whether a later change of the same thing began while a change was pending. */
function isOverruled({ number, place, settled }: Change, isSame: (change: Change) => boolean): boolean {
  return place.changes.some(
    (other) =>
      other.number > number &&
      other.began.step <= (settled?.step ?? 0) &&
      (other.wish.kind === 'delete' || isSame(other)),
  );
}
