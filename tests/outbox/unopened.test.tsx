import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const unopened = 'refused';

/** Signs out in a tab, as the guide says. */
const signOut = ({ tab, outbox, queryClient }: OpenTab) =>
  act(() =>
    tab.run(async () => {
      await outbox.clear();
      queryClient.clear();
    }),
  );

test.each(['refused', 'blocked'] as const)(
  'a tab whose database cannot be opened works as without an outbox, beside others that have it (%s)',
  async (why) => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const onProblem = vi.fn();
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { unopened: why, onProblem })];
    await calm(6_000);
    expect([a.outbox.status, b.outbox.status]).toEqual(['ready', 'memory']);
    expect(onProblem).toHaveBeenCalledTimes(1);
    goOffline();
    const of = (tab: OpenTab, name: string) => press(() => watch(tab.now.update({ collectionId: 'parks', name })));
    const [lakes, gardens] = [of(a, 'Lakes'), of(b, 'Gardens')];
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    // What waits is each tab's own.
    expect(a.rows).toEqual(['Trees 1', 'Lakes 0']);
    expect(b.rows).toEqual(['Trees 2', 'Gardens 0']);
    expect(b.now.pending.map(({ stored }) => stored)).toEqual([false, false]);
    expect(await browser.records()).toHaveLength(1);
    goOnline();
    await calm(400);
    expect([lakes.value, gardens.value]).toMatchObject([{ name: 'Lakes' }, { name: 'Gardens' }]);
    expect(a.writes).toEqual(['PUT /collections/parks']);
    expect(b.writes.sort()).toEqual(['PUT /collections/parks', 'PUT /collections/trees/assets']);
    act(() => void a.queryClient.invalidateQueries());
    act(() => void b.queryClient.invalidateQueries());
    await calm(200);
    expect(a.rows).toEqual(b.rows);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(await browser.records()).toEqual([]);
    expect(onProblem).toHaveBeenCalledTimes(1);
  },
);

test('a tab whose database does not answer hears at once that its user has signed out in another', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const [a, b] = [
    openTab(browser, emulator, { unopened, onProblem: vi.fn() }),
    openTab(browser, emulator, { unopened: 'blocked', onProblem: vi.fn() }),
  ];
  await calm(200);
  const add = press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(50);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
  await signOut(a);
  await calm(50);
  expect(add.error).toMatchObject({ name: 'APIUserAbortError' });
  expect(b.pending).toEqual([]);
  expect(b.rows).toEqual(['Trees 1', 'Parks 0']);
  await calm(6_000);
  expect(b.writes).toEqual([]);
});

test('a tab whose database cannot be opened takes over nothing: what another has left is sent by the next that can', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { unopened, onProblem: vi.fn() })];
  await calm(200);
  goOffline();
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm();
  a.kill();
  goOnline();
  await calm(2_000);
  expect(b.writes).toEqual([]);
  const c = openTab(browser, emulator);
  await calm(500);
  expect(c.writes).toEqual(['POST /collections']);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
});

test.each(['refused', 'blocked'] as const)(
  'a tab whose database cannot be opened shows what it reads after it has slept (%s)',
  async (why) => {
    const emulator = studio(50);
    const tab = openTab(new FakeBrowser(), emulator, { unopened: why, onProblem: vi.fn() });
    await calm(6_000);
    tab.sleep('left');
    await calm();
    tab.wake();
    const other = openTab(new FakeBrowser(), emulator);
    press(() => watch(other.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(200);
    act(() => void tab.queryClient.invalidateQueries());
    await calm(200);
    expect(tab.rows).toEqual(['Trees 2', 'Gardens 0']);
  },
);

test('who signs out in a tab whose database cannot be opened has signed out in the others: nothing waits there, or is kept', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { unopened, onProblem: vi.fn() })];
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
  press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  await signOut(b);
  await calm();
  expect([a.pending, b.pending]).toEqual([[], []]);
  expect(await browser.records()).toEqual([]);
  goOnline();
  await calm(300);
  expect([a.writes, b.writes]).toEqual([[], []]);
});

test('who signs out in another tab has signed out in one whose database cannot be opened', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { unopened, onProblem: vi.fn() })];
  await calm(200);
  goOffline();
  const outcome = press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  await signOut(a);
  await calm();
  expect(b.pending).toEqual([]);
  expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
  goOnline();
  await calm(300);
  expect(b.writes).toEqual([]);
});

test('a tab whose database cannot be opened hears of a sign-out also if it wakes while that is under way', async () => {
  const quick = { lock: 1, read: 1, write: 1 };
  const browser = new FakeBrowser({ paces: [{ ...quick, write: 40 }, quick] });
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { unopened, onProblem: vi.fn() })];
  await calm(300);
  goOffline();
  const before = press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  b.sleep('left');
  await calm();
  const signedOut = a.tab.run(() => a.outbox.clear());
  await rest(5);
  b.wake();
  const since = press(() => watch(b.now.update({ collectionId: 'parks', name: 'Gardens' })));
  expect(b.pending).toHaveLength(2);
  await calm(200);
  await signedOut;
  await calm(200);
  expect(before.error).toMatchObject({ name: 'APIUserAbortError' });
  expect([since.error, b.pending]).toEqual([undefined, ['update paused']]);
  goOnline();
  await calm(300);
  expect(b.writes).toEqual(['PUT /collections/parks']);
});

test('who signs out leaves nothing in a database that could not be opened before', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const a = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  a.kill();
  const b = openTab(browser, emulator, { unopened, onProblem: vi.fn() });
  await calm(200);
  b.tab.unopened = undefined;
  await signOut(b);
  await calm();
  expect((await browser.records()).filter(({ kind }) => kind)).toEqual([]);
  expect(b.outbox.status).toBe('memory');
  goOnline();
});

test('a scope that is there for the first time while the disk is full is kept as soon as there is room', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const a = openTab(browser, emulator, { onProblem: vi.fn() });
  await calm(200);
  goOffline();
  browser.isFull = true;
  press(() => a.tab.run(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }))));
  await calm(50);
  expect(a.outbox.status).toBe('memory');
  const b = openTab(browser, emulator, { outbox: a.outbox, scope: 'another' });
  await calm(200);
  browser.isFull = false;
  press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  expect(b.now.pending.map(({ stored }) => stored)).toEqual([true]);
  goOnline();
  await calm(200);
});

/** A tab that has lost its database, with a create in it that was about to be sent. */
async function loseDatabase() {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const a = openTab(browser, emulator, { onProblem: vi.fn() });
  await calm(200);
  goOffline();
  press(() => a.tab.run(() => watch(a.now.create({ name: 'Ponds' }))));
  await calm();
  expect(a.now.pending.map(({ stored }) => stored)).toEqual([true]);
  a.tab.unopened = unopened;
  a.tab.closeDatabases();
  a.tab.run(goOnline);
  await calm(200);
  return { a, browser, emulator };
}

test.each([1, 2])(
  'what a lost database keeps still is sent once, though its page has asked for it again %d times',
  async (times) => {
    const { a, browser, emulator } = await loseDatabase();
    for (let i = 0; i < times; i++) {
      expect(a.pending).toEqual(['create failed']);
      press(() => a.tab.run(() => a.now.pending[0]?.retry()));
      await calm(200);
    }
    expect(a.pending).toEqual(['create failed']);
    expect(a.writes).toEqual([]);
    a.kill();
    const next = openTab(browser, emulator);
    await calm(500);
    expect(next.writes).toEqual(['POST /collections']);
    expect([next.rows, next.pending]).toEqual([['Ponds 0', 'Trees 2', 'Parks 0'], []]);
  },
);

test('what could not be asked for again without its database is asked for again when that is back', async () => {
  const { a, browser } = await loseDatabase();
  press(() => a.tab.run(() => a.now.pending[0]?.retry()));
  await calm(200);
  a.tab.unopened = undefined;
  press(() => a.tab.run(() => a.now.pending[0]?.retry()));
  await calm(300);
  expect(a.writes).toEqual(['POST /collections']);
  expect([a.rows, a.pending]).toEqual([['Ponds 0', 'Trees 2', 'Parks 0'], []]);
  expect(await browser.records()).toEqual([expect.objectContaining({ provisional: expect.any(String) })]);
});
