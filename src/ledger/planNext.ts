import type { Change, ChangeOf, MemberChange } from './Change.ts';
import { forEachKind, type MemberKind } from './changeKinds.ts';
import type { Known } from './Fold.ts';
import { remainingOf } from './remainingOf.ts';
import { updateBody } from './updateFields.ts';
import type { WriteRequest } from './WriteRequest.ts';

/** How many ids the API takes in one add or remove. Source: the vendor's documentation. */
export const MAX_IDS = 49;

/** What is to be done for one collection next. */
export interface Plan {
  /** Changes whose ids all need no write, and of which the server has said so since they were asked for. */
  readonly noops: readonly MemberChange[];
  /** Changes whose ids all need no write by what is remembered. Where none of them is settled, the server is to be asked. */
  readonly unproven: readonly MemberChange[];
  readonly request: WriteRequest | undefined;
}

/** What all changes of one id come to. */
interface Net {
  readonly isAdd: boolean;
  readonly known: boolean | undefined;
  /** Whether the last change asks for what was there before the first. */
  readonly isNoop: boolean;
}

/**
 * The fewest requests for the waiting changes of one collection: the ids that need none, and the one request that goes next.
 *
 * Law: sending what it says, one request after another, leads where sending every change by itself would lead.
 *
 * | waiting | next |
 * | --- | --- |
 * | a create, or a delete, stands first | it, alone |
 * | several changes of one id | the last one; nothing, where that is known to be the state before the first |
 * | changes of several callers | one request of the oldest change's kind, with the ids of all, at most 49 |
 * | several updates | one, each field as the last wants it |
 * | changes of another client | a request of their own: each client sends what was asked for with it |
 * | changes behind a delete | they wait for it |
 */
export function planNext(
  changes: readonly Change[],
  known: Known,
  isProven: (change: MemberChange, id: string, isIn: boolean) => boolean,
): Plan {
  const [first] = changes;
  const nothing = { noops: [], unproven: [] };
  if (first?.kind === 'create') return { ...nothing, request: { kind: 'create', callers: [first], settles: [first] } };
  if (first?.kind === 'delete') return { ...nothing, request: { kind: 'delete', callers: [first], settles: [first] } };
  const until = changes.findIndex(({ kind }) => kind === 'delete');
  const open = until < 0 ? changes : changes.slice(0, until);
  const members = open.filter((change): change is MemberChange => change.memberKind !== undefined);
  const nets = coalesce(members, known);
  const netOf = (change: MemberChange, id: string) => nets[change.memberKind].get(id) as Net;

  const unproven = settledNoops(members, (change, id) => netOf(change, id).isNoop);
  const noops = settledNoops(unproven, (change, id) => isProven(change, id, netOf(change, id).isAdd));
  for (const lead of open) {
    const goesAlong = (change: Change) =>
      lead.sendAlone ? change === lead : !change.sendAlone && change.sender === lead.sender;
    if (lead.kind === 'update') {
      // Those up to one that goes by itself: what was asked for after that must not overtake it.
      const updates = open.filter((change): change is ChangeOf<'update'> => change.kind === 'update');
      const other = updates.findIndex((change) => !goesAlong(change));
      const callers = other < 0 ? updates : updates.slice(0, other);
      return { noops, unproven, request: { kind: 'update', body: updateBody(callers), callers, settles: callers } };
    }
    if (lead.memberKind === undefined) continue;
    const { kind, memberKind, isAdd } = lead;
    // A change leads with its own ids only: a request without a caller could be refused for ever.
    const wanted = (id: string) => !netOf(lead, id).isNoop && netOf(lead, id).isAdd === isAdd;
    if (![...lead.remaining].some(wanted)) continue;
    const knownBefore = new Map<string, boolean | undefined>();
    for (const change of members)
      if (change.kind === kind && goesAlong(change))
        for (const id of change.remaining)
          if (knownBefore.size < MAX_IDS && wanted(id)) knownBefore.set(id, netOf(lead, id).known);
    const settles = members.filter(
      (change) => change.memberKind === memberKind && [...change.remaining].some((id) => knownBefore.has(id)),
    );
    const callers = settles.filter((change) => change.kind === kind && goesAlong(change));
    const ids = [...knownBefore.keys()];
    return { noops, unproven, request: { kind, memberKind, isAdd, ids, callers, settles, knownBefore } };
  }
  return { noops, unproven, request: undefined };
}

/**
 * The changes that are no-ops as a whole, less those that share an id with one that is not. As long as one id of a change has to be
 * sent, a read may still say that the others have to be, too.
 */
function settledNoops(
  changes: readonly MemberChange[],
  isNoop: (change: MemberChange, id: string) => boolean,
): readonly MemberChange[] {
  let settled = changes.filter(
    (change) => change.remaining.size && [...change.remaining].every((id) => isNoop(change, id)),
  );
  for (let before = 0; before !== settled.length; ) {
    before = settled.length;
    const busy = remainingOf(changes.filter((change) => !settled.includes(change)));
    settled = settled.filter(({ memberKind, remaining }) => ![...remaining].some((id) => busy[memberKind].has(id)));
  }
  return settled;
}

function coalesce(changes: readonly MemberChange[], known: Known): Readonly<Record<MemberKind, Map<string, Net>>> {
  const nets = forEachKind(() => new Map<string, Net>());
  for (const { isAdd, memberKind, remaining } of changes)
    for (const id of remaining) {
      const earlier = nets[memberKind].get(id);
      const before = earlier ? earlier.known : known(memberKind, id);
      // Of what nobody knows the last change is sent: the id may have been in, and the user wants it out.
      nets[memberKind].set(id, { isAdd, known: before, isNoop: isAdd === before });
    }
  return nets;
}
