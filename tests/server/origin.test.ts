// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { BASE, proxyOver, write } from './support.ts';

const WRITES: [string, string][] = [
  ['POST', '/collections'],
  ['PUT', '/collections/c1'],
  ['DELETE', '/collections/c1'],
  ['PUT', '/collections/c1/assets'],
  ['DELETE', '/collections/c1/models'],
  ['POST', '/assets/get-bulk'],
];

async function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  const { handle, sent } = proxyOver();
  const answer = await handle(
    new Request(`${url}/api/scenario/collections`, {
      method: 'POST',
      body: '{"name":"Trees"}',
      headers: { 'content-type': 'application/json', ...headers },
    }),
  );
  expect(sent).toHaveLength(answer.status === 200 ? 1 : 0);
  return answer.status;
}

describe('the origin of a write', () => {
  it.each(WRITES)('%s %s from another site is a 403', async (method, path) => {
    const { handle, sent } = proxyOver();
    const answer = await handle(write(path, {}, { method, headers: { origin: 'https://evil.test' } }));
    expect(answer.status).toBe(403);
    expect(sent).toEqual([]);
  });

  it.each(WRITES)('%s %s from the own origin, and from no page at all, passes', async (method, path) => {
    const { handle, sent } = proxyOver();
    await handle(write(path, {}, { method, headers: { origin: 'https://app.test' } }));
    await handle(write(path, {}, { method }));
    expect(sent).toHaveLength(2);
  });

  it.each([
    'null',
    '',
    'app.test',
    'https://app.test.evil.test',
    'https://evil.test/app.test',
    'https://sub.app.test',
    'https://app.test:8443',
    'http://app.test',
    'chrome-extension://app.test',
    'https://app.test@evil.test',
    'not an origin',
  ])('%j is another one', async (origin) => {
    expect(await statusOf('https://app.test', { origin })).toBe(403);
  });

  it.each(['https://app.test', 'https://APP.test', 'https://app.test:443'])('%j is the own one', async (origin) => {
    expect(await statusOf('https://app.test', { origin })).toBe(200);
  });

  it('behind something that ends TLS, an https page may write to the http address of its host', async () => {
    expect(await statusOf('http://app.test', { origin: 'https://app.test' })).toBe(200);
    expect(await statusOf('http://app.test', { origin: 'https://app.test', host: 'app.test:443' })).toBe(200);
  });

  it('an http page may not write to an https address', async () => {
    expect(await statusOf('https://app.test', { origin: 'http://app.test', host: 'app.test' })).toBe(403);
  });

  it('where the address is an inner one, the Host header is the own host, and the inner one is not', async () => {
    const inner = 'http://localhost:3000';
    expect(await statusOf(inner, { origin: 'https://app.test', host: 'app.test' })).toBe(200);
    expect(await statusOf(inner, { origin: 'http://localhost:3000', host: 'app.test' })).toBe(403);
    expect(await statusOf(inner, { origin: 'https://evil.test', host: 'app.test' })).toBe(403);
  });

  it('forwarded headers are not believed', async () => {
    const headers = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', forwarded: 'host=evil.test' };
    expect(await statusOf('https://app.test', { ...headers, origin: 'https://evil.test' })).toBe(403);
  });

  it('a read is not asked for one, and no answer opens CORS', async () => {
    const { handle } = proxyOver(() => new Response('{}', { headers: { 'access-control-allow-origin': '*' } }));
    const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST' };
    const answers = [
      await handle(new Request(`${BASE}/collections`, { headers })),
      await handle(new Request(`${BASE}/collections`, { headers, method: 'OPTIONS' })),
      await handle(new Request(`${BASE}/collections`, { method: 'OPTIONS' })),
      await handle(write('/collections', {}, { headers })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 405, 403]);
    for (const { headers: answered } of answers) {
      expect([...answered.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
