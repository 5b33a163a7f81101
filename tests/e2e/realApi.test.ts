import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDemoEmulator, type DemoEmulator, startEmulatorServer } from '../../demo/server.ts';
import { DemoScreen } from './DemoScreen.ts';
import { type RunningDemo, startDemo } from './startDemo.ts';

const KEY = 'key-of-a-studio';
const SECRET = 'secret-of-a-studio';

let upstream: DemoEmulator;
let api: Awaited<ReturnType<typeof startEmulatorServer>>;
let demo: RunningDemo;

beforeAll(async () => {
  upstream = createDemoEmulator();
  upstream.setLatency(0);
  api = await startEmulatorServer(upstream);
  vi.stubEnv('SCENARIO_BASE_URL', `${api.url}/api`);
  vi.stubEnv('SCENARIO_SDK_API_KEY', KEY);
  vi.stubEnv('SCENARIO_SDK_API_SECRET', SECRET);
  demo = await startDemo('dev');
});
afterAll(async () => {
  await demo.close();
  await api.close();
  vi.unstubAllEnvs();
});

test('with credentials in the environment the page works through the proxy, and never sees them', async () => {
  const { page, complaints, bodies } = await demo.open();
  const screen = new DemoScreen(page);
  await screen.rows.first().click();
  await screen.tiles.first().waitFor();
  expect(await screen.button('Make trouble').count()).toBe(0);
  expect(await screen.button('Add 60').count()).toBe(0);

  const before = await screen.shown();
  await screen.choose(screen.tiles, 2);
  await screen.button('Remove from collection').click();
  await expect.poll(() => screen.saving.textContent()).toBe('Saved');
  expect(await screen.shown()).toBe(before - 2);
  expect(upstream.emulator.collections[0]?.itemCount).toBe(before - 2);

  const all = (await Promise.all(bodies)).join('\n');
  expect(all).toContain('Make trouble');
  for (const hidden of [KEY, SECRET, btoa(`${KEY}:${SECRET}`), api.url]) expect(all).not.toContain(hidden);
  expect(complaints).toEqual([]);
});
