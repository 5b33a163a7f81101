import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http } from 'msw';
import { setupServer } from 'msw/node';
import { createScenarioEmulator } from 'scenario-react/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import App from './App.tsx';

const emulator = createScenarioEmulator({
  collections: [{ name: 'Frost golems', assetCount: 3 }],
  assets: [{ id: 'asset_new' }],
});
const server = setupServer(...emulator.handlers(http, `${location.origin}/api/scenario`));

beforeAll(() => server.listen({ onUnhandledFrame: 'error' })); // msw 2: onUnhandledRequest
afterEach(cleanup);
afterAll(() => server.close());

test('the app, as it is, talks to the emulator', async () => {
  render(<App />);
  const row = await screen.findByText(/Frost golems: 3 assets/);
  await waitFor(() => expect(screen.getByRole('button', { name: 'Add' })).toHaveProperty('disabled', false));
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  expect(row.textContent).toContain('4 assets');
  await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(4));
});

// For this repository only, and not in the guide: the package's names stand for the source.
import { vi } from 'vitest';

vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/testing', () => import('../../../src/testing.ts'));
