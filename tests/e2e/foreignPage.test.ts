import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { proxyListener } from '../../examples/node/proxyListener.ts';
import { browserArgs, ensureBrowser } from '../../scripts/browser.mjs';
import { createScenarioProxy } from '../../src/server.ts';
import { createScenarioEmulator } from '../../src/testing.ts';

const PATH = '/api/scenario/collections';

const emulator = createScenarioEmulator({ collections: [{ id: 'trees', name: 'Trees' }] });
const handle = createScenarioProxy({
  apiKey: 'key',
  apiSecret: 'secret',
  baseURL: 'https://api.test/v1',
  basePath: '/api/scenario',
  // The worst case: the visitor's session comes along whoever asks.
  authorize: () => true,
  fetch: emulator.fetch,
});

/** What came to the proxy, and what it said. */
interface ProxiedCall {
  readonly method: string;
  readonly site: unknown;
  readonly status: number;
}
let calls: ProxiedCall[] = [];

/** A server of any page, with the proxy in it: what it is called makes a page of it the app's own or another's. */
async function serve(): Promise<{ server: Server; port: number }> {
  const listen = proxyListener(handle);
  const server = createServer(async (incoming, outgoing) => {
    if (!incoming.url?.startsWith(PATH)) {
      outgoing.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
      return;
    }
    await listen(incoming, outgoing);
    const { method = '', headers } = incoming;
    calls.push({ method, site: headers['sec-fetch-site'], status: outgoing.statusCode });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

let app: Awaited<ReturnType<typeof serve>>;
let other: Awaited<ReturnType<typeof serve>>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [app, other] = [await serve(), await serve()];
  browser = await chromium.launch({
    executablePath: ensureBrowser(),
    // Chromium says nothing of a page's site to a server that is neither https nor of this machine's own name: as older browsers.
    args: [...browserArgs, '--host-resolver-rules=MAP *.test 127.0.0.1', '--no-proxy-server'],
  });
});
afterAll(async () => {
  await browser.close();
  for (const { server } of [app, other]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
beforeEach(async () => {
  emulator.reset();
  calls = [];
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

/** Whatever a page can try to write to another's server. Five of them come there as a POST. */
async function tryEverything(url: string): Promise<void> {
  await page.evaluate(async (to) => {
    const body = '{"name":"Stolen"}';
    const headers = { 'content-type': 'application/json' };
    const simple = { method: 'POST', body, mode: 'no-cors', credentials: 'include' } as const;
    const tries: [string, RequestInit][] = [
      [to, simple],
      [to, { ...simple, referrerPolicy: 'no-referrer' }],
      [to, { method: 'POST', body, headers, credentials: 'include' }],
      [`${to}/trees`, { method: 'PUT', body, headers, credentials: 'include' }],
      [`${to}/trees`, { method: 'DELETE', credentials: 'include' }],
    ];
    for (const [address, init] of tries) await fetch(address, init).catch(() => undefined);
    navigator.sendBeacon(to, body);
    // A frame that is of no origin at all.
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.srcdoc = `<script>fetch(${JSON.stringify(to)}, ${JSON.stringify(simple)}).finally(() => parent.postMessage('done', '*'))</script>`;
    const done = new Promise((resolve) => addEventListener('message', resolve));
    document.body.append(frame);
    await done;
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', action: to, enctype: 'text/plain' });
    const field = document.createElement('input');
    Object.assign(field, { name: '{"name":"Stolen","x":"', value: '"}' });
    form.append(field);
    document.body.append(form);
    form.submit();
  }, url);
  await expect.poll(() => calls.filter(({ method }) => method === 'POST').length).toBe(5);
}

test.each([
  ['localhost', '127.0.0.1', 'cross-site'],
  ['127.0.0.1', '127.0.0.1', 'same-site'],
  ['evil.app.test', 'app.test', undefined],
])(
  'a page of %s and another port writes nothing through the proxy of %s (the browser says: %s)',
  async (foreign, own, site) => {
    await page.goto(`http://${foreign}:${other.port}/`);
    await tryEverything(`http://${own}:${app.port}${PATH}`);
    const posts = calls.filter(({ method }) => method === 'POST');
    expect(posts.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(new Set(posts.map((call) => call.site))).toEqual(new Set(site ? [site, 'cross-site'] : [undefined]));
    // What is asked before any other request is answered without leave.
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['POST', 'OPTIONS']));
    expect(emulator.requests).toEqual([]);
  },
);

test.each(['127.0.0.1', 'app.test'])('a page of %s itself writes', async (own) => {
  await page.goto(`http://${own}:${app.port}/`);
  const statuses = await page.evaluate(async (to) => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"name":"Parks"}';
    const made = await fetch(to, { method: 'POST', headers, body });
    const renamed = await fetch(`${to}/trees`, { method: 'PUT', headers, body });
    return [made.ok, renamed.ok];
  }, PATH);
  expect(statuses).toEqual([true, true]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Parks', 'Parks']);
});

/** A write over plain HTTP, with nothing in it that a browser adds by itself. */
const send = (headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = app;
    const sent = request({
      port,
      host: '127.0.0.1',
      path: PATH,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
    });
    sent.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
    sent.end('{"name":"Parks"}');
  });

test('without a word of the site the origin decides, also over plain HTTP', async () => {
  const own = `127.0.0.1:${app.port}`;
  expect(await send({ origin: `http://${own}` })).toBe(200);
  for (const origin of ['null', 'http://evil.test', `http://127.0.0.1:${other.port}`, `http://localhost:${app.port}`])
    expect(await send({ origin }), origin).toBe(403);
  expect(calls.map(({ site }) => site)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Parks', 'Trees']);
});
