import { expect, test } from 'vitest';
import { inVirtualTime, press } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const quick = { lock: 1, read: 1, write: 1 };

test.each([
  ['a rename', ({ now }: OpenTab, collectionId: string) => now.update({ collectionId, name: 'Ponds' }), 'Ponds 0'],
  ['an add', ({ now }: OpenTab, collectionId: string) => now.add({ collectionId, assetIds: ['yew'] }), 'Lakes 1'],
] as const)(
  '%s is shown on when its page, or another, finds that a killed page may have made the collection',
  async (_, ask, row) => {
    const browser = new FakeBrowser({ paces: [quick, { ...quick, read: 100 }, quick] });
    const emulator = studio(10);
    const killed = openTab(browser, emulator);
    await calm(100);
    emulator.fault({ kind: 'slow', ms: 60, on: 'POST /collections', times: 1 });
    killed.tab.run(() => press(() => void killed.now.create({ name: 'Lakes' }).catch(() => undefined)));
    while (emulator.collections.length < 3) await calm(10);
    killed.kill();
    emulator.fault({ kind: 'slow', ms: 500, on: ({ query }) => query.pageSize === '100' });
    const tab = openTab(browser, emulator);
    const other = openTab(browser, emulator);
    while (!tab.rows.includes('Lakes 0')) await calm(10);
    const { id } = emulator.collections[0] as { id: string };
    tab.tab.run(() => press(() => void ask(tab, id).catch(() => undefined)));
    const missing = new Set<string>();
    for (let ms = 0; ms < 5_000; ms += 10) {
      if (!tab.rows.includes(row)) missing.add(`its page at ${ms} ms: ${tab.rows}`);
      if (ms > 350 && !other.rows.includes(row)) missing.add(`another at ${ms} ms: ${other.rows}`);
      await calm(10);
    }
    expect([...missing].slice(0, 4)).toEqual([]);
    expect(tab.rows).toEqual([row, 'Trees 2', 'Parks 0']);
    expect(other.rows).toEqual(tab.rows);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(tab.rows);
  },
);
