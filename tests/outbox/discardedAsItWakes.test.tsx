import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const ASKED = {
  create: ({ now }: OpenTab) => now.create({ name: 'Lakes' }),
  update: ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' }),
  addAssets: ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['fir'] }),
  removeAssets: ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
  'removeAssets of what it has added itself': ({ now }: OpenTab) =>
    now.takeOut({ collectionId: 'trees', assetIds: ['yew'] }),
  delete: ({ now }: OpenTab) => now.remove({ collectionId: 'parks' }),
};

/** What its user sees: the rows of the list, and which of its items one collection holds. */
function screenOf(tab: OpenTab) {
  const { result } = renderHook(() => useCollectionAssets('trees').data, { wrapper: tab.wrapper });
  return () => ({ rows: tab.rows, members: result.current?.flatMap(({ id }) => (id === 'fir' ? [] : id)).sort() });
}

test.for(Object.entries(ASKED))(
  '%s: what another tab has done for a page that slept is not taken back there as it wakes',
  async ([, ask]) => {
    const browser = new FakeBrowser();
    const emulator = studio(5);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    const screen = screenOf(a);
    await calm(100);
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(100);
    goOffline();
    press(() => watch(ask(a)));
    await calm(50);
    expect(a.pending.length).toBe(1);
    a.sleep('frozen');
    goOnline();
    await calm(100);
    expect([a.writes.length, b.writes.length]).toEqual([1, 1]);
    const shown = screen();
    const seen: unknown[] = [];
    // Its list of what is pending still has it: the storage was not read yet.
    press(() => {
      a.tab.wake();
      a.now.pending[0]?.discard();
    });
    for (let i = 0; i < 20; i++) {
      if (i === 15) press(() => void a.queryClient.refetchQueries());
      await calm(1);
      seen.push(screen());
    }
    expect(new Set(seen.map((each) => JSON.stringify(each)))).toEqual(new Set([JSON.stringify(shown)]));
    expect([a.pending, b.pending]).toEqual([[], []]);
  },
);
