import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** How long a transaction takes to write, in ms. */
const WRITE = 100;

test.each([
  ['before', 0],
  ['while', 50],
])(
  'what had failed, and is taken back %s its retry is written down, leaves the list of every tab at once',
  async (_, wait) => {
    const browser = new FakeBrowser({ paces: [{ lock: 1, read: 10, write: WRITE }], messageTakes: 5 });
    const emulator = studio(20, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    const run = <T,>(work: () => T) => a.tab.run(() => press(work));
    await calm(500);
    emulator.fault({ on: 'PUT', kind: 'refuse', status: 403, times: 1 });
    run(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(1000);
    expect([a.pending, b.pending]).toEqual([['update failed'], ['update failed']]);
    if (!wait) {
      // Something else is being written down.
      run(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
      await calm(20);
    }
    const its = () => a.now.pending.find(({ collectionId }) => collectionId === 'parks');
    run(() => its()?.retry());
    await calm(wait);
    run(() => its()?.discard());
    await calm(20);
    for (const tab of [a, b]) expect(tab.pending).not.toContain('update failed');
    expect(a.pending).toEqual(wait ? [] : ['update queued']);
    await calm(2000);
    for (const tab of [a, b]) expect([tab.pending, tab.rows[1]]).toEqual([[], 'Parks 0']);
    expect((await browser.records()).filter(({ kind }) => kind)).toEqual([]);
    expect(emulator.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/parks'))).toHaveLength(1);
  },
);
