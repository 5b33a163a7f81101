import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { browserArgs, ensureBrowser } from '../../../scripts/browser.mjs';
import { createScenarioEmulator, type ScenarioEmulator } from '../../../src/testing.ts';
import type { Asked } from './page.tsx';

declare global {
  interface Window extends Asked {}
}

/** A server that outlives every page, and a browser that can be killed and opened again on what it has kept. */
export interface Kills {
  readonly emulator: ScenarioEmulator;
  readonly context: BrowserContext;
  /** Of the page. */
  readonly url: string;
  /** A new page, which has read its list. */
  open(query?: string): Promise<Page>;
  /** Kills the process of a page. */
  killPage(page: Page): Promise<void>;
  /** Kills the browser, all of it, and starts it again. */
  killBrowser(): Promise<void>;
  /** Everything as at the start, for a new user. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const studio = (latency: [number, number]) =>
  createScenarioEmulator({
    latency,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak'] },
      { id: 'parks', name: 'Parks' },
      { id: 'bins', name: 'Bins' },
    ],
  });

export async function startKills(latency: [number, number]): Promise<Kills> {
  let emulator = studio(latency);
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.tsx', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const script = outputFiles[0]?.text ?? '';
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/page.js')) return void response.setHeader('content-type', 'text/javascript').end(script);
    if (!path.startsWith('/v1/'))
      return void response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><body><script src="/page.js"></script>');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const hasBody = !['GET', 'HEAD'].includes(request.method ?? '') && chunks.length > 0;
    const answer = await emulator.fetch(`http://127.0.0.1${path}`, {
      method: request.method ?? 'GET',
      headers: { 'content-type': 'application/json' },
      ...(hasBody && { body: Buffer.concat(chunks) }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  let profile = '';
  let context: BrowserContext;
  const launch = async () => {
    profile ||= await mkdtemp(join(tmpdir(), 'kills-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: ensureBrowser(),
      args: browserArgs,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    context.setDefaultTimeout(100_000);
  };
  const end = async () => {
    const cdp = await context.browser()?.newBrowserCDPSession();
    // Without a word to its pages. It answers nothing any more.
    await Promise.race([cdp?.send('Browser.crash'), new Promise((done) => context.once('close', done))]).catch(() => 0);
    await context.close().catch(() => undefined);
  };
  await launch();

  return {
    get emulator() {
      return emulator;
    },
    get context() {
      return context;
    },
    url,
    open: async (query = '') => {
      const page = await context.newPage();
      await page.goto(url + query);
      await page.waitForFunction(() => window.rows?.());
      return page;
    },
    killPage: async (page) => {
      const cdp = await context.newCDPSession(page);
      await Promise.race([cdp.send('Page.crash'), new Promise((done) => page.once('crash', done))]).catch(
        () => undefined,
      );
      await page.close().catch(() => undefined);
    },
    killBrowser: async () => {
      await end();
      await launch();
    },
    reset: async () => {
      // A test that has failed may have left it so.
      await context.setOffline(false);
      for (const page of context.pages().slice(1)) await page.close();
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(`${url}page.js`);
      await page.evaluate(
        () =>
          new Promise((done) => {
            const asked = indexedDB.deleteDatabase('scenario-react');
            asked.onsuccess = asked.onerror = asked.onblocked = done;
          }),
      );
      emulator = studio(latency);
    },
    close: async () => {
      await context.close().catch(() => undefined);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
      await new Promise((done) => server.close(done));
      server.closeAllConnections();
    },
  };
}
