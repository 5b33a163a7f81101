import { renderHook } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { inVirtualTime, press } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const delay = () => new Promise((resolve) => setTimeout(resolve, 100));

describe.each([
  ['added', 'taken out', 'PUT', 'DELETE', 'yew'],
  ['taken out', 'added', 'DELETE', 'PUT', 'oak'],
])('what was %s, whose answer was lost, and is %s again', (first, _, lost, second, item) => {
  test.each(['before', 'after'])('counts once in another tab that reads the contents %s it is done', async (when) => {
    const browser = new FakeBrowser();
    const emulator = studio(10, ['oak', 'elm']);
    const tab = openTab(browser, emulator, {
      fetch: async (input, init) => {
        if (init?.method !== second) return emulator.fetch(input, init);
        if (when === 'before') await delay();
        const answer = await emulator.fetch(input, init);
        if (when === 'after') await delay();
        return answer;
      },
    });
    const other = openTab(browser, emulator);
    renderHook(() => useCollectionAssets('trees'), { wrapper: other.wrapper });
    await calm(200);
    const variables = { collectionId: 'trees', assetIds: [item] };
    const add = () => tab.tab.run(() => press(() => void tab.now.add(variables)));
    const takeOut = () => tab.tab.run(() => press(() => void tab.now.takeOut(variables)));
    emulator.fault({ kind: 'loseAnswer', on: lost, times: 1 });
    const [begin, undo] = first === 'added' ? [add, takeOut] : [takeOut, add];
    begin();
    await calm(2);
    // What it asks for itself has to wait: it looks into the storage, and finds there that the other's is on the wire.
    other.tab.run(() => press(() => void other.now.update({ collectionId: 'trees', name: 'Woods' })));
    undo();
    while (!tab.sent.at(-1)?.startsWith(second)) await calm(1);
    if (when === 'after') await calm(20);
    other.tab.run(() => press(() => void other.queryClient.refetchQueries({ queryKey: ['scenario'] })));
    const seen = new Set<string | undefined>();
    for (let ms = 0; ms < 500; ms++) {
      await calm(1);
      seen.add(other.rows[0]);
    }
    expect([...seen]).toEqual(['Woods 2']);
    expect(other.pending).toEqual([]);
  });
});
