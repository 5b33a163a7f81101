import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test.each(['done', 'taken back'])(
  'what is %s by a page that has lost its connection is over in one that is opened before it has another',
  async (how) => {
    const quick = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [{ ...quick, read: 40 }, quick] });
    const emulator = studio(50, ['oak']);
    const a = openTab(browser, emulator);
    await calm(300);
    if (how === 'taken back') goOffline();
    press(() => a.tab.run(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] }))));
    for (let i = 0; i < 50 && !a.now.pending[0]?.stored; i++) await calm(5);
    a.tab.closeDatabases();
    if (how === 'taken back') act(() => a.tab.run(() => a.now.pending[0]?.discard()));
    for (let i = 0; i < 50 && a.pending.length; i++) await calm(5);
    await rest(1);
    const b = openTab(browser, emulator);
    await calm(200);
    goOnline();
    await calm(300);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(b.rows).toEqual([how === 'done' ? 'Trees 2' : 'Trees 1', 'Parks 0']);
  },
);

describe('what a page has taken back that ends before it could write so is nobody’s', () => {
  test.each([
    ['to send, where it waited', false, false],
    ['to list, where it had failed', true, false],
    ['to list, where it had failed before the other page was opened', true, true],
  ])('%s', async (_, hasFailed, isOld) => {
    for (let turns = 0; turns < 8; turns++) {
      const browser = new FakeBrowser();
      const emulator = studio(50, ['oak']);
      const a = openTab(browser, emulator);
      let b = openTab(browser, emulator);
      await calm(300);
      if (isOld) b.kill();
      if (hasFailed)
        emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/{collectionId}/assets', times: 1 });
      else goOffline();
      press(() => a.tab.run(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] }))));
      await calm(200);
      if (isOld) b = openTab(browser, emulator);
      await calm(200);
      expect(b.pending).toEqual([hasFailed ? 'addAssets failed' : 'addAssets paused']);
      a.tab.closeDatabases();
      act(() => a.tab.run(() => a.now.pending[0]?.discard()));
      await rest(turns);
      a.kill();
      await calm(100);
      goOnline();
      const c = openTab(browser, emulator);
      await calm(2_000);
      const wasTold = b.pending.length === 0;
      for (const tab of [b, c]) {
        expect(tab.pending, `after ${turns} turns`).toEqual(wasTold ? [] : ['addAssets failed']);
        expect(tab.rows, `after ${turns} turns`).toEqual(['Trees 1', 'Parks 0']);
      }
      if (wasTold) expect(await browser.records()).toEqual([]);
      b.kill();
      c.kill();
    }
  });
});
