// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call, ids } from './call.ts';

describe.each([
  { kind: 'assets', field: 'assetIds' },
  { kind: 'models', field: 'modelIds' },
] as const)('$kind', ({ kind, field }) => {
  test('name the collections that hold them, from both directions', async () => {
    const emulator = createScenarioEmulator({
      collections: [{ id: 'c', [field]: ['a1'] }, { id: 'd' }],
      [kind]: [{ id: 'a1', name: 'One' }, { id: 'a2', collectionIds: ['d'] }, 'a3'],
    });
    await call(emulator, `PUT /collections/d/${kind}`, { [field]: ['a1'] });
    const { body } = await call(emulator, `POST /${kind}/get-bulk`, { [field]: ['a3', 'a2', 'a1'] });
    expect(body[kind]).toMatchObject([
      { id: 'a3', collectionIds: [] },
      { id: 'a2', collectionIds: ['d'] },
      { id: 'a1', name: 'One', collectionIds: ['c', 'd'] },
    ]);
    expect(emulator.members('d')[field]).toEqual(['a2', 'a1']);
  });

  test('asked for in bulk are those that exist, each once', async () => {
    const emulator = createScenarioEmulator({ [kind]: ['a1'] });
    const { body } = await call(emulator, `POST /${kind}/get-bulk`, { [field]: ['nope', 'a1', 'a1'] });
    expect(body[kind].map(({ id }) => id)).toEqual(['a1']);
  });

  test('all exist where none are given', async () => {
    const { body } = await call(createScenarioEmulator(), `POST /${kind}/get-bulk`, { [field]: ['any'] });
    expect(body[kind]).toMatchObject([{ id: 'any', collectionIds: [] }]);
  });

  test('are asked for in bulk 200 at a time at most', async () => {
    const emulator = createScenarioEmulator();
    expect((await call(emulator, `POST /${kind}/get-bulk`, { [field]: ids(201) })).status).toBe(400);
    expect((await call(emulator, `POST /${kind}/get-bulk`, { [field]: ids(200) })).body[kind]).toHaveLength(200);
    expect((await call(emulator, `POST /${kind}/get-bulk`, { [field]: [] })).status).toBe(400);
  });

  test('of one collection are exactly its members', async () => {
    const emulator = createScenarioEmulator({
      collections: [
        { id: 'c', [field]: ['a2', 'a1'] },
        { id: 'd', [field]: ['a3'] },
      ],
    });
    const listed = async (path: string) => (await call(emulator, `GET ${path}`)).body[kind].map(({ id }) => id).sort();
    expect(await listed(`/${kind}?collectionId=c`)).toEqual(['a1', 'a2']);
    expect(await listed(`/${kind}?collectionId=nope`)).toEqual([]);
    expect(await listed(`/${kind}`)).toEqual(['a1', 'a2', 'a3']);
  });

  test('are sorted by a date, both ways, newest first by default', async () => {
    const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;
    const emulator = createScenarioEmulator({
      [kind]: [
        { id: 'a1', createdAt: day(2), updatedAt: day(5) },
        { id: 'a2', createdAt: day(3), updatedAt: day(4) },
        { id: 'a3', createdAt: day(1), updatedAt: day(6) },
      ],
    });
    const listed = async (query: string) =>
      (await call(emulator, `GET /${kind}${query}`)).body[kind].map(({ id }) => id);
    expect(await listed('')).toEqual(['a2', 'a1', 'a3']);
    expect(await listed('?sortDirection=asc')).toEqual(['a3', 'a1', 'a2']);
    expect(await listed('?sortBy=updatedAt')).toEqual(['a3', 'a1', 'a2']);
    expect(await listed('?sortBy=updatedAt&sortDirection=asc')).toEqual(['a2', 'a1', 'a3']);
    expect((await call(emulator, `GET /${kind}?sortBy=name`)).status).toBe(400);
    expect((await call(emulator, `GET /${kind}?sortDirection=up`)).status).toBe(400);
  });
});

test('models are sorted by score too, both ways; assets have none', async () => {
  const emulator = createScenarioEmulator({ models: ids(9), assets: ids(9) });
  const listed = async (query: string) => (await call(emulator, `GET /models${query}`)).body.models.map(({ id }) => id);
  const byScore = await listed('?sortBy=score');
  expect([...byScore].sort()).toEqual(ids(9));
  expect(byScore).not.toEqual(await listed(''));
  expect(await listed('?sortBy=score&sortDirection=asc')).toEqual(byScore.toReversed());
  expect((await call(emulator, 'GET /assets?sortBy=score')).status).toBe(400);
});

test('models asked for in bulk can lack all that is not sure of them; lists and assets never do', async () => {
  const emulator = createScenarioEmulator({
    bulkModels: 'bare',
    collections: [{ id: 'c', modelIds: ['m1'], assetIds: ['a1'] }],
  });
  const models = (await call(emulator, 'POST /models/get-bulk', { modelIds: ['m1'] })).body.models;
  expect(models).toEqual([{ id: 'm1', privacy: 'private', type: 'flux.1-lora' }]);
  const whole = { collectionIds: ['c'], createdAt: expect.any(String), updatedAt: expect.any(String) };
  expect((await call(emulator, 'GET /models?collectionId=c')).body.models).toMatchObject([whole]);
  expect((await call(emulator, 'POST /assets/get-bulk', { assetIds: ['a1'] })).body.assets).toMatchObject([whole]);
});

test('one order is the other one backwards, also where the dates are the same', async () => {
  const createdAt = '2026-01-01T00:00:00.000Z';
  const emulator = createScenarioEmulator({ assets: ids(5).map((id) => ({ id, createdAt })) });
  const listed = async (query: string) => (await call(emulator, `GET /assets${query}`)).body.assets.map(({ id }) => id);
  expect(await listed('')).toEqual(ids(5));
  expect(await listed('?sortDirection=asc')).toEqual(ids(5).reverse());
});

test('a made-up item is the same, whoever asks for it first', async () => {
  const collections = [
    { id: 'c', assetCount: 3 },
    { id: 'd', assetCount: 3 },
  ];
  const [one, other] = [createScenarioEmulator({ collections }), createScenarioEmulator({ collections })];
  for (const id of ['c', 'd']) one.members(id);
  for (const id of ['d', 'c']) other.members(id);
  const dates = async (emulator: typeof one) =>
    (await call(emulator, 'GET /assets')).body.assets.map(({ id, createdAt }) => `${id} ${createdAt}`);
  expect(await dates(other)).toEqual(await dates(one));
  expect(new Set((await dates(one)).map((line) => line.split(' ')[1])).size).toBe(6);
});

test('public models are hidden, unless asked for or in the collection that is listed', async () => {
  const models = [{ id: 'm1', privacy: 'public', collectionIds: ['c'] }, 'm2'];
  const emulator = createScenarioEmulator({ collections: [{ id: 'c' }], models });
  const listed = async (query: string) => (await call(emulator, `GET /models${query}`)).body.models.map(({ id }) => id);
  expect(await listed('')).toEqual(['m2']);
  expect(await listed('?privacy=public')).toEqual(['m1']);
  expect(await listed('?collectionId=c')).toEqual(['m1']);
});

test('the address of an asset stays for a while, then is another that expires later', async () => {
  let now = Date.UTC(2026, 6, 1);
  const emulator = createScenarioEmulator({ assets: ['a1'], now: () => new Date(now) });
  const read = async () => (await call(emulator, 'GET /assets')).body.assets[0]?.url ?? '';
  const expires = (url: string) => 1000 * Number(/#Expires=(\d+)&/.exec(url)?.[1]);
  const first = await read();
  now += 5 * 3_600_000;
  expect(await read()).toBe(first);
  expect(expires(first) - now).toBeGreaterThanOrEqual(6 * 3_600_000);
  now += 2 * 3_600_000;
  const second = await read();
  expect(second).not.toBe(first);
  expect(expires(second)).toBeGreaterThan(expires(first));
});

test('the picture of an asset is inside its address', async () => {
  const { body } = await call(
    createScenarioEmulator({ assets: [{ id: 'a1', name: '<Frost> & Golem' }] }),
    'GET /assets',
  );
  const url = body.assets[0]?.url ?? '';
  expect(url).toMatch(/^data:image\/svg\+xml,/);
  const svg = decodeURIComponent(url.slice(url.indexOf(',') + 1, url.indexOf('#')));
  const drawn = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(drawn.querySelector('parsererror')).toBeNull();
  expect(drawn.querySelector('text')?.textContent).toBe('FG');
});
