import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** What a tab's list shows from now on, each time that it differs. */
function seenIn({ queryClient }: OpenTab): string[] {
  const seen: string[] = [];
  queryClient.getQueryCache().subscribe(() => {
    const rows = queryClient.getQueryData(collectionKeys.list({}))?.pages[0]?.collections ?? [];
    const shown = rows.map(({ name, assetCount }) => `${name} ${assetCount}`).join(', ');
    if (seen.at(-1) !== shown) seen.push(shown);
  });
  return seen;
}

/** A page is put to sleep and wakes at once, and reads for a while what is kept. */
async function nap(tab: OpenTab): Promise<void> {
  tab.sleep('frozen');
  await act(() => rest(2));
  tab.wake();
}

test('what is done while a page that has woken reads what is kept is never taken back there', async () => {
  const paces = [
    { lock: 1, read: 40, write: 3 },
    { lock: 60, read: 24, write: 7 },
    { lock: 7, read: 13, write: 10 },
  ];
  const browser = new FakeBrowser({ paces });
  const emulator = studio(20, ['oak']);
  // Of the two that wait for the end of b it is first, and takes its time.
  openTab(browser, emulator);
  const b = openTab(browser, emulator);
  await calm(300);
  const c = openTab(browser, emulator);
  await calm(300);
  emulator.fault({ kind: 'slow', ms: 20, on: ({ method }) => method === 'PUT', times: 1 });
  press(() => watch(c.now.update({ collectionId: 'trees', name: 'Woods' })));
  for (let i = 0; i < 40 && !(c.writes.length && b.pending.includes('update sending')); i++) await calm(10);
  expect(b.rows).toEqual(['Woods 1', 'Parks 0']);
  const seen = seenIn(b);
  await nap(b);
  await calm(600);
  expect(c.pending).toEqual([]);
  expect(seen).toEqual(['Woods 1, Parks 0']);
});

test('what is made while a page that has woken reads what is kept stands in its list once', async () => {
  const paces = [
    { lock: 11, read: 40, write: 12 },
    { lock: 2, read: 17, write: 7 },
  ];
  const browser = new FakeBrowser({ paces });
  const emulator = studio(10, ['oak']);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(400);
  goOffline();
  press(() => watch(b.now.create({ name: 'Lakes' })));
  await calm(200);
  expect(a.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
  const seen = seenIn(a);
  await nap(a);
  goOnline();
  for (let i = 0; i < 60; i++) {
    if (i % 2) press(() => void a.queryClient.refetchQueries());
    await calm(10);
  }
  expect(seen).toEqual(['Lakes 0, Trees 1, Parks 0']);
  expect([a.pending, b.pending]).toEqual([[], []]);
});

test('a page that finds out what another has sent before it was told counts what the request does not name', async () => {
  const { a, b } = await openTwo(studio(50, ['oak']));
  goOffline();
  press(() => watch(b.now.add({ collectionId: 'trees', assetIds: Array.from({ length: 60 }, (_, i) => `t${i}`) })));
  await calm();
  await nap(b);
  press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm();
  expect(b.rows).toEqual(['Trees 60', 'Parks 0']);
  const seen = seenIn(b);
  goOnline();
  await calm(10);
  expect(a.pending).toContain('addAssets sending');
  await calm(600);
  expect([a.pending, b.pending]).toEqual([[], []]);
  // What was read while the first 49 were on their way may hold them.
  for (const shown of seen) expect(Number(/Trees (\d+)/.exec(shown)?.[1])).toBeGreaterThanOrEqual(11);
});

test('of two changes that another tab has sent together, and takes over again as it wakes, none is counted twice', async () => {
  const browser = new FakeBrowser({ messageTakes: 12 });
  const emulator = studio(20, ['oak']);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(200);
  goOffline();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
  await calm(100);
  a.sleep('frozen');
  goOnline();
  for (let i = 0; i < 40 && !b.writes.length; i++) await calm(10);
  b.sleep('left');
  const seen = seenIn(a);
  a.wake();
  b.wake();
  await calm(600);
  expect([a.pending, b.pending]).toEqual([[], []]);
  expect(seen).toEqual(['Trees 3, Parks 0']);
});

test('what is asked for while a page that has woken reads its list again stays in its numbers', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20, ['oak']);
  const tab = openTab(browser, emulator);
  await calm(200);
  emulator.fault({ kind: 'slow', ms: 60, on: ({ path }) => path === '/collections', times: 1 });
  emulator.fault({ kind: 'slow', ms: 300, on: ({ method }) => method === 'PUT', times: 1 });
  await nap(tab);
  await calm(20);
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  const seen = seenIn(tab);
  await calm(600);
  expect(tab.sent.filter((line) => line === 'GET /collections')).toHaveLength(2);
  expect(tab.pending).toEqual([]);
  expect(seen).toEqual(['Trees 2, Parks 0']);
});

/** A tab whose first reads leave late, and what it or another asks for before they are answered, offline. It falls asleep then. */
async function sleepUnread(who: 'another' | 'itself', what: 'add' | 'takeOut') {
  const browser = new FakeBrowser();
  const emulator = studio(10, ['oak', 'elm']);
  const other = openTab(browser, emulator);
  await calm(100);
  const late: typeof fetch = async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, 80));
    return emulator.fetch(...given);
  };
  const tab = openTab(browser, emulator, { fetch: late });
  await calm(20);
  goOffline();
  const { now } = who === 'itself' ? tab : other;
  press(() => watch(now[what]({ collectionId: 'trees', assetIds: [what === 'add' ? 'yew' : 'elm'] })));
  await calm();
  const seen = seenIn(tab);
  tab.sleep('frozen');
  return { tab, other, seen };
}

test.each([
  ['another', 'add', 'Trees 3, Parks 0'],
  ['another', 'takeOut', 'Trees 1, Parks 0'],
  ['itself', 'add', 'Trees 3, Parks 0'],
  ['itself', 'takeOut', 'Trees 1, Parks 0'],
] as const)(
  'what a page reads for the first time as it wakes may hold what waited as it fell asleep (%s: %s)',
  async (who, what, rows) => {
    const { tab, other, seen } = await sleepUnread(who, what);
    goOnline();
    await calm(200);
    expect(other.rows.join(', ')).toBe(rows);
    tab.wake();
    await calm(600);
    expect(tab.pending).toEqual([]);
    expect(seen.filter(Boolean)).toEqual([rows]);
  },
);

test.each(['another', 'itself'] as const)(
  'what waits still is shown on what a page has read for the first time as it wakes (asked by %s)',
  async (who) => {
    const { tab, other, seen } = await sleepUnread(who, 'add');
    await calm(200);
    tab.wake();
    await calm(600);
    for (const { pending } of [tab, other]) expect(pending).toEqual(['addAssets paused']);
    expect(seen.at(-1)).toBe('Trees 3, Parks 0');
  },
);

test.each([
  ['a rename', ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' }), ['Woods 4']],
  ['an add', ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['yew'] }), ['Trees 4', 'Trees 5']],
  ['a remove', ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['elm'] }), ['Trees 4', 'Trees 3']],
] as const)(
  'what a page that has slept knew before is told to no other beside %s that waits: one that is opened since counts what was done meanwhile',
  async (_, ask, rows) => {
    const { a, b, browser, emulator } = await openTwo(studio(20));
    b.sleep('frozen');
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['fir', 'ash'] })));
    await calm(100);
    emulator.fault({ kind: 'slow', ms: 2_000, on: ({ method, path }) => method === 'GET' && path !== '/assets' });
    const isWrite = ({ method }: { method: string }) => ['PUT', 'DELETE'].includes(method);
    emulator.fault({ kind: 'rateLimit', seconds: 1, times: 1, on: isWrite });
    b.wake();
    press(() => watch(ask(b)));
    const seen = seenIn(openTab(browser, emulator));
    await calm(500);
    expect(b.pending).toEqual([expect.stringContaining('paused')]);
    emulator.fault({ kind: 'slow', ms: 5_000, times: 1, on: isWrite });
    await calm(8_000);
    expect(b.pending).toEqual([]);
    // What it has read while that was on its way may hold it: a number is late rather than counted twice.
    expect(seen.filter(Boolean)).toEqual(rows.map((row) => `${row}, Parks 0`));
  },
);
