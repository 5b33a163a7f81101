import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { setClock } from '../support/virtualTime.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const waits = ({ now }: OpenTab) =>
  now.pending.map(
    ({ kind, status, resumesAt }) => `${kind} ${status}${resumesAt ? ` for ${resumesAt - Date.now()} ms` : ''}`,
  );

async function openTabs() {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const tabs = [openTab(browser, emulator), openTab(browser, emulator)] as const;
  await calm(200);
  return { browser, emulator, tabs };
}

test('a limit that one tab waits for is shown with its changes in all tabs', async () => {
  const { emulator, tabs } = await openTabs();
  emulator.fault({ kind: 'rateLimit', seconds: 3, times: 1 });
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(100);
  const refused = 'update paused for 2950 ms';
  expect(tabs.map(waits)).toEqual([[refused], [refused]]);
  // It was asked for while the limit is waited for, and never refused.
  press(() => watch(tabs[0].now.add({ collectionId: 'parks', assetIds: ['fir'] })));
  await calm(1_000);
  const both = ['update paused for 1950 ms', 'addAssets paused for 1950 ms'];
  expect(tabs.map(waits)).toEqual([both, both]);
  await calm(3_000);
  expect(tabs.map(waits)).toEqual([[], []]);
  expect(tabs.map(({ writes }) => writes.length)).toEqual([3, 0]);
});

test.each(['has waited for the network', 'an earlier page has left'])(
  'a create that %s, and that a limit keeps waiting, shows that wait',
  async (how) => {
    const { browser, emulator, tabs } = await openTabs();
    goOffline();
    press(() => watch(tabs[0].now.create({ name: 'Lakes' })));
    await calm(100);
    for (const { kill } of how.includes('left') ? tabs : []) kill();
    emulator.fault({ kind: 'rateLimit', seconds: 3, times: 1 });
    goOnline();
    const tab = how.includes('left') ? openTab(browser, emulator) : tabs[0];
    await calm(500);
    expect(waits(tab).join()).toMatch(/^create paused for 2\d+ ms$/);
    await calm(4_000);
    expect(waits(tab)).toEqual([]);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
  },
);

test('a limit that is over is told of nothing that is asked for after it', async () => {
  const { emulator, tabs } = await openTabs();
  emulator.fault({ kind: 'rateLimit', seconds: 1, times: 1 });
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(3_000);
  expect(tabs.map(waits)).toEqual([[], []]);
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Forest' })));
  await calm(30);
  expect(tabs.map(waits)).toEqual([['update sending'], ['update sending']]);
  await calm(300);
});

test('a tab that is opened while another waits for a limit shows that wait', async () => {
  const { browser, emulator, tabs } = await openTabs();
  emulator.fault({ kind: 'rateLimit', seconds: 3, times: 1 });
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(500);
  const third = openTab(browser, emulator);
  await calm(500);
  const refused = 'update paused for 2050 ms';
  expect([...tabs, third].map(waits)).toEqual([[refused], [refused], [refused]]);
  await calm(3_000);
  expect([...tabs, third].map(waits)).toEqual([[], [], []]);
});

test('a limit that was told says nothing any more when the clock is set back', async () => {
  const { emulator, tabs } = await openTabs();
  emulator.fault({ kind: 'rateLimit', seconds: 3, times: 1 });
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(100);
  setClock(-3_600_000);
  await calm(300);
  press(() => watch(tabs[0].now.add({ collectionId: 'parks', assetIds: ['fir'] })));
  await calm(30);
  // One request tries, and the others follow it.
  const both = ['addAssets queued', 'update sending'];
  expect(tabs.map(waits)).toEqual([both, both]);
  await calm(3_000);
  expect(tabs.map(waits)).toEqual([[], []]);
});

test('what another tab asks for while one waits for a limit is its own: it finds out by itself', async () => {
  const { emulator, tabs } = await openTabs();
  emulator.fault({ kind: 'rateLimit', seconds: 3, times: 1 });
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(100);
  press(() => watch(tabs[1].now.add({ collectionId: 'parks', assetIds: ['fir'] })));
  expect(waits(tabs[1])[1]).toBe('addAssets queued');
  await calm(300);
  expect(tabs.map((tab) => tab.pending)).toEqual([['update paused'], ['update paused']]);
  await calm(3_000);
  expect(tabs.map(waits)).toEqual([[], []]);
});

test('what is as its user wants it, and is moved yet by what stands before it, is asked for by the next page too', async () => {
  const browser = new FakeBrowser();
  const emulator = createScenarioEmulator({
    latency: 50,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks', assetIds: ['yew'] },
    ],
  });
  const first = openTab(browser, emulator);
  // An item says which collections it is in: the yew is not in the trees.
  renderHook(() => useCollectionAssets('parks').data, { wrapper: first.wrapper });
  await calm(200);
  const end = emulator.fault({ kind: 'rateLimit', seconds: 1 });
  press(() => watch(first.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(100);
  press(() => watch(first.now.takeOut({ collectionId: 'trees', assetIds: ['yew', 'oak'] })));
  await calm(1_500);
  expect(first.writes).toEqual(['PUT /collections/trees/assets', 'DELETE /collections/trees/assets']);
  first.kill();
  end();
  const second = openTab(browser, emulator);
  await calm(2_000);
  expect(second.pending).toEqual([]);
  expect(emulator.members('trees').assetIds).toEqual(['elm']);
  expect(second.rows).toEqual(['Trees 1', 'Parks 1']);
});

test('a create that may have been sent is looked for when the limit lets that through, and is not given up before', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  press(() => watch(before.now.create({ name: 'Lakes' })));
  await calm(30);
  expect(emulator.collections).toHaveLength(3);
  before.kill();
  const spent = emulator.fault({ kind: 'rateLimit', seconds: 60 });
  const after = openTab(browser, emulator);
  await calm(200);
  spent();
  await soon(59_000);
  expect(after.pending).toEqual(['create queued']);
  await soon(1_000);
  await calm(1_000);
  expect(after.pending).toEqual([]);
  expect(after.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
  expect(emulator.collections).toHaveLength(3);
});
