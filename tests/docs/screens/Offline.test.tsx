import { onlineManager } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createScenarioEmulator, type ScenarioEmulator } from '../../../src/testing.ts';
import { FakeBrowser } from '../../outbox/FakeBrowser.ts';
import { rest } from '../../outbox/rest.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../../support/virtualTime.ts';

vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/outbox', () => import('../../../src/outbox.ts'));

/** A page as a reload makes it: every module anew, nothing kept but the storage. Gives what closes it: nothing reaches the server then. */
async function openPage(emulator: ScenarioEmulator): Promise<() => void> {
  let isOpen = true;
  const fetch: typeof globalThis.fetch = (...args) => (isOpen ? emulator.fetch(...args) : new Promise(() => undefined));
  vi.resetModules();
  const tab = browser.openHere();
  const { Offline } = await import('./Offline.tsx');
  const { Golems } = await import('./Golems.tsx');
  const { Scenario } = await import('scenario-react');
  const client = new Scenario({ baseURL: 'https://api.example.test/v1', fetch });
  render(
    <Offline client={client}>
      <Golems />
    </Offline>,
  );
  return () => {
    isOpen = false;
    tab.kill();
    cleanup();
  };
}

let browser: FakeBrowser;
beforeEach(() => {
  browser = new FakeBrowser();
  localStorage.clear();
  startVirtualTime();
});
afterEach(() => {
  cleanup();
  onlineManager.setOnline(true);
  browser.closeHere();
  stopVirtualTime();
});

/** Long enough for the persister, which writes once a second at most. In steps: React works when `act` ends. */
async function aWhile(): Promise<void> {
  for (let step = 0; step < 8; step++) {
    await act(() => rest());
    await act(() => pass(250));
  }
}

const shown = () => [screen.getByRole('status').textContent, screen.getByRole('paragraph').textContent];
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

/** A server, and a page that was closed after a change was made offline; then a page that was opened after it. */
async function addOfflineAndReload(): Promise<ScenarioEmulator> {
  const emulator = createScenarioEmulator({ collections: [{ id: 'golems', name: 'Frost golems' }] });
  const close = await openPage(emulator);
  await aWhile();
  expect(shown()).toEqual(['0 assets', '']);
  act(() => onlineManager.setOnline(false));
  press('Add');
  await aWhile();
  expect(shown()).toEqual(['1 assets', 'paused']);
  close();
  await openPage(emulator);
  await aWhile();
  return emulator;
}

const writes = ({ requests }: ScenarioEmulator) => requests.filter(({ method }) => method !== 'GET');

test('with the lines in the README a change made offline shows after a reload, and is sent once', async () => {
  const emulator = await addOfflineAndReload();
  expect(shown()).toEqual(['1 assets', 'paused']);
  expect(writes(emulator)).toEqual([]);
  act(() => onlineManager.setOnline(true));
  await aWhile();
  expect(shown()).toEqual(['1 assets', '']);
  expect(writes(emulator).map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /collections/golems/assets']);
  expect(emulator.members('golems').assetIds).toEqual(['asset_1']);
});

test('after a reload it can be discarded, and then nothing is sent', async () => {
  const emulator = await addOfflineAndReload();
  press('Discard');
  await aWhile();
  expect(shown()).toEqual(['0 assets', '']);
  act(() => onlineManager.setOnline(true));
  await aWhile();
  expect(shown()).toEqual(['0 assets', '']);
  expect(writes(emulator).filter(({ method }) => method === 'PUT')).toEqual([]);
  expect(emulator.members('golems').assetIds).toEqual([]);
});
