import { act } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Stored } from '../../src/outbox.ts';
import { createOutbox } from '../../src/outbox.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const realIndexedDB = globalThis.indexedDB;
afterEach(() => Object.assign(globalThis, { indexedDB: realIndexedDB }));

/** A browser whose database is found again, whenever it is opened. */
function openBrowser(): FakeBrowser {
  const browser = new FakeBrowser();
  Object.assign(globalThis, { indexedDB: browser.indexedDB });
  return browser;
}

test('a connection that the browser has closed without a word is opened again: nothing is lost, nobody is warned', async () => {
  const browser = openBrowser();
  const onProblem = vi.fn();
  const emulator = studio(50, ['oak']);
  const tab = openTab(browser, emulator, { onProblem });
  await calm(200);
  tab.tab.closeDatabases();
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true]);
  expect(await browser.records()).toHaveLength(1);
  tab.tab.closeDatabases();
  goOnline();
  await calm(200);
  expect(tab.writes).toEqual(['PUT /collections/parks']);
  expect(await browser.records()).toEqual([]);
  expect(onProblem).not.toHaveBeenCalled();
  expect(tab.outbox.status).toBe('ready');
});

test('a connection that is closed while a request is on its way, or before a sign-out, leaves nothing to the next page', async () => {
  const browser = openBrowser();
  const onProblem = vi.fn();
  const tab = openTab(browser, studio(100, ['oak']), { onProblem });
  await calm(300);
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(40);
  expect(await browser.records()).toHaveLength(1);
  tab.tab.closeDatabases();
  await calm(300);
  expect(tab.writes).toEqual(['PUT /collections/parks']);
  expect(await browser.records()).toEqual([]);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm(40);
  expect(await browser.records()).toHaveLength(1);
  tab.tab.closeDatabases();
  act(() => tab.queryClient.clear());
  await calm(40);
  expect(await browser.records()).toEqual([]);
  expect(onProblem).not.toHaveBeenCalled();
  goOnline();
});

test('a write that throws among others of a transaction holds up no change, and none of them rejects for nobody', async () => {
  const browser = openBrowser();
  const onProblem = vi.fn();
  const tab = openTab(browser, studio(50, ['oak']), { onProblem });
  await calm(200);
  const { put } = IDBObjectStore.prototype;
  const odd = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...given) {
    if (given[0].variables.name === 'Woods')
      throw new DOMException('The transaction is not active.', 'TransactionInactiveError');
    return put.apply(this, given);
  });
  press(() => {
    for (const name of ['Gardens', 'Woods']) watch(tab.now.update({ collectionId: 'parks', name }));
    watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  });
  await calm(500);
  odd.mockRestore();
  expect(tab.rows).toEqual(['Trees 2', 'Woods 0']);
  expect(tab.pending).toEqual([]);
  expect(await browser.records()).toEqual([]);
  expect(onProblem).toHaveBeenCalled();
});

/** A change waits in the first of two tabs, and then its database is deleted. */
async function openDeleted() {
  const browser = openBrowser();
  const emulator = studio(50, ['oak']);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(b.rows).toEqual(['Trees 1', 'Gardens 0']);
  const deleted = browser.indexedDB.deleteDatabase('scenario-react');
  await new Promise((resolve) => deleted.addEventListener('success', resolve));
  return { browser, a, b };
}

test('a database that is deleted under open pages takes along what waits, in every tab, and keeps what is asked for after that', async () => {
  const { browser, a, b } = await openDeleted();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm();
  expect(b.rows[0]).toBe('Trees 2');
  expect(await browser.records()).toHaveLength(1);
  goOnline();
  await calm(500);
  for (const tab of [a, b]) {
    expect(tab.rows).toEqual(['Trees 2', 'Parks 0']);
    expect(tab.pending).toEqual([]);
  }
  expect(a.writes).toEqual(['PUT /collections/trees/assets']);
  expect(await browser.records()).toEqual([]);
});

test('what waits while its database is deleted can still be taken back by its page', async () => {
  const { a, b } = await openDeleted();
  press(() => a.now.pending[0]?.discard());
  await calm();
  for (const tab of [a, b]) {
    expect(tab.rows).toEqual(['Trees 1', 'Parks 0']);
    expect(tab.pending).toEqual([]);
  }
  goOnline();
  await calm(100);
  expect([a.writes, b.writes]).toEqual([[], []]);
});

test('a transaction that another page never ends holds up no change for more than some seconds', async () => {
  const browser = openBrowser();
  const onProblem = vi.fn();
  const emulator = studio(50, ['oak']);
  const tab = openTab(browser, emulator, { onProblem });
  await calm(200);
  const db = await new Promise<IDBDatabase>((resolve) => {
    const opening = browser.indexedDB.open('scenario-react');
    opening.onsuccess = () => resolve(opening.result);
  });
  let isHeld = true;
  const store = db.transaction('records', 'readwrite').objectStore('records');
  const hold = () => {
    if (isHeld) store.count().onsuccess = hold;
  };
  hold();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  for (let i = 0; i < 24; i++) {
    await rest(4);
    await soon(500);
  }
  expect(tab.writes).toEqual(['PUT /collections/parks']);
  expect(tab.pending).toEqual([]);
  expect(tab.outbox.status).toBe('memory');
  expect(onProblem.mock.calls.map(([problem]) => String(problem))).toEqual([
    expect.stringContaining('could not keep a change'),
  ]);
  isHeld = false;
  await calm(100);
  // What was given up is not there later.
  expect(await browser.records()).toEqual([]);
});

/** A storage of the user's own, and what is in it. */
function ownStorage() {
  const records = new Map<number, Stored>();
  const storage = {
    load: () => [...records.values()],
    put: (record: Stored) => records.set(record.key, record),
    remove: (key: number) => records.delete(key),
  };
  return { records, storage };
}

test('two QueryClients of one page share an outbox with a storage of their own: each sends what it was asked for, and both show it', async () => {
  const { records, storage } = ownStorage();
  const emulator = studio(50, ['oak']);
  const browser = new FakeBrowser();
  const outbox = createOutbox({ storage });
  const a = openTab(browser, emulator, { outbox });
  await calm(200);
  goOffline();
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm();
  const b = openTab(browser, emulator, { outbox });
  goOnline();
  await calm(500);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
  expect(b.writes).toEqual([]);
  press(() => watch(b.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(0);
  expect(a.rows).toEqual(['Lakes 0', 'Trees 1', 'Gardens 0']);
  await calm(200);
  expect(a.writes).toHaveLength(1);
  expect(b.writes).toHaveLength(1);
  expect([a.pending, b.pending]).toEqual([[], []]);
  expect([...records.values()].filter((record) => 'kind' in record)).toEqual([]);
});

test('what an earlier page has left in a storage of its own is sent by one of two QueryClients', async () => {
  const { storage } = ownStorage();
  const emulator = studio(50, ['oak']);
  const browser = new FakeBrowser();
  const before = openTab(browser, emulator, { outbox: createOutbox({ storage }) });
  await calm(200);
  goOffline();
  press(() => watch(before.now.create({ name: 'Lakes' })));
  await calm();
  before.kill();
  const outbox = createOutbox({ storage });
  const [a, b] = [openTab(browser, emulator, { outbox }), openTab(browser, emulator, { outbox })];
  goOnline();
  await calm(500);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
  expect([a.pending, b.pending]).toEqual([[], []]);
});

test('an array that somebody observes is kept as it was when it was handed in', async () => {
  const browser = new FakeBrowser();
  const tab = openTab(browser, studio(50, ['oak']));
  await calm(200);
  goOffline();
  const observed = new Proxy(['yew'], {});
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: observed })));
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true, true]);
  expect((await browser.records()).map(({ variables }) => variables)).toEqual([
    { collectionId: 'trees', assetIds: ['yew'] },
    { collectionId: 'parks', name: 'Gardens' },
  ]);
  goOnline();
});

test.each([
  ['is frozen', (rename: object) => Object.freeze(rename)],
  [
    'holds what cannot be cloned beside it',
    (rename: object) => ({ ...rename, app: globalThis, onDone: () => undefined }),
  ],
  [
    'is something else as JSON',
    (rename: object) => Object.assign(Object.create({ toJSON: () => ({ type: 'rename' }) }), rename),
  ],
])('what is asked for is kept as it is sent, also where what `mutate` is given %s', async (_, given) => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const before = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(before.now.update(given({ collectionId: 'parks', name: 'Gardens' }) as never)));
  await calm();
  before.kill();
  goOnline();
  const next = openTab(browser, emulator);
  await calm(500);
  expect(next.rows).toEqual(['Trees 1', 'Gardens 0']);
});

test('signing out drops what cannot be read as well: a newer version of the app would send it as the next user', async () => {
  const records: unknown[] = [
    { version: 2, key: 1, scope: 'ann' },
    { version: 2, key: 2, scope: 'bob' },
    { nothing: true },
    null,
  ];
  const removed: number[] = [];
  const storage = { load: () => records, put: () => undefined, remove: (key: number) => removed.push(key) };
  const outbox = createOutbox({ storage, onProblem: () => undefined });
  await outbox.clear('ann');
  expect(removed).toEqual([1]);
  await outbox.clear();
  expect(removed).toEqual([1, 2]);
});

test('what one request carried is counted once in a page that starts without a network, whatever is read meanwhile', async () => {
  const emulator = studio(50, ['oak']);
  const records = new Map<number, Stored>();
  const storage = {
    load: () => [...records.values()],
    put: (record: Stored) => records.set(record.key, record),
    remove: (key: number) => records.delete(key),
  };
  const before = openTab(new FakeBrowser(), emulator, { storage });
  await calm(200);
  press(() => {
    watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
    watch(before.now.add({ collectionId: 'trees', assetIds: ['elm'] }));
  });
  await calm(30);
  expect(before.writes).toHaveLength(1);
  before.kill();
  const after = openTab(new FakeBrowser(), emulator, { storage });
  // What has left by then is answered.
  goOffline();
  await calm(200);
  expect(after.pending).toEqual(['addAssets paused', 'addAssets paused']);
  expect(after.rows).toEqual(['Trees 3', 'Parks 0']);
  goOnline();
  await calm(400);
  expect(after.writes).toEqual([]);
  expect(after.rows).toEqual(['Trees 3', 'Parks 0']);
  expect([...records]).toEqual([]);
});

test('a storage that is slow keeps what one click asks for, however much that is', async () => {
  const records = new Map<number, Stored>();
  const onProblem = vi.fn();
  const storage = {
    load: () => [...records.values()],
    put: async (record: Stored) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      records.set(record.key, record);
    },
    remove: (key: number) => records.delete(key),
  };
  const tab = openTab(new FakeBrowser(), studio(50), { storage, onProblem });
  await calm(200);
  goOffline();
  press(() => {
    for (let i = 0; i < 100; i++) watch(tab.now.add({ collectionId: 'trees', assetIds: [`asset ${i}`] }));
  });
  await soon(11_000);
  expect(records.size).toBe(100);
  expect(tab.now.pending.every(({ stored }) => stored)).toBe(true);
  expect(onProblem).not.toHaveBeenCalled();
  goOnline();
});

test('what a storage is given is JSON, so that none refuses it or gives back something else', async () => {
  const records = new Map<number, Stored>();
  const put = vi.fn((record: Stored) => records.set(record.key, record));
  const storage = { load: () => [...records.values()], put, remove: (key: number) => records.delete(key) };
  const tab = openTab(new FakeBrowser(), studio(50), { storage });
  await calm(200);
  press(() => {
    watch(tab.now.create({ name: 'Lakes' }));
    watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' }));
    watch(tab.now.add({ collectionId: 'trees', assetIds: Array.from({ length: 60 }, (_, i) => `asset ${i}`) }));
  });
  await calm(500);
  expect(tab.pending).toEqual([]);
  for (const [record] of put.mock.calls) expect(record).toStrictEqual(JSON.parse(JSON.stringify(record)));
});

test('what is written over a record so late that it was given up is not found there by the next page', async () => {
  const records = new Map<number, Stored>();
  const storage = {
    load: () => [...records.values()],
    put: async (record: Stored) => {
      if ('state' in record && record.state === 'sent') await new Promise((resolve) => setTimeout(resolve, 8_000));
      records.set(record.key, record);
    },
    remove: (key: number) => records.delete(key),
  };
  const emulator = studio(50);
  const tab = openTab(new FakeBrowser(), emulator, { storage, onProblem: () => undefined });
  await calm(200);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  expect(records.size).toBe(1);
  goOnline();
  await soon(20_000);
  expect(emulator.collections[1]?.name).toBe('Gardens');
  expect([...records.values()]).toEqual([]);
});

test('a database that does not open again, once its connection is lost, holds up no change and no sign-out for ever', async () => {
  const browser = openBrowser();
  const onProblem = vi.fn();
  const tab = openTab(browser, studio(50, ['oak']), { onProblem });
  await calm(200);
  goOffline();
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm();
  expect(tab.now.pending[0]?.stored).toBe(true);
  tab.tab.closeDatabases();
  Object.assign(globalThis, { indexedDB: { open: () => new IDBOpenDBRequest() } });
  goOnline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(60_000);
  // Of what is kept nobody could write down that it was sent, and the next page would send it again.
  expect([tab.pending, tab.rows]).toEqual([['create failed'], ['Trees 1', 'Gardens 0']]);
  expect(tab.now.pending[0]?.error?.message).toContain('not answered in time');
  expect(onProblem).toHaveBeenCalled();
  const signedOut = watch(tab.outbox.clear());
  await calm(30_000);
  expect(signedOut.settled).toBe(1);
  openBrowser();
});
