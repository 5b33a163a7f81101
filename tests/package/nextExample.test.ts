import { createServer, request as rawRequest, type Server } from 'node:http';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { proxyListener } from '../../examples/node/proxyListener.ts';
import { browserArgs, ensureBrowser } from '../../scripts/browser.mjs';
import { createScenarioEmulator } from '../../src/testing.ts';
import { read } from './dist.ts';
import { apps, build, installExample, listen, type RunningApp, start } from './nextApp.ts';

const SECRET = 'secret-of-the-example';

const emulator = createScenarioEmulator({
  collections: Array.from({ length: 30 }, (_, n) => ({ id: `c${n}`, name: `Collection ${n}`, assetCount: n })),
});

let api: Server;
let apiURL: string;
let running: RunningApp;
let app: string;
let browser: Browser;
let page: Page;
/** What the page complained of, and whom it talked to. */
let complaints: string[];
let talkedTo: Set<string>;
let calls: string[];
/** What the API was sent as `authorization`. */
const signatures = new Set<string | null>();
let hungUp: string[] = [];

beforeAll(async () => {
  read('server.js');
  const executablePath = ensureBrowser();
  await installExample();
  api = createServer(
    proxyListener((request) => {
      signatures.add(request.headers.get('authorization'));
      request.signal.addEventListener('abort', () => hungUp.push(new URL(request.url).pathname));
      return emulator.fetch(request);
    }),
  );
  apiURL = `http://127.0.0.1:${await listen(api)}/v1`;
  browser = await chromium.launch({ executablePath, args: browserArgs });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  api?.closeAllConnections();
  api?.close();
});

describe.each(Object.entries(apps))('%s', (_, makeApp) => {
  let askedByTheBuild: number;
  beforeAll(async () => {
    const folder = await makeApp();
    emulator.reset();
    await build(folder, apiURL);
    askedByTheBuild = emulator.requests.length;
    running = await start(folder, {
      SCENARIO_BASE_URL: apiURL,
      SCENARIO_SDK_API_KEY: 'key',
      SCENARIO_SDK_API_SECRET: SECRET,
      EXAMPLE_OPEN_TO_ALL: '1',
    });
    app = running.url;
    signatures.clear();
  }, 300_000);
  afterAll(() => running?.stop());

  beforeEach(async () => {
    emulator.reset();
    complaints = [];
    talkedTo = new Set();
    calls = [];
    hungUp = [];
    page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      talkedTo.add(origin);
      if (pathname.startsWith('/api/')) calls.push(`${request.method()} ${pathname}`);
    });
  });

  afterEach(async () => {
    await page.close();
    expect([...talkedTo]).toEqual([app]);
  });

  const row = (name: string) => page.getByRole('listitem').filter({ hasText: `${name}:` });
  const count = (name: string) => row(name).locator('span').textContent();

  it('the server reads the list, and the browser takes it over without a request or a mismatch', async () => {
    const answer = await page.goto(app, { waitUntil: 'networkidle' });
    const html = (await answer?.text()) ?? '';
    expect(html).toContain('Collection 19');
    expect(html).not.toContain(SECRET);
    expect(await page.getByRole('listitem').count()).toBe(20);
    expect(emulator.requests).toHaveLength(1);
    expect([...signatures]).toEqual([`Basic ${btoa(`key:${SECRET}`)}`]);
    expect(calls).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the next page comes through the proxy', async () => {
    await page.goto(app);
    await page.getByRole('button', { name: 'More' }).click();
    await row('Collection 29').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(30);
    expect(calls).toEqual(['GET /api/scenario/collections']);
    expect([...signatures]).toEqual([`Basic ${btoa(`key:${SECRET}`)}`]);
    expect(complaints).toEqual([]);
  });

  it('a number moves with the click, before the API has answered, and stays', async () => {
    await page.goto(app, { waitUntil: 'networkidle' });
    emulator.fault({ kind: 'slow', ms: 1000, on: 'PUT' });
    await page.getByRole('button', { name: 'Add an asset to Collection 7', exact: true }).click();
    expect(await count('Collection 7')).toBe('8');
    await row('Collection 7').getByText('Saving…').waitFor();
    await row('Collection 7').getByText('Saving…').waitFor({ state: 'detached' });
    expect(await count('Collection 7')).toBe('8');
    expect(emulator.members('c7').assetIds).toHaveLength(8);
    expect(calls).toEqual(['PUT /api/scenario/collections/c7/assets']);
    expect(complaints).toEqual([]);
  });

  it('a refused write takes its number back, and a retry brings it again', async () => {
    await page.goto(app, { waitUntil: 'networkidle' });
    emulator.fault({ kind: 'refuse', status: 403, times: 1, on: 'PUT' });
    await page.getByRole('button', { name: 'Add an asset to Collection 7', exact: true }).click();
    await row('Collection 7').getByText('Could not save').waitFor();
    expect(await count('Collection 7')).toBe('7');
    await row('Collection 7').getByRole('button', { name: 'Retry' }).click();
    await row('Collection 7').getByText('Could not save').waitFor({ state: 'detached' });
    await expect.poll(() => emulator.members('c7').assetIds.length).toBe(8);
    expect(await count('Collection 7')).toBe('8');
  });

  it('another site may not write, the own host may, also behind something that ends TLS', async () => {
    await page.goto(app);
    const add = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const outgoing = rawRequest(
          `${app}/api/scenario/collections`,
          { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
          (answer) => answer.resume().on('end', () => resolve(answer.statusCode)),
        );
        outgoing.on('error', reject).end('{"name":"Trees"}');
      });
    expect(await add({ origin: 'https://evil.test' })).toBe(403);
    expect(await add({ origin: app })).toBe(200);
    expect(await add({ origin: 'https://studio.test', host: 'studio.test' })).toBe(200);
    expect(await add({ origin: app, host: 'studio.test' })).toBe(403);
  });

  it('a visitor who goes away ends the call to the API', async () => {
    await page.goto(app, { waitUntil: 'networkidle' });
    emulator.fault({ kind: 'slow', ms: 20_000, on: 'GET' });
    hungUp = [];
    await page.getByRole('button', { name: 'More' }).click();
    await expect.poll(() => emulator.requests.length).toBe(2);
    expect(hungUp).toEqual([]);
    await page.goto('about:blank');
    talkedTo.delete('null');
    await expect.poll(() => hungUp).toEqual(['/v1/collections']);
  });

  it('nothing is read when it is built: each visitor is shown what the API holds at that moment', async () => {
    expect(askedByTheBuild).toBe(0);
    await page.goto(app);
    await row('Collection 0').waitFor();
    await emulator.elsewhere(`${apiURL}/collections`, { method: 'POST', body: '{"name":"Brand new"}' });
    await page.goto(app);
    await row('Brand new').waitFor();
  });

  it('a streamed list follows what surrounds it, and the browser asks for nothing', async () => {
    emulator.fault({ kind: 'slow', ms: 1500, on: 'GET' });
    await page.goto(`${app}/streamed`, { waitUntil: 'commit' });
    await page.getByText('Loading the names…').waitFor();
    await page.getByText('Collection 0, Collection 1').waitFor();
    expect(calls).toEqual([]);
    expect(emulator.requests).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('a streamed list that fails says so, and is then read by the browser', async () => {
    const endFault = emulator.fault({ kind: 'refuse', status: 403, on: 'GET' });
    await page.goto(`${app}/streamed`);
    await page.getByText('The collections could not be read.').waitFor();
    expect(calls).toEqual([]);
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect.poll(() => calls).toEqual(['GET /api/scenario/collections']);
    await page.getByText('The collections could not be read.').waitFor();
    endFault();
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText('Collection 0, Collection 1').waitFor();
    expect(emulator.requests).toHaveLength(3);
  });
});
