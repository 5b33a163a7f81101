import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openOne } from './openOne.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const newId = (tab: OpenTab) => tab.now.pending[0]?.collectionId ?? '';

test.each([
  ['a rename', (tab: OpenTab, collectionId: string) => tab.now.update({ collectionId, name: 'Ponds' }), 'Ponds 0'],
  ['an add', (tab: OpenTab, collectionId: string) => tab.now.add({ collectionId, assetIds: ['yew'] }), 'Lakes 1'],
  ['a delete', (tab: OpenTab, collectionId: string) => tab.now.remove({ collectionId }), undefined],
])(
  '%s of what was made by a create that there was no room for is known by the server’s id when it is kept',
  async (_, ask, row) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    const other = open();
    await calm(200);
    browser.isFull = true;
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm(20);
    browser.isFull = false;
    const collectionId = newId(tab);
    press(() => void ask(tab, collectionId).catch(() => undefined));
    await calm(20);
    expect(await kept()).toEqual([]);
    goOffline();
    await calm(200);
    press(() => void tab.now.add({ collectionId: 'parks', assetIds: ['elm'] }).catch(() => undefined));
    await calm();
    expect(await kept()).toHaveLength(2);
    expect(other.now.pending).toHaveLength(2);
    tab.kill();
    await calm(1_500);
    goOnline();
    await calm(600);
    const rows = [row, 'Trees 1', 'Parks 1'].filter(Boolean);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(rows);
    expect(other.rows).toEqual(rows);
  },
);

test.each([0, 1, 2, 3, 4, 6, 8, 12, 20, 40])(
  'what has failed with a create is listed in all tabs when both are kept, though the create is asked for again meanwhile (%i turns)',
  async (turns) => {
    const { browser, emulator, open, tab } = await openOne();
    const other = open();
    await calm(200);
    emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 1 });
    browser.isFull = true;
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm(20);
    const collectionId = newId(tab);
    press(() => watch(tab.now.update({ collectionId, name: 'Ponds' })));
    await calm(200);
    expect(tab.pending).toEqual(['create failed', 'update failed']);
    expect(other.pending).toEqual([]);
    browser.isFull = false;
    goOffline();
    press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    press(() => tab.now.pending[0]?.retry());
    await calm();
    const all = ['create paused', 'update failed', 'update paused'];
    expect(tab.pending.toSorted()).toEqual(all);
    expect(other.pending.toSorted()).toEqual(all);
    tab.kill();
    await calm(1_500);
    goOnline();
    await calm(600);
    expect(other.pending).toEqual(['update failed']);
    press(() => other.now.pending[0]?.retry());
    await calm(400);
    expect(other.rows).toEqual(['Ponds 0', 'Trees 1', 'Gardens 0']);
  },
);

test.each([
  ['a rename', (tab: OpenTab, collectionId: string) => tab.now.update({ collectionId, name: 'Ponds' }), 'Ponds 0'],
  ['an add', (tab: OpenTab, collectionId: string) => tab.now.add({ collectionId, assetIds: ['yew'] }), 'Lakes 1'],
])(
  '%s waits for a create that there was no room for, and is not dropped where that is done while both are written down',
  async (_, ask, row) => {
    const wrong: string[] = [];
    for (const wait of [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) {
      const browser = new FakeBrowser({ paces: [{ lock: 1, read: 40, write: 10 }] });
      const emulator = studio(10);
      const tab = openTab(browser, emulator);
      await calm(300);
      goOffline();
      browser.isFull = true;
      const run = <T,>(work: () => T) => tab.tab.run(() => press(work));
      run(() => watch(tab.now.create({ name: 'Lakes' })));
      await calm(200);
      const outcome = run(() => ask(tab, newId(tab)).then(String, String));
      await calm(wait);
      browser.isFull = false;
      tab.tab.run(goOnline);
      await calm(400);
      if (tab.rows[0] !== row) wrong.push(`${wait} ms: ${tab.rows}, ${await outcome}`);
      tab.kill();
    }
    expect(wrong).toEqual([]);
  },
);

test('what is asked for behind what is on the wire, and is not kept, is not kept either: another tab would send it first', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  const other = open();
  await calm(200);
  browser.isFull = true;
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(10);
  expect(tab.pending).toEqual(['addAssets sending']);
  browser.isFull = false;
  press(() => watch(tab.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(10);
  expect(await kept()).toEqual([]);
  expect(tab.now.pending.map(({ stored }) => stored)).toEqual([false, false]);
  tab.sleep('frozen');
  await calm(1_500);
  expect(other.writes).toEqual([]);
  tab.wake();
  await calm(600);
  expect(tab.pending).toEqual([]);
  expect(emulator.members('trees').assetIds).toEqual(['oak']);
  expect(tab.rows).toEqual(['Trees 1', 'Parks 0']);
});

test.each([10, 30])(
  'what asks for some of the same items as a request that cannot be marked is not kept without it, either (%i ms)',
  async (ms) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    const other = open();
    await calm(200);
    goOffline();
    press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew', 'fir'] })));
    press(() => watch(tab.now.add({ collectionId: 'parks', assetIds: ['elm'] })));
    await calm();
    press(() => watch(tab.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
    press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm();
    browser.isFull = true;
    // The yew needs no request: the fir is added first.
    goOnline();
    await calm(ms);
    expect(await kept()).toEqual(['update queued']);
    tab.sleep('frozen');
    await calm(1_500);
    expect(other.writes).toEqual(['PUT /collections/trees']);
    tab.wake();
    await calm(600);
    expect([tab.pending, other.pending]).toEqual([[], []]);
    expect(emulator.members('trees').assetIds).toEqual(['oak', 'fir']);
  },
);

test('what there was no room for is kept before it leaves, if there is some: the next page would do once more what it takes back', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  emulator.fault({ kind: 'loseAnswer', times: 1, on: ({ method }) => method === 'PUT' });
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(20);
  browser.isFull = true;
  press(() => watch(tab.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(10);
  expect(await kept()).toEqual(['addAssets sent']);
  browser.isFull = false;
  while (!tab.writes.some((line) => line.startsWith('DELETE'))) await calm(10);
  expect(await kept()).toEqual(['addAssets sent', 'removeAssets sent']);
  while (emulator.members('trees').assetIds.includes('yew')) await calm(10);
  tab.kill();
  const next = open();
  await calm(600);
  expect(next.writes).toEqual([]);
  expect(next.pending).toEqual([]);
  expect(emulator.members('trees').assetIds).toEqual(['oak']);
});

test('what had its place in the storage and has lost it is kept again before what never had one', async () => {
  const { browser, emulator, kept, open, tab } = await openOne();
  goOffline();
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm();
  browser.isFull = true;
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Woods' })));
  await calm();
  expect(await kept()).toEqual(['update queued']);
  // A session that has ended did nothing: what was sent waits as before.
  emulator.fault({ kind: 'refuse', status: 401, body: {}, times: 1, on: 'PUT /collections/parks' });
  goOnline();
  await calm(70);
  expect(await kept()).toEqual([]);
  expect(tab.now.pending.map(({ status, stored }) => [status, stored])).toEqual([
    ['queued', false],
    ['queued', false],
  ]);
  browser.isFull = false;
  goOffline();
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm();
  expect(await kept()).toEqual(['update queued', 'update queued', 'addAssets queued']);
  tab.kill();
  const next = open();
  goOnline();
  await calm(600);
  expect(next.rows).toEqual(['Trees 2', 'Woods 0']);
});

test.each(['its own, which it had kept before a sleep', 'another tab’s'])(
  'what there is no room for any more, and waits for a create that is sent, can be taken back by its page: %s',
  async (whose) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    goOffline();
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm();
    const asker = whose === 'another tab’s' ? open() : tab;
    await calm(200);
    press(() => void asker.now.update({ collectionId: newId(tab), name: 'Ponds' }).catch(() => undefined));
    await calm();
    if (asker === tab) {
      tab.sleep('frozen');
      await calm(20);
      tab.wake();
      await calm(200);
    }
    expect(await kept()).toEqual(['create queued', 'update queued']);
    browser.isFull = true;
    goOnline();
    await calm(80);
    expect(await kept()).toEqual([]);
    expect(tab.pending).toEqual(['create sending', 'update queued']);
    press(() => tab.now.pending[1]?.discard());
    expect(tab.pending).toEqual(['create sending']);
    await calm(600);
    expect(emulator.collections[0]).toMatchObject({ name: 'Lakes' });
    expect(tab.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
  },
);

test('what is kept nowhere is asked about, when its page wakes, after what others have on their way', async () => {
  const { browser, emulator, open, tab } = await openOne();
  const other = open();
  await calm(200);
  browser.isFull = true;
  emulator.fault({ kind: 'offline', on: 'PUT /collections/trees/assets', times: 1 });
  press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(10);
  tab.sleep('frozen');
  await calm(20);
  browser.isFull = false;
  emulator.fault({ kind: 'slow', ms: 300, on: 'DELETE /collections/trees/assets', times: 1 });
  press(() => watch(other.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm(20);
  tab.wake();
  const seen = new Set<string>();
  for (let ms = 0; ms < 800; ms += 20) {
    await calm(20);
    if (ms > 200) seen.add(String(tab.rows[0]));
  }
  expect([...seen]).toEqual(['Trees 1']);
  expect(tab.pending).toEqual([]);
  expect(emulator.members('trees').assetIds).toEqual(['yew']);
});

test.each(['its own tab', 'another tab'])(
  'a create whose name there is no room for is pending in no page, with what %s has asked for behind it',
  async (whose) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    const other = open();
    await calm(200);
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm(10);
    const asker = whose === 'its own tab' ? tab : other;
    const collectionId = newId(tab);
    press(() => void asker.now.add({ collectionId, assetIds: ['yew'] }).catch(() => undefined));
    press(() => void asker.now.update({ collectionId, name: 'Ponds' }).catch(() => undefined));
    await calm(10);
    expect(await kept()).toEqual(['create sent', 'addAssets queued', 'update queued']);
    browser.isFull = true;
    await calm(60);
    expect(await kept()).toEqual([]);
    const next = open();
    await calm(400);
    expect(next.pending).toEqual([]);
    expect(next.rows).toEqual(['Ponds 1', 'Trees 1', 'Parks 0']);
    expect(emulator.collections).toHaveLength(3);
    expect([tab.pending, other.pending]).toEqual([[], []]);
    expect([tab.rows, other.rows]).toEqual([next.rows, next.rows]);
  },
);

test.each([1, 2, 60])(
  'what leaves while it is being kept after all is counted once in the other tabs (%i items)',
  async (length) => {
    const paces = [
      { lock: 1, read: 80, write: 2 },
      { lock: 1, read: 1, write: 1 },
    ];
    const browser = new FakeBrowser({ paces });
    const emulator = studio(10, ['oak']);
    const [a, b] = [openTab(browser, emulator, { onProblem: () => undefined }), openTab(browser, emulator)];
    await calm(400);
    browser.isFull = true;
    goOffline();
    const assetIds = Array.from({ length }, (_, i) => `t${i}`);
    a.tab.run(() => press(() => watch(a.now.add({ collectionId: 'trees', assetIds }))));
    await calm(300);
    browser.isFull = false;
    emulator.fault({
      kind: 'slow',
      ms: 200,
      on: ({ method }) => method === 'PUT' && a.writes.length > Number(length > 49),
    });
    a.tab.run(() => press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }))));
    goOnline();
    const counts = new Set<string | undefined>();
    for (let i = 0; i < 100; i++) {
      if (i % 3 === 0) press(() => void b.queryClient.refetchQueries());
      await calm(10);
      counts.add(b.rows[0]);
    }
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect([...counts]).toEqual(['Trees 1', `Trees ${1 + length}`]);
  },
);

test.each([1, 60])(
  'what was behind something on the wire that is not kept, and is turned away by the limit, is kept when there is room (%i items)',
  async (length) => {
    const { browser, emulator, kept, open, tab } = await openOne();
    browser.isFull = true;
    press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(20);
    const assetIds = Array.from({ length }, (_, i) => `t${i}`);
    press(() => watch(tab.now.add({ collectionId: 'trees', assetIds })));
    await calm(20);
    expect(tab.writes).toHaveLength(1);
    const turnedAway = length > 49 ? 3 : 2;
    const isLast = ({ method }: { method: string }) => method === 'PUT' && tab.writes.length >= turnedAway;
    emulator.fault({ kind: 'rateLimit', seconds: 2, on: isLast });
    await calm(160);
    expect(tab.writes).toHaveLength(turnedAway);
    browser.isFull = false;
    press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(20);
    expect(await kept()).toEqual(['addAssets queued', 'update queued']);
    const other = open();
    await calm(200);
    expect(other.rows).toEqual([`Woods ${1 + length}`, 'Gardens 0']);
  },
);

const rename = (name: string) => (tab: OpenTab) => tab.now.update({ collectionId: 'trees', name });
const add = (tab: OpenTab) => tab.now.add({ collectionId: 'trees', assetIds: ['yew'] });
const takeOut = (tab: OpenTab) => tab.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] });

test.each([
  ['an add that is taken back', add, takeOut],
  ['a removal that is taken back', takeOut, add],
  ['a rename before another', rename('Gardens'), rename('Woods')],
] as const)(
  'what is on the wire, not kept, and turned away is kept before what was asked for behind it: %s',
  async (_, first, second) => {
    const wrong: string[] = [];
    for (const wait of [0, 10, 20, 30, 40, 60, 80]) {
      const browser = new FakeBrowser({ paces: [{ lock: 1, read: 40, write: 10 }] });
      const emulator = studio(30, ['oak']);
      const tab = openTab(browser, emulator, { onProblem: () => undefined });
      await calm(300);
      const run = (work: typeof first) => tab.tab.run(() => press(() => watch(work(tab))));
      emulator.fault({ kind: 'rateLimit', seconds: 60, on: ({ method }) => method !== 'GET' });
      browser.isFull = true;
      run(first);
      while (!tab.writes.length) await calm(10);
      browser.isFull = false;
      await calm(wait);
      run(second);
      await calm(200);
      run(({ now }) => now.update({ collectionId: 'parks', name: 'Meadows' }));
      await calm(200);
      const next = openTab(browser, emulator);
      await calm(300);
      if (next.pending.length !== 3 || `${next.rows}` !== `${tab.rows}`)
        wrong.push(`${wait} ms: ${next.rows}, ${tab.rows}`);
      tab.kill();
      next.kill();
    }
    expect(wrong).toEqual([]);
  },
);

test('what leaves while it is being kept after all goes behind what another tab has kept before that', async () => {
  for (let wait = 0; wait < 100; wait += 5) {
    const browser = new FakeBrowser({ paces: [{ lock: 1, read: 20, write: 10 }] });
    const emulator = studio(10);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { onProblem: () => undefined })];
    await calm(300);
    const rename = ({ now, tab }: OpenTab, collectionId: string, name: string) =>
      tab.run(() => press(() => watch(now.update({ collectionId, name }))));
    goOffline();
    browser.isFull = true;
    rename(b, 'parks', 'Gardens');
    await calm(100);
    browser.isFull = false;
    rename(a, 'parks', 'Woods');
    rename(b, 'trees', 'Elms');
    await calm(wait);
    a.tab.run(() => press(() => watch(a.now.add({ collectionId: 'parks', assetIds: ['yew'] }))));
    a.tab.run(() => b.tab.run(goOnline));
    let order: unknown[] = [];
    for (let ms = 0; ms < 600; ms += 5) {
      const kept = browser.recordsNow().flatMap(({ variables: { name } }) => (name && name !== 'Elms' ? name : []));
      if (kept.length > order.length) order = kept;
      await calm(5);
    }
    const name = emulator.collections.find(({ id }) => id === 'parks')?.name;
    if (order.length === 2) expect(name, `online after ${wait} ms`).toBe(order[1]);
    expect([a.rows, a.pending, b.pending]).toEqual([b.rows, [], []]);
    a.kill();
    b.kill();
  }
});

/** A page asks for a collection and falls asleep, and another tab makes it when there is no room for its id. */
async function madeByAnother() {
  const page = await openOne();
  const other = page.open();
  await calm(200);
  press(() => watch(page.tab.now.create({ name: 'Lakes' })));
  await calm();
  page.tab.sleep('left');
  page.browser.isFull = true;
  await calm(400);
  return { ...page, other };
}

const ASKED = [
  ['a rename', (tab: OpenTab, collectionId: string) => tab.now.update({ collectionId, name: 'Ponds' }), 'Ponds 0'],
  ['an add', (tab: OpenTab, collectionId: string) => tab.now.add({ collectionId, assetIds: ['yew'] }), 'Lakes 1'],
  ['a delete', (tab: OpenTab, collectionId: string) => tab.now.remove({ collectionId }), undefined],
] as const;

describe.each(ASKED)('%s of what another tab has made, whose id there was no room for,', (_, ask, row) => {
  test.each(['lives', 'was killed'])('is done when a page asks for it as it wakes, where that tab %s', async (end) => {
    const { emulator, kept, other, tab } = await madeByAnother();
    expect([await kept(), other.rows]).toEqual([[], ['Lakes 0', 'Trees 1', 'Parks 0']]);
    if (end === 'was killed') other.kill();
    const id = newId(tab);
    tab.wake();
    press(() => void ask(tab, id).catch(() => undefined));
    await calm(600);
    const rows = [row, 'Trees 1', 'Parks 0'].filter(Boolean);
    expect([tab.pending, tab.rows]).toEqual([[], rows]);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(rows);
  });

  test('fails with it where nobody can tell which it is, and is done when both are asked for again', async () => {
    const { emulator, kept, other, tab } = await madeByAnother();
    press(() => watch(other.now.update({ collectionId: other.now.list?.[0]?.id ?? '', name: 'Rivers' })));
    await calm(400);
    expect([await kept(), other.rows]).toEqual([[], ['Rivers 0', 'Trees 1', 'Parks 0']]);
    const id = newId(tab);
    tab.wake();
    press(() => void ask(tab, id).catch(() => undefined));
    await calm(4_000);
    expect(tab.pending).toEqual(['create failed', expect.stringMatching(/failed$/)]);
    expect(tab.rows).toEqual(['Rivers 0', 'Trees 1', 'Parks 0']);
    for (const { retry } of tab.now.pending) press(retry);
    await calm(600);
    const rows = [row, 'Rivers 0', 'Trees 1', 'Parks 0'].filter(Boolean);
    expect([tab.pending, tab.rows]).toEqual([[], rows]);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(rows);
  });

  test.each([0, 1_000])('is dropped with it where their user has signed out (woken after %i ms)', async (ms) => {
    const { browser, emulator, open, tab } = await openOne();
    const other = open();
    await calm(200);
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'POST /collections', times: 1 });
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm();
    const id = newId(tab);
    tab.sleep('left');
    browser.isFull = true;
    await calm(100);
    browser.isFull = false;
    press(() => void other.outbox.clear());
    await calm(ms);
    tab.wake();
    press(() => void ask(tab, id).catch(() => undefined));
    await calm(8_000);
    expect([tab.pending, other.pending]).toEqual([[], []]);
    expect(tab.writes).toEqual(['POST /collections']);
  });
});

/** A page that cannot read what is kept, until it has slept and woken. */
async function openUnread() {
  const browser = new FakeBrowser({ paces: [{ lock: 60, read: 1, write: 1 }] });
  const emulator = studio(50, ['oak']);
  const open = () => openTab(browser, emulator, { onProblem: () => undefined });
  const page = open();
  await calm();
  page.tab.closeDatabases();
  page.tab.unopened = 'refused';
  await calm(300);
  const nap = async () => {
    page.sleep('frozen');
    page.tab.unopened = undefined;
    await calm();
    page.wake();
    await calm(300);
  };
  const names = async () => (await browser.records()).flatMap(({ variables }) => variables?.name ?? []);
  return { emulator, nap, names, open, page };
}

test('what is asked for while a page cannot read what is kept is kept along with the next change when it can', async () => {
  const { nap, names, open, page } = await openUnread();
  expect(page.outbox.status).toBe('memory');
  goOffline();
  press(() => watch(page.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await nap();
  press(() => watch(page.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(50);
  expect(await names()).toEqual(['Gardens', 'Woods']);
  page.kill();
  goOnline();
  const next = open();
  await calm(500);
  expect(next.rows).toEqual(['Woods 1', 'Gardens 0']);
});

test('what leaves while a page cannot read what is kept is not kept as if it waited: the next page would make it again', async () => {
  const { emulator, nap, open, page } = await openUnread();
  emulator.fault({ kind: 'slow', ms: 5_000, on: 'POST /collections', times: 1 });
  press(() => watch(page.now.create({ name: 'Lakes' })));
  await calm(50);
  page.unplug();
  await nap();
  press(() => watch(page.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(50);
  page.kill();
  const next = open();
  await calm(8_000);
  expect(next.pending).toEqual([]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Gardens']);
});
