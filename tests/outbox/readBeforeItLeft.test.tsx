import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm } from './world.ts';

inVirtualTime();

test.each([
  ['a remove of what is not in', 'takeOut', ['elm', 'yew']],
  ['an add of what is in', 'add', ['oak', 'yew']],
] as const)(
  '%s moves no count once that was read, also where it was read as the request was written down, and is read again while that is on the wire',
  async (_, ask, assetIds) => {
    const browser = new FakeBrowser({ paces: [{ lock: 1, read: 1, write: 100 }] });
    const emulator = createScenarioEmulator({
      latency: 40,
      collections: [
        { id: 'trees', name: 'Trees', assetIds: ['oak'] },
        { id: 'parks', name: 'Parks', assetIds: [...assetIds] },
      ],
    });
    const tab = openTab(browser, emulator);
    await calm(400);
    press(() => void tab.now.update({ collectionId: 'parks', name: 'Park' }).catch(() => undefined));
    press(() => void tab.now[ask]({ collectionId: 'parks', assetIds: ['oak'] }).catch(() => undefined));
    while (tab.pending.length === 2) await calm(10);
    const { result } = tab.tab.run(() => renderHook(() => useCollectionAssets('trees'), { wrapper: tab.wrapper }));
    await calm(50);
    expect([result.current.data?.map(({ id }) => id), tab.writes.slice(1)]).toEqual([['oak'], []]);
    const shown = [tab.rows[1]];
    emulator.fault({ kind: 'slow', ms: 300, on: ({ path }) => path.endsWith('/collections/parks/assets') });
    while (tab.pending.length) {
      await calm(10);
      if (tab.writes.length > 1 && !result.current.isFetching) press(() => void result.current.refetch());
      if (shown.at(-1) !== tab.rows[1]) shown.push(tab.rows[1]);
    }
    expect(tab.writes).toHaveLength(2);
    expect(shown).toEqual(['Park 2']);
  },
);
