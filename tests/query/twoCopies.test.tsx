import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import * as ours from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

/** What is there when two versions are installed, ESM is loaded beside CJS, or a module is loaded anew. */
async function openTwo(scope: string) {
  vi.resetModules();
  const other: typeof ours = await import('../../src/index.ts');
  const queryClient = new QueryClient();
  const app = openApp({ latency: 20, collections: [{ id: 'trees', assetIds: ['oak'] }] }, { queryClient });
  const client = new other.Scenario({ baseURL: 'https://api.test/v1', fetch: app.emulator.fetch, scope });
  const wrapper: typeof app.wrapper = ({ children }) => (
    <QueryClientProvider client={queryClient}>
      <other.ScenarioProvider client={client}>{children}</other.ScenarioProvider>
    </QueryClientProvider>
  );
  const use = (of: typeof ours) => () => ({ one: of.useCollection('trees').data, add: of.useAddAssets().mutate });
  const screen = app.hook(use(ours));
  await soon(100);
  return { app, screen, client, other, mount: () => renderHook(use(other), { wrapper }).result };
}

test('a second copy of this library on one QueryClient and scope says so, and leaves the first at work', async () => {
  const { app, screen, client, other, mount } = await openTwo('default');
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(mount).toThrow(/two copies of scenario-react/i);
  logged.mockRestore();
  await expect(app.queryClient.fetchQuery(other.collectionQueryOptions(client, 'parks'))).rejects.toThrow(
    /two copies/i,
  );
  press(() => screen.now.add({ collectionId: 'trees', assetIds: ['elm'] }));
  expect(screen.now.one?.assetCount).toBe(2);
  await soon(100);
  expect(screen.now.one?.assetCount).toBe(2);
});

test('in scopes of their own two copies do not meet', async () => {
  const { screen, mount } = await openTwo('elsewhere');
  const second = mount();
  await soon(100);
  press(() => second.current.add({ collectionId: 'trees', assetIds: ['elm'] }));
  press(() => screen.now.add({ collectionId: 'trees', assetIds: ['ash'] }));
  expect([screen.now.one?.assetCount, second.current.one?.assetCount]).toEqual([2, 2]);
  await soon(200);
  expect([screen.now.one?.assetCount, second.current.one?.assetCount].toSorted()).toEqual([2, 3]);
});
