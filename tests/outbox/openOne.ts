import { afterEach, vi } from 'vitest';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

const realIndexedDB = globalThis.indexedDB;
afterEach(() => Object.assign(globalThis, { indexedDB: realIndexedDB }));

/** A browser with one tab, and a server that takes its time. */
export async function openOne(emulator = studio(50, ['oak'])) {
  const browser = new FakeBrowser();
  // A database that is opened again is on the same disk.
  Object.assign(globalThis, { indexedDB: browser.openTab(({ indexedDB }) => indexedDB) });
  const onProblem = vi.fn();
  const tab = openTab(browser, emulator, { onProblem });
  await calm(200);
  const open = () => openTab(browser, emulator, { onProblem });
  const kept = async () => (await browser.records()).flatMap(({ kind, state }) => (kind ? `${kind} ${state}` : []));
  return { browser, emulator, onProblem, tab, open, kept };
}
