import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test('outbox.clear drops what waits in every tab, for good: the next user sends and sees nothing of it', async () => {
  const { a, b, browser, emulator } = await openTwo();
  goOffline();
  const outcome = press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  expect(b.rows).toEqual(['Woods 2', 'Parks 0']);
  await act(() => b.outbox.clear());
  await calm();
  expect([a.rows, b.rows]).toEqual([
    ['Trees 2', 'Parks 0'],
    ['Trees 2', 'Parks 0'],
  ]);
  expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
  a.kill();
  b.kill();
  goOnline();
  const next = openTab(browser, emulator);
  await calm(300);
  expect(next.pending).toEqual([]);
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test('a page that was cleared shows what another tab had on the wire meanwhile, as soon as it reads', async () => {
  const { a, b, emulator } = await openTwo();
  emulator.fault({ kind: 'slow', ms: 500, on: 'POST /collections', times: 1 });
  press(() => watch(a.now.create({ name: 'Ponds' })));
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(20);
  act(() => {
    b.queryClient.clear();
    void b.queryClient.invalidateQueries();
  });
  await calm(1_000);
  act(() => void b.queryClient.invalidateQueries());
  await calm(200);
  expect(a.rows).toEqual(['Ponds 0', 'Woods 2', 'Parks 0']);
  expect(b.rows).toEqual(a.rows);
});

test('what is asked for after a sign-out is not dropped by it, however late the others are told', async () => {
  const { a, b, emulator } = await openTwo();
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(10);
  act(() => {
    void a.outbox.clear();
    a.queryClient.clear();
    void a.queryClient.invalidateQueries();
  });
  const outcome = press(() => watch(a.now.update({ collectionId: 'parks', name: 'Lakes' })));
  await calm(10);
  expect([a.pending, b.pending]).toEqual([['update paused'], ['update paused']]);
  goOnline();
  await calm(300);
  expect(outcome.value).toMatchObject({ name: 'Lakes' });
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Lakes']);
});

test('who signs out on a full disk has signed out: nothing of what was kept is left, in any tab', async () => {
  const { a, b, browser } = await openTwo();
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(10);
  browser.isFull = true;
  const cleared = press(() => watch(a.outbox.clear()));
  await calm(10);
  expect(cleared).toEqual({ settled: 1 });
  expect(await browser.records()).toEqual([]);
  goOnline();
  await calm(300);
  expect([a.pending, b.pending]).toEqual([[], []]);
  expect([a.writes, b.writes]).toEqual([[], []]);
});

test('what was on the wire when its user signed out is read by the other tabs', async () => {
  const { a, b, emulator } = await openTwo();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(20);
  act(() => void a.outbox.clear());
  await calm(500);
  expect(emulator.collections[0]).toMatchObject({ name: 'Woods' });
  expect(a.rows).toEqual(['Woods 2', 'Parks 0']);
  expect(b.rows).toEqual(a.rows);
});

test('a page that was cleared reads what another tab has done since', async () => {
  const { a, b } = await openTwo();
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(20);
  act(() => {
    b.queryClient.clear();
    void b.queryClient.invalidateQueries();
  });
  goOnline();
  await calm(1_000);
  expect([a.rows, b.rows]).toEqual([
    ['Woods 2', 'Parks 0'],
    ['Woods 2', 'Parks 0'],
  ]);
});

test('a sign-out while the storage is being opened forgets nothing that another tab has asked for since', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [quick, { lock: 1, read: 200, write: 200 }] });
  const emulator = studio(50);
  const a = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  const b = openTab(browser, emulator);
  const cleared = press(() => watch(b.outbox.clear()));
  await calm(50);
  const outcome = press(() => watch(a.now.update({ collectionId: 'parks', name: 'Lakes' })));
  await calm(1_000);
  expect(cleared).toEqual({ settled: 1 });
  expect([a.pending, b.pending]).toEqual([['update paused'], ['update paused']]);
  goOnline();
  await calm(1_000);
  expect(outcome.value).toMatchObject({ name: 'Lakes' });
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Lakes']);
});

test('a page that was put to sleep before it had read what is kept drops what it had asked for before its user signed out in another, and nothing else', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [quick, { lock: 1, read: 200, write: 1 }] });
  const emulator = studio(20);
  const a = openTab(browser, emulator);
  await calm(200);
  const b = openTab(browser, emulator);
  await calm(50);
  const before = press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  b.sleep('frozen');
  await calm(20);
  act(() => void a.outbox.clear());
  await calm(50);
  b.wake();
  await calm(50);
  const since = press(() => watch(b.now.update({ collectionId: 'parks', name: 'Lakes' })));
  await calm(1_000);
  expect(before.error).toMatchObject({ name: 'APIUserAbortError' });
  expect(since.value).toMatchObject({ name: 'Lakes' });
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Lakes']);
});

test('a page that was put to sleep before it had read what is kept keeps what it had asked for since its user signed out in another', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({
    paces: [
      { ...quick, write: 40 },
      { lock: 1, read: 100, write: 1 },
    ],
  });
  const emulator = studio(20);
  const a = openTab(browser, emulator);
  await calm(200);
  const signedOut = a.tab.run(() => a.outbox.clear());
  await calm(10);
  const b = openTab(browser, emulator);
  await calm(20);
  const since = press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  b.sleep('frozen');
  await calm(20);
  b.wake();
  await calm(1_000);
  await signedOut;
  expect(since.value).toMatchObject({ name: 'Woods' });
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Woods', 'Parks']);
});

test('what a tab has dropped that ended before that was written is dropped in a page that wakes just then', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  for (let waited = 0; waited < 100; waited += 5) {
    const browser = new FakeBrowser({ paces: [quick, { lock: 1, read: 20, write: 20 }, quick] });
    const emulator = studio(20);
    const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator), openTab(browser, emulator)];
    await calm(300);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(60);
    c.sleep('left');
    a.tab.closeDatabases();
    act(() => a.queryClient.clear());
    await rest(1);
    a.kill();
    await calm(waited);
    c.wake();
    await calm(2_000);
    expect([b.pending, c.pending], `after ${waited} ms`).toEqual([[], []]);
    expect(c.rows, `after ${waited} ms`).toEqual(['Trees 2', 'Parks 0']);
    goOnline();
    await calm(200);
    for (const tab of [b, c]) tab.kill();
  }
});

test('what had not left when its user signed out is asked for again as if it had never been', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const a = openTab(browser, emulator);
  await calm(200);
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  act(() => {
    void a.outbox.clear();
    a.queryClient.clear();
    void a.queryClient.invalidateQueries();
  });
  press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  const seen = new Set<string | undefined>();
  const unsubscribe = a.queryClient.getQueryCache().subscribe(() => seen.add(a.rows[0]?.slice(-1)));
  await calm(500);
  unsubscribe();
  expect(a.writes).toEqual([
    'DELETE /collections/trees/assets',
    'PUT /collections/trees',
    'PUT /collections/trees/assets',
  ]);
  expect([...seen].filter(Boolean)).toEqual(['2']);
});

describe.each(['blocked', 'slow'] as const)('a sign-out that takes long, since the database is %s', (why) => {
  const quick = { lock: 1, read: 1, write: 1 };
  const slow = { lock: 1, read: 400, write: 400 };
  const begin = async () => {
    const browser = new FakeBrowser({ paces: [quick, why === 'slow' ? slow : quick] });
    const emulator = studio(20);
    const a = openTab(browser, emulator);
    const options = why === 'blocked' ? { unopened: 'blocked' as const, onProblem: () => undefined } : {};
    const b = openTab(browser, emulator, options);
    await calm(why === 'slow' ? 2_000 : 100);
    b.tab.closeDatabases();
    return { browser, emulator, a, b, signOut: () => press(() => watch(b.tab.run(() => b.outbox.clear()))) };
  };

  const ASKS = {
    'was opened meanwhile': async () => {
      const { browser, emulator, signOut } = await begin();
      signOut();
      await calm(20);
      return { emulator, page: openTab(browser, emulator) };
    },
    'slept as it began': async () => {
      const { emulator, a, signOut } = await begin();
      a.sleep('left');
      await calm(20);
      signOut();
      await calm(20);
      a.wake();
      return { emulator, page: a };
    },
    'was told as it began': async () => {
      const { emulator, a, signOut } = await begin();
      signOut();
      return { emulator, page: a };
    },
  };

  test.each(['frozen', 'left'] as const)(
    'drops nothing of a page that has asked for it since, and sleeps then (%s)',
    async (how) => {
      for (const [page, open] of Object.entries(ASKS)) {
        const { emulator, page: its } = await open();
        await calm(60);
        goOffline();
        press(() => watch(its.now.update({ collectionId: 'trees', name: 'Woods' })));
        await calm(20);
        its.sleep(how);
        await calm(20);
        its.wake();
        await calm(6_000);
        expect(its.pending, page).toEqual(['update paused']);
        its.sleep(how);
        await calm(20);
        its.wake();
        await calm(20);
        goOnline();
        await calm(5_000);
        expect(emulator.collections[0], page).toMatchObject({ name: 'Woods' });
        its.kill();
      }
    },
  );

  test('drops what a page had asked for before that slept as it began', async () => {
    const { emulator, a, signOut } = await begin();
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(20);
    a.sleep('left');
    await calm(20);
    signOut();
    await calm(20);
    a.wake();
    await calm(100);
    expect(a.pending).toEqual([]);
    goOnline();
    await calm(6_000);
    expect([a.writes, emulator.collections[0]?.name]).toEqual([[], 'Trees']);
    a.kill();
  });
});
