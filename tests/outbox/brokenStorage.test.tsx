import { act } from '@testing-library/react';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const realIndexedDB = globalThis.indexedDB;
afterEach(() => {
  Object.assign(globalThis, { indexedDB: realIndexedDB });
  goOnline();
});

const ASKS: readonly (readonly [what: string, ask: (now: OpenTab['now']) => Promise<unknown>])[] = [
  ['a rename', (now) => now.update({ collectionId: 'trees', name: 'Woods' })],
  ['an add', (now) => now.add({ collectionId: 'trees', assetIds: ['yew'] })],
  ['a remove', (now) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })],
  ['a create', (now) => now.create({ name: 'Ponds' })],
  ['a delete', (now) => now.remove({ collectionId: 'trees' })],
];

/** Two collections, in two tabs of a browser whose database is found again, whenever it is opened. */
async function openTwo() {
  const browser = new FakeBrowser();
  Object.assign(globalThis, { indexedDB: browser.indexedDB });
  const emulator = studio(50);
  const open = () => openTab(browser, emulator, { onProblem: () => undefined });
  const [a, b] = [open(), open()];
  await calm(200);
  // The user of before, which stays written down for a while.
  await act(() => a.tab.run(() => watch(a.outbox.clear())));
  await calm(20);
  const kept = async () => (await browser.records()).flatMap(({ kind }) => kind ?? []);
  return { browser, emulator, a, b, open, kept };
}

/** Asks for something in a tab. */
const askIn = ({ tab, now }: OpenTab, ask: (typeof ASKS)[number][1]) => press(() => tab.run(() => watch(ask(now))));

/** Its connection is closed, and no other is opened, as it is in Chromium as long as a disk is full. */
function breakStorage({ tab }: OpenTab): void {
  tab.closeDatabases();
  tab.unopened = 'refused';
}

/** What waits is done by a tab, once, when its storage answers again. */
async function expectDoneOnce(by: OpenTab, kept: () => Promise<string[]>): Promise<void> {
  by.tab.unopened = undefined;
  goOnline();
  await soon(10_000);
  await calm(300);
  expect([by.pending, await kept()]).toEqual([[], []]);
  expect(by.writes).toHaveLength(1);
}

describe.each(ASKS)('while the storage of its page is broken: %s', (_, ask) => {
  test('that is done is not pending in a tab that is opened later', async () => {
    const { a, b, open } = await openTwo();
    askIn(a, ask);
    await calm(30);
    breakStorage(a);
    await calm(300);
    a.tab.unopened = undefined;
    const next = open();
    await calm(300);
    for (const tab of [a, b, next]) expect([tab.pending, tab.rows]).toEqual([[], a.rows]);
  });

  test('that fails has failed in a tab that is opened later, and in the next page', async () => {
    const { emulator, a, b, open } = await openTwo();
    emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
    askIn(a, ask);
    await calm(30);
    breakStorage(a);
    await calm(300);
    a.tab.unopened = undefined;
    const next = open();
    await calm(300);
    expect(a.pending).toHaveLength(1);
    for (const tab of [a, b, next]) expect([tab.pending, tab.rows]).toEqual([a.pending, ['Trees 2', 'Parks 0']]);
    for (const tab of [a, b, next]) tab.kill();
    const last = open();
    await calm(300);
    expect(last.pending).toEqual(next.pending);
  });

  test('that waits is taken over as soon as the storage answers, once that page is killed', async () => {
    const { a, b, kept } = await openTwo();
    goOffline();
    askIn(a, ask);
    await calm(30);
    breakStorage(b);
    a.kill();
    await calm(300);
    await expectDoneOnce(b, kept);
  });

  test('that waits is done as soon as the storage answers, where that page wakes meanwhile', async () => {
    const { a, b, kept } = await openTwo();
    b.kill();
    goOffline();
    askIn(a, ask);
    await calm(30);
    a.sleep('frozen');
    await calm(30);
    breakStorage(a);
    a.wake();
    await calm(300);
    await expectDoneOnce(a, kept);
  });
});

test('what waits for a create that is done while its storage is broken can be asked for again in a tab that is opened later', async () => {
  const { a, open } = await openTwo();
  askIn(a, (now) => now.create({ name: 'Ponds' }));
  const { collectionId } = a.now.pending[0] ?? { collectionId: '' };
  askIn(a, (now) => now.add({ collectionId, assetIds: ['yew'] }));
  await calm(30);
  breakStorage(a);
  await calm(300);
  a.tab.unopened = undefined;
  const next = open();
  await calm(300);
  expect([a.pending, next.pending]).toEqual([['addAssets failed'], ['addAssets failed']]);
  act(() => next.tab.run(() => next.now.pending[0]?.retry()));
  await calm(300);
  for (const tab of [a, next]) expect([tab.pending, tab.rows[0]]).toEqual([[], 'Ponds 1']);
});

test.each(['that tab', 'another'])(
  'what is done while the storage is broken is not written down any more once its user has signed out in %s',
  async (where) => {
    const { browser, a, b, open } = await openTwo();
    askIn(a, (now) => now.create({ name: 'Ponds' }));
    await calm(30);
    breakStorage(a);
    await calm(300);
    a.tab.unopened = undefined;
    const { tab, outbox } = where === 'another' ? b : a;
    await act(() => tab.run(() => watch(outbox.clear())));
    await calm(100);
    open();
    await calm(300);
    expect(JSON.stringify(await browser.records())).not.toContain('Ponds');
  },
);

const LOSSES = ['does not open it at once', 'does not open it at once for a new tab', 'says so'] as const;

/** Opens a database that is of a newer version. */
function openNewer(name: string): IDBOpenDBRequest {
  const databases = new IDBFactory();
  databases.open(name, 9);
  return databases.open(name, 1);
}

/** The browser throws the database away, of which its pages hear nothing, and makes another for one of them. */
async function lose(
  { browser, open }: Pick<Awaited<ReturnType<typeof openTwo>>, 'browser' | 'open'>,
  first: OpenTab,
  how: (typeof LOSSES)[number],
): Promise<void> {
  for (const tab of browser.tabs) tab.closeDatabases();
  const deleted = browser.indexedDB.deleteDatabase('scenario-react');
  await new Promise((resolve) => deleted.addEventListener('success', resolve));
  if (how === 'says so') {
    const openNow = browser.indexedDB.open.bind(browser.indexedDB);
    vi.spyOn(browser.indexedDB, 'open').mockImplementationOnce((...given) => {
      const request = openNow(...given);
      request.addEventListener('upgradeneeded', (event) => Object.assign(event, { dataLoss: 'total' }));
      return request;
    });
  } else if (how === 'does not open it at once for a new tab') {
    vi.spyOn(browser.indexedDB, 'open').mockImplementationOnce(openNewer);
    open();
    await calm(200);
  } else {
    first.tab.unopened = 'refused';
    askIn(first, (now) => now.add({ collectionId: 'parks', assetIds: ['fir'] }));
    await calm(30);
    first.tab.unopened = undefined;
  }
  askIn(first, (now) => now.add({ collectionId: 'parks', assetIds: ['ash'] }));
  await calm(30);
}

describe.each(LOSSES)('the browser loses what is kept, and %s', (how) => {
  test.each(ASKS.flatMap(([what, ask]) => ['its', 'another'].map((whose) => [what, whose, ask] as const)))(
    '%s that waits is done, once, though %s tab has found that',
    async (_, whose, ask) => {
      const { browser, a, b, kept, open } = await openTwo();
      goOffline();
      const outcome = askIn(a, ask);
      await calm(30);
      expect(b.rows).toEqual(a.rows);
      await lose({ browser, open }, whose === 'its' ? a : b, how);
      goOnline();
      await calm(500);
      expect([outcome.settled, outcome.error]).toEqual([1, undefined]);
      expect([a.pending, b.pending, await kept()]).toEqual([[], [], []]);
      expect(b.rows).toEqual(a.rows);
      expect(a.writes.filter((line) => !line.includes('parks/assets'))).toHaveLength(1);
    },
  );

  test.each(ASKS)('%s that has failed can be asked for again', async (_, ask) => {
    const { browser, emulator, a, b, kept, open } = await openTwo();
    emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
    askIn(a, ask);
    await calm(200);
    expect(b.pending).toEqual(a.pending);
    await lose({ browser, open }, b, how);
    await calm(200);
    press(() => a.tab.run(() => a.now.pending[0]?.retry()));
    await calm(500);
    expect([a.pending, b.pending, await kept()]).toEqual([[], [], []]);
    expect(a.writes).toHaveLength(2);
    expect(b.rows).toEqual(a.rows);
  });
});
