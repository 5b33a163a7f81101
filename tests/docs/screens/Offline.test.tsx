import { onlineManager } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../../support/virtualTime.ts';

vi.mock('scenario-react', () => import('../../../src/index.ts'));

/** A page as a reload makes it: every module anew, nothing kept but the storage. */
async function openPage(fetch: typeof globalThis.fetch): Promise<void> {
  vi.resetModules();
  const { Offline } = await import('./Offline.tsx');
  const { Golems } = await import('./Golems.tsx');
  const { Scenario } = await import('scenario-react');
  const client = new Scenario({ baseURL: 'https://api.example.test/v1', fetch });
  render(
    <Offline client={client}>
      <Golems />
    </Offline>,
  );
}

beforeEach(() => {
  localStorage.clear();
  startVirtualTime();
});
afterEach(() => {
  cleanup();
  onlineManager.setOnline(true);
  stopVirtualTime();
});

/** Long enough for the persister, which writes once a second at most. In steps: React works when `act` ends. */
async function aWhile(): Promise<void> {
  for (let step = 0; step < 4; step++) await act(() => pass(500));
}

test('with the lines in the README a change made offline shows after a reload, and is sent once', async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'golems', name: 'Frost golems' }] });
  const writes = () => emulator.requests.filter(({ method }) => method === 'PUT');
  const shown = () => [screen.getByRole('status').textContent, screen.getByRole('paragraph').textContent];

  await openPage(emulator.fetch);
  await aWhile();
  expect(shown()).toEqual(['0 assets', '']);
  act(() => onlineManager.setOnline(false));
  fireEvent.click(screen.getByRole('button'));
  await aWhile();
  expect(shown()).toEqual(['1 assets', 'paused']);
  cleanup();

  await openPage(emulator.fetch);
  await aWhile();
  expect(shown()).toEqual(['1 assets', expect.stringMatching(/./)]);
  expect(writes()).toEqual([]);
  act(() => onlineManager.setOnline(true));
  await aWhile();
  expect(shown()).toEqual(['1 assets', '']);
  expect(writes()).toHaveLength(1);
  expect(emulator.members('golems').assetIds).toEqual(['asset_1']);
});
