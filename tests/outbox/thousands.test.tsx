import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ScenarioProvider, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { clientOf, inVirtualTime, soon } from '../support/app.tsx';
import { openDisk } from './openDisk.ts';
import { goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const N = 1_000;

let add = (_: { collectionId: string; assetIds: string[] }): unknown => undefined;
function Screen() {
  add = useAddAssets().mutateAsync;
  return `${useCollection('trees').data?.assetCount}, ${usePendingChanges().length} waiting`;
}

/** How often all mutations are looked through. */
function countLooks(queryClient: QueryClient): { now: number } {
  const mutations = queryClient.getMutationCache();
  const getAll = mutations.getAll.bind(mutations);
  const looks = { now: 0 };
  mutations.getAll = () => {
    looks.now++;
    return getAll();
  };
  return looks;
}

test('thousands of changes that wait cost a record each and few requests, and are not looked through for each one of them', async () => {
  const [emulator, disk, queryClient] = [studio(20), openDisk(), new QueryClient()];
  const looks = countLooks(queryClient);
  const page = render(
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={clientOf(emulator)} outbox={createOutbox(disk)}>
        <Screen />
      </ScenarioProvider>
    </QueryClientProvider>,
  );
  await soon(100);
  goOffline();
  looks.now = 0;
  act(() => {
    for (let n = 0; n < N; n++) void add({ collectionId: 'trees', assetIds: [`asset_${n}`] });
  });
  expect(page.container.textContent).toBe(`${N + 2}, ${N} waiting`);
  expect(looks.now).toBeLessThan(10);
  await soon(50);
  expect([disk.asked.put, disk.records.size]).toEqual([N, N]);
  goOnline();
  await soon(5_000);
  expect(page.container.textContent).toBe(`${N + 2}, 0 waiting`);
  expect([disk.records.size, disk.asked.remove]).toEqual([0, N]);
  // Each is marked once before it is sent.
  expect(disk.asked.put).toBe(2 * N);
  const writes = emulator.requests.filter(({ method }) => method === 'PUT').length;
  expect(writes).toBeLessThanOrEqual(N / 50 + 1);
  expect(looks.now).toBeLessThan(10 * writes);
});
