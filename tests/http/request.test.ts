import fc from 'fast-check';
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

  it('given as pairs keep every value, and lie over those below', async () => {
    const pairs = [
      ['x-a', '2'],
      ['X-A', '3'],
      ['x-b', '4'],
    ];
    expect(await sent({ 'x-a': '1' }, pairs)).toMatchObject({ 'x-a': '2, 3', 'x-b': '4' });
    expect(await sent(new Map([['x-a', '1']]), { 'x-a': '2', 'X-A': '3' })).toMatchObject({ 'x-a': '2, 3' });
  });

  it.each(['x-a: 1', 7, [null], ['x-a']])('of another kind are refused by name: %j', async (headers) => {
    const { scenario, sent } = client([envelope()]);
    const end = await outcome(scenario.collections.retrieve('c1', { headers: headers as never }));
    expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^headers/) });
    expect(sent).toHaveLength(0);
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

  it.each(['a=1', 7, ['a'], new URLSearchParams('a=1'), new Map([['a', 1]])])(
    'of another kind is refused by name: %s',
    async (wrong) => {
      const { scenario, sent } = client([json({ collections: [] })]);
      const end = await outcome(scenario.collections.list({}, { query: wrong as never }));
      expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^query must/) });
      expect(sent).toHaveLength(0);
      expect(() => new Scenario({ defaultQuery: wrong as never })).toThrow(/^defaultQuery must/);
    },
  );

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

describe('what cannot be sent', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each<[string, unknown]>([
    ['a BigInt', 1n],
    ['a circle', circle],
    ['a symbol', Symbol('one')],
    ['a function, in a list', [() => 1]],
    ['what cannot be read', new Proxy({}, { ownKeys: () => [].reduce((a) => a) })],
    ['half of a character', 'cut \ud83d'],
    ['the other half, in a list', ['\udc4d']],
    ['half of a character in a name', { '\ud83d': 1 }],
  ])('%s is refused at once, in a query and in a default', async (_, value) => {
    for (const [options, own] of [
      [{}, { a: value }],
      [{ defaultQuery: { a: value } }, undefined],
    ] as const) {
      const { scenario, sent } = client([envelope()], options);
      const end = await outcome(scenario.collections.retrieve('c1', own && { query: own }));
      expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^query holds/) });
      expect(sent).toHaveLength(0);
    }
  });

  it('half of a character in a body is refused; whole ones, and what looks like a half, are not', async () => {
    const { scenario, sent } = client([envelope()]);
    const end = await outcome(scenario.collections.create({ name: 'cut \ud83d' }));
    expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^body holds half/) });
    for (const name of ['👍', '\\ud83d', '\\\\ud83d']) await scenario.collections.create({ name });
    expect(sent.map(({ body }) => body)).toEqual([{ name: '👍' }, { name: '\\ud83d' }, { name: '\\\\ud83d' }]);
  });

  it('no text but a broken one is refused, and what is sent is what was given', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1 }),
        fc.array(fc.constantFrom('\\', 'u', 'd8', '\ud83d')),
        async (text, parts) => {
          const value = text + parts.join('');
          const { scenario, sent } = client([envelope()]);
          const end = await outcome(scenario.collections.retrieve('c1', { query: { value } }));
          expect(end instanceof Error).toBe(/\p{Cs}/u.test(value));
          if (sent[0]) expect(sent[0].url.searchParams.get('value')).toBe(value);
        },
      ),
      { numRuns: 50 },
    );
  }, 60_000);

  it.each([
    'https://',
    'http://[',
    'https://api.test:99999',
    'http://a b.test',
    'https://api%.test',
    'https://api.test/\ud83d',
  ])('a broken address is refused when the client is made: %s', (baseURL) => {
    expect(() => new Scenario({ baseURL })).toThrow(/^baseURL/);
  });

  it.each(['localhost:3000', 'ftp://api.test'])(
    'an address of another kind is refused at once: %s',
    async (baseURL) => {
      const fetch = vi.fn();
      vi.stubGlobal('fetch', fetch);
      for (const inPage of [false, true]) {
        if (inPage) vi.stubGlobal('location', {});
        const end = await outcome(new Scenario({ baseURL }).collections.retrieve('c1'));
        expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^baseURL/) });
      }
      expect(fetch).not.toHaveBeenCalled();
    },
  );
});

describe('an option of a wrong kind is refused by name', () => {
  it.each<[string, unknown]>([
    ...[-1, 1.5, Number.NaN, '2', null].map((value): [string, unknown] => ['maxRetries', value]),
    ...['60', Number.NaN].map((value): [string, unknown] => ['timeout', value]),
  ])('%s: %j, of the client and of a call', async (name, value) => {
    expect(() => new Scenario({ [name]: value })).toThrow(new RegExp(`^${name} must`));
    const { scenario, sent } = client([envelope()]);
    const end = await outcome(scenario.collections.retrieve('c1', { [name]: value }));
    expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(`^${name} must`) });
    expect(sent).toHaveLength(0);
  });

  it.each<[string, unknown]>([
    ['fetch', 'https://api.test'],
    ['fetch', null],
    ['projectId', 7],
    ['projectId', null],
    ['scope', 7],
    ['scope', null],
    ['scope', {}],
  ])('%s: %j', (name, value) => {
    expect(() => new Scenario({ [name]: value })).toThrow(new RegExp(`^${name} must`));
  });

  it.each([new AbortController(), 'abort', 7, true])('signal: %s', async (signal) => {
    const { scenario, sent } = client([envelope()]);
    const end = await outcome(scenario.collections.retrieve('c1', { signal: signal as never }));
    expect(end).toMatchObject({ name: 'InvalidInputError', message: expect.stringMatching(/^signal must/) });
    expect(sent).toHaveLength(0);
  });
});

describe('the cache of fetch', () => {
  const caches = async (call: (s: Scenario) => PromiseLike<unknown>) => {
    const seen: unknown[] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
      seen.push(init && 'cache' in init ? init.cache : 'not said');
      return json({ collections: [], collection: collection() });
    };
    await call(new Scenario({ baseURL: 'https://api.test', fetch }));
    return seen;
  };

  it('is not used for reads, where the runtime can be told so; writes use none', async () => {
    expect(await caches((s) => s.collections.list())).toEqual(['no-store']);
    expect(await caches((s) => s.collections.create({ name: 'n' }))).toEqual(['not said']);
  });

  it('is not spoken of where the runtime would throw at the word, or change the address', async () => {
    for (const Request of [undefined, class {}]) {
      vi.stubGlobal('Request', Request);
      expect(await caches((s) => s.collections.list())).toEqual(['not said']);
    }
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
