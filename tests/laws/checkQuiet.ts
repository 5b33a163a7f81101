import type { QueryClient } from '@tanstack/react-query';
import type { Collection } from '../../src/api/types.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { placeOf } from './checkShown.ts';
import type { Oracle } from './Oracle.ts';
import { readCache } from './Shown.ts';

/** Whether all that is cached is what the server holds. Contents that nobody looks at may lack an item until somebody does. */
export function checkQuiet(
  queryClient: QueryClient,
  server: ScenarioEmulator,
  oracle: Oracle,
  isReadAgain: boolean,
): string[] {
  const wrong: string[] = [];
  const { lists, details, contents } = readCache(queryClient);
  const truth = new Map(server.collections.map((copy) => [copy.id, copy]));
  const compare = (where: string, copy: Collection) => {
    const real = truth.get(copy.id) ?? truth.get(placeOf(copy, oracle)?.id ?? '');
    if (real === undefined) wrong.push(`${where}: ${copy.id} is not on the server`);
    else if (print(copy) !== print(real)) wrong.push(`${where}: ${print(copy)}, and the server has ${print(real)}`);
  };
  for (const { where, rows, whole } of lists) {
    for (const row of rows) compare(where, row);
    const shown = rows.map(({ id }) => id);
    const made = new Set(oracle.places.flatMap(({ creation, id }) => (creation && id ? [id] : [])));
    const all = server.collections.map(({ id }) => id);
    // Which of two new ones the server calls the newer, and how many of them a page holds, is known when the list has been read again.
    const inOrder = (ids: string[]) => (isReadAgain ? ids : ids.filter((id) => !made.has(id)));
    const due = whole ? inOrder(all) : inOrder(all).slice(0, inOrder(shown).length);
    const lacks = whole ? all.filter((id) => !shown.includes(id)) : [];
    if (inOrder(shown).join() !== due.join() || lacks.length > 0) {
      wrong.push(`${where}: the rows are ${shown}, and the server has ${all}`);
    }
  }
  for (const { where, copy } of details) compare(where, copy);
  for (const { where, collectionId, members, items, whole, waits } of contents) {
    const id = oracle.places.find(({ handle }) => handle === collectionId)?.id ?? collectionId;
    if (!truth.has(id) || !whole) continue;
    const due = server.members(id)[members === 'assets' ? 'assetIds' : 'modelIds'];
    const shown = items.map((item) => item.id);
    if (waits && shown.every((item) => due.includes(item))) continue;
    if ([...shown].sort().join() !== [...due].sort().join())
      wrong.push(`${where}: holds ${shown}, and the server ${due}`);
  }
  return wrong;
}

function print({ id, name, assetCount, modelCount, itemCount, updatedAt, ownerId, createdAt, thumbnail }: Collection) {
  const picture = thumbnail?.assetId ?? '';
  return [id, name, `${assetCount}+${modelCount}=${itemCount}`, updatedAt, ownerId, createdAt, picture].join(' ');
}
