import { describe, expect, it } from 'vitest';
import { BASE, proxyOver, UPSTREAM } from './support.ts';

const CALLS: [string, string][] = [
  ['GET', '/collections'],
  ['POST', '/collections'],
  ['GET', '/collections/c1'],
  ['PUT', '/collections/c1'],
  ['DELETE', '/collections/c1'],
  ['PUT', '/collections/c1/assets'],
  ['DELETE', '/collections/c1/assets'],
  ['PUT', '/collections/c1/models'],
  ['DELETE', '/collections/c1/models'],
  ['GET', '/assets'],
  ['POST', '/assets/get-bulk'],
  ['GET', '/models'],
  ['POST', '/models/get-bulk'],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'constructor', 'PROPFIND'];
const PATHS = [...new Set(CALLS.map(([, path]) => path))];

function request(method: string, path: string): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(BASE + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(hasBody && { body: '{"ids":[]}' }),
  });
}

describe('the calls that pass', () => {
  it.each(CALLS)('%s %s goes up as it came', async (method, path) => {
    const { handle, sent } = proxyOver();
    expect((await handle(request(method, path))).status).toBe(200);
    expect(sent.map((call) => [call.method, call.url])).toEqual([[method, UPSTREAM + path]]);
  });

  it.each(PATHS)('on %s every other method is a 405 that names those that there are', async (path) => {
    const { handle, sent } = proxyOver();
    const allowed = CALLS.filter(([, known]) => known === path).map(([method]) => method);
    for (const method of METHODS.filter((each) => !allowed.includes(each))) {
      const answer = await handle(request(method, path));
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, allowed.join(', ')]);
    }
    expect(sent).toEqual([]);
  });

  it.each([
    '',
    '/',
    '/users',
    '/assets/a1',
    '/models/m1',
    '/collections/c1/assets/a1',
    '/collections/c1/other',
    '/collections//assets',
    '//collections',
    '/collections//',
    '/collections/c1//',
    '/collections//assets',
    '/collections//assets/',
    '/',
    '//',
    '/Collections',
    '/generate/txt2img',
  ])('a path that is not documented (%j) is a 404', async (path) => {
    const { handle, sent } = proxyOver();
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      expect((await handle(request(method, path))).status).toBe(404);
    }
    expect(sent).toEqual([]);
  });

  it('only what is below the base path passes', async () => {
    const { handle, sent } = proxyOver();
    for (const url of [
      'https://app.test/collections',
      'https://app.test/api/scenariocollections',
      'https://app.test/api/scenario-collections',
      'https://app.test/api/scenario2/collections',
      'https://app.test/x/api/scenario/collections',
    ]) {
      expect((await handle(new Request(url))).status).toBe(404);
    }
    expect(sent).toEqual([]);
  });

  it.each([undefined, '', '/'])('with the base path %j the calls are at the root', async (basePath) => {
    const { handle, sent } = proxyOver(undefined, { basePath });
    expect((await handle(new Request('https://app.test/collections/c1'))).status).toBe(200);
    expect(sent[0]?.url).toBe(`${UPSTREAM}/collections/c1`);
  });

  it('a method override is not listened to', async () => {
    const { handle, sent } = proxyOver();
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-method-override': 'DELETE' };
    await handle(new Request(`${BASE}/collections/c1?_method=DELETE`, { headers }));
    expect(sent.map(({ method, url }) => [method, url])).toEqual([['GET', `${UPSTREAM}/collections/c1`]]);
    expect(JSON.stringify(sent[0]?.headers)).not.toContain('DELETE');
  });
});

describe('the query', () => {
  it.each([
    ['/collections', ['pageSize', 'paginationToken', 'projectId']],
    ['/collections/c1', ['projectId']],
    ['/assets', ['collectionId', 'pageSize', 'paginationToken', 'projectId', 'sortBy', 'sortDirection']],
    ['/models', ['collectionId', 'pageSize', 'paginationToken', 'privacy', 'projectId', 'sortBy', 'sortDirection']],
  ])('of %s only what is documented goes up', async (path, documented) => {
    const { handle, sent } = proxyOver();
    const all = new URLSearchParams();
    for (const name of [
      'collectionId',
      'pageSize',
      'paginationToken',
      'privacy',
      'projectId',
      'sortBy',
      'sortDirection',
    ]) {
      all.set(name, `a ${name}&x=1#`);
    }
    for (const name of ['apiKey', 'access_token', 'originalAssets', '__proto__']) all.set(name, 'no');
    await handle(new Request(`${BASE}${path}?${all}`));
    const query = new URL(sent[0]?.url ?? '').searchParams;
    expect([...query.keys()].sort()).toEqual(documented);
    for (const [name, value] of query) expect(value).toBe(`a ${name}&x=1#`);
  });

  it('a parameter that is given twice goes up once', async () => {
    const { handle, sent } = proxyOver();
    await handle(new Request(`${BASE}/collections?pageSize=5&pageSize=100`));
    expect(sent[0]?.url).toBe(`${UPSTREAM}/collections?pageSize=5`);
  });

  it('a project that is set here overrides what the request says, however often it says it', async () => {
    const { handle, sent } = proxyOver(undefined, { projectId: 'ours' });
    await handle(new Request(`${BASE}/collections/c1?projectId=theirs&projectId=other`));
    await handle(new Request(`${BASE}/collections/c1`));
    expect(sent.map(({ url }) => url)).toEqual(Array(2).fill(`${UPSTREAM}/collections/c1?projectId=ours`));
  });
});
