import { onlineManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createScenarioEmulator, type ScenarioEmulator } from '../../../src/testing.ts';
import { rest } from '../../outbox/rest.ts';
import { pass, startVirtualTime, stopVirtualTime } from '../../support/virtualTime.ts';

/** The app as it starts: every module anew, nothing kept but what is on the device. */
async function startApp(emulator: ScenarioEmulator): Promise<void> {
  cleanup();
  vi.resetModules();
  const { outbox } = await import('./deviceOutbox.ts');
  const { Golems } = await import('./Golems.tsx');
  const { Scenario, ScenarioProvider } = await import('scenario-react');
  const client = new Scenario({ baseURL: 'https://api.example.test/v1', fetch: emulator.fetch });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client} outbox={outbox}>
        <Golems />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await aWhile();
}

async function aWhile(): Promise<void> {
  for (let step = 0; step < 8; step++) {
    await act(() => rest());
    await act(() => pass(250));
  }
}

const shown = () => [screen.getByRole('status').textContent, screen.getByRole('paragraph').textContent];

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem('theme', 'dark');
  startVirtualTime();
});
afterEach(() => {
  cleanup();
  onlineManager.setOnline(true);
  stopVirtualTime();
});

test('what was asked for offline outlives the app, is sent once, and leaves the device', {
  timeout: 30_000,
}, async () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'golems', name: 'Frost golems' }] });
  await startApp(emulator);
  act(() => onlineManager.setOnline(false));
  fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  await aWhile();
  expect(shown()).toEqual(['1 assets', 'paused']);
  expect(Object.keys(localStorage).sort()).toEqual(['scenario-outbox/1', 'theme']);

  onlineManager.setOnline(true);
  await startApp(emulator);
  expect(shown()).toEqual(['1 assets', '']);
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  expect(emulator.members('golems').assetIds).toHaveLength(1);
  expect({ ...localStorage }).toEqual({ theme: 'dark' });
});
