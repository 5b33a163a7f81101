import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, type Entry, ROOT } from './dist.ts';

/**
 * A world that has what every runtime has, and no more: no `process`, no `Buffer`, no `window`, no `document`, no `navigator`.
 *
 * React Native, Workers and a browser each lack some of what Node and jsdom have, and a test that runs in Node does not see it.
 */
function bareWorld(extra: object = {}): object {
  const { fetch, Request, Response, Headers, FormData, Blob, URL, URLSearchParams, ReadableStream } = globalThis;
  const { AbortController, AbortSignal, DOMException, Event, EventTarget, TextEncoder, TextDecoder } = globalThis;
  const { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone, performance } =
    globalThis;
  const { atob, btoa, crypto, console, MessageChannel } = globalThis;
  return createContext({
    ...{ fetch, Request, Response, Headers, FormData, Blob, URL, URLSearchParams, ReadableStream },
    ...{ AbortController, AbortSignal, DOMException, Event, EventTarget, TextEncoder, TextDecoder },
    ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone, performance },
    ...{ atob, btoa, crypto, console, MessageChannel },
    ...extra,
  });
}

/** The entry and all that it needs as one script that ends in the variable `entry`. */
async function bundle(entry: Entry): Promise<string> {
  const output = (await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      copyPublicDir: false,
      lib: { entry: join(ROOT, `dist/${entry}.js`), formats: ['iife'], name: 'entry' },
    },
  })) as Rolldown.RolldownOutput[];
  return output[0]?.output[0].code ?? '';
}

const scripts: Partial<Record<Entry, string>> = {};
beforeAll(async () => {
  for (const entry of ENTRIES) scripts[entry] = await bundle(entry);
});

const run = (world: object, entry: Entry, use: string): unknown =>
  new Script(`${scripts[entry]}\n;(() => { ${use} })()`).runInContext(world);

const WORLDS: [string, object][] = [
  ['without process', {}],
  ['with a process that has no env', { process: {} }],
];

describe.each(WORLDS)('in a bare world %s', (_, extra) => {
  test.each(ENTRIES)('%s loads', (entry) => {
    expect(run(bareWorld(extra), entry, 'return Object.keys(entry).length')).toBeGreaterThan(0);
  });

  test('the client calls the emulator', async () => {
    const world = bareWorld(extra);
    run(world, 'testing', 'globalThis.emulator = entry.createScenarioEmulator({ seed: 1 })');
    const page = await (run(
      world,
      'client',
      `const client = new entry.Scenario({ apiKey: 'key', apiSecret: 'secret', fetch: emulator.fetch });
       return client.collections.list({ pageSize: 5 });`,
    ) as Promise<{ collections: unknown[] }>);
    expect(page.collections).toHaveLength(5);
  });

  test('the proxy says that it has no credentials, and asks nothing', async () => {
    const { status, said, calls } = await (run(
      bareWorld(extra),
      'server',
      `const calls = [];
       const fetch = async (...call) => { calls.push(call); return new Response('{}'); };
       const handle = entry.createScenarioProxy({ basePath: '/api', authorize: () => true, fetch });
       return handle(new Request('https://app.test/api/collections'))
         .then(async (answer) => ({ status: answer.status, said: await answer.text(), calls }));`,
    ) as Promise<{ status: number; said: string; calls: unknown[] }>);
    expect(status).toBe(500);
    expect(said).toContain('SCENARIO_SDK_API_KEY');
    expect(calls).toHaveLength(0);
  });

  test('the proxy refuses, with the key and the secret handed in', async () => {
    const answer = await (run(
      bareWorld(extra),
      'server',
      `const handle = entry.createScenarioProxy({ apiKey: 'k', apiSecret: 's', basePath: '/api', authorize: () => false });
       return handle(new Request('https://app.test/api/collections'));`,
    ) as Promise<Response>);
    expect(answer.status).toBe(403);
  });
});
