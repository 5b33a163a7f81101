import type { Collection } from '../../../src/api/types.ts';
import { printWish } from './Ask.ts';
import type { World } from './World.ts';

/** When all is quiet the server holds what was asked for, and so does every tab. */
export function checkQuiet(world: World): void {
  const moment = { page: undefined, step: world.step, isMiddle: false };
  for (const ask of world.oracle.asks)
    if (ask.phase === 'pending') {
      world.count.stuck++;
      world.breakLaw(`quiet: ${printWish(ask.wish)} is pending still`);
    }
  const held = world.server.collections;
  for (const place of world.oracle.places) {
    const its = held.filter(({ id }) => place.ids.has(id));
    const presence = world.oracle.presence(place, moment);
    if (!its.length && presence === 'in') world.lose(`quiet: ${place.name} is not on the server`);
    if (its.length && presence === 'out') world.double(`quiet: ${place.name} is on the server`);
    if (its.length > (place.creation?.times ?? 1)) world.double(`quiet: ${place.name} was made ${its.length} times`);
    if (place.ids.size !== 1) continue;
    for (const { id, name } of its) {
      if (!world.oracle.names(place, id, moment).has(name)) world.lose(`quiet: the server calls ${place.name} ${name}`);
      const { assetIds, modelIds } = world.server.members(id);
      for (const members of ['assets', 'models'] as const) {
        const { sure, open } = world.oracle.members(place, moment, members);
        const its = new Set(members === 'assets' ? assetIds : modelIds);
        for (const item of sure)
          if (!its.has(item) && !open.has(item)) world.lose(`quiet: ${place.name} lacks ${item}`);
        for (const item of its)
          if (!sure.has(item) && !open.has(item)) world.double(`quiet: ${place.name} holds ${item}`);
      }
    }
  }
  const print = ({ id, name, assetCount, modelCount }: Collection) => `${id} ${name} ${assetCount}+${modelCount}`;
  const order = held.map(print).join(', ');
  for (const page of world.living) {
    if (page.keepsNothing && page.status !== 'memory')
      world.breakLaw(`quiet: the outbox of tab ${page.number} is ${page.status}`);
    const rows = page.now.list.data?.map(print).join(', ');
    if (rows !== order) world.breakLaw(`quiet: tab ${page.number} shows ${rows}, and the server has ${order}`);
  }
}
