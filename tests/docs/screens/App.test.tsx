import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { createScenarioEmulator } from '../../../src/testing.ts';
import App from './App.tsx';

vi.mock('scenario-react', () => import('../../../src/index.ts'));

const emulator = createScenarioEmulator({
  collections: [{ id: 'golems', name: 'Frost golems' }],
  assets: [{ id: 'asset_1' }],
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('the screen in the README counts at once, takes a refused change back, and brings it again', async () => {
  vi.stubGlobal('fetch', emulator.fetch);
  render(<App />);
  const row = await screen.findByText(/Frost golems: 0 assets/);
  await expect.poll(() => screen.getByRole('button', { name: 'Add' }).hasAttribute('disabled')).toBe(false);
  emulator.fault({ kind: 'refuse', status: 403, times: 1, on: 'PUT' });

  fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  expect(row.textContent).toContain('1 assets');

  const retry = await screen.findByRole('button', { name: 'Retry' });
  expect(screen.getByRole('alert').textContent).toContain('Could not save: 403 Refused by a fault');
  expect(row.textContent).toContain('0 assets');
  fireEvent.click(retry);
  expect(row.textContent).toContain('1 assets');
  await expect.poll(() => emulator.members('golems').assetIds).toEqual(['asset_1']);
  expect(row.textContent).toContain('1 assets');
});
