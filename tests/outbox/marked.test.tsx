import { act } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();
afterEach(() => vi.unstubAllGlobals());

/** What is asked for is sent, and how many transactions the tab has begun until then. */
async function transactionsUntilSent(tab: OpenTab, ask: () => Promise<unknown>): Promise<number> {
  const { transactions } = tab.tab;
  const before = tab.writes.length;
  press(() => watch(ask()));
  for (let i = 0; i < 200 && tab.writes.length === before; i++) await act(() => rest(1));
  expect(tab.writes.length).toBe(before + 1);
  return tab.tab.transactions - transactions;
}

const states = async (browser: FakeBrowser) => (await browser.records()).map(({ state }) => state);

test('one transaction stands between a click and its request: it is written, and that it may have been sent', async () => {
  const browser = new FakeBrowser();
  const tab = openTab(browser, studio(50, ['oak']));
  await calm(200);
  expect(await transactionsUntilSent(tab, () => tab.now.update({ collectionId: 'parks', name: 'Gardens' }))).toBe(1);
  expect(await states(browser)).toEqual(['sent']);
  await calm(200);
  expect(await transactionsUntilSent(tab, () => tab.now.create({ name: 'Lakes' }))).toBe(1);
  expect(await states(browser)).toEqual(['sent']);
  await calm(200);
  expect(tab.pending).toEqual([]);
  expect(tab.rows).toEqual(['Lakes 0', 'Trees 1', 'Gardens 0']);
});

test('what waits is not marked as sent: behind another change of its collection, of another tab too, and behind another create', async () => {
  const { a, b, browser } = await openTwo(studio(50, ['oak']));
  press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await act(() => rest());
  press(() => watch(b.now.add({ collectionId: 'parks', assetIds: ['yew'] })));
  press(() => watch(a.now.create({ name: 'Ponds' })));
  await act(() => rest());
  expect(await states(browser)).toEqual(['sent', 'sent', 'queued', 'queued']);
  await calm(500);
  expect([a.pending, b.pending]).toEqual([[], []]);
  expect(b.rows).toEqual(['Ponds 0', 'Lakes 0', 'Trees 1', 'Gardens 1']);
});

test.each([
  ['', 1, true],
  [' in the background, where timers are a second late', 1_000, true],
  [', where there is no MessageChannel', 1, false],
])(
  'what is marked as sent and does not leave%s waits like any other: another tab takes it back',
  async (_, span, hasChannel) => {
    if (!hasChannel) vi.stubGlobal('MessageChannel', undefined);
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(300);
    a.tab.hide(span);
    const marks: unknown[] = [];
    a.tab.onPut.push(({ state }) => {
      marks.push(state);
      goOffline();
    });
    const outcome = press(() => a.tab.run(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }))));
    await calm();
    expect(marks).toEqual(['sent', 'queued']);
    expect(a.writes).toEqual([]);
    expect(await states(browser)).toEqual(['queued']);
    expect(a.pending).toEqual(['update paused']);
    act(() => b.now.pending[0]?.discard());
    await calm();
    goOnline();
    await calm(200);
    expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
    expect(emulator.collections[1]?.name).toBe('Parks');
  },
);

test('what is taken back while it is written down does not come back with what is asked for next', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const browser = new FakeBrowser();
    const tab = openTab(browser, studio(50, ['oak']));
    await calm(200);
    press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await rest(turns);
    press(() => {
      tab.now.pending[0]?.discard();
      watch(tab.now.update({ collectionId: 'trees', name: 'Woods' }));
    });
    await calm(20);
    // It was on the wire by then, or is gone.
    expect(tab.pending, `after ${turns} turns`).toHaveLength(tab.writes.length);
    await calm(200);
    expect(tab.pending, `after ${turns} turns`).toEqual([]);
    tab.kill();
  }
});

test('a record that cannot be sent, and is held as sent by a tab that lives, holds up nothing else of its collection', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const first = openTab(browser, emulator);
  await calm(200);
  first.kill();
  await browser.put({
    ...{ version: 1, key: 1, scope: 'default', tab: 'ended', state: 'sent', submittedAt: 1, optimistic: true },
    ...{ kind: 'addAssets', collectionId: 'trees', variables: { collectionId: 'trees' } },
  });
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(200);
  const { transactions } = b.tab;
  press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(200);
  expect(b.writes).toEqual(['PUT /collections/trees']);
  expect(b.tab.transactions - transactions).toBeLessThan(5);
  expect(b.pending).toEqual([]);
  expect([a.rows, b.rows]).toEqual([
    ['Woods 1', 'Parks 0'],
    ['Woods 1', 'Parks 0'],
  ]);
  warn.mockRestore();
});
