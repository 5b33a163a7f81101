import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as rawRequest,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scenarioApp as expressApp } from '../../examples/express/app.ts';
import { scenarioApp as honoApp } from '../../examples/hono/app.ts';
import { proxyListener } from '../../examples/node/proxyListener.ts';
import { scenarioServer } from '../../examples/node/server.ts';
import { KEY, SECRET } from './support.ts';

type IsSignedIn = (request: Request) => boolean | Promise<boolean>;

const RECIPES: [string, (isSignedIn: IsSignedIn) => Server][] = [
  ['node:http', scenarioServer],
  ['Express', (isSignedIn) => createServer(expressApp(isSignedIn))],
  // Hono runs on any runtime; on Node it is the platform's Request and Response that it needs.
  ['Hono', (isSignedIn) => createServer(proxyListener(async (request) => honoApp(isSignedIn).fetch(request)))],
];

interface Arrived {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const servers: Server[] = [];

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let arrived: Arrived[];
/** What the API does with the next calls. */
let api: RequestListener;
/** Settles when the API sees a caller hang up. */
let hungUp: Promise<void>;

beforeEach(async () => {
  arrived = [];
  api = (_, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.setHeader('set-cookie', 'upstream=1');
    answer.end('{"collections":[]}');
  };
  let onHangUp: () => void = () => undefined;
  hungUp = new Promise((resolve) => {
    onHangUp = resolve;
  });
  const upstream = await listen(
    createServer(async (incoming, answer) => {
      answer.on('close', () => answer.writableFinished || onHangUp());
      let body = '';
      for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
      arrived.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
      api(incoming, answer);
    }),
  );
  vi.stubEnv('SCENARIO_SDK_API_KEY', KEY);
  vi.stubEnv('SCENARIO_SDK_API_SECRET', SECRET);
  vi.stubEnv('SCENARIO_BASE_URL', `${upstream}/v1`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** One request as raw as it gets: the address is sent as it is written, dots and all. */
function raw(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<number | undefined> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = rawRequest({ hostname, port, method, path, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    outgoing.on('error', reject).end();
  });
}

describe.each(RECIPES)('the recipe for %s', (_, recipe) => {
  it('passes a call on with the credentials, and its answer back without the cookie', async () => {
    const app = await listen(recipe((request) => request.headers.get('cookie') === 'session=1'));
    const answer = await fetch(`${app}/api/scenario/collections?pageSize=5&x=1`, { headers: { cookie: 'session=1' } });
    expect([answer.status, await answer.json()]).toEqual([200, { collections: [] }]);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(answer.headers.has('set-cookie')).toBe(false);
    expect(arrived).toMatchObject([{ method: 'GET', url: '/v1/collections?pageSize=5' }]);
    expect(arrived[0]?.headers.authorization).toBe(`Basic ${btoa(`${KEY}:${SECRET}`)}`);
    expect(arrived[0]?.headers).not.toHaveProperty('cookie');
  });

  it('passes a body on, of a DELETE too', async () => {
    const app = await listen(recipe(() => true));
    for (const method of ['PUT', 'DELETE']) {
      const answer = await fetch(`${app}/api/scenario/collections/c%20%C3%BC/assets`, {
        method,
        body: '{"assetIds":["a","ü"]}',
        headers: { 'content-type': 'application/json', origin: app },
      });
      expect(answer.status).toBe(200);
      expect(arrived.at(-1)).toMatchObject({
        method,
        url: '/v1/collections/c%20%C3%BC/assets',
        body: '{"assetIds":["a","ü"]}',
      });
    }
  });

  it('refuses strangers, other sites, other methods, long bodies and odd paths, and none of it reaches the API', async () => {
    const app = await listen(recipe((request) => !request.headers.has('x-stranger')));
    const collections = `${app}/api/scenario/collections`;
    const json = { 'content-type': 'application/json' };
    const statuses = [
      (await fetch(collections, { headers: { 'x-stranger': '1' } })).status,
      (await fetch(collections, { method: 'POST', body: '{}', headers: { ...json, origin: 'https://evil.test' } }))
        .status,
      (await fetch(collections, { method: 'HEAD' })).status,
      (await fetch(collections, { method: 'OPTIONS' })).status,
      (await fetch(collections, { method: 'POST', body: 'name=x' })).status,
      (await fetch(collections, { method: 'POST', body: ' '.repeat(300_000), headers: json })).status,
      (await fetch(`${app}/api/scenario/users`)).status,
    ];
    expect(statuses).toEqual([403, 403, 405, 405, 415, 413, 404]);
    expect(arrived).toEqual([]);
  });

  it('lets no spelling of a path out of the documented calls', async () => {
    const app = await listen(recipe(() => true));
    for (const path of [
      '/api/scenario/../../v1/users',
      '/api/scenario/collections/../../users',
      '/api/scenario/collections/..%2f..%2fusers',
      '/api/scenario/collections/%2e%2e/%2e%2e/users',
      '/api/scenario/collections/%252e%252e',
      '/api/scenario/collections/c1%2fassets',
      '/api/scenario/collections/c1\\assets\\x',
      '/api/scenario//evil.test/collections',
      '//evil.test/api/scenario/collections',
      'http://evil.test/v1/users',
      '/api/scenario/collections/%',
    ]) {
      expect([path, await raw(app, 'GET', path)]).toEqual([
        path,
        expect.toSatisfy((status) => status === 400 || status === 404),
      ]);
    }
    expect(arrived).toEqual([]);
  });

  it('a forged Host changes nothing of where the call goes', async () => {
    const app = await listen(recipe(() => true));
    expect(await raw(app, 'GET', '/api/scenario/collections', { host: 'evil.test' })).toBe(200);
    expect(arrived).toMatchObject([{ url: '/v1/collections' }]);
    expect(arrived[0]?.headers.host).toMatch(/^127\.0\.0\.1:/);
  });

  it('does not follow a redirect with the credentials', async () => {
    const stranger: string[] = [];
    const elsewhere = await listen(
      createServer((incoming, answer) => {
        stranger.push(JSON.stringify(incoming.headers));
        answer.end('{}');
      }),
    );
    api = (_incoming, answer) => void answer.writeHead(307, { location: `${elsewhere}/v1/collections` }).end();
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const app = await listen(recipe(() => true));
    const answer = await fetch(`${app}/api/scenario/collections`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([502, null]);
    expect(stranger).toEqual([]);
    expect(errors).toHaveBeenCalledOnce();
  });

  it('a visitor who goes away ends the call to the API', async () => {
    const reached = new Promise<void>((resolve) => {
      api = () => resolve();
    });
    const app = await listen(recipe(() => true));
    const visitor = new AbortController();
    const answer = fetch(`${app}/api/scenario/collections`, { signal: visitor.signal });
    answer.catch(() => undefined);
    await reached;
    visitor.abort();
    await expect(answer).rejects.toThrow('abort');
    await hungUp;
  });

  it('an API that is down is a 502 that names no address', async () => {
    vi.stubEnv('SCENARIO_BASE_URL', 'http://127.0.0.1:9/v1');
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const app = await listen(recipe(() => true));
    const answer = await fetch(`${app}/api/scenario/collections`);
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('127.0.0.1');
    expect(errors).toHaveBeenCalledOnce();
  });
});

it('the recipe for Workers takes its credentials from each Worker’s own variables, and keeps a write alive', async () => {
  vi.stubGlobal('process', undefined);
  vi.resetModules();
  vi.doMock('../../examples/workers/isSignedIn.ts', () => ({ isSignedIn: () => true }));
  const sent: RequestInit[] = [];
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent.push(init);
    return Response.json({});
  });
  const { default: worker } = await import('../../examples/workers/worker.ts');
  const kept: Promise<unknown>[] = [];
  const answer = await worker.fetch(
    new Request('https://app.test/api/scenario/collections'),
    { SCENARIO_SDK_API_KEY: KEY, SCENARIO_SDK_API_SECRET: SECRET },
    { waitUntil: (work) => kept.push(work) },
  );
  vi.unstubAllGlobals();
  vi.doUnmock('../../examples/workers/isSignedIn.ts');
  expect([answer.status, await kept[0]]).toEqual([200, answer]);
  expect(new Headers(sent[0]?.headers).get('authorization')).toBe(`Basic ${btoa(`${KEY}:${SECRET}`)}`);
});

it('the listener for node:http answers 500 where a handler throws, and the server lives on', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const app = await listen(createServer(proxyListener(() => Promise.reject(new Error('no such luck')))));
  const answer = await fetch(app);
  expect([answer.status, await answer.text()]).toEqual([500, '']);
  expect((await fetch(app)).status).toBe(500);
  expect(errors).toHaveBeenCalledTimes(2);
});

it.each([
  ['refuses', async () => new Response(null, { status: 403 })],
  ['throws', () => Promise.reject(new Error('no such luck'))],
])('a body that nobody reads, since the handler %s, is in the way of no other request', async (_, write) => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const handle = (request: Request) => (request.method === 'PUT' ? write() : Promise.resolve(new Response('read')));
  const server = createServer(proxyListener(handle));
  const onConnection = vi.fn();
  server.on('connection', onConnection);
  const app = await listen(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (method: string, body: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const outgoing = rawRequest(app, { method, agent }, (answer) =>
        answer.resume().on('end', () => resolve(answer.statusCode)),
      );
      outgoing.on('error', reject).end(body);
    });
  expect(await send('PUT', 'x'.repeat(4_000_000))).toBeGreaterThan(400);
  expect(await send('GET', '')).toBe(200);
  // One that is stuck is given up, after some seconds.
  expect(onConnection).toHaveBeenCalledTimes(1);
  agent.destroy();
});

it('the listener for node:http passes on every cookie of an answer', async () => {
  const headers: [string, string][] = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ];
  const app = await listen(createServer(proxyListener(async () => new Response('', { status: 401, headers }))));
  expect((await fetch(app)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});
