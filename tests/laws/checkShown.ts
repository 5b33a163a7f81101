import type { Collection, Item } from '../../src/api/types.ts';
import type { Change, Place } from './Change.ts';
import { describeAllowed, isAllowed, type Moment, type Oracle, within } from './Oracle.ts';
import type { Sorting } from './Schedule.ts';
import type { Shown, ShownContents, ShownList } from './Shown.ts';
import type { Truth } from './Truth.ts';

export interface Judge {
  readonly oracle: Oracle;
  readonly truth: Truth;
  /** The ids of the first collections, in the order of the server's list. */
  readonly order: readonly string[];
  readonly moment: Moment;
  /** Whether all copies must be the same: in the cache always, on the screen when React has been told. */
  readonly agree: boolean;
  /** Whether somebody else writes too, so that rows and members come and go by themselves. */
  readonly others: boolean;
  /** Whether the cache keeps only a part of a list. */
  readonly isTrimmed?: boolean;
}

/** All that is wrong with what is shown at one moment. Nothing, if the laws hold. */
export function checkShown(shown: Shown, judge: Judge): string[] {
  const wrong: string[] = [];
  const copies = new Map<Place, Collection>();
  const check = (where: string, copy: Collection) => {
    const place = placeOf(copy, judge.oracle);
    if (place === undefined) {
      if (!judge.truth.ids().includes(copy.id)) wrong.push(`${where}: a row that nobody made: ${copy.id} ${copy.name}`);
      return;
    }
    const id = copy.id === place.handle && place.creation ? undefined : copy.id;
    if (place.id !== undefined) judge.oracle.saw(place.id);
    const allowed = judge.oracle.allowed(place, judge.moment, id ?? place.id);
    if (!allowed.some((one) => isAllowed(copy, one))) {
      wrong.push(
        `${where}: ${copy.id} is ${copy.name} ${copy.assetCount}+${copy.modelCount}=${copy.itemCount} ` +
          `@${copy.updatedAt.slice(14, 23)}, may be ${describeAllowed(allowed)}`,
      );
    }
    const isForgotten = !!place.creation?.settled && judge.oracle.isForgotten(place.creation.settled);
    // One that no list has shown yet has no key that could be lost, and of one that no cache has kept this page knows none.
    if (place.creation && place.handle && !isForgotten && (copy.clientKey ?? copy.id) !== place.handle) {
      wrong.push(`${where}: the row of ${copy.id} has lost its key ${place.handle}`);
    }
    const other = copies.get(place);
    if (other === undefined) copies.set(place, copy);
    else if (judge.agree && !same(copy, other))
      wrong.push(`${where}: ${copy.id} differs: ${print(copy)} ${print(other)}`);
  };
  for (const list of shown.lists) {
    for (const row of list.rows) check(list.where, row);
    wrong.push(...checkRows(list, judge));
  }
  for (const { where, copy } of shown.details) {
    const place = placeOf(copy, judge.oracle);
    if (place && isDeleted(place)) continue;
    check(where, copy);
  }
  for (const { where, collectionId, assetCount } of shown.counts ?? []) {
    const place = placeOf({ id: collectionId }, judge.oracle);
    if (!place || isDeleted(place)) continue;
    const allowed = judge.oracle.allowed(place, judge.moment);
    if (!allowed.some(({ assets }) => within(assetCount, assets)))
      wrong.push(`${where}: ${collectionId} has ${assetCount} assets, may be ${describeAllowed(allowed)}`);
  }
  wrong.push(...checkItems(shown.contents, judge));
  return wrong;
}

/** Until the server has confirmed the end, an open detail keeps its last copy; what is asked of it after that cannot be seen. */
const isDeleted = ({ changes }: Place): boolean =>
  changes.some(({ wish, error }) => wish.kind === 'delete' && error === undefined);

export function placeOf(copy: { id: string; clientKey?: string }, oracle: Oracle): Place | undefined {
  return oracle.places.find(
    ({ handle, id }) => handle === copy.clientKey || handle === copy.id || (id !== undefined && id === copy.id),
  );
}

type Presence = 'there' | 'not there' | 'either';

function presence(place: Place, { oracle, truth, moment }: Judge): Presence {
  const { creation } = place;
  if (creation && creation.number >= moment.begun) return 'not there';
  if (creation?.settled !== undefined && creation.error !== undefined)
    return moment.recent(creation.settled) ? 'either' : 'not there';
  // What made it may be in no cache that this page was given.
  let answer: Presence = creation?.settled !== undefined && oracle.isForgotten(creation.settled) ? 'either' : 'there';
  if (creation && creation.settled === undefined && moment.recent(creation.began) && !creation.firstOfTick)
    answer = 'either';
  if (oracle.isLikeNew(place, moment)) answer = 'either';
  for (const change of place.changes) {
    if (change.wish.kind !== 'delete' || change.number >= moment.begun) continue;
    if (change.settled === undefined) answer = isUnsure(change, moment) ? 'either' : 'not there';
    else if (change.error === undefined) return oracle.isForgotten(change.settled) ? 'either' : 'not there';
    else if (moment.recent(change.settled)) answer = 'either';
  }
  // A delete whose answer was lost twice: the server knows, the client cannot yet.
  if (place.id !== undefined && truth.now(place.id).copy === undefined) return answer === 'there' ? 'either' : answer;
  return answer;
}

const isUnsure = (change: Change, moment: Moment) => moment.recent(change.began) && !change.firstOfTick;

function checkRows({ where, rows, whole, begins }: ShownList, judge: Judge): string[] {
  const { oracle } = judge;
  const wrong: string[] = [];
  const seen = new Set<Place>();
  for (const row of rows) {
    const place = placeOf(row, oracle);
    if (place === undefined) continue;
    // A page of the cache holds what was read of it; an item that has moved may be on two, and is shown once.
    if (seen.has(place) && where.startsWith('screen')) wrong.push(`${where}: ${place.handle} is there twice`);
    seen.add(place);
    if (presence(place, judge) === 'not there') wrong.push(`${where}: ${place.handle} is still there`);
  }
  // A row of a collection that is being made, once as made here and once as read from the server, would be one too many.
  for (const place of seen) {
    if (!place.creation || place.creation.settled) continue;
    const real = oracle.createdBy(place).filter((id) => rows.some((row) => row.id === id && !row.clientKey));
    if (real.length > oracle.givenUp(place)) wrong.push(`${where}: ${place.handle} is there twice, once as ${real[0]}`);
  }
  const isPart = begins === false || (judge.isTrimmed && begins === undefined);
  for (const place of isPart || oracle.isLate ? [] : oracle.places) {
    if (place.creation === undefined || seen.has(place) || presence(place, judge) !== 'there') continue;
    if (place.creation.settled === undefined || whole) wrong.push(`${where}: ${place.handle} is missing`);
  }
  const expected = judge.order.filter((id) => {
    const place = oracle.places.find(({ handle }) => handle === id);
    return (
      place !== undefined &&
      (presence(place, judge) === 'there' || (seen.has(place) && presence(place, judge) === 'either'))
    );
  });
  const shown = rows.map(({ id }) => id).filter((id) => judge.order.includes(id));
  if (begins === false) return [...wrong, ...checkMiddle(where, rows, expected, judge)];
  if (isPart) return wrong;
  const due = whole ? expected : expected.slice(0, shown.length);
  if (shown.join() !== due.join()) wrong.push(`${where}: the rows are ${shown.join(' ')}, not ${due.join(' ')}`);
  return wrong;
}

/** Of a list that does not begin with the first page of the API's: a part of the whole, and no new row in front of it. */
function checkMiddle(where: string, rows: ShownList['rows'], expected: readonly string[], judge: Judge): string[] {
  // One that the last user has made may be missing where a server lags behind.
  const known = rows
    .flatMap((row) => placeOf(row, judge.oracle) ?? [])
    .filter(({ creation, handle }) => creation || judge.order.includes(handle));
  const made = judge.oracle.places.filter((place) => place.creation && presence(place, judge) !== 'not there');
  const due = [...made.reverse().map(({ handle }) => handle), ...expected];
  const shown = known.map(({ handle }) => handle);
  const from = due.indexOf(shown[0] ?? '');
  if (from < 0 || due.slice(from, from + shown.length).join() === shown.join()) return [];
  return [`${where}: the rows are ${shown.join(' ')}, which is no part of ${due.join(' ')}`];
}

function checkItems(contents: readonly ShownContents[], judge: Judge): string[] {
  const { oracle, moment } = judge;
  const wrong: string[] = [];
  const copies = new Map<string, Item>();
  for (const { members, items } of contents) for (const item of items) copies.set(`${members}/${item.id}`, item);
  for (const { where, collectionId, members, items, whole, sorting } of contents) {
    if (sorting && !isSorted(items, sorting)) wrong.push(`${where}: ${items.map(({ id }) => id)} is out of order`);
    const place = oracle.places.find(({ handle, id }) => handle === collectionId || id === collectionId);
    if (place === undefined || place.changes.some(({ wish }) => wish.kind === 'delete')) continue;
    if (place.id !== undefined && judge.truth.now(place.id).copy === undefined) continue;
    const wishes = oracle.wishes(place, members, moment);
    const seen = new Set<string>();
    for (const item of items) {
      if (seen.has(item.id)) wrong.push(`${where}: ${item.id} is there twice`);
      seen.add(item.id);
      const id = place.id;
      const held = id !== undefined && oracle.mayHold(id, members, item.id, moment);
      const last = wishes.get(item.id)?.last ?? new Set([undefined]);
      if (
        !last.has(true) &&
        !(last.has(undefined) && (held || judge.others || oracle.isLate)) &&
        !oracle.isTouchedElsewhere(item.id)
      ) {
        wrong.push(`${where}: ${item.id} is there, and should not be`);
      }
      const other = copies.get(`${members}/${item.id}`);
      if (
        judge.agree &&
        other &&
        String([...(item.collectionIds ?? [])].sort()) !== String([...(other.collectionIds ?? [])].sort())
      ) {
        wrong.push(`${where}: ${item.id} is in ${item.collectionIds}, and elsewhere in ${other.collectionIds}`);
      }
    }
    if (!judge.agree) continue;
    for (const [id, { last }] of wishes) {
      const known = copies.get(`${members}/${id}`);
      if (last.size !== 1 || !last.has(true) || seen.has(id) || known === undefined) continue;
      // Behind the rows that are loaded, it comes with the next page.
      if (sorting && !whole && isSorted([...items.slice(-1), known], sorting)) continue;
      if (!sorting && !whole && oracle.isPartDone(place, members, id)) continue;
      wrong.push(`${where}: ${id} is known and added, and not there`);
    }
  }
  return wrong;
}

function isSorted(items: readonly Item[], { sortBy = 'createdAt', sortDirection }: Sorting): boolean {
  return items.every((item, index) => {
    const next = Date.parse(items[index + 1]?.[sortBy] ?? '');
    const at = Date.parse(item[sortBy] ?? '');
    return sortDirection === 'asc' ? !(at > next) : !(at < next);
  });
}

function same(a: Collection, b: Collection): boolean {
  return print(a) === print(b);
}

function print({ id, name, assetCount, modelCount, itemCount, updatedAt, thumbnail, clientKey }: Collection): string {
  return JSON.stringify([
    id,
    name,
    assetCount,
    modelCount,
    itemCount,
    Date.parse(updatedAt),
    thumbnail?.assetId ?? '',
    clientKey ?? '',
  ]);
}
