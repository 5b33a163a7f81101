import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openOne } from './openOne.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { slowly } from './slowly.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test.each([
  ['a change', 2, (tab: OpenTab) => tab.now.update({ collectionId: 'parks', name: 'Gardens' }), true],
  ['the id of what was made', 3, (tab: OpenTab) => tab.now.create({ name: 'Lakes' }), false],
  ['a failure', 3, (tab: OpenTab) => tab.now.remove({ collectionId: 'parks' }), false],
] as const)(
  'a full disk is told once that it is to keep %s: a moment later it is full still, and other tabs wait for that',
  async (_, count, ask, isFull) => {
    const browser = new FakeBrowser();
    const emulator = studio(50);
    const tab = openTab(browser, emulator, { onProblem: () => undefined });
    await calm(200);
    emulator.fault({ kind: 'refuse', status: 403, body: {}, on: 'DELETE /collections/parks' });
    const { transactions } = tab.tab;
    browser.isFull = isFull;
    tab.tab.run(() => press(() => watch(ask(tab))));
    await calm();
    browser.isFull = true;
    await calm(300);
    expect(tab.tab.transactions - transactions).toBe(count);
  },
);

test('what there was no room for is kept as soon as there is some, before what is asked for then', async () => {
  const { browser, kept, onProblem, open, tab } = await openOne();
  goOffline();
  browser.isFull = true;
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([false]);
  expect(tab.outbox.status).toBe('memory');
  expect(onProblem).toHaveBeenCalledTimes(1);
  browser.isFull = false;
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm();
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true, true]);
  expect(tab.outbox.status).toBe('ready');
  expect(await kept()).toEqual(['update queued', 'update queued']);
  tab.kill();
  const next = open();
  goOnline();
  await calm(400);
  expect(next.rows).toEqual(['Trees 1', 'Woods 0']);
  expect(next.writes).toEqual(['PUT /collections/parks']);
});

test('what there was no room for is kept in the order in which it was asked for, also where the first of it comes back from the wire while the others are written', async () => {
  for (let wait = 0; wait < 60; wait += 10) {
    const browser = new FakeBrowser({ paces: [{ lock: 1, read: 20, write: 1 }] });
    const emulator = studio(50);
    const tab = openTab(browser, emulator, { onProblem: () => undefined });
    const run = <T,>(work: () => T) => tab.tab.run(work);
    const rename = (collectionId: string, name: string) =>
      run(() => press(() => watch(tab.now.update({ collectionId, name }))));
    await calm(300);
    goOffline();
    rename('parks', 'Gardens');
    await calm(60);
    browser.isFull = true;
    const end = emulator.fault({ kind: 'rateLimit', seconds: 60 });
    run(goOnline);
    for (let i = 0; i < 40 && !tab.writes.length; i++) await calm(10);
    rename('parks', 'Woods');
    browser.isFull = false;
    await calm(wait);
    rename('trees', 'Elms');
    await calm(100);
    run(goOffline);
    rename('trees', 'Oaks');
    await calm(100);
    tab.kill();
    end();
    goOnline();
    const next = openTab(browser, emulator);
    await calm(500);
    expect(next.rows, `after ${wait} ms`).toEqual(['Oaks 2', 'Woods 0']);
    next.kill();
  }
});

test('what waits for a create that there is no room for is not said to be kept: nobody else could send it', async () => {
  const { browser, kept, tab } = await openOne();
  browser.isFull = true;
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm(10);
  browser.isFull = false;
  const { collectionId } = tab.now.pending[0] ?? { collectionId: '' };
  press(() => watch(tab.now.add({ collectionId, assetIds: ['yew'] })));
  await calm(10);
  expect(tab.now.pending.map(({ kind, stored }) => [kind, stored])).toEqual([
    ['create', false],
    ['addAssets', false],
  ]);
  expect(await kept()).toEqual([]);
  await calm(400);
  expect(tab.rows).toEqual(['Lakes 1', 'Trees 1', 'Parks 0']);
});

test('a failure that there is no room for is listed by its page alone, and is pending in none that is opened then', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(20);
  browser.isFull = true;
  await calm(200);
  expect(tab.pending).toEqual(['update failed']);
  expect(await kept()).toEqual([]);
  const next = open();
  await calm(200);
  expect(next.pending).toEqual([]);
  expect(next.rows).toEqual(['Trees 1', 'Parks 0']);
  press(() => tab.now.pending[0]?.retry());
  await calm(400);
  expect(tab.pending).toEqual([]);
  expect(emulator.collections[1]).toMatchObject({ name: 'Gardens' });
});

test('what a tab has left is sent by another once, though there is no room to write down whose it is', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  const [b, c] = [open(), open()];
  await calm(200);
  tab.unplug();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(await kept()).toEqual(['update sent']);
  browser.isFull = true;
  tab.kill();
  await calm(1_500);
  expect([...b.writes, ...c.writes]).toEqual(['PUT /collections/parks']);
  expect(emulator.collections[1]).toMatchObject({ name: 'Gardens' });
  expect([b.pending, c.pending]).toEqual([[], []]);
  expect(await kept()).toEqual([]);
});

test('a page that wakes on a full disk sends what is its own', async () => {
  const { browser, emulator, kept, tab } = await openOne();
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  tab.sleep('left');
  browser.isFull = true;
  await calm();
  tab.wake();
  goOnline();
  await calm(1_500);
  expect(tab.writes).toEqual(['PUT /collections/parks']);
  expect(emulator.collections[1]).toMatchObject({ name: 'Gardens' });
  expect(tab.pending).toEqual([]);
  expect(await kept()).toEqual([]);
});

test('what cannot be marked as sent is its page’s alone, and the others read what it has done', async () => {
  const { browser, kept, open, tab } = await openOne();
  const other = open();
  await calm(200);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(other.pending).toEqual(['update paused']);
  browser.isFull = true;
  goOnline();
  await calm(30);
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([false]);
  expect(other.pending).toEqual([]);
  expect(await kept()).toEqual([]);
  await calm(400);
  expect(tab.rows).toEqual(['Trees 1', 'Gardens 0']);
  expect(other.rows).toEqual(tab.rows);
});

test('a create that cannot be marked as sent takes along what waits for it, whichever tab has asked for that', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  const other = open();
  await calm(200);
  goOffline();
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm();
  const { collectionId } = other.now.pending[0] ?? { collectionId: '' };
  press(() => void other.now.add({ collectionId, assetIds: ['yew'] }).catch(() => undefined));
  await calm();
  expect(await kept()).toEqual(['create queued', 'addAssets queued']);
  browser.isFull = true;
  goOnline();
  await calm(600);
  expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 1 });
  expect([tab.pending, other.pending]).toEqual([[], []]);
  expect(other.rows).toEqual(tab.rows);
  expect(await kept()).toEqual([]);
});

test.each(['tab', 'other'] as const)(
  'a create whose id there is no room for is asked about by no page, also if something waits that the %s asks for',
  async (whose) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    const other = open();
    await calm(200);
    emulator.fault({ kind: 'slow', ms: 400, on: 'POST /collections', times: 1 });
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm(100);
    const { collectionId } = other.now.pending[0] ?? { collectionId: '' };
    const asking = whose === 'tab' ? tab : other;
    press(() => void asking.now.add({ collectionId, assetIds: ['yew'] }).catch(() => undefined));
    await calm(100);
    browser.isFull = true;
    goOffline();
    await calm(400);
    expect([await kept(), tab.pending]).toEqual([[], ['addAssets paused']]);
    browser.isFull = false;
    goOnline();
    await calm(400);
    const next = open();
    await calm(400);
    expect(next.rows).toEqual(['Lakes 1', 'Trees 1', 'Parks 0']);
    expect([tab.rows, other.rows]).toEqual([next.rows, next.rows]);
    expect([tab.pending, other.pending, next.pending]).toEqual([[], [], []]);
    expect(emulator.requests.map(({ method }) => method).filter((method) => method !== 'GET')).toEqual(['POST', 'PUT']);
  },
);

test('what is done on a full disk is asked about by no page that comes later', async () => {
  const { browser, kept, open, tab } = await openOne();
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm(20);
  expect(await kept()).toEqual(['create sent']);
  browser.isFull = true;
  await calm(400);
  expect(await kept()).toEqual([]);
  tab.kill();
  const next = open();
  await calm(400);
  expect(next.pending).toEqual([]);
  expect(next.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
});

test('what has failed and is asked for again on a full disk is listed by no other tab: it could be asked for twice', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  const other = open();
  await calm(200);
  emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(400);
  expect(other.pending).toEqual(['update failed']);
  browser.isFull = true;
  press(() => tab.now.pending[0]?.retry());
  await calm(20);
  expect(other.pending).toEqual([]);
  expect(await kept()).toEqual([]);
  await calm(400);
  expect(tab.writes).toHaveLength(2);
  expect(emulator.collections[1]).toMatchObject({ name: 'Gardens' });
});

test.each([
  ['renames', 'before', 10, 150],
  ['renames', 'after', 150, 10],
  ['adds', 'before', 10, 150],
  ['adds', 'after', 150, 10],
] as const)(
  'of two writes at once each counts once, where who had no room %s, and that is done %s the other',
  async (what, _, there, back) => {
    const browser = new FakeBrowser();
    const emulator = studio(0);
    const [a, b] = [
      openTab(browser, emulator),
      openTab(browser, emulator, { fetch: slowly(emulator, there, back), onProblem: () => undefined }),
    ];
    await calm(100);
    const ask = ({ now }: typeof a, isRename: boolean) =>
      press(() =>
        watch(
          isRename
            ? now.update({ collectionId: 'parks', name: 'Gardens' })
            : now.add({ collectionId: 'parks', assetIds: ['yew'] }),
        ),
      );
    browser.isFull = true;
    ask(b, what === 'renames');
    await calm(50);
    browser.isFull = false;
    ask(a, what === 'adds');
    await calm(50);
    const seen = new Set<string | undefined>();
    const unsubscribe = b.queryClient.getQueryCache().subscribe(() => seen.add(b.rows[1]));
    await calm(300);
    unsubscribe();
    expect([...seen]).toEqual(['Gardens 1']);
    expect(a.rows).toEqual(b.rows);
  },
);

test.each(['renames', 'adds'])(
  'who had no room and %s takes nothing back when the answer to a write that was done before is told after its own',
  async (what) => {
    const browser = new FakeBrowser();
    const emulator = studio(0);
    const a = openTab(browser, emulator, { fetch: slowly(emulator, 10, 150) });
    const b = openTab(browser, emulator, { fetch: slowly(emulator, 60, 10), onProblem: () => undefined });
    await calm(100);
    const ask = ({ now }: typeof a, isRename: boolean) =>
      press(() =>
        watch(
          isRename
            ? now.update({ collectionId: 'parks', name: 'Gardens' })
            : now.add({ collectionId: 'parks', assetIds: ['yew'] }),
        ),
      );
    browser.isFull = true;
    ask(b, what === 'renames');
    await calm(5);
    browser.isFull = false;
    ask(a, what === 'adds');
    await calm(300);
    expect(b.rows).toEqual(['Trees 2', 'Gardens 1']);
  },
);

test('what has failed stays kept, and listed in every tab, where a page that was opened since has no room to mark what asks for the same', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  const addIn = ({ now }: OpenTab) => press(() => watch(now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  emulator.fault({ kind: 'refuse', status: 403, body: {}, on: 'PUT /collections/trees/assets', times: 1 });
  addIn(tab);
  await calm(300);
  const other = open();
  await calm(200);
  goOffline();
  addIn(other);
  await calm();
  browser.isFull = true;
  goOnline();
  await calm(300);
  expect(emulator.members('trees').assetIds).toContain('yew');
  for (const { pending } of [tab, other]) expect(pending).toEqual(['addAssets failed']);
  expect(await kept()).toEqual(['addAssets failed']);
});

test('what there was no room for, and its page slept since, is not dropped where another user has signed out meanwhile', async () => {
  const { browser, emulator, kept, tab } = await openOne();
  const bob = openTab(browser, emulator, { scope: 'bob', onProblem: () => undefined });
  await calm(100);
  goOffline();
  browser.isFull = true;
  tab.tab.run(() => press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' }))));
  await calm();
  tab.sleep('left');
  await calm();
  browser.isFull = false;
  await bob.tab.run(() => bob.outbox.clear('bob'));
  await calm();
  expect((await browser.records()).map(({ scope }) => scope)).toEqual(['bob']);
  tab.wake();
  await calm(200);
  expect([tab.pending, tab.rows]).toEqual([['update paused'], ['Trees 1', 'Gardens 0']]);
  press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  expect(await kept()).toEqual(['update queued', 'update queued']);
});
