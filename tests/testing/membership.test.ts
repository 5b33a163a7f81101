import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call, ids } from './call.ts';

const now = () => new Date('2026-07-01T10:00:00.000Z');

describe.each([
  { kind: 'assets', field: 'assetIds', count: 'assetCount' },
  { kind: 'models', field: 'modelIds', count: 'modelCount' },
] as const)('$kind of a collection', ({ kind, field, count }) => {
  const path = `/collections/c/${kind}`;
  const begin = (options: Parameters<typeof createScenarioEmulator>[0] = {}) =>
    createScenarioEmulator({ now, collections: [{ id: 'c', [field]: ['a1', 'a2'] }], ...options });

  test('that are added are counted, and answered in the collection', async () => {
    const emulator = begin();
    const { status, body } = await call(emulator, `PUT ${path}`, { [field]: ['a3', 'a4'] });
    expect(status).toBe(200);
    expect(body.collection).toMatchObject({ [count]: 4, itemCount: 4, updatedAt: '2026-07-01T10:00:00.000Z' });
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('that are named twice in one request count once', async () => {
    const emulator = begin();
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a3', 'a3'] })).body.collection[count]).toBe(3);
  });

  test('are added at most 49 at a time', async () => {
    const emulator = begin();
    expect((await call(emulator, `PUT ${path}`, { [field]: ids(50, 'b') })).status).toBe(400);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
    expect((await call(emulator, `PUT ${path}`, { [field]: ids(49, 'b') })).body.collection[count]).toBe(51);
    expect((await call(emulator, `DELETE ${path}`, { [field]: ids(50, 'b') })).status).toBe(400);
  });

  test('that are in already refuse the whole request', async () => {
    const emulator = begin();
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a3', 'a1', 'a4'] })).status).toBe(400);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
    expect(emulator.collections[0]?.updatedAt).not.toBe('2026-07-01T10:00:00.000Z');
  });

  test('that are in already can be refused by another status', async () => {
    expect((await call(begin({ readdingStatus: 409 }), `PUT ${path}`, { [field]: ['a1'] })).status).toBe(409);
  });

  test('that do not exist refuse the whole request, when those that exist are known', async () => {
    const emulator = begin({ [kind]: ['a3'] });
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a3', 'a4'] })).status).toBe(404);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a3'] })).status).toBe(200);
  });

  test('of another team refuse the whole request', async () => {
    const emulator = begin({ [kind]: ['a3', { id: 'theirs', ownerId: 'team_other', privacy: 'public' }] });
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a3', 'theirs'] })).status).toBe(403);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
  });

  test('that are removed are no longer counted, and may come back', async () => {
    const emulator = begin();
    expect((await call(emulator, `DELETE ${path}`, { [field]: ['a1'] })).body.collection[count]).toBe(1);
    expect((await call(emulator, `PUT ${path}`, { [field]: ['a1'] })).body.collection[count]).toBe(2);
  });

  test('that are absent are removed in vain, and the others with effect', async () => {
    const emulator = begin();
    const { status, body } = await call(emulator, `DELETE ${path}`, { [field]: ['a1', 'nope'] });
    expect([status, body.collection[count]]).toEqual([200, 1]);
  });

  test('that are absent can refuse the whole removal', async () => {
    const emulator = begin({ removingAbsent: 'error' });
    expect((await call(emulator, `DELETE ${path}`, { [field]: ['a1', 'nope'] })).status).toBe(400);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
  });

  test('move updatedAt only when they change', async () => {
    const emulator = begin();
    const before = emulator.collections[0]?.updatedAt;
    await call(emulator, `DELETE ${path}`, { [field]: ['nope'] });
    expect(emulator.collections[0]?.updatedAt).toBe(before);
  });

  test('can leave updatedAt alone', async () => {
    const emulator = begin({ touchOnMembership: false });
    const before = emulator.collections[0]?.updatedAt;
    const { body } = await call(emulator, `PUT ${path}`, { [field]: ['a3'] });
    expect(body.collection).toMatchObject({ [count]: 3, updatedAt: before });
  });

  test.each([
    {},
    { [field]: [] },
    { [field]: 'a3' },
    { [field]: [''] },
    { [field]: [3] },
    { [field]: ['a3'], extra: 1 },
  ])('are not touched by a bad body: %j', async (body) => {
    const emulator = begin();
    expect((await call(emulator, `PUT ${path}`, body)).status).toBe(400);
    expect((await call(emulator, `DELETE ${path}`, body)).status).toBe(400);
    expect(emulator.members('c')[field]).toEqual(['a1', 'a2']);
  });

  test('of a collection that is not there are a 404', async () => {
    expect((await call(begin(), `PUT /collections/nope/${kind}`, { [field]: ['a3'] })).status).toBe(404);
    expect(() => begin().members('nope')).toThrow(/nope/);
  });

  test('made up from a count are real: they can be listed, removed, and not added again', async () => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'c', [count]: 3 }], [kind]: [] });
    expect(emulator.collections[0]).toMatchObject({ [count]: 3, itemCount: 3 });
    const made = emulator.members('c')[field];
    expect(new Set(made).size).toBe(3);
    const listed = (await call(emulator, `GET /${kind}?collectionId=c`)).body[kind];
    expect(listed.map(({ id }) => id)).toEqual(made);
    expect((await call(emulator, `PUT ${path}`, { [field]: made.slice(0, 1) })).status).toBe(400);
    expect((await call(emulator, `DELETE ${path}`, { [field]: made.slice(0, 1) })).body.collection[count]).toBe(2);
  });

  test('made up from a count are known by id before anyone has listed them', async () => {
    const options = { collections: [{ id: 'c', [count]: 3 }], [kind]: [] };
    const [, second = ''] = createScenarioEmulator(options).members('c')[field];
    const { body } = await call(createScenarioEmulator(options), `POST /${kind}/get-bulk`, { [field]: [second] });
    expect(body[kind]).toMatchObject([{ id: second, collectionIds: ['c'] }]);
  });
});

describe('a thumbnail whose asset is removed', () => {
  test('stays, or goes', async () => {
    const collections = [
      { id: 'c', assetIds: ['a1', 'a2'], thumbnail: { assetId: 'a1', url: 'https://example.test/1.png' } },
    ];
    const kept = createScenarioEmulator({ collections });
    const cleared = createScenarioEmulator({ collections, thumbnailOfRemoved: 'cleared' });
    for (const emulator of [kept, cleared]) {
      await call(emulator, 'DELETE /collections/c/assets', { assetIds: ['a2'] });
      expect(emulator.collections[0]?.thumbnail).toEqual({ assetId: 'a1', url: 'https://example.test/1.png' });
      await call(emulator, 'DELETE /collections/c/assets', { assetIds: ['a1'] });
    }
    expect(kept.collections[0]?.thumbnail).toEqual({ assetId: 'a1', url: 'https://example.test/1.png' });
    expect(cleared.collections[0]).not.toHaveProperty('thumbnail');
  });
});
