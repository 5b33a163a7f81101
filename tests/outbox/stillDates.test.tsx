import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { slowly } from './slowly.ts';
import { calm, goOffline, goOnline } from './world.ts';

inVirtualTime();

/** A server that does not date what is added or taken out. */
const studio = (latency: number) =>
  createScenarioEmulator({
    latency,
    touchOnMembership: false,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

describe.each(['frozen', 'left'] as const)('by a server that dates no member, a page that was %s and wakes', (how) => {
  test.each(['added', 'taken out'])(
    'shows at once what another tab has made of what it had asked for, of which the last was done first: %s',
    async (what) => {
      const { a, b } = await openTwo(studio(20));
      goOffline();
      const ask = [
        () => a.now.update({ collectionId: 'trees', name: 'Woods' }),
        () =>
          what === 'added'
            ? a.now.add({ collectionId: 'trees', assetIds: ['yew'] })
            : a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
        () => a.now.update({ collectionId: 'trees', name: 'Oaks' }),
      ];
      for (const each of ask) press(() => watch(each()));
      await calm();
      a.sleep(how);
      await calm(2_000);
      goOnline();
      await calm(200);
      expect(b.pending).toEqual([]);
      goOffline();
      a.wake();
      await calm();
      expect(a.rows).toEqual([what === 'added' ? 'Oaks 3' : 'Oaks 1', 'Parks 0']);
      goOnline();
    },
  );

  test('shows what was done meanwhile as soon as it has read that, though the next request of it is on its way', async () => {
    const emulator = studio(20);
    const browser = new FakeBrowser();
    const a = openTab(browser, emulator);
    let late = 0;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      if (init?.method === 'PUT' && late) await new Promise((resolve) => setTimeout(resolve, late));
      return emulator.fetch(input, init);
    };
    const b = openTab(browser, emulator, { fetch });
    await calm(200);
    a.sleep(how);
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(100);
    late = 200;
    press(() => watch(b.now.update({ collectionId: 'trees', name: 'Oaks' })));
    await calm(5);
    a.wake();
    for (let passed = 0; passed < 300; passed += 10) {
      await calm(10);
      if (passed >= 40) expect(a.rows).toEqual(['Oaks 3', 'Parks 0']);
    }
  });
});

test.each([
  ['adds', 'adds', 'Trees 4'],
  ['adds', 'takes out', 'Trees 2'],
  ['takes out', 'adds', 'Trees 2'],
  ['takes out', 'takes out', 'Trees 0'],
])(
  'who had no room, and %s what is done first and answered last, comes by itself to hold what another %s meanwhile',
  async (first, second, row) => {
    const emulator = studio(0);
    const browser = new FakeBrowser();
    const a = openTab(browser, emulator, { fetch: slowly(emulator, 60, 10) });
    const b = openTab(browser, emulator, { fetch: slowly(emulator, 10, 150), onProblem: () => undefined });
    await calm(100);
    const ask = ({ now }: typeof a, what: string, added: string, gone: string) =>
      press(() =>
        watch(
          what === 'adds'
            ? now.add({ collectionId: 'trees', assetIds: [added] })
            : now.takeOut({ collectionId: 'trees', assetIds: [gone] }),
        ),
      );
    browser.isFull = true;
    ask(b, first, 'yew', 'oak');
    await calm(5);
    browser.isFull = false;
    ask(a, second, 'fir', 'elm');
    await calm(300);
    expect([a.rows, b.rows]).toEqual([
      [row, 'Parks 0'],
      [row, 'Parks 0'],
    ]);
  },
);
