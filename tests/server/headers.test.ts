import { describe, expect, it } from 'vitest';
import { BASE, KEY, proxyOver, SECRET, type Sent, write } from './support.ts';

const NOISE = {
  authorization: 'Bearer of-the-visitor',
  cookie: 'session=of-the-visitor',
  'proxy-authorization': 'Basic eDp5',
  'x-forwarded-for': '10.0.0.1',
  'x-api-key': 'theirs',
  'if-none-match': '"1"',
  'accept-language': 'de',
  referer: 'https://app.test/page',
  connection: 'keep-alive, x-api-key',
  te: 'trailers',
  upgrade: 'websocket',
  'user-agent': 'a browser',
};

describe('what goes up', () => {
  it('is accept, the content type and our own credentials, and nothing else of a write', async () => {
    const { handle, sent } = proxyOver();
    await handle(write('/collections', { name: 'Trees' }, { headers: { ...NOISE, accept: 'application/json' } }));
    expect(sent[0]?.headers).toEqual({
      accept: 'application/json',
      authorization: `Basic ${btoa(`${KEY}:${SECRET}`)}`,
      'content-type': 'application/json',
    });
    expect(sent[0]?.body).toBe('{"name":"Trees"}');
  });

  it('is no content type and no body where there is no body', async () => {
    const { handle, sent } = proxyOver();
    await handle(
      new Request(`${BASE}/collections`, { headers: { ...NOISE, accept: 'text/x', 'content-type': 'a/b' } }),
    );
    await handle(write('/collections/c1', { force: true }, { method: 'DELETE', headers: { accept: 'text/x' } }));
    for (const { headers, body } of sent) {
      expect(headers).toEqual({ accept: 'text/x', authorization: `Basic ${btoa(`${KEY}:${SECRET}`)}` });
      expect(body).toBeUndefined();
    }
    expect(sent).toHaveLength(2);
  });

  it('tells a framework that keeps answers not to keep these', async () => {
    const { handle, sent } = proxyOver();
    await handle(new Request(`${BASE}/collections`));
    expect(sent[0]?.cache).toBe('no-store');
  });

  it('a key and secret of any script are sent as UTF-8', async () => {
    const { handle, sent } = proxyOver(undefined, { apiKey: 'schlüssel', apiSecret: '秘密' });
    await handle(new Request(`${BASE}/collections`));
    const expected = Buffer.from('schlüssel:秘密', 'utf8').toString('base64');
    expect(sent[0]?.headers.authorization).toBe(`Basic ${expected}`);
  });

  it('a token is asked for again for every call', async () => {
    let n = 0;
    const options = { apiKey: undefined, apiSecret: undefined, bearerAuth: async () => `token-${++n}` };
    const { handle, sent } = proxyOver(undefined, options);
    await handle(new Request(`${BASE}/collections`));
    await handle(new Request(`${BASE}/collections`));
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});

describe('what comes back', () => {
  const upstream = (status: number, body: string | null) => () =>
    new Response(body, {
      status,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'retry-after': '7',
        'x-request-id': 'r-1',
        'x-amzn-requestid': 'r-2',
        'set-cookie': 'upstream=1',
        'cache-control': 'public, max-age=600',
        'access-control-allow-origin': '*',
        'access-control-allow-credentials': 'true',
        'x-amzn-trace-id': 'Root=1',
        'x-internal-host': 'ip-10-0-0-1',
        'content-encoding': 'identity',
        'content-length': '999',
        'transfer-encoding': 'chunked',
        'www-authenticate': 'Basic realm="api"',
        location: 'https://elsewhere.test',
        etag: '"1"',
        server: 'x',
        'strict-transport-security': 'max-age=1',
        'clear-site-data': '"*"',
        link: '</x>; rel=preload',
        refresh: '0; url=https://evil.test',
        'service-worker-allowed': '/',
      },
    });

  it.each([200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503])(
    'for %d is the status, the body, and the few headers that concern the visitor',
    async (status) => {
      const { handle } = proxyOver(upstream(status, '{"reason":"as is","n":[1,"ü"]}'));
      const answer = await handle(new Request(`${BASE}/collections`));
      expect(answer.status).toBe(status);
      expect(await answer.text()).toBe('{"reason":"as is","n":[1,"ü"]}');
      expect(Object.fromEntries(answer.headers)).toEqual({
        'cache-control': 'private, no-store',
        'content-type': 'application/json; charset=utf-8',
        'retry-after': '7',
        'x-amzn-requestid': 'r-2',
        'x-request-id': 'r-1',
      });
    },
  );

  it('is what a 403 says of a token, to a client that holds one of its own', async () => {
    const { handle } = proxyOver(
      () => new Response('{}', { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } }),
    );
    const answer = await handle(new Request(`${BASE}/collections`));
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
  });

  it.each(['true', 'false'])('is whether to try again, where the API says so: %s', async (told) => {
    const { handle } = proxyOver(() => new Response('{}', { status: 503, headers: { 'x-should-retry': told } }));
    const answer = await handle(new Request(`${BASE}/collections`));
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([503, told]);
  });

  it.each([204, 205])('a %d has no body', async (status) => {
    const { handle } = proxyOver(upstream(status, null));
    const answer = await handle(new Request(`${BASE}/collections/c1`, { method: 'DELETE' }));
    expect([answer.status, answer.body]).toEqual([status, null]);
  });

  it('bytes stay bytes', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { handle } = proxyOver(() => new Response(bytes));
    const answer = await handle(new Request(`${BASE}/collections`));
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
  });

  it.each(['key and secret', 'token'])('quotes no %s, though an error of the API or a gateway does', async (kind) => {
    const token = 'token-that-is-secret';
    const options = kind === 'token' ? { apiKey: undefined, apiSecret: undefined, bearerAuth: token } : {};
    const quoting = ({ headers }: Sent) =>
      new Response(`Bad request. authorization: ${headers.authorization}, ${SECRET}`, {
        status: 400,
        headers: { 'x-amzn-errortype': `InvalidSignature: ${headers.authorization}` },
      });
    const { handle } = proxyOver(quoting, options);
    const answer = await handle(new Request(`${BASE}/collections`));
    expect(answer.headers.get('x-amzn-errortype')).toMatch(/^InvalidSignature: (Basic|Bearer) \*{3}$/);
    const text = await answer.text();
    expect(text).toMatch(/^Bad request. authorization: (Basic|Bearer) \*{3}, /);
    for (const secret of kind === 'token' ? [token] : [SECRET, btoa(`${KEY}:${SECRET}`)])
      expect(text).not.toContain(secret);
  });
});
