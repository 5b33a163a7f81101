import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openDisk } from './openDisk.ts';
import { openOne } from './openOne.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** The next transaction that writes is undone, as when the browser loses its database in the middle of it. */
function undoNext() {
  const { commit } = IDBTransaction.prototype;
  IDBTransaction.prototype.commit = function () {
    IDBTransaction.prototype.commit = commit;
    this.abort();
  };
}

const undone = 'a transaction that the browser has undone';

test(`${undone} is done again: what was asked for is kept, and there for the next page`, async () => {
  const { tab, open, onProblem } = await openOne();
  goOffline();
  undoNext();
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm(100);
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true]);
  tab.kill();
  const next = open();
  await calm(100);
  expect(next.pending).toEqual(['create paused']);
  goOnline();
  await calm(300);
  expect([next.pending, next.rows]).toEqual([[], ['Lakes 0', 'Trees 1', 'Parks 0']]);
  expect(onProblem).not.toHaveBeenCalled();
});

test(`${undone} leaves what is about to be sent in the storage until it is done`, async () => {
  const { tab, open, kept, onProblem, emulator } = await openOne();
  goOffline();
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  await calm(100);
  undoNext();
  goOnline();
  await calm(80);
  expect(await kept()).toEqual(['create sent']);
  tab.kill();
  const next = open();
  await calm(500);
  expect([next.pending, next.rows]).toEqual([[], ['Lakes 0', 'Trees 1', 'Parks 0']]);
  expect(emulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(onProblem).not.toHaveBeenCalled();
});

test(`${undone} takes nothing from who takes over, takes back, or signs out`, async () => {
  const { tab, open, kept, onProblem } = await openOne();
  const other = open();
  await calm(100);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(100);
  undoNext();
  act(() => other.now.pending[0]?.discard());
  await calm(100);
  expect([tab.pending, other.pending]).toEqual([['update paused'], ['update paused']]);
  undoNext();
  tab.kill();
  await calm(100);
  expect([other.pending, await kept()]).toEqual([['update paused'], ['update queued']]);
  undoNext();
  const signedOut = watch(other.outbox.clear());
  await calm(100);
  expect([other.pending, await kept(), signedOut.settled, signedOut.error]).toEqual([[], [], 1, undefined]);
  goOnline();
  await calm(100);
  expect(onProblem).not.toHaveBeenCalled();
});

test('what a storage of its own refuses once (a database that is locked, say) is kept, and done, all the same', async () => {
  const { storage, records } = openDisk();
  const refused = new Set<unknown>();
  const refuseOnce = (key: number, state: string) => {
    if (refused.size === refused.add(`${key} ${state}`).size) return;
    throw new Error('database is locked');
  };
  const locked: typeof storage = {
    load: storage.load,
    put: (record) => {
      refuseOnce(record.key, record.state);
      storage.put(record);
    },
    remove: (key) => {
      refuseOnce(key, 'removed');
      storage.remove(key);
    },
  };
  const onProblem = vi.fn();
  const tab = openTab(new FakeBrowser(), studio(50), { storage: locked, onProblem });
  await calm(100);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true]);
  goOnline();
  await calm(30);
  expect([...records.values()].map(({ state }) => state)).toEqual(['sent']);
  await calm(200);
  expect([tab.pending, tab.rows, records.size]).toEqual([[], ['Woods 2', 'Parks 0'], 0]);
  expect(onProblem).not.toHaveBeenCalled();
});

const LOCKED: readonly [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('database is locked');
    },
  ],
  ['rejects', () => Promise.reject(new Error('database is locked'))],
  ['gives nothing', () => undefined],
];

test.each(LOCKED)('a storage of its own that %s once when it is read is read all the same', async (_, refuse) => {
  const { storage } = openDisk();
  const emulator = studio(50);
  const onProblem = vi.fn();
  const before = openTab(new FakeBrowser(), emulator, { storage });
  await calm(100);
  goOffline();
  press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  before.kill();
  const load = vi.fn(storage.load).mockImplementationOnce(refuse as typeof storage.load);
  const next = openTab(new FakeBrowser(), emulator, { storage: { ...storage, load }, onProblem });
  await calm(100);
  expect([next.pending, next.outbox.status]).toEqual([['update paused'], 'ready']);
  goOnline();
  await calm(300);
  expect([next.pending, next.rows]).toEqual([[], ['Woods 2', 'Parks 0']]);
  expect(onProblem).not.toHaveBeenCalled();
});

test('a database that the browser does not open at first is opened', async () => {
  const onProblem = vi.fn();
  const tab = openTab(new FakeBrowser(), studio(50), { unopened: 'refused', onProblem });
  tab.tab.unopened = undefined;
  await calm(100);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  expect([tab.now.pending.map(({ stored }) => stored), tab.outbox.status]).toEqual([[true], 'ready']);
  expect(onProblem).not.toHaveBeenCalled();
});
