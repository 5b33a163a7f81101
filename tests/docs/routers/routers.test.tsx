import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, RouterProvider as TanStackRouterProvider } from '@tanstack/react-router';
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Scenario, ScenarioProvider } from '../../../src/index.ts';
import { createScenarioEmulator } from '../../../src/testing.ts';
import { makeRoutes } from './reactRouter.tsx';
import { makeRouter } from './tanstackRouter.tsx';

vi.mock('scenario-react', () => import('../../../src/index.ts'));
vi.mock('scenario-react/client', () => import('../../../src/client.ts'));

const emulator = createScenarioEmulator({ collections: [{ id: 'golems', name: 'Frost golems' }, { name: 'Trees' }] });

/** What a router of the guide shows at an address, and what takes it to another. */
interface Routed {
  readonly element: ReactElement;
  readonly go: (path: string) => Promise<void>;
}

const routers: Record<string, (queryClient: QueryClient, client: Scenario, path: string) => Routed> = {
  'TanStack Router': (queryClient, client, path) => {
    const router = makeRouter(queryClient, client);
    router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [path] }) });
    return {
      element: <TanStackRouterProvider router={router as never} />,
      go: async (to) => router.history.push(to),
    };
  },
  'React Router': (queryClient, client, path) => {
    const router = createMemoryRouter(makeRoutes(queryClient, client), { initialEntries: [path] });
    return { element: <RouterProvider router={router} />, go: (to) => router.navigate(to) };
  },
};

beforeEach(() => {
  emulator.reset();
  vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
  // Both routers tell the console of an error that a boundary has caught.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe.each(Object.entries(routers))('%s', (_, route) => {
  function open(path: string): Routed {
    const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    const client = new Scenario({ baseURL: 'https://scenario.test/v1', fetch: emulator.fetch });
    const routed = route(queryClient, client, path);
    render(
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>{routed.element}</ScenarioProvider>
      </QueryClientProvider>,
    );
    return routed;
  }
  const asked = () => emulator.requests.map(({ method, path }) => `${method} ${path}`);

  test('what its loader has read the screen finds, and nobody reads it again', async () => {
    const { go } = open('/');
    await screen.findByText('Frost golems');
    screen.getByText('Trees');
    expect(asked()).toEqual(['GET /collections']);
    await act(() => go('/collections/golems'));
    await screen.findByRole('heading', { name: 'Frost golems' });
    await act(() => go('/'));
    await screen.findByText('Trees');
    expect(new Set(asked()).size).toBe(emulator.requests.length);
  });

  test('a loader that finds nothing shows the error of its route', async () => {
    open('/collections/none');
    expect((await screen.findByRole('alert')).textContent).toContain('404');
  });
});
