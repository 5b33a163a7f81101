import { createServer as createHTTPServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type InlineConfig, type ViteDevServer } from 'vite';
import { afterEach, expect, test, vi } from 'vitest';
import { proxyListener } from '../../../examples/node/proxyListener.ts';
import { scenarioServer } from '../../../examples/node/server.ts';
import { Scenario } from '../../../src/client.ts';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { ROOT } from '../pages.ts';
import emulated from './emulated.config.ts';
import proxied from './proxied.config.ts';

vi.mock('scenario-react/server', () => import('../../../src/server.ts'));
vi.mock('scenario-react/testing', () => import('../../../src/testing.ts'));

const open: (ViteDevServer | Server)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  vi.unstubAllEnvs();
});

async function listen(server: Server): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Vite's own dev server with what the guide says, on a port of this machine. Gives its address. */
async function serve(config: InlineConfig): Promise<string> {
  const server = await createServer({
    ...config,
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    server: { ...config.server, host: '127.0.0.1', port: 0, watch: null, ws: false },
  });
  open.push(server);
  await server.listen();
  return server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
}

test('the dev server with the emulator in it lists, adds, and refuses, as the API does', async () => {
  const client = new Scenario({ baseURL: `${await serve(emulated)}/api/scenario` });
  const { collections } = await client.collections.list({ pageSize: 50 });
  expect(collections).toHaveLength(50);
  const { collection } = await client.collections.create({ name: 'Frost golems' });
  const { assets } = await client.assets.list({ pageSize: 2 });
  const added = await client.collections.assets.add(collection.id, { assetIds: assets.map(({ id }) => id) });
  expect(added.collection.assetCount).toBe(2);
  await expect(client.collections.retrieve('none')).rejects.toThrow('404');
  await client.collections.delete(collection.id);
});

test("with the guide's line for a back end, reads and the page's own writes pass Vite and the proxy", async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'golems' }] });
  vi.stubEnv('SCENARIO_BASE_URL', await listen(createHTTPServer(proxyListener((request) => emulator.fetch(request)))));
  vi.stubEnv('SCENARIO_SDK_API_KEY', 'key');
  vi.stubEnv('SCENARIO_SDK_API_SECRET', 'secret');
  const target = await listen(scenarioServer(() => true));
  const { proxy } = proxied.server ?? {};
  const origin = await serve({ server: { proxy: { '/api': { ...Object(proxy?.['/api']), target } } } });
  const add = (headers: HeadersInit) =>
    fetch(`${origin}/api/scenario/collections/golems/assets`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"assetIds":["asset_1"]}',
    });
  expect((await add({ origin: 'https://evil.test' })).status).toBe(403);
  expect((await add({ origin })).status).toBe(200);
  expect(emulator.members('golems').assetIds).toEqual(['asset_1']);
});
