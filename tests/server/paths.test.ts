import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathSegments } from '../../src/server/pathSegments.ts';
import { BASE, proxyOver, UPSTREAM, write } from './support.ts';

const HOSTILE = [
  '..',
  '.',
  '%2e%2e',
  '%2E.',
  '.%2e',
  '%2e',
  '%252e%252e',
  '%25252e%25252e',
  '%252525252e%252525252e',
  '%25252525253a',
  '..;',
  '..;x=1',
  '%2e%2e%3b',
  '%2e%2e%253b',
  'c1%2Fassets',
  'c1%2f..%2f..%2fusers',
  'c1%252Fassets',
  'c1%25252fassets',
  'c1%5Cassets',
  'c1%5cassets',
  'c1%255cassets',
  '..%5c..%5cusers',
  'c1\\assets',
  'c1%00',
  'c1%2500',
  'c1%0d%0aHost:%20evil.test',
  'c1%7f',
  'http:%2F%2Fevil.test',
  '%2F%2Fevil.test',
  '%',
  'c%zz',
  '%c0%ae%c0%ae',
  '%ff',
  '',
];

describe('a path', () => {
  it.each(HOSTILE)('with %j in the place of an id is no path of ours, with a slash behind it or not', (segment) => {
    expect(pathSegments(`/api/scenario/collections/${segment}/`, '/api/scenario')).toBeUndefined();
    if (segment === '') return;
    expect(pathSegments(`/api/scenario/collections/${segment}`, '/api/scenario')).toBeUndefined();
  });

  it.each(HOSTILE)('with %j in it never becomes another call for the API', async (segment) => {
    const { handle, sent } = proxyOver();
    for (const tail of ['', '/assets', '/../../users', '/%2e%2e/users']) {
      await handle(new Request(`${BASE}/collections/${segment}${tail}`));
    }
    // What the platform itself resolves is an honest path again, and may be a documented call: nothing else.
    for (const { url } of sent) {
      expect(url).toMatch(/^https:\/\/api\.test\/v1\/(collections|assets|models)(\/\w+)?$/);
    }
  });

  it.each([
    '//evil.test/collections',
    '/https://evil.test/collections',
    '/@evil.test/collections',
    '/..//evil.test',
    '/%2F%2Fevil.test',
  ])('an absolute address in it (%j) leads nowhere', async (path) => {
    const { handle, sent } = proxyOver();
    expect((await handle(new Request(BASE + path))).status).toBe(404);
    expect(sent).toEqual([]);
  });

  it.each([
    'c1',
    'a b',
    'ä',
    '日本',
    'a?b',
    'a#b',
    'a&b=c',
    '100%',
    '50%25',
    '...',
    '..a',
    '.a',
    'a;b',
    "it's",
    '@evil.test',
    '__proto__',
  ])('the id %j is one segment up there too', async (id) => {
    const { handle, sent } = proxyOver();
    expect((await handle(new Request(`${BASE}/collections/${encodeURIComponent(id)}`))).status).toBe(200);
    const { pathname, host } = new URL(sent[0]?.url ?? '');
    expect(host).toBe('api.test');
    expect(pathname.split('/').slice(0, 3)).toEqual(['', 'v1', 'collections']);
    expect(pathname.split('/').slice(3).map(decodeURIComponent)).toEqual([id]);
  });

  it('says the same with one slash at the end, and nothing with two', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (ids) => {
        const path = `/api/scenario/${ids.map(encodeURIComponent).join('/')}`;
        expect(pathSegments(`${path}/`, '/api/scenario')).toEqual(pathSegments(path, '/api/scenario'));
        expect(pathSegments(`${path}//`, '/api/scenario')).toBeUndefined();
      }),
    );
    expect(pathSegments('/api/scenario/collections/c1/', '/api/scenario')).toEqual(['collections', 'c1']);
  });

  it('with a slash at the end passes, its query too, and goes up without it', async () => {
    const { handle, sent } = proxyOver();
    expect((await handle(new Request(`${BASE}/collections/?pageSize=5`))).status).toBe(200);
    expect((await handle(write('/collections/c1/assets/', {}, { method: 'DELETE' }))).status).toBe(200);
    expect(sent.map(({ url }) => url)).toEqual([
      `${UPSTREAM}/collections?pageSize=5`,
      `${UPSTREAM}/collections/c1/assets`,
    ]);
  });

  it('is read in a blink even when it is a very long one', () => {
    const nested = `%${'25'.repeat(8000)}2e`;
    expect(pathSegments(`/collections/${nested}`, '')).toBeUndefined();
  });

  it('keeps to the address that was set, whatever host the request names', async () => {
    const { handle, sent } = proxyOver();
    await handle(new Request('https://evil.test/api/scenario/collections', { headers: { host: 'evil.test' } }));
    expect(sent[0]?.url).toBe(`${UPSTREAM}/collections`);
    expect(sent[0]?.headers).not.toHaveProperty('host');
  });
});
