import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call } from './call.ts';

const now = () => new Date('2026-07-01T10:00:00.000Z');

describe('a collection', () => {
  test('that is made is answered, listed and retrieved', async () => {
    const emulator = createScenarioEmulator({ now });
    const made = await call(emulator, 'POST /collections', { name: 'Props' });
    expect(made.status).toBe(200);
    expect(made.body.collection).toMatchObject({ name: 'Props', assetCount: 0, modelCount: 0, itemCount: 0 });
    expect(made.body.collection.createdAt).toBe('2026-07-01T10:00:00.000Z');
    expect(made.body.collection.id).toMatch(/^collection_\w{22}$/);
    expect((await call(emulator, `GET /collections/${made.body.collection.id}`)).body).toEqual(made.body);
    expect((await call(emulator, 'GET /collections')).body.collections).toEqual([made.body.collection]);
    expect(emulator.collections).toEqual([made.body.collection]);
  });

  test('has an id of its own, however many are made', async () => {
    const emulator = createScenarioEmulator();
    for (let i = 0; i < 50; i++) await call(emulator, 'POST /collections', { name: 'Same name' });
    expect(new Set(emulator.collections.map(({ id }) => id)).size).toBe(50);
  });

  test('is renamed, and changed last then', async () => {
    const emulator = createScenarioEmulator({ now, collections: [{ id: 'c', name: 'Old', assetCount: 2 }] });
    const { body } = await call(emulator, 'PUT /collections/c', { name: 'New' });
    expect(body.collection).toMatchObject({
      id: 'c',
      name: 'New',
      assetCount: 2,
      updatedAt: '2026-07-01T10:00:00.000Z',
    });
    expect(emulator.collections).toEqual([body.collection]);
  });

  test('gets an asset as its thumbnail, by a signed address that expires', async () => {
    const emulator = createScenarioEmulator({ now, collections: [{ id: 'c' }], assets: ['a1'] });
    const { body } = await call(emulator, 'PUT /collections/c', { thumbnail: 'a1' });
    expect(body.collection.thumbnail?.assetId).toBe('a1');
    const expires = Number(/Expires=(\d+)&Signature=\w+$/.exec(body.collection.thumbnail?.url ?? '')?.[1]);
    expect(expires * 1000).toBeGreaterThan(now().getTime());
  });

  test('does not get a thumbnail that does not exist', async () => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'c', name: 'Old' }], assets: ['a1'] });
    expect((await call(emulator, 'PUT /collections/c', { name: 'New', thumbnail: 'nope' })).status).toBe(404);
    expect(emulator.collections[0]).toMatchObject({ name: 'Old' });
    expect(emulator.collections[0]).not.toHaveProperty('thumbnail');
  });

  test('loses its thumbnail by null, and keeps its name and members', async () => {
    const thumbnail = { assetId: 'a1', url: '' };
    const emulator = createScenarioEmulator({
      now,
      collections: [{ id: 'c', name: 'Old', assetIds: ['a1'], thumbnail }],
    });
    expect(emulator.collections[0]).toHaveProperty('thumbnail');
    const { status, body } = await call(emulator, 'PUT /collections/c', { thumbnail: null });
    expect(status).toBe(200);
    expect(body.collection).toMatchObject({ name: 'Old', assetCount: 1, updatedAt: now().toISOString() });
    expect(body.collection).not.toHaveProperty('thumbnail');
    expect((await call(emulator, 'PUT /collections/c', { thumbnail: null })).status).toBe(200);
  });

  test('that is deleted is gone from the list and from its items', async () => {
    const emulator = createScenarioEmulator({
      collections: [
        { id: 'c', assetIds: ['a1'] },
        { id: 'd', assetIds: ['a1'] },
      ],
    });
    const deleted = await call(emulator, 'DELETE /collections/c');
    expect(deleted).toMatchObject({ status: 200, body: {} });
    expect((await call(emulator, 'GET /collections/c')).status).toBe(404);
    expect((await call(emulator, 'DELETE /collections/c')).status).toBe(404);
    expect(emulator.collections.map(({ id }) => id)).toEqual(['d']);
    const { assets } = (await call(emulator, 'POST /assets/get-bulk', { assetIds: ['a1'] })).body;
    expect(assets[0]?.collectionIds).toEqual(['d']);
  });

  test.each([
    ['POST /collections', {}],
    ['POST /collections', { name: '' }],
    ['POST /collections', { name: 7 }],
    ['POST /collections', { name: 'x', colour: 'red' }],
    ['POST /collections', ['x']],
    ['POST /collections', undefined],
    ['PUT /collections/c', {}],
    ['PUT /collections/c', { name: ' ' }],
    ['PUT /collections/c', { name: null }],
    ['PUT /collections/c', { thumbnail: '' }],
    ['PUT /collections/c', { thumbnail: false }],
  ])('is not touched by a bad body: %s %j', async (what, body) => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'c', name: 'Old' }] });
    const before = emulator.collections;
    const refused = await call(emulator, what, body);
    expect(refused.status).toBe(400);
    expect(refused.body.reason).toMatch(/\w/);
    expect(emulator.collections).toEqual(before);
  });

  test('is named by one encoded segment of the path', async () => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'ä/b', name: 'Odd' }] });
    expect((await call(emulator, 'GET /collections/%C3%A4%2Fb')).body.collection.name).toBe('Odd');
    expect((await call(emulator, 'GET /collections/%E4')).status).toBe(400);
  });
});

describe('a path', () => {
  test.each(['/v1', '', '/api/scenario', '/models/v1', '/collections/proxy'])(
    'is understood behind any base: "%s"',
    async (base) => {
      const emulator = createScenarioEmulator({ collections: [{ id: 'c', assetIds: ['a1'] }] });
      const response = await emulator.fetch(`${base}/collections/c/assets`, {
        method: 'put',
        body: '{"assetIds":["a2"]}',
      });
      expect(response.status).toBe(200);
      expect(emulator.requests).toMatchObject([{ method: 'PUT', path: '/collections/c/assets' }]);
    },
  );

  test('that is unknown is a 404, a method that it does not have a 405', async () => {
    const emulator = createScenarioEmulator();
    expect((await call(emulator, 'GET /workflows')).status).toBe(404);
    expect((await call(emulator, 'GET /collections//assets')).status).toBe(404);
    expect((await call(emulator, 'PATCH /collections/c')).status).toBe(405);
    expect(emulator.requests.map(({ status }) => status)).toEqual([404, 404, 405]);
  });
});

describe('the order of the list', () => {
  const given = [{ id: 'x' }, { id: 'y' }, { id: 'z' }];
  const order = (emulator: ReturnType<typeof createScenarioEmulator>) => emulator.collections.map(({ id }) => id);

  test('is newest first, and as given where no dates are', async () => {
    const emulator = createScenarioEmulator({ collections: given, now });
    const first = (await call(emulator, 'POST /collections', { name: '1' })).body.collection.id;
    const second = (await call(emulator, 'POST /collections', { name: '2' })).body.collection.id;
    await call(emulator, 'PUT /collections/z', { name: 'touched' });
    expect(order(emulator)).toEqual([second, first, 'x', 'y', 'z']);
  });

  test('follows the dates that are given', () => {
    const collections = [
      { id: 'old', createdAt: '2020-01-01T00:00:00.000Z' },
      { id: 'new', createdAt: '2026-01-01T00:00:00.000Z' },
    ];
    expect(order(createScenarioEmulator({ collections }))).toEqual(['new', 'old']);
  });

  test('can be last changed first', async () => {
    const emulator = createScenarioEmulator({ collections: given, order: 'updatedAt', now });
    expect(order(emulator)).toEqual(['x', 'y', 'z']);
    await call(emulator, 'PUT /collections/z/assets', { assetIds: ['a1'] });
    await call(emulator, 'PUT /collections/y', { name: 'New' });
    expect(order(emulator)).toEqual(['y', 'z', 'x']);
  });

  test('can be oldest first', async () => {
    const emulator = createScenarioEmulator({ collections: given, order: 'inserted' });
    const made = (await call(emulator, 'POST /collections', { name: '1' })).body.collection.id;
    expect(order(emulator)).toEqual(['x', 'y', 'z', made]);
  });
});

describe('what cannot be meant', () => {
  test('is thrown when the emulator is made', () => {
    for (const options of [null, 'studio', 7, [], () => ({})])
      expect(() => createScenarioEmulator(options as object)).toThrow(/options must be an object/);
    expect(() => createScenarioEmulator({ pageSize: 0 })).toThrow(/pageSize/);
    expect(() => createScenarioEmulator({ collections: [{ id: 'c' }, { id: 'c' }] })).toThrow(/two collections/);
    expect(() => createScenarioEmulator({ collections: [{ createdAt: 'yesterday' }] })).toThrow(/no date/);
    expect(() => createScenarioEmulator({ assets: [{ id: 'a', collectionIds: ['nope'] }] })).toThrow(/nope/);
  });
});
