import { act, renderHook } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useCollections } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

type Ask = (now: OpenTab['now']) => Promise<unknown>;

const many = Array.from({ length: 60 }, (_, i) => `fir${i}`);

const ASKS: readonly (readonly [what: string, ask: Ask, rows: string])[] = [
  ['a rename', (now) => now.update({ collectionId: 'trees', name: 'Woods' }), 'Woods 2,Parks 0'],
  ['an add', (now) => now.add({ collectionId: 'trees', assetIds: ['yew'] }), 'Trees 3,Parks 0'],
  ['a remove', (now) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }), 'Trees 1,Parks 0'],
  ['an add of two requests', (now) => now.add({ collectionId: 'parks', assetIds: many }), 'Trees 2,Parks 60'],
  ['a create', (now) => now.create({ name: 'Ponds' }), 'Ponds 0,Trees 2,Parks 0'],
  ['a delete', (now) => now.remove({ collectionId: 'parks' }), 'Trees 2'],
];

/** Clears the cache of a page, and gives all that a screen shows from then on. */
function clear({ queryClient, wrapper }: OpenTab): Set<string> {
  act(() => queryClient.clear());
  const seen = new Set<string>();
  renderHook(
    () => {
      const { data } = useCollections({ pageSize: 20 });
      if (data) seen.add(String(data.map(({ name, assetCount }) => `${name} ${assetCount}`)));
    },
    { wrapper },
  );
  return seen;
}

describe.each(ASKS)('a page whose cache is cleared shows what another tab has asked for: %s', (_, ask, rows) => {
  test.each([[0], [20], [70], [120]])('that was asked for %i ms before, and is on the wire', async (before) => {
    const { a, b } = await openTwo();
    const outcome = press(() => watch(ask(a.now)));
    await calm(Math.max(1, before));
    const seen = clear(b);
    await calm(1);
    expect(b.pending).toEqual(a.pending);
    await calm(1_000);
    expect(outcome.settled).toBe(1);
    expect([String(a.rows), [...seen], a.pending, b.pending, b.writes]).toEqual([rows, [rows], [], [], []]);
  });

  test('that waits', async () => {
    const { a, b } = await openTwo();
    goOffline();
    press(() => watch(ask(a.now)));
    await calm(20);
    clear(b);
    await calm(20);
    expect(b.pending).toEqual(a.pending);
    expect(a.pending).toHaveLength(1);
    goOnline();
    await calm(1_000);
    const seen = clear(b);
    await calm(200);
    expect([String(a.rows), [...seen], a.pending, b.pending, b.writes]).toEqual([rows, [rows], [], [], []]);
  });

  test('that was asked for while it took long to sign out', async () => {
    const quick = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [quick, { lock: 1, read: 100, write: 100 }] });
    const emulator = studio(20);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(500);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Elms' })));
    await calm(200);
    b.tab.closeDatabases();
    const signedOut = press(() => watch(b.tab.run(() => b.outbox.clear())));
    await calm(20);
    press(() => watch(ask(a.now)));
    while (!signedOut.settled) await calm(20);
    clear(b);
    await calm(20);
    expect(b.pending).toEqual(a.pending);
    expect(a.pending).toHaveLength(1);
    goOnline();
    await calm(2_000);
    expect([String(a.rows), a.pending, b.pending]).toEqual([rows, [], []]);
    for (const tab of [a, b]) tab.kill();
  });
});

test('a page whose cache is cleared lists what has failed in another tab, until it is discarded in either', async () => {
  const { a, b, browser, emulator } = await openTwo(studio(20));
  emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(200);
  clear(b);
  await calm(200);
  expect([a.pending, b.pending]).toEqual([['update failed'], ['update failed']]);
  act(() => b.now.pending[0]?.discard());
  expect(b.pending).toEqual([]);
  await calm(20);
  expect([a.pending, b.pending, await browser.records()]).toEqual([[], [], []]);
});

test('queryClient.clear() forgets what this page has asked for, even if the page is closed at once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const before = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  act(() => before.queryClient.clear());
  await Promise.resolve();
  before.kill();
  goOnline();
  const next = openTab(browser, emulator);
  await calm(300);
  expect(next.pending).toEqual([]);
  expect(next.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(next.writes).toEqual([]);
});
