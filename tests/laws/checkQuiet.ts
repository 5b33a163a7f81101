import type { QueryClient } from '@tanstack/react-query';
import type { Collection } from '../../src/api/types.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { placeOf } from './checkShown.ts';
import type { Oracle, Touch } from './Oracle.ts';
import { readCache } from './Shown.ts';
import { isOn } from './surroundings.ts';
import { collectionOf, type Flight, isWrite, type Wire } from './Wire.ts';

/** Whether all that is cached is what the server holds. Contents that nobody looks at may lack an item, or keep one, until somebody does. */
export function checkQuiet(
  queryClient: QueryClient,
  server: ScenarioEmulator,
  oracle: Oracle,
  isReadAgain: boolean,
): string[] {
  const wrong: string[] = [];
  const { lists, details, contents } = readCache(queryClient);
  const truth = new Map(server.collections.map((copy) => [copy.id, copy]));
  const isUntold = (id: string) => !isReadAgain && oracle.isUntold(id);
  const compare = (where: string, copy: Collection) => {
    if (isUntold(copy.id)) return;
    const real = truth.get(copy.id) ?? truth.get(placeOf(copy, oracle)?.id ?? '');
    if (real === undefined) wrong.push(`${where}: ${copy.id} is not on the server`);
    else if (print(copy) !== print(real)) wrong.push(`${where}: ${print(copy)}, and the server has ${print(real)}`);
  };
  for (const { where, rows, whole, begins } of lists) {
    for (const row of rows) compare(where, row);
    const shown = rows.map(({ id }) => id);
    if (begins === false) {
      const ids = server.collections.map(({ id }) => id);
      const from = ids.indexOf(shown[0] ?? '');
      if (ids.slice(from, from + shown.length).join() !== shown.join())
        wrong.push(`${where}: the rows are ${shown}, which is no part of the server's ${ids}`);
      continue;
    }
    const made = new Set(oracle.places.flatMap(({ creation, id }) => (creation && id ? [id] : [])));
    const all = server.collections.map(({ id }) => id);
    // Which of two new ones the server calls the newer, and how many of them a page holds, is known when the list has been read again.
    const inOrder = (ids: string[]) => (isReadAgain ? ids : ids.filter((id) => !made.has(id)));
    const due = whole ? inOrder(all) : inOrder(all).slice(0, inOrder(shown).length);
    const lacks = whole ? all.filter((id) => !shown.includes(id)) : [];
    const isOutOfOrder = isOn('creates') && all.filter((id) => shown.includes(id)).join() !== shown.join();
    if (inOrder(shown).join() !== due.join() || lacks.length > 0 || isOutOfOrder) {
      wrong.push(`${where}: the rows are ${shown}, and the server has ${all}`);
    }
  }
  for (const { where, copy } of details) compare(where, copy);
  for (const { where, collectionId, members, items, whole, waits, sorting } of contents) {
    const id = oracle.places.find(({ handle }) => handle === collectionId)?.id ?? collectionId;
    if (!truth.has(id) || isUntold(id)) continue;
    const due = server.members(id)[members === 'assets' ? 'assetIds' : 'modelIds'];
    const shown = items.map((item) => item.id);
    if (sorting) {
      const sorted = sortedAssets(due, sorting.sortDirection);
      const isPart = sorted.slice(0, shown.length).join() === shown.join();
      if (!isPart && !waits) wrong.push(`${where}: holds ${shown}, and the server ${sorted}, in that order`);
    }
    if (!whole) continue;
    // What was added here stays while an index may not have heard of it, also where somebody else has taken it out.
    if (waits && shown.every((item) => due.includes(item) || oracle.isTouchedElsewhere(item))) continue;
    if ([...shown].sort().join() !== [...due].sort().join())
      wrong.push(`${where}: holds ${shown}, and the server ${due}`);
  }
  return wrong;
}

/** In the server's order: the first that was given is the newest. */
function sortedAssets(ids: readonly string[], direction: 'asc' | 'desc'): string[] {
  const rank = (id: string) => [...'aox'].indexOf(id.charAt(0)) * 1000 + Number(id.slice(1));
  return [...ids].sort((a, b) => (direction === 'asc' ? rank(b) - rank(a) : rank(a) - rank(b)));
}

/**
 * Whether a read tells that somebody else has written. One that overlaps a write of ours does not where the server's date and the counts are those of
 * an earlier version, as if it were from before.
 */
function tells(read: Flight, id: string, { truth }: Oracle, { flights }: Wire): boolean {
  const number = read.versions.get(id) ?? -1;
  const { copy } = truth.at(id, number);
  const isAlike = (earlier: Collection | undefined) =>
    earlier?.updatedAt === copy?.updatedAt && earlier?.itemCount === copy?.itemCount;
  const isOverlapped = flights.some(
    ({ call, left, ended }) =>
      isWrite(call) &&
      collectionOf(call) === id &&
      left.step <= (read.ended?.step ?? 0) &&
      !(ended && ended.step < read.left.step),
  );
  return !isOverlapped || !Array.from({ length: number }, (_, i) => truth.at(id, i).copy).some(isAlike);
}

/**
 * Whether the counts are the server's of each collection of which the client has been told all: what somebody else has put in or taken out
 * was named by a change of ours after that, and that change has resolved.
 */
export function checkCaughtUp(
  queryClient: QueryClient,
  server: ScenarioEmulator,
  oracle: Oracle,
  wire: Wire,
): string[] {
  const truth = new Map(server.collections.map((copy) => [copy.id, copy]));
  const isTold = ({ id, item, at, by }: Touch) => {
    const step = Math.max(at.step, by?.appliedAt?.step ?? 0);
    return (
      wire.flights.some(
        (flight) =>
          flight.left.step > step &&
          flight.status === 200 &&
          !flight.isUnheard &&
          collectionOf(flight.call) === id &&
          flight.call.type !== 'contents' &&
          (isWrite(flight.call) || tells(flight, id, oracle, wire)),
      ) ||
      oracle.changes.some(
        ({ place, wish, began, error }) =>
          place.id === id && error === undefined && 'ids' in wish && wish.ids.includes(item) && began.step > step,
      )
    );
  };
  const { lists, details } = readCache(queryClient);
  const wrong: string[] = [];
  const compare = (where: string, copy: Collection) => {
    const real = truth.get(copy.id);
    const touches = oracle.elsewhere.filter(({ id }) => id === copy.id);
    if (real === undefined || touches.length === 0 || !touches.every(isTold)) return;
    if (copy.assetCount !== real.assetCount || copy.modelCount !== real.modelCount)
      wrong.push(`${where}: ${print(copy)}, and the server has ${print(real)}, as we were told`);
  };
  for (const { where, rows } of lists) for (const row of rows) compare(where, row);
  for (const { where, copy } of details) compare(where, copy);
  return wrong;
}

function print({ id, name, assetCount, modelCount, itemCount, updatedAt, ownerId, createdAt, thumbnail }: Collection) {
  const picture = thumbnail?.assetId ?? '';
  return [
    id,
    name,
    `${assetCount}+${modelCount}=${itemCount}`,
    Date.parse(updatedAt),
    ownerId,
    Date.parse(createdAt),
    picture,
  ].join(' ');
}
