import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { build, createServer, preview } from 'vite';
import { browserArgs, ensureBrowser } from '../../scripts/browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core');

/** A page of the demo, and what it has done that a test wants to know of. */
export interface DemoPage {
  page: Page;
  /** What the console and the page complained of. */
  complaints: string[];
  /** Hosts that were asked for something. */
  hosts: Set<string>;
  /** Everything that was sent to it. */
  bodies: Promise<string>[];
}

/** The demo, served to a Chromium that opens it. */
export interface RunningDemo {
  url: string;
  /** A page at the demo's address, of a browser that has kept nothing. */
  open: (colorScheme?: 'light' | 'dark') => Promise<DemoPage>;
  /** One more tab of the browser that a page is of. */
  openBeside: (page: Page) => Promise<DemoPage>;
  /** What axe finds wrong with a page as it is now. */
  violations: (page: Page) => Promise<string[]>;
  /** The panel's door of the server. */
  control: (method: string, path: string, body?: object) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Serves the demo as `npm start` does, or as it is built. A page of the built one is there in a fraction of the time: it is a few
 * files, not some hundred modules.
 */
export async function startDemo(how: 'dev' | 'built'): Promise<RunningDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const { url, close } = await (how === 'dev' ? serve(folder) : buildAndServe(folder));
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs });

  return {
    url,
    open: async (colorScheme = 'light') => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
      return openIn(context, url);
    },
    openBeside: (page) => openIn(page.context(), url),
    violations: async (page) => {
      await page.addScriptTag({ path: AXE });
      return page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import('axe-core') };
        const { violations } = await axe.run({ resultTypes: ['violations'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
      });
    },
    control: async (method, path, body) => {
      const response = await fetch(`${url}control${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    },
    close: async () => {
      await browser.close();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openIn(context: BrowserContext, url: string): Promise<DemoPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // The outbox goes on without a database that says nothing for five seconds, which that of a loaded machine may do.
  await page.addInitScript(() => {
    const wait = window.setTimeout;
    const setTimeout = (work: () => void, delay?: number) => wait(work, delay === 5_000 ? 60_000 : delay);
    Object.assign(window, { setTimeout });
  });
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:') hosts.add(hostname);
  });
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    // A module that is in the cache already has no body, and neither has an answer to a page that is gone.
    if (response.status() === 200) bodies.push(response.text().catch(() => ''));
  });
  // The first page of `npm start` waits until Vite has prepared what it depends on.
  await page.goto(url, { timeout: 60_000 });
  return { page, complaints, hosts, bodies };
}

const configFile = fileURLToPath(new URL('../../demo/vite.config.ts', import.meta.url));
type Served = Pick<RunningDemo, 'url' | 'close'>;

async function serve(folder: string): Promise<Served> {
  const server = await createServer({
    // Of its own: two that prepare their dependencies in one folder at once get in each other's way.
    cacheDir: folder,
    configFile,
    logLevel: 'error',
    // A file that is saved meanwhile must not reload the page under test.
    server: { port: 0, watch: null, hmr: false },
  });
  await server.listen();
  return { url: addressOf(server.resolvedUrls?.local), close: () => server.close() };
}

async function buildAndServe(folder: string): Promise<Served> {
  const shared = { configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } } as const;
  await build(shared);
  const server = await preview({ ...shared, preview: { port: 0 } });
  return { url: addressOf(server.resolvedUrls?.local), close: () => server.close() };
}

function addressOf(local: string[] | undefined): string {
  const [url] = local ?? [];
  if (url === undefined) throw new Error('The demo has no address');
  return url;
}
