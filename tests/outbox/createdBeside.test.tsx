import { expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const isCreate = (input: RequestInfo | URL, init?: RequestInit) => {
  const { method, url } = new Request(input, init);
  return method === 'POST' && url.endsWith('/collections');
};

/** Tabs of one browser, the last of which lives. What the others create reaches the server, or never does. */
async function openTabs(areReached: readonly boolean[], emulator = studio(100)) {
  const browser = new FakeBrowser();
  const tabs = [...areReached, true].map((isReached) =>
    openTab(browser, emulator, {
      onProblem: () => undefined,
      fetch: (input, init) =>
        isReached || !isCreate(input, init) ? emulator.fetch(input, init) : new Promise(() => undefined),
    }),
  );
  await calm(1_000);
  const living = tabs.pop() as OpenTab;
  return { emulator, living, tabs };
}

const create = ({ now }: OpenTab) => press(() => watch(now.create({ name: 'Untitled' })));

/** An item in the newest collection. */
const fill = ({ now }: OpenTab, item: string) =>
  press(() => watch(now.add({ collectionId: now.list?.[0]?.id as string, assetIds: [item] })));

const LOST = expect.stringContaining('nobody knows whether it was');

test.each([
  ['that had not left', false, { rows: ['Untitled 0'], failed: [LOST, expect.anything()] }],
  ['that was done', true, { rows: ['Untitled 0', 'Untitled 1'], failed: [] }],
])(
  'what a page is making itself is not taken for what a killed page was making, %s',
  async (_, isReached, expected) => {
    const { emulator, living, tabs } = await openTabs([isReached]);
    const [killed] = tabs as [OpenTab];
    create(killed);
    await calm(20);
    fill(killed, 'oak');
    await calm(20);
    create(living);
    await calm(10);
    killed.kill();
    await calm(10_000);
    expect(living.now.pending.map(({ error }) => error?.message)).toEqual(expected.failed);
    expect(living.rows).toEqual([...expected.rows, 'Trees 2', 'Parks 0']);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(living.rows);
  },
);

test.each([
  ['none', [false, false], { made: 0, failed: 2 }],
  ['one', [true, false], { made: 1, failed: 1 }],
])(
  'two pages that were killed as they made collections of one name: where the server has %s, one at most is found',
  async (_, areReached, expected) => {
    const { emulator, living, tabs } = await openTabs(areReached);
    for (const tab of tabs) create(tab);
    await calm(20);
    for (const tab of tabs) tab.kill();
    await calm(20_000);
    expect(living.pending).toEqual(Array(expected.failed).fill('create failed'));
    expect(emulator.collections).toHaveLength(2 + expected.made);
    expect(living.rows).toHaveLength(2 + expected.made);
  },
);

test('two pages that were killed as they made collections of one name: one is found, however many there are', async () => {
  const collections = Array.from({ length: 150 }, (_, i) => ({ id: `c${i}`, name: `Old ${i}` }));
  const { emulator, living, tabs } = await openTabs(
    [true, false],
    createScenarioEmulator({ latency: 100, collections }),
  );
  for (const tab of tabs) create(tab);
  await calm(20);
  for (const tab of tabs) tab.kill();
  await calm(20_000);
  expect(living.pending).toEqual(['create failed']);
  expect(emulator.collections).toHaveLength(151);
  expect(living.rows.filter((row) => row === 'Untitled 0')).toHaveLength(1);
});

test('what a third tab is making is not taken for what a killed page was making', async () => {
  const { emulator, living, tabs } = await openTabs([false, true]);
  const [killed, third] = tabs as [OpenTab, OpenTab];
  create(killed);
  await calm(20);
  create(third);
  await calm(10);
  killed.kill();
  await calm(10_000);
  expect(living.pending).toEqual(['create failed']);
  expect(third.pending).toEqual(['create failed']);
  expect(living.rows).toEqual(['Untitled 0', 'Trees 2', 'Parks 0']);
  expect(emulator.collections).toHaveLength(3);
});
