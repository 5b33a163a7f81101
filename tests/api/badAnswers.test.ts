import fc from 'fast-check';
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

/** Whatever JSON can hold, where something else was promised. */
const odd = [undefined, null, '', 7, true, [], {}, [7], { a: 1 }];

describe('a collection', () => {
  const fields: [string, unknown[]][] = [
    ['id', [undefined, null, '', 7]],
    ...['assetCount', 'modelCount', 'itemCount'].map((name): [string, unknown[]] => [
      name,
      [undefined, null, '3', -1, [], {}],
    ]),
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

  it('may have fields that are new', async () => {
    const more = { thumbnail: { assetId: 'a', url: 'u', w: 1 }, mood: ['calm'] };
    const { scenario } = client([json({ collection: collection('c1', more), traceId: 't' })]);
    expect(await scenario.collections.retrieve('c1')).toEqual({ collection: collection('c1', more), traceId: 't' });
  });
});

describe('one odd row', () => {
  it('of collections leaves its page whole, and is kept as it came', async () => {
    const names = fc.constantFrom('name', 'ownerId', 'createdAt', 'updatedAt', 'thumbnail', 'mood');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, fc.oneof(fc.constantFrom(...odd), fc.jsonValue())), async (more) => {
        const rows = [collection('c1'), { ...collection('c2'), ...more }, collection('c3')];
        const answer = json({ collections: rows });
        const page = await client([answer.clone()]).scenario.collections.list();
        expect(page.collections).toEqual((await answer.json()).collections);
      }),
    );
  });

  it.each(['assets', 'models'] as const)('of %s leaves its page whole, whatever it lacks or says', async (kind) => {
    const names = fc.constantFrom('name', 'createdAt', 'updatedAt', 'collectionIds', 'thumbnail', 'tags', 'mood');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, fc.oneof(fc.constantFrom(...odd), fc.jsonValue())), async (more) => {
        const answer = () => json({ [kind]: [item('i1'), { id: 'i2', ...more }, item('i3')] });
        const { scenario } = client([answer(), answer()]);
        const listed =
          kind === 'assets' ? (await scenario.assets.list()).assets : (await scenario.models.list()).models;
        const read =
          kind === 'assets'
            ? (await scenario.assets.getBulk({ assetIds: ['i2'] })).assets
            : (await scenario.models.getBulk({ modelIds: ['i2'] })).models;
        for (const [first, row, last] of [listed, read]) {
          expect([first, last]).toEqual([item('i1'), item('i3')]);
          expect(row?.id).toBe('i2');
          // Unknown, and nothing that looks like ids: a text has an `includes` too.
          expect(row?.collectionIds === undefined || Array.isArray(row.collectionIds)).toBe(true);
          for (const name of ['name', 'createdAt', 'updatedAt'] as const) expect(row?.[name]).not.toBeNull();
        }
      }),
    );
  });
});

describe('a list', () => {
  it('names the place', async () => {
    const answer = json({ collections: [collection(), without('itemCount')] });
    expect((await verdict(answer, (s) => s.collections.list())).path).toBe('collections[1].itemCount');
    const models = json({ models: [item(), { ...item(), id: 7 }] });
    expect((await verdict(models, (s) => s.models.list())).path).toBe('models[1].id');
  });

  it('with a token that is no text is refused', async () => {
    const answer = json({ collections: [], nextPaginationToken: 7 });
    expect((await verdict(answer, (s) => s.collections.list())).path).toBe('nextPaginationToken');
  });

  it.each([false, true])('of models read by id needs their ids, minimal or not: %s', async (minimal) => {
    const answer = json({ models: [{}] });
    expect((await verdict(answer, (s) => s.models.getBulk({ modelIds: ['m'], minimal }))).path).toBe('models[0].id');
  });
});
