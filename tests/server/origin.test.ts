import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE, proxyOver, refusalOf, write } from './support.ts';

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

  it('a browser that says same-origin is believed, whatever has become of Host: Vite and nginx rewrite it', async () => {
    const headers = { host: 'localhost:3000', origin: 'http://localhost:5173' };
    expect(await statusOf('http://localhost:3000', headers)).toBe(403);
    expect(await statusOf('http://localhost:3000', { ...headers, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  it.each(['cross-site', 'same-site'])(
    'a browser that says %s is believed, whatever Origin and Host say',
    async (site) => {
      const own = { origin: 'https://app.test', host: 'app.test', 'sec-fetch-site': site };
      expect(await statusOf('https://app.test', own)).toBe(403);
      expect(await statusOf('https://app.test', { 'sec-fetch-site': site })).toBe(403);
    },
  );

  it.each(['none', '', 'Same-Origin', 'same-origin, cross-site', 'x'])(
    'another word of it (%j) says nothing: the origins decide',
    async (site) => {
      expect(await statusOf('https://app.test', { origin: 'https://app.test', 'sec-fetch-site': site })).toBe(200);
      expect(await statusOf('https://app.test', { origin: 'https://evil.test', 'sec-fetch-site': site })).toBe(403);
    },
  );

  const inner = 'http://localhost:3000/api/scenario/collections';
  const create = (headers: Record<string, string>) =>
    new Request(inner, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } });

  it('an origin that is the app’s own by an option may write, however it is spelled, and no other', async () => {
    const { handle, sent } = proxyOver(undefined, {
      allowedOrigins: ['https://APP.test:443/', 'http://10.0.0.2:5173'],
    });
    const statuses = [];
    for (const origin of [
      'https://app.test',
      'http://10.0.0.2:5173',
      'http://app.test',
      'https://app.test:8443',
      'https://app.test.evil.test',
      'https://evil.test',
      'null',
      '',
    ])
      statuses.push((await handle(create({ origin }))).status);
    expect(statuses).toEqual([200, 200, 403, 403, 403, 403, 403, 403]);
    expect(sent).toHaveLength(2);
  });

  it('a refusal names what did not match, as the visitor’s own browser sent it, and the way out', async () => {
    const { handle } = proxyOver();
    const { message } = await refusalOf(
      await handle(create({ origin: 'http://localhost:5173', host: 'localhost:3000' })),
    );
    for (const named of ['"http://localhost:5173"', '"localhost:3000"', 'Host', 'allowedOrigins'])
      expect(message).toContain(named);
    const long = await refusalOf(await handle(create({ origin: `https://${'x'.repeat(5000)}.test` })));
    expect(String(long.message).length).toBeLessThan(400);
  });

  it('a foreign page never writes: not with the header of a browser that sends it, nor with none', () => {
    const hosts = fc.constantFrom(
      'app.test',
      'evil.test',
      'sub.app.test',
      'app.test.evil.test',
      'localhost:3000',
      'app.test:8443',
    );
    const pages = fc.record({ scheme: fc.constantFrom('http', 'https'), host: hosts });
    return fc.assert(
      fc.asyncProperty(pages, pages, hosts, fc.boolean(), async (page, app, rewritten, tells) => {
        // What the browser sees: the app's address. What comes here: that of a server behind it, and the Host that stands in front left.
        const origin = `${page.scheme}://${page.host}`;
        const site = origin === `${app.scheme}://${app.host}` ? 'same-origin' : 'cross-site';
        const keepsHost = rewritten === app.host;
        const headers = { origin, host: rewritten, ...(tells && { 'sec-fetch-site': site }) };
        const { handle, sent } = proxyOver();
        const { status } = await handle(
          new Request(inner.replace('http:', `${app.scheme}:`), {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json', ...headers },
          }),
        );
        expect(status === 200).toBe(sent.length === 1);
        if (site === 'same-origin' && (tells || keepsHost)) expect(status).toBe(200);
        // Without the browser's word and with a Host that is not the app's, it cannot be told what the app's origin is.
        if (page.host !== rewritten && site !== 'same-origin') expect(status).toBe(403);
        if (tells && site !== 'same-origin') expect(status).toBe(403);
      }),
      { numRuns: 300 },
    );
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
