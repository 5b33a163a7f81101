import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const assetIds = ['yew'];

/** What a tab's list counts of the first collection from now on: what differs from before, and what it counts when something is said to be old. */
function countsIn({ queryClient }: OpenTab): { readonly counts: number[]; readonly atInvalidation: number[] } {
  const seen = { counts: [] as number[], atInvalidation: [] as number[] };
  queryClient.getQueryCache().subscribe((event) => {
    const count = queryClient.getQueryData(collectionKeys.list({}))?.pages[0]?.collections[0]?.assetCount;
    if (count === undefined) return;
    if (seen.counts.at(-1) !== count) seen.counts.push(count);
    if (event.type === 'updated' && event.action.type === 'invalidate') seen.atInvalidation.push(count);
  });
  return seen;
}

test('what a page takes out before it has heard that another has put it in moves no count when it hears so', async () => {
  const { a, b } = await openTwo();
  goOffline();
  b.sleep('left');
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  await calm();
  press(() => {
    b.wake();
    watch(b.now.takeOut({ collectionId: 'trees', assetIds }));
  });
  await calm();
  expect(b.pending).toEqual(['addAssets paused', 'removeAssets paused']);
  expect(a.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
});

test('a refusal that is heard before what has become of the rest of its request counts none of that twice', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(10, ['oak', 'yew']);
  const a = openTab(browser, emulator);
  await calm(100);
  emulator.fault({ kind: 'refuse', status: 400, on: ({ method }) => method === 'DELETE', times: 1 });
  emulator.fault({ kind: 'slow', ms: 200, on: ({ method }) => method === 'DELETE', times: 1 });
  // In already, which nobody here knows.
  const add = press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  const takeOut = press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds })));
  await calm(20);
  expect(a.writes).toEqual(['DELETE /collections/trees/assets']);
  const b = openTab(browser, emulator);
  const { counts } = countsIn(b);
  await calm(400);
  expect([add.value, takeOut.error]).toMatchObject([{ assetCount: 2 }, { status: 400 }]);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(counts).toEqual([2]);
});

test('a list counts what another tab has done before anybody is told that contents are to be read for it', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(10);
  const a = openTab(browser, emulator);
  await calm(100);
  emulator.fault({ kind: 'slow', ms: 200, on: ({ method }) => method === 'PUT', times: 1 });
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  await calm(20);
  press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds })));
  const b = openTab(browser, emulator);
  await calm(100);
  b.queryClient.setQueryData(collectionKeys.assets('trees', {}), { pages: [{ assets: [] }], pageParams: [null] });
  // It may hold what is on its way.
  expect(b.rows).toEqual(['Trees 3', 'Parks 0']);
  const { atInvalidation } = countsIn(b);
  await calm(200);
  expect(emulator.members('trees').assetIds).not.toContain('yew');
  expect(atInvalidation).toEqual([2]);
});

test.each([0, 1, 2, 3, 4, 5, 6, 8])(
  'what is taken back in a page that slept while it was written shows in no tab that is opened just then (%i turns)',
  async (turns) => {
    const browser = new FakeBrowser();
    const emulator = studio(50);
    const a = openTab(browser, emulator);
    await calm(200);
    press(() => {
      watch(a.now.update({ collectionId: 'trees', name: 'Woods' }));
      watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }));
    });
    await rest(turns);
    a.sleep('frozen');
    a.wake();
    press(() => a.now.pending[0]?.discard());
    const b = openTab(browser, emulator);
    await calm(400);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(b.rows).toEqual(a.rows);
    expect(b.rows).toContain('Gardens 0');
  },
);

test('what a page has read while an add of another tab was on its way, and nobody knows how that ended, counts what is taken out of it', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const a = openTab(browser, emulator);
  await calm(100);
  const isOne = ({ method, path }: { method: string; path: string }) =>
    method === 'GET' && path === '/collections/trees';
  emulator.fault({ kind: 'loseAnswer', on: ({ method }) => method === 'PUT', times: 1 });
  emulator.fault({ kind: 'slow', ms: 200, on: ({ method }) => method === 'PUT', times: 1 });
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  await calm(40);
  const b = openTab(browser, emulator);
  await calm(60);
  emulator.fault({ kind: 'refuse', status: 403, on: isOne });
  press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds })));
  // It may hold what is on its way, or not.
  expect(b.rows).toEqual(['Trees 3', 'Parks 0']);
  emulator.fault({ kind: 'slow', ms: 200, on: ({ method }) => method === 'DELETE' });
  await calm(200);
  expect(b.pending).toEqual(['addAssets failed', 'removeAssets sending']);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
});

test('that an item is in is heard as well where it is asked about to be taken out', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(100);
  const stop = emulator.fault({ kind: 'refuse', status: 403, on: ({ path }) => path === '/collections/trees' });
  emulator.fault({ kind: 'loseAnswer', on: ({ method }) => method === 'PUT', times: 1 });
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  await calm(100);
  expect(a.pending).toEqual(['addAssets failed']);
  stop();
  emulator.fault({ kind: 'offline', on: ({ method }) => method === 'DELETE', times: 1 });
  press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds })));
  const { counts } = countsIn(a);
  await calm(200);
  expect(emulator.members('trees').assetIds).not.toContain('yew');
  expect(counts).toEqual([2]);
});

test.each(Array.from({ length: 12 }, (_, turns) => turns))(
  'what a tab takes back, and ends before it has told so, is pending in no other (%i turns)',
  async (turns) => {
    const browser = new FakeBrowser();
    const emulator = studio(20);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(100);
    goOffline();
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
    await calm(100);
    press(() => watch(b.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(100);
    expect(b.pending).toEqual(['addAssets paused', 'update paused']);
    press(() => {
      for (const change of a.now.pending) change.discard();
    });
    await rest(turns);
    a.kill();
    await calm(1_500);
    const c = openTab(browser, emulator);
    await calm(100);
    expect(b.pending).toEqual(c.pending);
  },
);

test.each(Array.from({ length: 12 }, (_, turns) => turns))(
  'what a tab was answered, and ends before it has told so, is shown in the others without their doing (%i turns)',
  async (turns) => {
    const browser = new FakeBrowser();
    const emulator = studio(20);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(100);
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(30);
    await soon(10);
    await rest(turns);
    a.kill();
    await calm(5_000);
    expect(b.pending).toEqual([]);
    expect(b.rows).toEqual(['Trees 2', 'Gardens 0']);
  },
);

test('a collection that another tab makes while a page reads what is kept is listed when it has', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [quick, { lock: 20, read: 20, write: 1 }] });
  const emulator = studio(10);
  const a = openTab(browser, emulator);
  await calm(200);
  press(() => watch(a.now.create({ name: 'Bins' })));
  const b = openTab(browser, emulator);
  await calm(400);
  expect(a.rows).toContain('Bins 0');
  expect(b.rows).toEqual(a.rows);
});

test('what another tab does while the storage of a page is being opened is read by that page', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [quick, { ...quick, read: 400 }] });
  const emulator = studio(20);
  const a = openTab(browser, emulator);
  await calm(200);
  const b = openTab(browser, emulator);
  await calm(100);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
  press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm(200);
  expect(a.pending).toEqual([]);
  await calm(1_000);
  expect(b.rows).toEqual(['Lakes 0', 'Trees 2', 'Gardens 0']);
});

test('what is found out of several changes of a tab that has ended is heard of all of them before one is settled by it', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator), openTab(browser, emulator)];
  await calm(100);
  press(() => {
    watch(a.now.add({ collectionId: 'trees', assetIds }));
    watch(a.now.add({ collectionId: 'trees', assetIds: ['fir'] }));
  });
  await calm(10);
  a.kill();
  press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds })));
  await calm();
  expect(c.rows).toEqual(['Trees 3', 'Parks 0']);
  const { counts } = countsIn(c);
  await calm(400);
  expect(emulator.members('trees').assetIds).toEqual(expect.not.arrayContaining(assetIds));
  expect(counts).toEqual([3]);
});

test('what a page has read of a list before its storage counts once what others have told of meanwhile, at no moment twice', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [quick, { ...quick, read: 400 }] });
  const emulator = studio(50);
  const a = openTab(browser, emulator);
  await calm(200);
  press(() => watch(a.now.remove({ collectionId: 'parks' })));
  await calm(20);
  const b = openTab(browser, emulator);
  press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm(200);
  press(() => b.queryClient.refetchQueries());
  await calm(100);
  expect(b.rows).toEqual(['Trees 1']);
  const { counts } = countsIn(b);
  await calm(1_000);
  expect(counts).toEqual([1]);
});

describe.each([1, 5, 15, 40])('the word of a tab that has ended since takes %i turns', (messageTakes) => {
  test.each(['was taken back', 'was refused', 'is done', 'is made'])(
    'that a change %s is known to every tab, though that could not be written down',
    async (what) => {
      for (let turns = 0; turns < 15; turns++) {
        const browser = new FakeBrowser({ messageTakes });
        const emulator = studio(20);
        const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
        await calm(100);
        if (what === 'was refused') emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
        if (what === 'was taken back') goOffline();
        press(() =>
          watch(
            what === 'is made'
              ? a.now.create({ name: 'Lakes' })
              : a.now.update({ collectionId: 'parks', name: 'Gardens' }),
          ),
        );
        await calm(10);
        a.tab.closeDatabases();
        if (what === 'was taken back') act(() => a.queryClient.clear());
        else await soon(10);
        await rest(turns);
        a.kill();
        await rest(60);
        const c = openTab(browser, emulator);
        goOnline();
        await calm(2_000);
        expect(b.pending, `${turns} turns`).toEqual(c.pending);
        expect(c.pending.filter((each) => each !== 'update failed')).toEqual([]);
        expect(c.rows).toEqual(b.rows);
        for (const tab of [b, c]) tab.kill();
      }
    },
  );
});

test.each([
  ['renamed', 'Woods 2', ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' })],
  ['filled', 'Trees 3', ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['fir'] })],
  ['emptied', 'Trees 1', ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['elm'] })],
] as const)(
  'what another tab has %s while a page reads what is kept is shown there without a network',
  async (_, shown, ask) => {
    const quick = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [quick, { lock: 300, read: 1, write: 1 }] });
    const emulator = createScenarioEmulator({
      latency: ({ method }) => (method === 'GET' ? 20 : 200),
      collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] }],
    });
    const a = openTab(browser, emulator);
    await calm(200);
    press(() => watch(ask(a)));
    await calm(20);
    const b = openTab(browser, emulator);
    await calm(40);
    expect(b.rows).toEqual(['Trees 2']);
    goOffline();
    await calm(600);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(b.rows).toEqual([shown]);
    goOnline();
  },
);

test('who has written a change has seen what was written before it, though no word of that has come yet', async () => {
  const browser = new FakeBrowser({ messageTakes: 200 });
  const emulator = studio(20, ['oak']);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(500);
  goOffline();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await rest(30);
  expect(b.pending).toEqual([]);
  press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
  await act(() => rest(30));
  expect([...b.pending].sort()).toEqual(['addAssets paused', 'removeAssets paused']);
  expect(b.rows).toEqual(['Trees 1', 'Parks 0']);
  goOnline();
  await calm(2_000);
  expect(emulator.members('trees').assetIds).toEqual(['oak']);
  for (const { pending, rows } of [a, b]) expect([pending, rows]).toEqual([[], ['Trees 1', 'Parks 0']]);
});

test('of two tabs that may send at once one waits for the other, of which it has heard no more than what that asks for', async () => {
  const browser = new FakeBrowser({ messageTakes: 200 });
  const emulator = studio(20, ['oak']);
  emulator.fault({ kind: 'slow', ms: 500, on: 'PUT', times: 1 });
  const tabs = [openTab(browser, emulator), openTab(browser, emulator)] as const;
  const [a, b] = tabs;
  await calm(500);
  goOffline();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(500);
  for (const { pending } of tabs) expect(pending).toHaveLength(2);
  const before = tabs.map(({ tab }) => tab.transactions);
  goOnline();
  await act(() => rest(100));
  expect([...a.writes, ...b.writes]).toHaveLength(1);
  // Neither looks at the storage again and again.
  tabs.forEach(({ tab }, i) => {
    expect(tab.transactions - (before[i] ?? 0)).toBeLessThan(4);
  });
  await calm(2_000);
  expect([...a.writes, ...b.writes]).toHaveLength(2);
  for (const { pending, rows } of tabs) expect([pending, rows]).toEqual([[], ['Woods 2', 'Parks 0']]);
});
