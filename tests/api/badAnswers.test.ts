// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { ResponseValidationError, type Scenario } from '../../src/client.ts';
import { client, collection, item, json } from '../http/scripted.ts';

const verdict = async (answer: Response, call: (s: Scenario) => PromiseLike<unknown>) => {
  const { scenario, sent } = client([answer]);
  const error = await call(scenario).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ResponseValidationError);
  // The server did what it was asked: never again.
  expect(sent).toHaveLength(1);
  return error as ResponseValidationError;
};

const retrieve = (s: Scenario) => s.collections.retrieve('c1');
const without = (name: string) => {
  const { [name]: _, ...rest } = collection() as Record<string, unknown>;
  return rest;
};

describe('a body that is not the promised JSON', () => {
  const all: [string, (s: Scenario) => PromiseLike<unknown>][] = [
    ['list', (s) => s.collections.list()],
    ['create', (s) => s.collections.create({ name: 'n' })],
    ['retrieve', retrieve],
    ['update', (s) => s.collections.update('c1', { name: 'n' })],
    ['delete', (s) => s.collections.delete('c1')],
    ['assets.add', (s) => s.collections.assets.add('c1', { assetIds: ['a'] })],
    ['models.remove', (s) => s.collections.models.remove('c1', { modelIds: ['m'] })],
    ['assets.list', (s) => s.assets.list()],
    ['assets.getBulk', (s) => s.assets.getBulk({ assetIds: ['a'] })],
    ['models.list', (s) => s.models.list()],
    ['models.getBulk', (s) => s.models.getBulk({ modelIds: ['m'] })],
  ];

  it.each(all)('%s refuses it', async (_, call) => {
    for (const text of ['<html>Sign in</html>', '{"collection":{"id":"c1","na', 'null', '[]', '"ok"', '7'])
      expect(await verdict(new Response(text, { headers: { 'x-request-id': 'r' } }), call)).toMatchObject({
        name: 'ResponseValidationError',
        path: '',
        status: 200,
        requestId: 'r',
        message: expect.stringContaining('the body is not'),
      });
  });

  it.each(all.filter(([name]) => name !== 'delete'))('%s refuses no body, and an empty object', async (_, call) => {
    expect((await verdict(new Response(null, { status: 204 }), call)).status).toBe(204);
    expect((await verdict(new Response(''), call)).path).toBe('');
    expect((await verdict(json({}), call)).path).toMatch(/^(collections?|assets|models)$/);
  });
});

describe('a collection', () => {
  const fields: [string, unknown[]][] = [
    ['id', [undefined, null, '', 7]],
    ...['name', 'ownerId', 'createdAt', 'updatedAt'].map((name): [string, unknown[]] => [
      name,
      [undefined, null, 7, {}],
    ]),
    ...['assetCount', 'modelCount', 'itemCount'].map((name): [string, unknown[]] => [
      name,
      [undefined, null, '3', -1, []],
    ]),
    ['thumbnail', ['url', 7, []]],
  ];

  it.each(fields)('with a wrong %s is refused by that name', async (name, values) => {
    for (const value of values) {
      const error = await verdict(json({ collection: { ...without(name), [name]: value } }), retrieve);
      expect(error.path).toBe(`collection.${name}`);
      expect(error.message).toContain(`collection.${name} is not`);
    }
  });

  it('whose count is beyond all numbers is refused', async () => {
    const text = JSON.stringify({ collection: collection() }).replace('"assetCount":2', '"assetCount":1e999');
    expect((await verdict(new Response(text), retrieve)).path).toBe('collection.assetCount');
  });

  it('whose thumbnail has no address is refused', async () => {
    const error = await verdict(json({ collection: collection('c1', { thumbnail: { assetId: 'a' } }) }), retrieve);
    expect(error.path).toBe('collection.thumbnail.url');
  });

  it('may have no thumbnail, and fields that are new', async () => {
    for (const more of [{ thumbnail: null }, {}, { thumbnail: { assetId: 'a', url: 'u', w: 1 }, mood: ['calm'] }]) {
      const { scenario } = client([json({ collection: collection('c1', more), traceId: 't' })]);
      expect(await scenario.collections.retrieve('c1')).toEqual({ collection: collection('c1', more), traceId: 't' });
    }
  });
});

describe('a list', () => {
  it('names the place', async () => {
    const answer = json({ collections: [collection(), without('itemCount')] });
    expect((await verdict(answer, (s) => s.collections.list())).path).toBe('collections[1].itemCount');
    const models = json({ models: [item(), item('b', { collectionIds: ['x', 7] })] });
    expect((await verdict(models, (s) => s.models.list())).path).toBe('models[1].collectionIds[1]');
  });

  it('with a token that is no text is refused', async () => {
    const answer = json({ collections: [], nextPaginationToken: 7 });
    expect((await verdict(answer, (s) => s.collections.list())).path).toBe('nextPaginationToken');
  });

  it.each(['id', 'createdAt', 'updatedAt', 'collectionIds'])('of items without %s is refused', async (name) => {
    const { [name]: _, ...rest } = item() as Record<string, unknown>;
    for (const [key, call] of [
      ['assets', (s: Scenario) => s.assets.getBulk({ assetIds: ['a'] })],
      ['models', (s: Scenario) => s.models.getBulk({ modelIds: ['m'] })],
    ] as const)
      expect((await verdict(json({ [key]: [rest] }), call)).path).toBe(`${key}[0].${name}`);
  });

  it('of minimal models still needs their ids', async () => {
    const answer = json({ models: [{}] });
    expect((await verdict(answer, (s) => s.models.getBulk({ modelIds: ['m'], minimal: true }))).path).toBe(
      'models[0].id',
    );
  });
});
