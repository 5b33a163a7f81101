import { expect, test } from 'vitest';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** Longer than TanStack Query keeps what no screen asks for any more. */
const LONG = 600_000;

test('what has failed stays listed in every tab, and kept, until its user says what is to become of it: however long that takes', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const tabs = [openTab(browser, emulator), openTab(browser, emulator)] as const;
  const [a, b] = tabs;
  const { length: before } = a.queryClient.getMutationCache().getAll();
  await calm(200);
  const mend = emulator.fault({ on: 'PUT', kind: 'refuse', status: 403 });
  for (const name of ['Gardens', 'Woods', 'Meadows']) {
    press(() => watch(a.now.update({ collectionId: 'parks', name })));
    await calm(200);
  }
  mend();
  await soon(LONG);
  await calm();
  const states = async () => (await browser.records()).flatMap(({ state }) => state ?? []);
  for (const tab of tabs) expect(tab.pending).toEqual(['update failed', 'update failed', 'update failed']);
  expect(await states()).toEqual(['failed', 'failed', 'failed']);
  const [gardens, , meadows] = a.now.pending;
  press(() => gardens?.retry());
  press(() => meadows?.discard());
  await calm(200);
  for (const tab of tabs) {
    expect(tab.rows).toEqual(['Trees 1', 'Gardens 0']);
    expect(tab.pending).toEqual(['update failed']);
  }
  press(() => b.now.pending[0]?.discard());
  await calm();
  expect([a.pending, b.pending, await states()]).toEqual([[], [], []]);
  // What is done is TanStack Query's to forget.
  await soon(LONG);
  expect(a.queryClient.getMutationCache().getAll()).toHaveLength(before);
});
