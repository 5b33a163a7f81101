import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionKeys,
  type Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollections,
  usePendingChanges,
} from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, openApp, soon } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  list: useCollections().data,
  one: useCollection('trees').data,
  pending: usePendingChanges(),
  add: useAddAssets().mutate,
});

/** Two users of one QueryClient, each with a server of their own, whose collections bear the same ids. */
function openTwo(first: object, second: object) {
  const queryClient = new QueryClient();
  const server = (n: number) => ({ latency: 100, collections: [{ id: 'trees', assetCount: n }] });
  return [openApp(server(1), { ...first, queryClient }), openApp(server(10), { ...second, queryClient })] as const;
}

test.each([
  ['two scopes', { scope: 'ada' }, { scope: 'bob' }],
  ['two projects', { projectId: 'p1' }, { projectId: 'p2' }],
  ['a scope and none', { scope: 'ada' }, {}],
  ['two projects of one scope', { scope: 'ada', projectId: 'p1' }, { scope: 'ada', projectId: 'p2' }],
  ['a scope that looks like another with a project', { scope: 'ada', projectId: 'p1' }, { scope: 'ada p1' }],
])('%s in one QueryClient never mix', async (_, first, second) => {
  const [ada, bob] = openTwo(first, second);
  expect(ada.client.scope).not.toBe(bob.client.scope);
  const [hers, his] = [ada.hook(useScreen), bob.hook(useScreen)];
  await soon(300);
  expect([hers.now.one?.assetCount, his.now.one?.assetCount]).toEqual([1, 10]);
  act(() => {
    hers.now.add({ collectionId: 'trees', assetIds: ['x'] });
    his.now.add({ collectionId: 'trees', assetIds: ['x', 'y'] });
  });
  await soon(10);
  expect([hers.now.pending.length, his.now.pending.length]).toEqual([1, 1]);
  for (let i = 0; i < 30; i++) {
    expect([hers.now.one?.assetCount, his.now.one?.assetCount]).toEqual([2, 12]);
    expect([hers.now.list?.[0]?.assetCount, his.now.list?.[0]?.assetCount]).toEqual([2, 12]);
    await soon(10);
  }
  expect(ada.emulator.members('trees').assetIds).not.toContain('y');
});

test('signing out and in as another shows nothing of the one before, and nothing of it comes later', async () => {
  const queryClient = new QueryClient();
  const server = createScenarioEmulator({ latency: 100, collections: [{ id: 'trees', assetCount: 1 }] });
  const others = createScenarioEmulator({ latency: 100, collections: [{ id: 'trees', assetCount: 10 }] });
  const clients = [clientOf(server, { scope: 'ada' }), clientOf(others, { scope: 'bob' })];
  let client = clients[0] as Scenario;
  const { result, rerender } = renderHook(useScreen, {
    wrapper: ({ children }) => (
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>{children}</ScenarioProvider>
      </QueryClientProvider>
    ),
  });
  await soon(300);
  act(() => result.current.add({ collectionId: 'trees', assetIds: ['x'] }));
  await soon(20);
  client = clients[1] as Scenario;
  rerender();
  expect(result.current).toMatchObject({ list: undefined, one: undefined, pending: [] });
  for (let i = 0; i < 40; i++) {
    await soon(10);
    expect([undefined, 10]).toContain(result.current.one?.assetCount);
  }
  expect(result.current.one?.assetCount).toBe(10);
  // What was asked for as the first user is still done as that user.
  expect(server.members('trees').assetIds).toContain('x');
  expect(others.members('trees').assetIds).not.toContain('x');
  client = clients[0] as Scenario;
  rerender();
  expect(result.current.one?.assetCount).toBe(2);
});

test('clearing one scope’s cache leaves the other’s', async () => {
  const [ada, bob] = openTwo({ scope: 'ada' }, { scope: 'bob' });
  ada.hook(() => useCollections());
  const his = bob.hook(() => useCollections().data);
  await soon(200);
  ada.queryClient.removeQueries({ queryKey: collectionKeys.all(ada.client.scope) });
  expect(his.now).toHaveLength(1);
  expect(bob.queryClient.getQueryData(collectionKeys.list({}, bob.client.scope))).toBeDefined();
});

test('no key holds a secret', async () => {
  const app = openApp({}, { apiKey: 'key-1', apiSecret: 'secret-1', dangerouslyAllowBrowser: true });
  app.hook(useScreen);
  await soon(300);
  const keys = JSON.stringify(
    app.queryClient
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey),
  );
  expect(keys).not.toMatch(/key-1|secret-1/);
});
