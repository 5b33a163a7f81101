import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe('a row that a page has read before its storage, and that a killed tab has made', () => {
  test.each([
    ['an item', ({ now }: OpenTab, collectionId: string) => now.add({ collectionId, assetIds: ['yew'] }), ['Lakes 1']],
    ['a name', ({ now }: OpenTab, collectionId: string) => now.update({ collectionId, name: 'Ponds' }), ['Ponds 0']],
    ['to be gone', ({ now }: OpenTab, collectionId: string) => now.remove({ collectionId }), []],
  ] as const)(
    'shows %s that it was asked for, and once, though the storage says that it may be about to be made',
    async (_, ask, rows) => {
      for (const read of [100, 300]) {
        const quick = { lock: 1, read: 1, write: 1 };
        const browser = new FakeBrowser({ paces: [quick, { lock: 1, read, write: 10 }] });
        const emulator = studio(50, ['oak']);
        const a = openTab(browser, emulator);
        await calm(200);
        emulator.fault({ kind: 'slow', ms: 3_000, on: 'POST /collections', times: 1 });
        press(() => watch(a.now.create({ name: 'Lakes' })));
        await calm(100);
        a.kill();
        const b = openTab(browser, emulator);
        await calm(70);
        expect(b.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
        expect(b.pending).toEqual([]);
        const id = b.now.list?.[0]?.id as string;
        b.tab.run(() => press(() => watch(ask(b, id))));
        const shown = new Set<string>();
        for (let ms = 0; ms < 6_000; ms += ms < 1_000 ? 5 : 50) {
          shown.add(b.rows.join());
          await calm(ms < 1_000 ? 5 : 50);
        }
        expect([...shown]).toEqual([[...rows, 'Trees 1', 'Parks 0'].join()]);
        // Under its new name, or gone, it is not found: nobody knows whether it was made.
        expect(b.pending).toEqual(rows[0] === 'Lakes 1' ? [] : ['create failed']);
        b.kill();
      }
    },
  );
});

test('what is added to a new collection by its provisional id and taken out by that of the server counts in this order', async () => {
  const emulator = studio(20);
  let answer: () => void = () => undefined;
  const isAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await emulator.fetch(input, init);
    if (init?.method === 'POST') await isAnswered;
    return response;
  };
  const tab = openTab(new FakeBrowser(), emulator, { fetch, outbox: false });
  await calm(100);
  press(() => watch(tab.now.create({ name: 'Lakes' })));
  const provisional = tab.now.list?.[0]?.id as string;
  press(() => watch(tab.now.add({ collectionId: provisional, assetIds: ['yew', 'fir'] })));
  await calm(100);
  goOffline();
  press(() => watch(tab.now.takeOut({ collectionId: emulator.collections[0]?.id as string, assetIds: ['yew'] })));
  await calm(10);
  answer();
  await calm(20);
  expect(tab.pending).toEqual(['addAssets paused', 'removeAssets paused']);
  expect(tab.rows).toEqual(['Lakes 1', 'Trees 2', 'Parks 0']);
  goOnline();
  await calm(200);
  expect(tab.pending).toEqual([]);
  expect(tab.rows).toEqual(['Lakes 1', 'Trees 2', 'Parks 0']);
});
