// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scenario } from '../../src/client.ts';
import { client, collection, envelope, json, outcome, scripted } from './scripted.ts';

beforeEach(() => {
  vi.stubEnv('SCENARIO_BASE_URL', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const urlWith = async (options: object) => {
  const { fetch, sent } = scripted(envelope());
  await new Scenario({ fetch, ...options }).collections.retrieve('c1');
  return sent[0]?.url.href;
};

describe('the address', () => {
  it('is the vendor’s, else the environment’s, else the given one', async () => {
    expect(await urlWith({})).toBe('https://api.cloud.scenario.com/v1/collections/c1');
    vi.stubEnv('SCENARIO_BASE_URL', 'https://env.test/v2/');
    expect(await urlWith({})).toBe('https://env.test/v2/collections/c1');
    expect(await urlWith({ baseURL: 'https://own.test//' })).toBe('https://own.test/collections/c1');
  });

  it.each(['/api/scenario', '/collections', '/'])('may be a path: %s', async (baseURL) => {
    expect(await urlWith({ baseURL })).toBe(`http://page.test${baseURL === '/' ? '' : baseURL}/collections/c1`);
  });

  it('that is a path is refused where there is no page, before anything is sent', async () => {
    const fetch = vi.fn();
    vi.stubGlobal('fetch', fetch);
    const scenario = new Scenario({ baseURL: '/api/scenario' });
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringContaining('baseURL'),
    });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('a request', () => {
  it('leaves at once, not when it is awaited', () => {
    const { scenario, sent } = client([envelope()], { apiKey: 'k', apiSecret: 's' });
    scenario.collections.retrieve('c1');
    expect(sent).toHaveLength(1);
  });

  it('holds what the body was when the call was made', async () => {
    const { scenario, sent } = client([envelope()], { bearerAuth: async () => 'token' });
    const assetIds = ['a'];
    const promise = scenario.collections.assets.add('c1', { assetIds });
    assetIds.push('b');
    await promise;
    expect(sent[0]?.body).toEqual({ assetIds: ['a'] });
  });

  it('uses the global fetch of the moment', async () => {
    const scenario = new Scenario({ baseURL: 'https://api.test' });
    const { fetch, sent } = scripted(envelope());
    vi.stubGlobal('fetch', fetch);
    await scenario.collections.retrieve('c1');
    expect(sent).toHaveLength(1);
  });

  it('asks for JSON, and sends it as such', async () => {
    const { scenario, sent } = client([envelope()]);
    await scenario.collections.retrieve('c1');
    await scenario.collections.update('c1', { name: 'n' });
    expect(sent.map(({ headers }) => headers.get('accept'))).toEqual(['application/json', 'application/json']);
    expect(sent.map(({ headers }) => headers.get('content-type'))).toEqual([null, 'application/json']);
  });
});

describe('headers', () => {
  const sent = async (defaultHeaders: object, headers: object) => {
    const { scenario, sent } = client([envelope()], { defaultHeaders: defaultHeaders as HeadersInit });
    await scenario.collections.retrieve('c1', { headers: headers as HeadersInit });
    return Object.fromEntries(sent[0]?.headers ?? []);
  };

  it('of the call lie over the client’s, whatever their case', async () => {
    expect(await sent({ 'X-A': '1', 'X-B': '1' }, { 'x-a': '2' })).toMatchObject({ 'x-a': '2', 'x-b': '1' });
  });

  it('null takes a default away, undefined leaves it', async () => {
    const headers = await sent({ 'x-a': '1', 'x-b': '1' }, { 'X-A': null, 'x-b': undefined, accept: null });
    expect(headers).toEqual({ 'x-b': '1' });
  });

  it('come as Headers or pairs too', async () => {
    expect(await sent(new Headers({ 'x-a': '1' }), [['x-b', '2']])).toMatchObject({ 'x-a': '1', 'x-b': '2' });
  });

  it('that cannot be sent are refused without their value', async () => {
    const { scenario, sent } = client([envelope()], { bearerAuth: 'hidden\ntoken' });
    const error = (await outcome(scenario.collections.retrieve('c1'))) as Error;
    expect(error).toMatchObject({ name: 'InvalidInputError', message: expect.stringContaining('authorization') });
    expect(error.message).not.toContain('hidden');
    expect(sent).toHaveLength(0);
  });
});

describe('the query', () => {
  const query = async (options: object, params: object, own?: Record<string, unknown>) => {
    const { scenario, sent } = client([json({ collections: [] })], options);
    await scenario.collections.list(params, own && { query: own });
    return Object.fromEntries(sent[0]?.url.searchParams ?? []);
  };

  it('lies in layers: client, project, call, options', async () => {
    const options = { defaultQuery: { a: 1, b: 1, projectId: 'no' }, projectId: 'p' };
    expect(await query(options, { pageSize: 5 }, { b: 2 })).toEqual({ a: '1', b: '2', projectId: 'p', pageSize: '5' });
  });

  it('undefined takes a parameter away', async () => {
    expect(await query({ defaultQuery: { a: 1 } }, { pageSize: 5 }, { a: undefined, pageSize: undefined })).toEqual({});
  });

  it('survives its characters', async () => {
    expect(await query({}, { paginationToken: 'a+b/c=&?#% é' })).toEqual({ paginationToken: 'a+b/c=&?#% é' });
  });

  it('the project goes with every call', async () => {
    const { scenario, sent } = client([envelope()], { projectId: 'p 1' });
    await scenario.collections.create({ name: 'n' });
    await scenario.collections.assets.remove('c1', { assetIds: ['a'] });
    expect(sent.map(({ url }) => url.searchParams.get('projectId'))).toEqual(['p 1', 'p 1']);
  });
});

describe('the scope', () => {
  const scope = (options: object) => new Scenario(options).scope;

  it('is the scope, with the project where there is one', () => {
    expect([scope({}), scope({ scope: 'ann' }), scope({ scope: 'ann', projectId: 'p' })]).toEqual([
      'default',
      'ann',
      'ann/p',
    ]);
  });

  it('no two pairs give the same', () => {
    const texts = ['a', 'a/b', 'b', 'a%2Fb', 'a%', 'b/a', '/'];
    const all = texts.flatMap((s) => [undefined, ...texts].map((projectId) => scope({ scope: s, projectId })));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('an id', () => {
  it.each(['a/b', 'a?b#c', 'a b', '%2e%2e', 'ü', '...', '.a', 'a\\b'])('is one segment of the path: %s', async (id) => {
    const { scenario, sent } = client([envelope()]);
    expect(await scenario.collections.retrieve(id)).toEqual({ collection: collection() });
    expect(sent[0]?.url.pathname).toBe(`/v1/collections/${encodeURIComponent(id)}`);
  });
});
