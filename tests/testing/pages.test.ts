import { describe, expect, test } from 'vitest';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { call, ids } from './call.ts';

const collections = ids(25, 'c').map((id) => ({ id }));

async function walk(emulator: ScenarioEmulator, path: string, key: 'collections' | 'assets' | 'models') {
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const next = token === undefined ? '' : `&paginationToken=${token}`;
    const { body } = await call(emulator, `GET ${path}${next}`);
    pages.push(body[key].map(({ id }) => id));
    token = body.nextPaginationToken;
  } while (token !== undefined);
  return pages;
}

describe('pages', () => {
  test('hold everything once, in order, and the last one has no token', async () => {
    const emulator = createScenarioEmulator({ collections });
    const pages = await walk(emulator, '/collections?pageSize=7', 'collections');
    expect(pages.map((page) => page.length)).toEqual([7, 7, 7, 4]);
    expect(pages.flat()).toEqual(ids(25, 'c'));
  });

  test('end without an empty page when the last one is full', async () => {
    const emulator = createScenarioEmulator({ collections });
    expect((await walk(emulator, '/collections?pageSize=5', 'collections')).length).toBe(5);
  });

  test('hold 10 collections, 50 assets and 100 models by default, and a list of none is one empty page', async () => {
    const emulator = createScenarioEmulator({ collections, assets: ids(60), models: ids(110) });
    expect((await call(emulator, 'GET /collections')).body.collections).toHaveLength(10);
    expect((await call(emulator, 'GET /assets')).body.assets).toHaveLength(50);
    expect((await call(emulator, 'GET /models')).body.models).toHaveLength(100);
    expect((await call(createScenarioEmulator(), 'GET /collections')).body).toEqual({ collections: [] });
  });

  test('of collections can be of another size by default', async () => {
    const emulator = createScenarioEmulator({ collections, pageSize: 3 });
    expect((await call(emulator, 'GET /collections')).body.collections).toHaveLength(3);
  });

  test.each([
    ['collections', 100],
    ['assets', 100],
    ['models', 500],
  ])('of %s have 1 to %i entries', async (list, most) => {
    const emulator = createScenarioEmulator();
    for (const size of ['0', '-1', '2.5', 'ten', '', '1e1', String(most + 1)]) {
      expect((await call(emulator, `GET /${list}?pageSize=${size}`)).status, size).toBe(400);
    }
    expect((await call(emulator, `GET /${list}?pageSize=${most}`)).status).toBe(200);
  });

  test('take a project id', async () => {
    expect((await call(createScenarioEmulator({ collections }), 'GET /collections?projectId=p1')).status).toBe(200);
  });
});

describe('a token', () => {
  const first = async (emulator: ScenarioEmulator, path = '/collections?pageSize=5') =>
    (await call(emulator, `GET ${path}`)).body.nextPaginationToken ?? '';

  test('goes on where its page ended, whatever was made or deleted meanwhile', async () => {
    const emulator = createScenarioEmulator({ collections });
    const token = await first(emulator);
    await call(emulator, 'POST /collections', { name: 'In front' });
    await call(emulator, 'DELETE /collections/c2');
    await call(emulator, 'DELETE /collections/c5');
    const { body } = await call(emulator, `GET /collections?pageSize=3&paginationToken=${token}`);
    expect(body.collections.map(({ id }) => id)).toEqual(['c6', 'c7', 'c8']);
  });

  test('may be refused after a write, if the server is one of that kind', async () => {
    const emulator = createScenarioEmulator({ collections, cursorsAfterWrite: 'refused' });
    const token = await first(emulator);
    expect((await call(emulator, `GET /collections?paginationToken=${token}`)).status).toBe(200);
    await call(emulator, 'PUT /collections/c9', { name: 'New' });
    expect((await call(emulator, `GET /collections?paginationToken=${token}`)).status).toBe(400);
  });

  test('is the same for the same page', async () => {
    const emulator = createScenarioEmulator({ collections });
    expect(await first(emulator)).toBe(await first(emulator));
  });

  test('that was made up, cut or changed is refused', async () => {
    const emulator = createScenarioEmulator({ collections });
    const token = await first(emulator);
    const changed = `${token.slice(0, 12)}${token[12] === 'A' ? 'B' : 'A'}${token.slice(13)}`;
    for (const bad of ['', 'c5', '%F0%9F%98%80', 'MS4x', token.slice(0, -4), changed]) {
      expect((await call(emulator, `GET /collections?paginationToken=${bad}`)).status, bad).toBe(400);
    }
  });

  test('is good for its own list only', async () => {
    const emulator = createScenarioEmulator({
      collections: [
        { id: 'c', assetIds: ids(9) },
        { id: 'd', assetIds: ids(9) },
      ],
    });
    const token = await first(emulator, '/assets?pageSize=5&collectionId=c');
    const at = (path: string) => call(emulator, `GET ${path}paginationToken=${token}`);
    expect((await at('/assets?collectionId=c&')).status).toBe(200);
    for (const other of [
      '/assets?collectionId=d&',
      '/assets?',
      '/assets?collectionId=c&sortDirection=asc&',
      '/collections?',
      '/models?collectionId=c&',
    ]) {
      expect((await at(other)).status, other).toBe(400);
    }
  });

  test('of a contents list survives the removal of the item that it stands at', async () => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'c', assetIds: ids(9) }] });
    const token = await first(emulator, '/assets?pageSize=5&collectionId=c');
    await call(emulator, 'DELETE /collections/c/assets', { assetIds: ['a1', 'a5', 'a6'] });
    const { body } = await call(emulator, `GET /assets?collectionId=c&paginationToken=${token}`);
    expect(body.assets.map(({ id }) => id)).toEqual(['a7', 'a8', 'a9']);
  });

  test('walks a filter with letters of every alphabet', async () => {
    const emulator = createScenarioEmulator({ collections: [{ id: 'größe-雪', assetIds: ids(4) }] });
    const path = `/assets?pageSize=2&collectionId=${encodeURIComponent('größe-雪')}`;
    expect(await walk(emulator, path, 'assets')).toEqual([
      ['a1', 'a2'],
      ['a3', 'a4'],
    ]);
  });
});
