import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call } from './call.ts';

const now = () => new Date('2026-07-01T10:00:00.000Z');

/** Everything that the server would answer about itself. */
async function everything(seed: number) {
  const emulator = createScenarioEmulator({ seed, now });
  await call(emulator, 'POST /collections', { name: 'Mine' });
  const items = await Promise.all(
    ['GET /assets?pageSize=100', 'GET /models?pageSize=500'].map((what) => call(emulator, what)),
  );
  return JSON.stringify([emulator.collections, items.map(({ body }) => body)]);
}

describe('a seeded studio', () => {
  test('is the same for the same seed, and another for another', async () => {
    expect(await everything(7)).toBe(await everything(7));
    expect(await everything(7)).not.toBe(await everything(8));
  });

  test('has hundreds of collections, thousands of assets, and counts that are true', async () => {
    const emulator = createScenarioEmulator({ seed: 7 });
    expect(emulator.collections.length).toBeGreaterThanOrEqual(200);
    for (const { id, assetCount, modelCount, itemCount } of emulator.collections) {
      const { assetIds, modelIds } = emulator.members(id);
      expect([assetCount, modelCount, itemCount]).toEqual([
        new Set(assetIds).size,
        new Set(modelIds).size,
        assetIds.length + modelIds.length,
      ]);
    }
    const assets = new Set<string>();
    let token: string | undefined;
    do {
      const { body } = await call(emulator, `GET /assets?pageSize=100${token ? `&paginationToken=${token}` : ''}`);
      for (const { id } of body.assets) assets.add(id);
      token = body.nextPaginationToken;
    } while (token);
    expect(assets.size).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...emulator.collections.map(({ assetCount }) => assetCount))).toBeGreaterThan(49);
    expect(emulator.collections.some(({ itemCount }) => itemCount === 0)).toBe(true);
    expect(emulator.collections.some(({ thumbnail }) => thumbnail)).toBe(true);
  });

  test('knows its items and no others', async () => {
    const emulator = createScenarioEmulator({ seed: 7 });
    const id = emulator.collections[0]?.id;
    expect((await call(emulator, `PUT /collections/${id}/assets`, { assetIds: ['asset_nobody'] })).status).toBe(404);
  });

  test('gives way to what is named', () => {
    const emulator = createScenarioEmulator({ seed: 7, collections: [{ id: 'c' }] });
    expect(emulator.collections.map(({ id }) => id)).toEqual(['c']);
  });

  test('is older than a clock that is behind', () => {
    const early = new Date('2001-01-01T00:00:00.000Z');
    const { collections } = createScenarioEmulator({ seed: 7, now: () => early });
    for (const { updatedAt } of collections) expect(Date.parse(updatedAt)).toBeLessThanOrEqual(early.getTime());
  });
});
