import { act } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const realIndexedDB = globalThis.indexedDB;
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(globalThis, { indexedDB: realIndexedDB });
});

/** A browser, whose database is found again whenever it is opened, and tabs of it. */
function openBrowser() {
  const browser = new FakeBrowser();
  Object.assign(globalThis, { indexedDB: browser.indexedDB });
  const emulator = studio(50, ['oak']);
  const onProblem = vi.fn();
  return {
    browser,
    emulator,
    open: () => openTab(browser, emulator, { onProblem }),
    told: () => onProblem.mock.calls.map(([problem]) => problem.message),
    kept: async () => (await browser.records()).flatMap(({ kind, state }) => (kind ? `${kind} ${state}` : [])),
  };
}

const ask = (tab: OpenTab) =>
  press(() => [
    watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })),
    watch(tab.now.create({ name: 'Lakes' })),
  ]);
const WRITES = ['POST /collections', 'PUT /collections/trees/assets'];
const DONE = ['Lakes 0', 'Trees 2', 'Parks 0'];

/** What a browser does no more until it is told to. */
const FAULTS: readonly (readonly [what: string, begin: (browser: FakeBrowser) => () => void, reason: string])[] = [
  [
    'no lock is given',
    (browser) => {
      browser.givesLocks = false;
      return () => {
        browser.givesLocks = true;
      };
    },
    'The lock has not answered in time.',
  ],
  [
    'a lock is refused',
    (browser) => {
      const refused = vi.spyOn(browser, 'request').mockRejectedValue(new DOMException('No.', 'InvalidStateError'));
      return () => refused.mockRestore();
    },
    'No.',
  ],
  [
    'nothing can be read',
    () => {
      const broken = vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(() => {
        throw new DOMException('It is lost.', 'UnknownError');
      });
      return () => broken.mockRestore();
    },
    'It is lost.',
  ],
];

test.each(FAULTS)('a browser in which %s holds up no change, and is said to keep nothing', async (_, begin, reason) => {
  const { browser, open, told } = openBrowser();
  begin(browser);
  const tab = open();
  await calm(200);
  const asked = ask(tab);
  await calm(6_000);
  expect(asked.map(({ value }) => value?.name)).toEqual(['Trees', 'Lakes']);
  expect([tab.rows, tab.pending, tab.outbox.status]).toEqual([DONE, [], 'memory']);
  expect(told()).toEqual([`scenario-react/outbox could not read what is kept. ${reason}`]);
});

/** A tab wakes in such a browser, with two changes that it has kept. */
async function wakeIn(begin: (browser: FakeBrowser) => () => void, hasOther: boolean) {
  const { browser, open, told } = openBrowser();
  const tab = open();
  const other = hasOther ? open() : undefined;
  await calm(200);
  goOffline();
  const asked = ask(tab);
  await calm(50);
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([true, true]);
  tab.sleep('left');
  const end = begin(browser);
  return { asked, end, open, other, tab, told };
}

test.each(FAULTS)(
  'a page that wakes where %s says so, does what is asked for then, and what it has kept as soon as that is over',
  async (_, begin, reason) => {
    const { asked, end, tab, told } = await wakeIn(begin, false);
    tab.wake();
    goOnline();
    const since = press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
    await calm(12_000);
    expect(since.value).toMatchObject({ name: 'Woods' });
    expect([tab.writes, tab.rows]).toEqual([['PUT /collections/parks'], ['Lakes 0', 'Trees 2', 'Woods 0']]);
    expect(tab.outbox.status).toBe('memory');
    expect(told()[0]).toBe(`scenario-react/outbox could not read what is kept. ${reason}`);
    end();
    await calm(12_000);
    expect(asked.map(({ value }) => value?.name)).toEqual(['Trees', 'Lakes']);
    expect(tab.writes.slice(1).sort()).toEqual(WRITES);
    expect([tab.rows, tab.pending, tab.outbox.status]).toEqual([['Lakes 0', 'Trees 2', 'Woods 0'], [], 'ready']);
  },
);

const WITH_FAILED = FAULTS.flatMap(([what, begin]) => [
  [what, begin, []] as const,
  [`${what}, and that has had a failure,`, begin, ['removeAssets failed']] as const,
]);

test.each(WITH_FAILED)(
  'a page that wakes where %s counts what another tab has done for it once, and shows what it reads of the rest',
  async (_, begin, failed) => {
    const { browser, emulator, open } = openBrowser();
    const [tab, other] = [open(), open()];
    await calm(200);
    if (failed.length) {
      emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
      press(() => watch(tab.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
      await calm(300);
    }
    expect(tab.pending).toEqual(failed);
    goOffline();
    const asked = ask(tab);
    await calm(50);
    tab.sleep('left');
    goOnline();
    await calm(300);
    expect(other.writes.sort()).toEqual(WRITES);
    const end = begin(browser);
    tab.wake();
    await calm(6_000);
    const colleague = openTab(new FakeBrowser(), emulator, { outbox: false });
    await calm(100);
    press(() => watch(colleague.now.update({ collectionId: 'parks', name: 'Woods' })));
    await calm(100);
    const shown = new Set<string>();
    for (let i = 0; i < 8; i++) {
      act(() => void tab.queryClient.invalidateQueries());
      await calm(50);
      shown.add(`${tab.rows}`);
    }
    expect(shown).toEqual(new Set([`${DONE}`.replace('Parks', 'Woods')]));
    end();
    await calm(12_000);
    expect([tab.pending, `${tab.rows}`]).toEqual([failed, `${DONE}`.replace('Parks', 'Woods')]);
    expect(asked.map(({ settled }) => settled)).toEqual([1, 1]);
  },
);

/** Every transaction that writes ends when it is told to, and no earlier. */
function holdTransactions(): () => void {
  const held: (() => void)[] = [];
  let isHeld = true;
  const { prototype } = IDBTransaction as unknown as {
    prototype: { _start(): void; _started: boolean; _state: string };
  };
  const start = prototype._start;
  vi.spyOn(prototype, '_start').mockImplementation(function (this: typeof prototype) {
    if (!isHeld || this._state !== 'committing') return start.call(this);
    // The others wait.
    this._started = true;
    held.push(() => start.call(this));
  });
  return () => {
    isHeld = false;
    for (const goOn of held) goOn();
  };
}

test('a transaction that never ends holds up no change and no sign-out: the page works as without an outbox, and says why', async () => {
  const { open, told } = openBrowser();
  const tab = open();
  await calm(200);
  holdTransactions();
  const asked = ask(tab);
  await calm(6_000);
  expect(asked.map(({ value }) => value?.name)).toEqual(['Trees', 'Lakes']);
  expect([tab.rows, tab.pending, tab.outbox.status]).toEqual([DONE, [], 'memory']);
  expect(told()).toEqual(['scenario-react/outbox could not keep a change. The storage has not answered in time.']);
  // The next one does not wait for it.
  const next = press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm(200);
  expect(next.value).toMatchObject({ name: 'Woods' });
  const signedOut = watch(tab.outbox.clear());
  await calm(200);
  expect(signedOut.error).toBeInstanceOf(Error);
});

test('what is written when nobody waits for it any more is not done by the next page once more, and what is asked for after that is kept', async () => {
  const { open, emulator, kept } = openBrowser();
  const tab = open();
  await calm(200);
  goOffline();
  const end = holdTransactions();
  const asked = ask(tab);
  await calm(6_000);
  goOnline();
  await calm(300);
  expect(asked.map(({ value }) => value?.name)).toEqual(['Trees', 'Lakes']);
  end();
  await calm(100);
  expect(await kept()).toEqual([]);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm(100);
  expect([await kept(), tab.outbox.status]).toEqual([['update queued'], 'ready']);
  tab.kill();
  goOnline();
  const next = open();
  await calm(500);
  expect(next.writes).toEqual(['PUT /collections/parks']);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Woods']);
});

test('what had been kept is kept still where it is marked as sent when nobody waits for that any more', async () => {
  const { open, kept } = openBrowser();
  const tab = open();
  await calm(200);
  goOffline();
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(100);
  const end = holdTransactions();
  goOnline();
  await calm(6_000);
  expect([tab.pending, tab.writes]).toEqual([['addAssets failed'], []]);
  goOffline();
  end();
  await calm(100);
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm(100);
  expect(await kept()).toEqual(['addAssets failed', 'update queued']);
  goOnline();
});

test('what cannot be told to the other tabs is kept and done all the same, and a sign-out forgets it', async () => {
  const { browser, open, told, kept } = openBrowser();
  const tab = open();
  await calm(200);
  browser.channelsAreClosed = true;
  const asked = ask(tab);
  await calm(300);
  expect(asked.map(({ value }) => value?.name)).toEqual(['Trees', 'Lakes']);
  expect([tab.rows, tab.pending, tab.outbox.status]).toEqual([DONE, [], 'ready']);
  expect(told()).toEqual(['scenario-react/outbox could not tell the other tabs. Channel is closed']);
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm(100);
  expect(await kept()).toEqual(['update queued']);
  await act(() => tab.outbox.clear());
  await calm(100);
  expect(await kept()).toEqual([]);
});
