import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ScenarioProvider, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { clientOf, inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openDisk } from './openDisk.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

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

test.each([
  ['are done', 0],
  ['fail', 100],
])('many changes that %s together are looked through a few times, in every tab', async (_, failing) => {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const tabs = [openTab(browser, emulator), openTab(browser, emulator)] as const;
  await calm(200);
  goOffline();
  press(() => watch(tabs[0].now.create({ name: 'Lakes' })));
  const collectionId = tabs[0].now.list?.find(({ name }) => name === 'Lakes')?.id ?? '';
  for (let n = 1; n < 100; n++) press(() => watch(tabs[0].now.update({ collectionId, name: `Lakes ${n}` })));
  await calm(100);
  expect(tabs.map(({ pending }) => pending.length)).toEqual([100, 100]);
  const looks = tabs.map(({ queryClient }) => countLooks(queryClient));
  if (failing) emulator.fault({ kind: 'refuse', on: 'POST /collections', times: 1 });
  goOnline();
  await calm(300);
  expect(tabs.map(({ pending }) => pending.length)).toEqual([failing, failing]);
  for (const { now } of looks) expect(now).toBeLessThan(50);
});

interface Told {
  readonly data: {
    readonly message: {
      readonly request?: { readonly ids: readonly unknown[] };
      readonly results?: readonly (readonly [key: number, result: { readonly ids?: readonly unknown[] }])[];
    };
  };
}

test('a tab that is opened while thousands of changes wait for a limit is told of it once, and of those that were sent', async () => {
  const browser = new FakeBrowser();
  const emulator = createScenarioEmulator({
    latency: 20,
    collections: ['trees', 'parks', 'bins'].map((id) => ({ id })),
  });
  const first = openTab(browser, emulator);
  await calm(200);
  emulator.fault({ kind: 'rateLimit', on: 'PUT', seconds: 9, times: 3 });
  press(() => {
    for (let n = 0; n < N; n++)
      watch(first.now.add({ collectionId: ['trees', 'parks', 'bins'][n % 3] ?? '', assetIds: [`asset_${n}`] }));
  });
  await calm(1_500);
  const results: unknown[] = [];
  browser.openTab((tab) => {
    new tab.Channel('scenario-react').onmessage = (({ data }: Told) => {
      results.push(...(data.message.results ?? []));
    }) as never;
  });
  const second = openTab(browser, emulator);
  await calm(500);
  expect(second.now.pending).toHaveLength(N);
  expect(second.now.pending.every(({ status, resumesAt }) => status === 'paused' && resumesAt)).toBe(true);
  expect(results.length).toBeGreaterThan(0);
  expect(results.length).toBeLessThanOrEqual(3 * 49 + 1);
  expect(JSON.stringify(results).length).toBeLessThan(50_000);
});

test.each([
  ['as it is asked', []],
  ['with an id in each that is in already', Array.from({ length: N / 40 }, (_, i) => `asset_${i * 40}`)],
])(
  'a change of thousands of ids, %s, tells the other tabs of each id a few times and not at every request',
  async (_, held) => {
    const browser = new FakeBrowser();
    const emulator = studio(20, held);
    const tabs = [openTab(browser, emulator), openTab(browser, emulator)] as const;
    let told = 0;
    const hear = ({ data: { message } }: Told) => {
      told += message.request?.ids.length ?? 0;
      for (const [, { ids = [] }] of message.results ?? []) told += ids.length;
    };
    browser.openTab((tab) => {
      new tab.Channel('scenario-react').onmessage = hear as never;
    });
    await calm(200);
    const assetIds = Array.from({ length: N }, (_, n) => `asset_${n}`);
    const outcome = press(() => watch(tabs[0].now.add({ collectionId: 'trees', assetIds })));
    await calm(5_000);
    expect(outcome).toMatchObject({ settled: 1, value: { assetCount: N } });
    expect(tabs.map(({ rows, pending }) => [...rows, ...pending])).toEqual([
      [`Trees ${N}`, 'Parks 0'],
      [`Trees ${N}`, 'Parks 0'],
    ]);
    expect(emulator.members('trees').assetIds).toHaveLength(N);
    expect(told).toBeGreaterThan(N);
    expect(told).toBeLessThan(10 * N);
  },
);
