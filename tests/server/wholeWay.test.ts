import { expect, it } from 'vitest';
import { NotFoundError, Scenario } from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { BASE, proxyOver, UPSTREAM } from './support.ts';

it('every call of the client comes through, and its errors come back as what they are', async () => {
  const emulator = createScenarioEmulator({
    collections: [
      { id: 'c1', name: 'Trees', assetIds: ['a1'], modelIds: ['m1'] },
      { id: 'c2', name: 'Rocks' },
      { id: 'c3', name: 'Water' },
    ],
  });
  const { handle } = proxyOver(undefined, { baseURL: UPSTREAM, fetch: emulator.fetch });
  const client = new Scenario({ baseURL: BASE, fetch: (input, init) => handle(new Request(input, init)) });

  const names: string[] = [];
  for await (const { name } of client.collections.list({ pageSize: 2 })) names.push(name);
  expect(names.sort()).toEqual(['Rocks', 'Trees', 'Water']);
  const { id } = (await client.collections.create({ name: 'Cliffs' })).collection;
  await client.collections.update(id, { name: 'High cliffs' });
  await client.collections.assets.add(id, { assetIds: ['a1', 'a2'] });
  await client.collections.assets.remove(id, { assetIds: ['a2'] });
  await client.collections.models.add(id, { modelIds: ['m1', 'm2'] });
  await client.collections.models.remove(id, { modelIds: ['m2'] });
  expect((await client.collections.retrieve(id)).collection).toMatchObject({ name: 'High cliffs', itemCount: 2 });
  expect((await client.assets.list({ collectionId: id })).assets).toMatchObject([{ id: 'a1' }]);
  expect((await client.models.list({ collectionId: id })).models).toMatchObject([{ id: 'm1' }]);
  expect((await client.assets.getBulk({ assetIds: ['a1'] })).assets[0]?.collectionIds.sort()).toEqual(
    ['c1', id].sort(),
  );
  expect((await client.models.getBulk({ modelIds: ['m1'] })).models).toHaveLength(1);
  await client.collections.delete(id);
  await expect(client.collections.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  // Every one of the thirteen, and none but the last refused: the emulator saw the calls as the client meant them.
  expect(new Set(emulator.requests.map(({ method, path }) => `${method} ${path.replaceAll(id, '*')}`)).size).toBe(13);
  expect(emulator.requests.filter(({ status }) => status !== 200)).toHaveLength(1);
});
