import type { ScenarioEmulator } from '../../src/testing.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

/** A browser with two tabs, which have read their lists, and a server that takes its time. */
export async function openTwo(emulator: ScenarioEmulator = studio(50)) {
  const browser = new FakeBrowser();
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(200);
  return { a, b, browser, emulator };
}
