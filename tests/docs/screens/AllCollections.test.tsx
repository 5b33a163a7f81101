import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Scenario, ScenarioProvider } from '../../../src/index.ts';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { AllCollections } from './AllCollections.tsx';

vi.mock('scenario-react', () => import('../../../src/index.ts'));

/** jsdom lays nothing out: here every sentinel is in view as soon as it is there. */
class InView {
  readonly #seen: IntersectionObserverCallback;
  constructor(seen: IntersectionObserverCallback) {
    this.#seen = seen;
  }
  observe() {
    queueMicrotask(() => this.#seen([{ isIntersecting: true } as IntersectionObserverEntry], Object(this)));
  }
  disconnect() {}
}

beforeEach(() => vi.stubGlobal('IntersectionObserver', InView));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(fetch: typeof globalThis.fetch) {
  const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch, maxRetries: 0 });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ScenarioProvider client={client}>
        <AllCollections />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
}

const studio = (size: number) =>
  createScenarioEmulator({ collections: Array.from({ length: size }, (_, n) => ({ name: `Collection ${n}` })) });
const names = () => screen.queryAllByRole('listitem').length;
const again = () => fireEvent.click(screen.getByRole('button', { name: 'Again' }));

test('it loads, goes on as long as there are pages, and says where the end is', async () => {
  open(studio(120).fetch);
  screen.getByText('Loading…');
  await screen.findByText('That is all.');
  expect(names()).toBe(120);
});

test('a first page that fails says so and can be read again', async () => {
  const emulator = studio(2);
  emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  open(emulator.fetch);
  await screen.findByText('The collections did not load: 403 Refused by a fault');
  again();
  await screen.findByText('That is all.');
  expect(names()).toBe(2);
});

test('a next page that fails is not asked for without end, and can be read again', async () => {
  const emulator = studio(120);
  emulator.fault({ kind: 'refuse', status: 403, times: 1, on: ({ query }) => 'paginationToken' in query });
  open(emulator.fetch);
  await screen.findByText('The next page did not load.');
  expect([names(), emulator.requests.length]).toEqual([50, 2]);
  again();
  await screen.findByText('That is all.');
  expect(names()).toBe(120);
});

test('an empty page with others to come is no end, and no empty studio', async () => {
  const emulator = studio(3);
  const said: string[] = [];
  open(async (input, init) => {
    const { searchParams } = new URL(String(input));
    if (!searchParams.has('paginationToken')) return Response.json({ collections: [], nextPaginationToken: 'more' });
    said.push(document.body.textContent ?? '');
    return emulator.fetch('https://scenario.test/v1/collections', init);
  });
  await screen.findByText('That is all.');
  expect(names()).toBe(3);
  expect(said).toEqual([expect.not.stringContaining('No collections')]);
});

test('none at all is said', async () => {
  open(studio(0).fetch);
  await screen.findByText('No collections yet.');
});
