import type { Collection } from '../../../src/api/types.ts';
import { readCache } from '../Shown.ts';
import { collectionOf, type Flight, isWrite } from '../Wire.ts';
import { type Place, printWish } from './Ask.ts';
import { isOfList } from './Knowledge.ts';
import type { Page } from './Page.tsx';
import type { World } from './World.ts';

const isOf = ({ call }: Flight, { ids, creation, name }: Place): boolean =>
  call.type === 'create' ? !!creation && call.name === name : ids.has(collectionOf(call) ?? '');

/** The step in which the server was done with all that it was sent of a collection. Undefined: it is not. */
function doneSince(place: Place, { wire: { flights } }: World): number | undefined {
  let since = -1;
  for (const flight of flights) {
    if (!isWrite(flight.call) || !isOf(flight, place)) continue;
    const { step } = flight.appliedAt ?? flight.ended ?? {};
    if (step === undefined || !flight.ended) return undefined;
    since = Math.max(since, step);
  }
  return since;
}

const print = ({ name, assetCount, modelCount }: Collection): string => `${name} ${assetCount}+${modelCount}`;

/**
 * Whether a page shows what it has read, whatever it was told or not: of each collection of which nothing is pending, and nothing was on the wire since
 * that read has left, exactly what the server holds.
 */
export function checkRead(page: Page, world: World): string[] {
  const { wire, pageOf, oracle, server } = world;
  const read = wire.flights.findLast(
    (flight) => pageOf.get(flight) === page && isOfList(flight) && flight.ended && flight.status === 200,
  );
  // What it has read while it was told nothing it leaves alone, and reads once more.
  if (!read?.ended || read.left.step <= page.signedInIn) return [];
  if (read.ended.step <= Math.max(page.toldSince, page.wokeIn)) return [];
  const held = new Map(server.collections.map((copy) => [copy.id, copy]));
  const { lists, details } = readCache(page.queryClient);
  const { pending } = page;
  const isPending = ({ asks, creation }: Place) =>
    [...asks, ...(creation ? [creation] : [])].some(
      ({ phase, wish }) => phase === 'pending' || (pending.get(printWish(wish))?.status ?? 'failed') !== 'failed',
    );
  return oracle.places.flatMap((place) => {
    const [id] = place.ids;
    if (!id || place.ids.size > 1 || isPending(place)) return [];
    const since = doneSince(place, world);
    if (since === undefined || since >= read.left.step) return [];
    const real = held.get(id);
    const due = real ? print(real) : 'gone';
    const shown = [
      ...lists.map(({ where, rows }) => [where, rows.find((row) => row.id === id)] as const),
      ...details.filter(({ copy }) => real && copy.id === id).map(({ where, copy }) => [where, copy] as const),
    ];
    return shown.flatMap(([where, copy]) => {
      const is = copy ? print(copy) : 'gone';
      return is === due ? [] : `${where}: ${id} is ${is}, and was read as ${due}`;
    });
  });
}
