import { adds, type Change, type ChangeKind, forEachKind, type ItemKind } from './Change.ts';
import type { Known } from './view.ts';

/** How many ids the API takes in one add or remove. Source: the vendor's documentation. */
export const MAX_IDS = 49;

/** One request to be sent for one collection. */
export interface WriteRequest {
  readonly kind: ChangeKind;
  /** The members that it names; none for the other kinds. */
  readonly ids: readonly string[];
  /** Whose wish it carries, in order. */
  readonly callers: readonly Change[];
  /** Every change that it settles if it is accepted: the callers', and earlier ones that they overrule. */
  readonly covers: readonly Change[];
  /** What was known of each id when it left: what is learned meanwhile may or may not be its own doing. */
  readonly before: ReadonlyMap<string, boolean | undefined>;
}

/** What is to be done for one collection next. */
export interface Plan {
  /** Ids whose changes come to nothing and are settled by that: the last wish is what is there already. */
  readonly idle: readonly { readonly change: Change; readonly id: string }[];
  readonly request: WriteRequest | undefined;
}

interface Net {
  readonly kind: ChangeKind;
  readonly known: boolean | undefined;
  /** Whether the last wish is what was there before the first. */
  readonly idle: boolean;
}

/**
 * The fewest requests for the waiting changes of one collection: what is idle, and the one request that goes next.
 *
 * Law: sending what it says, one request after another, leads where sending every change by itself would lead.
 *
 * | waiting | next |
 * | --- | --- |
 * | a create, or a delete, stands first | it, alone |
 * | several wishes for one id | the last one; nothing, where that is the state before the first, or a remove of an add that was not sent |
 * | wishes of several changes | one request of the oldest change's kind, with the ids of all, at most 49 |
 * | several updates | one, each field's last wish |
 * | changes behind a delete | they wait for it |
 */
export function merge(changes: readonly Change[], known: Known, assumed: Known = known): Plan {
  const first = changes[0];
  if (!first) return { idle: [], request: undefined };
  if (first.kind === 'create' || first.kind === 'delete') return { idle: [], request: requestOf(first.kind, [first]) };

  const until = changes.findIndex(({ kind }) => kind === 'delete');
  const open = until < 0 ? changes : changes.slice(0, until);
  const nets = netWishes(open, known, assumed);
  const netOf = (change: Change, id: string) => nets[change.item as ItemKind].get(id) as Net;

  const idle = idleOf(open, (change, id) => netOf(change, id).idle);
  for (const lead of open) {
    const goesAlong = (change: Change) => (lead.alone ? change === lead : !change.alone);
    const group = open.filter(goesAlong);
    if (lead.kind === 'update') {
      const callers = group.filter(({ kind }) => kind === 'update');
      return { idle, request: requestOf('update', callers) };
    }
    // A change leads with its own wish only: a request without a caller could be refused for ever.
    const wanted = (id: string) => !netOf(lead, id).idle && netOf(lead, id).kind === lead.kind;
    if (![...lead.left].some(wanted)) continue;
    const before = new Map<string, boolean | undefined>();
    for (const change of group)
      if (change.kind === lead.kind)
        for (const id of change.left) {
          const net = netOf(change, id);
          if (before.size < MAX_IDS && net.kind === lead.kind && !net.idle) before.set(id, net.known);
        }
    const covers = open.filter(({ item, left }) => item === lead.item && [...left].some((id) => before.has(id)));
    const callers = covers.filter((change) => change.kind === lead.kind && goesAlong(change));
    return { idle, request: requestOf(lead.kind, callers, covers, before) };
  }
  return { idle, request: undefined };
}

/**
 * What comes to nothing is settled with the last of its change, not before: until then a read may still say that it has to be sent.
 * Changes that wish for the same id wait for each other.
 */
function idleOf(changes: readonly Change[], isIdle: (change: Change, id: string) => boolean): Plan['idle'] {
  let settled = changes.filter((change) => change.left.size && [...change.left].every((id) => isIdle(change, id)));
  for (let before = 0; before !== settled.length; ) {
    before = settled.length;
    const waiting = changes.filter((change) => !settled.includes(change));
    const busy = new Set(waiting.flatMap(({ item, left }) => [...left].map((id) => item + id)));
    settled = settled.filter(({ item, left }) => ![...left].some((id) => busy.has(item + id)));
  }
  return settled.flatMap((change) => [...change.left].map((id) => ({ change, id })));
}

function netWishes(changes: readonly Change[], known: Known, assumed: Known): Record<ItemKind, Map<string, Net>> {
  const nets = forEachKind(() => new Map<string, Net & { start: boolean | undefined }>());
  for (const { kind, item, left } of changes) {
    if (!item) continue;
    const wish = adds(kind);
    for (const id of left) {
      const earlier = nets[item].get(id);
      const before = earlier ? earlier.known : known(item, id);
      // Who adds what nobody knows takes it to be out, and a remove cancels that. Nothing cancels a remove of what nobody knows, nor an
      // add of what an earlier change took to be in, and failed.
      const guess = wish && !assumed(item, id) ? false : undefined;
      const start = earlier ? earlier.start : (before ?? guess);
      nets[item].set(id, { kind, known: before, start, idle: wish === start });
    }
  }
  return nets;
}

/** A request as such. */
export const requestOf = (
  kind: ChangeKind,
  callers: readonly Change[],
  covers: readonly Change[] = callers,
  before: ReadonlyMap<string, boolean | undefined> = new Map(),
): WriteRequest => ({ kind, ids: [...before.keys()], callers, covers, before });
