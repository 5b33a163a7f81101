import type { Collection } from '../../../src/api/types.ts';
import { readCache } from '../Shown.ts';
import { collectionOf, type Flight, isWrite } from '../Wire.ts';
import { type Ask, isAdd, membersOf, type Place, printWish } from './Ask.ts';
import { isOfList } from './Knowledge.ts';
import { type Page, printsOf } from './Page.tsx';
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

const print = ({ name, assetCount, modelCount }: Pick<Collection, 'name' | 'assetCount' | 'modelCount'>): string =>
  `${name} ${assetCount}+${modelCount}`;

/** A collection as the server holds it, with what waits on top. Undefined: nobody can tell. */
function withWaiting(real: Collection, waiting: readonly Ask[], { server }: World): string | undefined {
  const { assetIds, modelIds } = server.members(real.id);
  const sets = { assets: new Set(assetIds), models: new Set(modelIds) };
  const names = [real.name];
  for (const { wish } of waiting)
    if (wish.kind === 'update') names.push(wish.name);
    else if ('item' in wish) {
      const its = sets[membersOf(wish)];
      // Who takes out what is not in cannot know that.
      if (its.has(wish.item) === isAdd(wish)) return undefined;
      if (isAdd(wish)) its.add(wish.item);
      else its.delete(wish.item);
    } else return undefined;
  if (names.length > 2) return undefined;
  return print({ name: names.at(-1) as string, assetCount: sets.assets.size, modelCount: sets.models.size });
}

/**
 * Whether a page shows what it has read, whatever it was told or not: of each collection of which nothing was on the wire since that read has left,
 * exactly what the server holds, with what it lists as pending on top.
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
  const isListed = ({ wish }: Ask) => (pending.get(printWish(wish))?.status ?? 'failed') !== 'failed';
  // What may have been sent may be in what was read.
  const marked = new Set(world.recordsNow().flatMap((record) => (record.state === 'sent' ? printsOf(record) : [])));
  const maySent = ({ wish, wasMarked, wasSent }: Ask) => wasMarked || wasSent || marked.has(printWish(wish));
  return oracle.places.flatMap((place) => {
    const [id] = place.ids;
    const { creation } = place;
    if (!id || place.ids.size > 1 || (creation && (creation.phase === 'pending' || isListed(creation)))) return [];
    const since = doneSince(place, world);
    if (since === undefined || since >= read.left.step) return [];
    const waiting = place.asks.filter((ask) => ask.phase === 'pending' || isListed(ask));
    if (waiting.some((ask) => maySent(ask) || !isListed(ask) || ask.phase !== 'pending')) return [];
    const real = held.get(id);
    const due = real ? withWaiting(real, waiting, world) : waiting.length ? undefined : 'gone';
    if (!due) return [];
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
