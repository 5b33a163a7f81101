import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/client.ts';
import { client, collection, item, json } from '../http/scripted.ts';

const one = { collection: collection() };
const many = { collections: [collection()] };

const calls: [string, (s: Scenario) => PromiseLike<unknown>, string, unknown, object][] = [
  ['collections.list', (s) => s.collections.list({ pageSize: 3 }), 'GET /collections?pageSize=3', undefined, many],
  ['collections.create', (s) => s.collections.create({ name: 'n' }), 'POST /collections', { name: 'n' }, one],
  ['collections.retrieve', (s) => s.collections.retrieve('c1'), 'GET /collections/c1', undefined, one],
  [
    'collections.update',
    (s) => s.collections.update('c1', { thumbnail: 'a' }),
    'PUT /collections/c1',
    { thumbnail: 'a' },
    one,
  ],
  [
    'collections.update to no thumbnail',
    (s) => s.collections.update('c1', { thumbnail: null }),
    'PUT /collections/c1',
    { thumbnail: null },
    one,
  ],
  ['collections.delete', (s) => s.collections.delete('c1'), 'DELETE /collections/c1', undefined, {}],
  [
    'assets.add',
    (s) => s.collections.assets.add('c1', { assetIds: ['a'] }),
    'PUT /collections/c1/assets',
    { assetIds: ['a'] },
    one,
  ],
  [
    'assets.remove',
    (s) => s.collections.assets.remove('c1', { assetIds: ['a'] }),
    'DELETE /collections/c1/assets',
    { assetIds: ['a'] },
    one,
  ],
  [
    'models.add',
    (s) => s.collections.models.add('c1', { modelIds: ['m'] }),
    'PUT /collections/c1/models',
    { modelIds: ['m'] },
    one,
  ],
  [
    'models.remove',
    (s) => s.collections.models.remove('c1', { modelIds: ['m'] }),
    'DELETE /collections/c1/models',
    { modelIds: ['m'] },
    one,
  ],
  [
    'assets.list',
    (s) => s.assets.list({ collectionId: 'c1', sortBy: 'updatedAt', sortDirection: 'asc' }),
    'GET /assets?collectionId=c1&sortBy=updatedAt&sortDirection=asc',
    undefined,
    { assets: [item()] },
  ],
  [
    'assets.getBulk',
    (s) => s.assets.getBulk({ assetIds: ['a'] }),
    'POST /assets/get-bulk',
    { assetIds: ['a'] },
    { assets: [item()] },
  ],
  [
    'models.list',
    (s) => s.models.list({ privacy: 'public' }),
    'GET /models?privacy=public',
    undefined,
    { models: [item()] },
  ],
  [
    'models.getBulk',
    (s) => s.models.getBulk({ modelIds: ['m'], thumbnail: true, minimal: false }),
    'POST /models/get-bulk',
    { modelIds: ['m'], thumbnail: true, minimal: false },
    { models: [item()] },
  ],
];

describe('the calls', () => {
  it.each(calls)('%s', async (_, call, line, body, answer) => {
    const { scenario, sent } = client([json(answer)]);
    expect(await call(scenario)).toMatchObject(answer);
    expect(sent.map(({ method, url }) => `${method} ${url.pathname.slice(3)}${url.search}`)).toEqual([line]);
    expect(sent[0]?.body).toEqual(body);
  });

  it('send no field that the API does not know', async () => {
    const { scenario, sent } = client([json(one), json(one), json(one), json(many)]);
    const more = { ownerId: 'x' };
    await scenario.collections.create({ name: 'n', ...more });
    await scenario.collections.update('c1', { name: 'n', thumbnail: undefined, ...more });
    await scenario.collections.assets.add('c1', { assetIds: ['a'], ...more });
    await scenario.collections.list({ pageSize: 1, ...more });
    expect(sent.map(({ body }) => body)).toEqual([{ name: 'n' }, { name: 'n' }, { assetIds: ['a'] }, undefined]);
    expect(sent[3]?.url.search).toBe('?pageSize=1');
  });

  it('count and send an id once', async () => {
    const { scenario, sent } = client([json(one)]);
    const ids = Array.from({ length: 49 }, (_, i) => `a${i}`);
    await scenario.collections.assets.add('c1', { assetIds: [...ids, ...ids] });
    expect(sent[0]?.body).toEqual({ assetIds: ids });
  });

  it('take 200 ids in bulk', async () => {
    const { scenario, sent } = client([json({ assets: [] })]);
    await scenario.assets.getBulk({ assetIds: Array.from({ length: 200 }, (_, i) => `a${i}`) });
    expect(sent).toHaveLength(1);
  });

  it('give a model of which only the id is known as it comes', async () => {
    const { scenario } = client([json({ models: [{ id: 'm' }] })]);
    for (const minimal of [true, false])
      expect(await scenario.models.getBulk({ modelIds: ['m'], minimal })).toEqual({ models: [{ id: 'm' }] });
  });
});
