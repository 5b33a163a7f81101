import { appliedOf, type Change, describeWish, type Place } from './Change.ts';
import type { Oracle } from './Oracle.ts';
import type { Truth } from './Truth.ts';
import { collectionOf, type Flight, isWrite, type Wire } from './Wire.ts';

const TOGETHER = new Set([0, 401, 408, 429]);

/** Whether each call of `mutate` got its own outcome, and the server holds the sum of them. */
export function checkOutcomes(oracle: Oracle, wire: Wire, truth: Truth, others: boolean): string[] {
  const wrong: string[] = [];
  for (const change of oracle.changes) {
    if (change.lost) continue;
    const name = `change ${change.number} (${describeWish(change.wish)} on ${change.place.handle})`;
    if (change.settled === undefined) wrong.push(`${name} never settled`);
    if (change.callbacks !== 1) wrong.push(`${name} called onSettled ${change.callbacks} times`);
    if (change.error !== undefined) wrong.push(...checkFailure(change, name, oracle, wire));
  }
  if (!others) for (const place of oracle.places) wrong.push(...checkSum(place, oracle, wire, truth));
  return wrong;
}

/** The requests that carried a part of a change. */
function requestsOf({ place, wish, began, settled }: Change, oracle: Oracle, wire: Wire): Flight[] {
  const ids = oracle.createdBy(place);
  return wire.flights.filter(({ call, left }) => {
    if (left.step < began.step || (settled && left.step > settled.step)) return false;
    if (call.type === 'create') return wish.kind === 'create' && wish.name === call.name;
    if (!ids.includes(collectionOf(call) ?? '')) return false;
    if (call.type === 'add' || call.type === 'remove') {
      return (
        call.type === wish.kind && call.members === wish.members && call.ids.some((item) => wish.ids.includes(item))
      );
    }
    return call.type === wish.kind;
  });
}

function checkFailure(change: Change, name: string, oracle: Oracle, wire: Wire): string[] {
  const { place, wish, error } = change;
  if (change.restored && wish.kind === 'create') return [];
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (place.creation?.error !== undefined && place.creation !== change) return [];
  const ended = place.changes.some(
    (other) => other.wish.kind === 'delete' && other !== change && other.began.step <= change.began.step,
  );
  if (ended) return [];
  // A change that needs no request still owes the caller the collection, which may have to be read.
  if (failedReadOf(change, wire)) return [];
  const failed = requestsOf(change, oracle, wire).filter(
    ({ status, ended }) => status !== 200 && ended && change.settled && ended.step <= change.settled.step,
  );
  // The limit was spent by another request, and this client was told not to wait.
  const isRefusedByLimit =
    [error, (error as { cause?: unknown }).cause].some(
      (each) => (each as { status?: unknown } | undefined)?.status === 429,
    ) && wire.flights.some(({ status }) => status === 429);
  if (failed.length === 0 && isRefusedByLimit) return [];
  if (failed.length === 0) return [`${name} failed, and no request of it did: ${text}`];
  if (!('ids' in wish)) return [];
  const isOwn = ({ call, status = 0 }: Flight) =>
    TOGETHER.has(status) || status >= 500 || ('ids' in call && call.ids.every((id) => wish.ids.includes(id)));
  if (!failed.some(isOwn)) return [`${name} failed, and was never tried by itself: ${text}`];
  return [];
}

function failedReadOf({ place, began, settled }: Change, wire: Wire): Flight | undefined {
  return wire.flights.find(
    ({ call, status, left, ended }) =>
      call.type === 'retrieve' &&
      call.collectionId === place.id &&
      status !== 200 &&
      left.step >= began.step &&
      ended?.step === settled?.step,
  );
}

/** What was on its way when its page ended, and was done after a request of a later page. */
function overtakenOf(id: string, { flights }: Wire): Flight[] {
  const done = flights.filter(({ call, applied }) => applied && isWrite(call) && collectionOf(call) === id);
  return done.filter(
    ({ isUnheard, left, appliedAt }) =>
      isUnheard &&
      done.some((other) => other.left.step > left.step && (other.appliedAt?.step ?? 0) < (appliedAt?.step ?? 0)),
  );
}

/** What the server holds must be what it held first, with every change that succeeded applied in order. */
function checkSum(place: Place, oracle: Oracle, wire: Wire, truth: Truth): string[] {
  const { id } = place;
  if (id === undefined) return [];
  const first = truth.at(id, place.from ?? 0);
  const last = truth.now(id);
  const wrong: string[] = [];
  const deleted = place.changes.find(({ wish, error }) => wish.kind === 'delete' && error === undefined);
  if (deleted) return last.copy === undefined ? [] : [`${place.handle} was deleted, and the server has it`];
  if (last.copy === undefined) return [];
  let names: (string | undefined)[] = [first.copy?.name];
  const sets = { assets: new Map<string, boolean | 'open'>(), models: new Map<string, boolean | 'open'>() };
  for (const members of ['assets', 'models'] as const) for (const item of first[members]) sets[members].set(item, true);
  for (const change of place.changes) {
    const { wish, error } = change;
    // A change that failed because nothing was heard may have been applied nevertheless.
    const unsure = error !== undefined && requestsOf(change, oracle, wire).some((flight) => flight.applied);
    if (wish.kind === 'update' && wish.name !== undefined) {
      if (error === undefined) names = [wish.name];
      else if (unsure) names.push(wish.name);
    }
    if (!('ids' in wish)) continue;
    const applied = appliedOf(error);
    const requests = requestsOf(change, oracle, wire);
    for (const item of wish.ids) {
      // Of an item that nothing is known of, an add and a remove in one tick cancel: nothing is sent, and it stays what it was.
      const cancelled = !requests.some(({ call }) => 'ids' in call && call.ids.includes(item));
      if ((error === undefined || applied.includes(item)) && cancelled && !oracle.wasTold(id, item, change))
        sets[wish.members].set(item, 'open');
      else if (error === undefined || applied.includes(item)) sets[wish.members].set(item, wish.kind === 'add');
      else if (unsure) sets[wish.members].set(item, 'open');
    }
  }
  // Of these two only the server knows which came later: what it did last was asked for before what has been answered.
  for (const flight of overtakenOf(id, wire)) {
    const { call, left } = flight;
    if ('ids' in call && 'collectionId' in call) for (const item of call.ids) sets[call.members].set(item, 'open');
    for (const { wish, began } of place.changes)
      if (call.type === 'update' && wish.kind === 'update' && began.step <= left.step) names.push(wish.name);
  }
  if (!names.includes(last.copy.name))
    wrong.push(`${place.handle} is named ${last.copy.name}, not ${names.join(' or ')}`);
  for (const members of ['assets', 'models'] as const) {
    for (const [item, is] of sets[members]) {
      if (is !== 'open' && last[members].has(item) !== is) {
        wrong.push(`${place.handle} ${is ? 'lacks' : 'holds'} ${item} on the server, against what was answered`);
      }
    }
    for (const item of last[members])
      if (!sets[members].has(item)) wrong.push(`${place.handle} holds ${item}: nobody asked`);
  }
  return wrong;
}
