import { act, renderHook } from '@testing-library/react';
import { useLayoutEffect } from 'react';
import { describe, expect, test } from 'vitest';
import { collectionKeys, usePendingChanges } from '../../src/index.ts';
import type { ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** What a tab's list counts of the first collection from now on. */
function countsIn({ queryClient }: OpenTab): { readonly counts: number[] } {
  const counts: number[] = [];
  queryClient.getQueryCache().subscribe(() => {
    const count = queryClient.getQueryData(collectionKeys.list({}))?.pages[0]?.collections[0]?.assetCount;
    if (count !== undefined && counts.at(-1) !== count) counts.push(count);
  });
  return { counts };
}

/** So many turns of the event loop a change takes at most to be written. */
const TURNS = Array.from({ length: 6 }, (_, turns) => turns);

/** A tab in which a create is refused when the test says so, and others are not. */
function openRefused(browser: FakeBrowser, emulator: ScenarioEmulator): { tab: OpenTab; refuse(): void } {
  let refuse: (() => void) | undefined;
  const tab = openTab(browser, emulator, {
    fetch: (input, init) => {
      if (init?.method !== 'POST' || refuse) return emulator.fetch(input, init);
      return new Promise((resolve) => {
        refuse = () => resolve(Response.json({ error: 'No.' }, { status: 400 }));
      });
    },
  });
  return { tab, refuse: () => refuse?.() };
}

const states = async (browser: FakeBrowser) => (await browser.records()).map(({ state }) => state);

/** Two tabs. One has asked for a collection, and so many turns before that is refused, for another name of it; which is asked for `again` at once. */
async function renameAndRefuse(turns: number, again = false) {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const { tab: a, refuse } = openRefused(browser, emulator);
  const b = openTab(browser, emulator);
  await calm(200);
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm();
  const { id } = a.now.list?.[0] ?? { id: '' };
  expect([a.writes, b.rows[0]]).toEqual([['POST /collections'], 'Lakes 0']);
  let failed: Promise<unknown> | undefined;
  press(() => {
    failed = a.now.update({ collectionId: id, name: 'Ponds' }).catch(() => undefined);
  });
  await rest(turns);
  await act(async () => {
    refuse();
    await failed;
    // What a screen shows is a frame late.
    const mutation = a.queryClient.getMutationCache().getAll().at(-1);
    if (again) mutation?.execute(mutation.state.variables).catch(() => undefined);
  });
  return { browser, emulator, a, b };
}

test.each(TURNS)(
  'what fails %i turns after it was asked for, while it is written down, is a failure in every tab and for the next page',
  async (turns) => {
    const { browser, emulator, a, b } = await renameAndRefuse(turns);
    await calm(100);
    const failed = ['create failed', 'update failed'];
    expect([a.pending, b.pending]).toEqual([failed, failed]);
    expect(await states(browser)).toEqual(['failed', 'failed']);
    expect(b.rows).toEqual(['Trees 1', 'Parks 0']);
    a.kill();
    b.kill();
    const next = openTab(browser, emulator);
    await calm(300);
    expect([next.pending, next.writes]).toEqual([failed, []]);
    for (const { retry } of next.now.pending) press(retry);
    await calm(300);
    expect([next.pending, next.rows]).toEqual([[], ['Ponds 0', 'Trees 1', 'Parks 0']]);
  },
);

test.each(TURNS)('what has failed like that, and is tried again at once (%i turns), is there once', async (turns) => {
  const { browser, a, b } = await renameAndRefuse(turns, true);
  await calm(100);
  expect([a.pending, b.pending]).toEqual([
    ['create failed', 'update queued'],
    ['create failed', 'update queued'],
  ]);
  expect(await states(browser)).toEqual(['failed', 'queued']);
  press(() => a.now.pending[0]?.retry());
  await calm(300);
  expect([a.pending, b.pending, await browser.records()]).toMatchObject([
    [],
    [],
    [{ provisional: expect.any(String) }],
  ]);
  expect(b.rows).toEqual(['Ponds 0', 'Trees 1', 'Parks 0']);
});

test.each(TURNS)(
  'what fails %i turns before its tab ends is sent by no page until its user asks: with its create it has failed, or waits for that',
  async (turns) => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const { tab: a, refuse } = openRefused(browser, emulator);
    await calm(200);
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm();
    press(() => watch(a.now.update({ collectionId: a.now.list?.[0]?.id ?? '', name: 'Ponds' })));
    await calm();
    act(refuse);
    await rest(turns);
    a.kill();
    const next = openTab(browser, emulator);
    await calm(5_000);
    expect([next.pending[0], next.pending.length, next.writes]).toEqual(['create failed', 2, []]);
    press(() => next.now.pending[0]?.retry());
    await calm(300);
    for (const { retry, status } of next.now.pending) if (status === 'failed') press(retry);
    await calm(300);
    expect([next.pending, next.rows]).toEqual([[], ['Ponds 0', 'Trees 1', 'Parks 0']]);
    expect(next.writes).toEqual(['POST /collections', expect.stringMatching(/^PUT /)]);
  },
);

test.each(['the tab that asked', 'another tab'])(
  'a create that is asked for again in %s keeps what has failed with it, in every tab and for the next page',
  async (where) => {
    const { a, b, browser, emulator } = await openTwo(studio(50, ['oak']));
    emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 1 });
    press(() => watch(a.now.create({ name: 'Lakes' })));
    const { id } = a.now.list?.[0] ?? { id: '' };
    press(() => watch(a.now.add({ collectionId: id, assetIds: ['yew'] })));
    press(() => watch(a.now.update({ collectionId: id, name: 'Ponds' })));
    await calm(200);
    const failed = ['create failed', 'addAssets failed', 'update failed'];
    expect([a.pending, b.pending]).toEqual([failed, failed]);
    // Found by the id that its user knows.
    for (const { now } of [a, b]) expect(now.pending.map(({ collectionId }) => collectionId)).toEqual([id, id, id]);
    const tab = where === 'another tab' ? b : a;
    const retry = (kind: string) => press(() => tab.now.pending.find((change) => change.kind === kind)?.retry());
    retry('create');
    await calm(300);
    expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 0 });
    expect([a.pending.toSorted(), b.pending.toSorted()]).toEqual([failed.slice(1), failed.slice(1)]);
    const next = openTab(browser, emulator);
    await calm(200);
    expect(next.pending.toSorted()).toEqual(failed.slice(1));
    retry('addAssets');
    retry('update');
    await calm(400);
    expect([a.pending, b.pending, next.pending]).toEqual([[], [], []]);
    expect(emulator.collections[0]).toMatchObject({ name: 'Ponds', assetCount: 1 });
  },
);

test('a create that has failed again in another tab is listed still where the first one is found to be gone, with what has failed beside it', async () => {
  const { a, b, browser, emulator } = await openTwo(studio(50, ['oak']));
  const isCreate = ({ method }: { method: string }) => method === 'POST';
  emulator.fault({ kind: 'refuse', status: 403, body: {}, times: 2, on: isCreate });
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm();
  press(() => watch(a.now.update({ collectionId: a.now.list?.[0]?.id ?? '', name: 'Ponds' })));
  await calm(200);
  const failed = ['create failed', 'update failed'];
  expect([a.pending, b.pending]).toEqual([failed, failed]);
  a.sleep('left');
  await calm(1_500);
  press(() => b.now.pending[0]?.retry());
  await calm(200);
  expect(b.pending.toSorted()).toEqual(failed);
  a.wake();
  await calm(200);
  expect([a.pending.toSorted(), b.pending.toSorted()]).toEqual([failed, failed]);
  expect((await states(browser)).filter(Boolean)).toEqual(['failed', 'failed']);
  press(() => a.now.pending.find(({ kind }) => kind === 'create')?.retry());
  await calm(200);
  expect([a.pending, b.pending]).toEqual([['update failed'], ['update failed']]);
  expect(emulator.collections[0]?.name).toBe('Lakes');
});

test.each([
  ['filled', 'add', 'Lakes 1'],
  ['renamed', 'update', 'Ponds 0'],
] as const)(
  'a create that is asked for again is sent where what another tab asks of it (%s) is kept before it',
  async (_, what, row) => {
    const pace = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [{ ...pace, write: 60 }, pace] });
    const emulator = studio(20, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(300);
    emulator.fault({ kind: 'refuse', status: 403, times: 1, on: ({ method }) => method === 'POST' });
    press(() => watch(a.now.create({ name: 'Lakes' })));
    const collectionId = a.now.list?.[0]?.id as string;
    await calm(400);
    expect([a.pending, b.pending]).toEqual([['create failed'], ['create failed']]);
    goOffline();
    // The next write of a tab begins when its last has ended.
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(10);
    press(() => a.now.pending[0]?.retry());
    press(() =>
      watch(
        what === 'add' ? b.now.add({ collectionId, assetIds: ['yew'] }) : b.now.update({ collectionId, name: 'Ponds' }),
      ),
    );
    await calm(400);
    goOnline();
    await calm(1_000);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect([a.rows[0], b.rows[0]]).toEqual([row, row]);
    expect(emulator.requests.filter(({ method, status }) => method === 'POST' && status === 200)).toHaveLength(1);
  },
);

describe.each([
  ['an add', 'add', 'Trees 3'],
  ['a remove', 'takeOut', 'Trees 1'],
] as const)('%s that nobody knows the end of', (_, what, row) => {
  async function fail() {
    const browser = new FakeBrowser();
    const emulator = studio(20, ['oak', 'elm']);
    const page = openTab(browser, emulator);
    await calm(200);
    emulator.fault({
      kind: 'loseAnswer',
      on: ({ path, method }) => method !== 'GET' && path.endsWith('assets'),
      times: 1,
    });
    const stop = emulator.fault({ kind: 'refuse', status: 403, on: ({ path }) => path === '/collections/trees' });
    const assetIds = [what === 'add' ? 'yew' : 'oak'];
    press(() => void page.now[what]({ collectionId: 'trees', assetIds }).catch(() => undefined));
    await calm(3_000);
    expect(page.pending).toEqual([expect.stringContaining('failed')]);
    return { page, open: () => openTab(browser, emulator), stop, emulator };
  }

  async function shownIn(page: OpenTab): Promise<(string | undefined)[]> {
    const seen = new Set([page.rows[0]]);
    for (let ms = 0; ms < 400; ms++) {
      await calm(1);
      seen.add(page.rows[0]);
    }
    expect(page.pending).toEqual([]);
    return [...seen];
  }

  test('counts once, where it is asked for again in a page that is opened later', async () => {
    const { page: before, open, stop } = await fail();
    before.kill();
    stop();
    const page = open();
    await calm(300);
    expect(page.rows[0]).toBe(row);
    press(() => page.now.pending[0]?.retry());
    expect(await shownIn(page)).toEqual([row]);
  });

  test('counts once, where it waits behind what may have been sent by a page that was closed', async () => {
    const { page: before, open, stop, emulator } = await fail();
    stop();
    emulator.fault({ kind: 'offline', on: ({ method }) => method === 'PUT' || method === 'DELETE', times: 1 });
    emulator.fault({ kind: 'slow', ms: 200, on: ({ method }) => method !== 'GET', times: 1 });
    press(() => void before.now.add({ collectionId: 'trees', assetIds: ['fir'] }).catch(() => undefined));
    press(() => before.now.pending[0]?.retry());
    await calm(10);
    before.kill();
    const page = open();
    const { counts } = countsIn(page);
    await calm(400);
    expect(page.pending).toEqual([]);
    const count = Number(row.slice(-1));
    expect(counts).toEqual([count, count + 1]);
  });
});

test.each([
  ['a create', ({ now }: OpenTab) => now.create({ name: 'Lakes' }), ['Lakes 0', 'Trees 1', 'Parks 0']],
  ['a rename', ({ now }: OpenTab) => now.update({ collectionId: 'parks', name: 'Gardens' }), ['Trees 1', 'Gardens 0']],
  ['a delete', ({ now }: OpenTab) => now.remove({ collectionId: 'parks' }), ['Trees 1']],
  ['an add', ({ now }: OpenTab) => now.add({ collectionId: 'parks', assetIds: ['yew'] }), ['Trees 1', 'Parks 1']],
] as const)(
  '%s that another tab asks for again before its failure is written down is pending in all tabs until it is done',
  async (_, ask, rows) => {
    const wrong: string[] = [];
    for (const wait of [0, 10, 20, 30, 40, 50]) {
      const browser = new FakeBrowser({ paces: [{ lock: 1, read: 20, write: 20 }] });
      const emulator = studio(10, ['oak']);
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
      await calm(300);
      emulator.fault({ kind: 'refuse', status: 403, times: 1, on: ({ method }) => method !== 'GET' });
      a.tab.run(() => press(() => watch(ask(a))));
      for (let i = 0; i < 40 && !b.pending.some((line) => line.includes('failed')); i++) await calm(10);
      await calm(wait);
      b.tab.run(() => press(() => b.now.pending[0]?.retry()));
      const seen = new Set<string>();
      for (let i = 0; i < 60; i++) {
        await calm(10);
        for (const line of b.pending) seen.add(line);
      }
      for (const { pending } of [a, b]) if (pending.length) wrong.push(`${wait} ms: ${pending}`);
      for (const line of seen) if (line.includes('failed')) wrong.push(`${wait} ms: ${line} was seen`);
      expect([a.rows, b.rows]).toEqual([rows, rows]);
      for (const tab of [a, b]) tab.kill();
    }
    expect(wrong).toEqual([]);
  },
);

test('what fails in another tab, and what waits for it, is listed in every frame until it is listed as failed', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  const frames: string[] = [];
  const list = () => {
    const pending = usePendingChanges();
    useLayoutEffect(() => {
      frames.push(pending.map(({ status }) => status).join());
    });
  };
  b.tab.run(() => renderHook(list, { wrapper: b.wrapper }));
  await calm(200);
  emulator.fault({ kind: 'refuse', status: 403, on: ({ method }) => method !== 'GET' });
  a.tab.run(() => press(() => watch(a.now.create({ name: 'Lakes' }))));
  a.tab.run(() => press(() => watch(a.now.add({ collectionId: a.now.list?.[0]?.id ?? '', assetIds: ['reed'] }))));
  await calm(300);
  const both = frames.findIndex((each) => each.includes(','));
  expect(frames.slice(both).filter((each) => !each.includes(','))).toEqual([]);
  expect(frames.at(-1)).toBe('failed,failed');
  for (const tab of [a, b]) tab.kill();
});
