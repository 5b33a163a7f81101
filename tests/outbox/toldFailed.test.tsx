import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser, type Pace } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const slow: Pace = { lock: 1, read: 100, write: 100 };
const late: Pace = { lock: 100, read: 1, write: 1 };
const quick: Pace = { lock: 1, read: 1, write: 1 };

const asks = {
  add: ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['yew'] }),
  rename: ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' }),
  delete: ({ now }: OpenTab) => now.remove({ collectionId: 'trees' }),
  create: ({ now }: OpenTab) => now.create({ name: 'Lakes' }),
};

const failed = [expect.stringContaining('failed')];

describe.each(Object.keys(asks) as (keyof typeof asks)[])('%s: what others were told had failed', (kind) => {
  /** Two tabs or three, of which the first has told that a change of its has failed, and has not written that yet. */
  async function open(paces: readonly Pace[]) {
    const browser = new FakeBrowser({ paces });
    const emulator = studio(50, ['oak']);
    const open = () => openTab(browser, emulator);
    const tabs = paces.map(open);
    const [a, b] = tabs as [OpenTab, OpenTab];
    await calm(1_000);
    emulator.fault({ kind: 'refuse', status: 422, on: ({ method }) => method !== 'GET', times: 1 });
    return {
      tabs,
      open,
      ask: async () => {
        a.tab.run(() => press(() => watch(asks[kind](a))));
        for (let ms = 0; ms < 1_500 && !`${b.pending}`.includes('failed'); ms += 10) await calm(10);
        expect(b.pending).toEqual(failed);
      },
    };
  }

  /** It stays failed in all of them, and in one that is opened later, and goes when one takes it back. */
  async function expectFailed(tabs: readonly OpenTab[], openLater: () => OpenTab) {
    for (let ms = 0; ms < 3_000; ms += 50) {
      await calm(50);
      for (const { pending } of tabs) expect(pending).toEqual(failed);
    }
    const all = [...tabs, openLater()];
    await calm(3_000);
    for (const { pending, rows } of all) expect([pending, rows]).toEqual([failed, ['Trees 1', 'Parks 0']]);
    press(() => all[0]?.now.pending[0]?.discard());
    await calm(1_000);
    for (const { pending } of all) expect(pending).toEqual([]);
    for (const tab of all) tab.kill();
  }

  test.each(
    ['frozen', 'left'].flatMap((how) =>
      ['lives', 'has ended before that was written', 'ends just then'].map((teller) => [how, teller] as const),
    ),
  )('stays so in a page that was %s, when it wakes, where whoever told it %s', async (how, teller) => {
    const { tabs, open: openLater, ask } = await open([slow, slow]);
    const [a, b] = tabs as [OpenTab, OpenTab];
    await ask();
    b.sleep(how as 'frozen');
    if (teller.includes('before')) a.kill();
    b.tab.run(() => b.wake());
    if (teller.includes('just')) a.kill();
    await expectFailed(teller === 'lives' ? [a, b] : [b], openLater);
    a.kill();
  });

  test('stays so in the next page, where who was told wakes, and ends in its turn', async () => {
    const { tabs, open: openLater, ask } = await open([slow, slow]);
    const [a, b] = tabs as [OpenTab, OpenTab];
    await ask();
    b.sleep('frozen');
    a.kill();
    b.tab.run(() => b.wake());
    await calm(3_000);
    b.kill();
    const next = openLater();
    await calm(3_000);
    expect([next.pending, next.rows]).toEqual([failed, ['Trees 1', 'Parks 0']]);
    expect(next.writes).toEqual([]);
    next.kill();
  });

  test('stays so when a tab takes it over that was not told', async () => {
    for (let passed = 0; passed < 200; passed += 40) {
      const { tabs, open: openLater } = await open([slow, late, quick]);
      const [a, b, c] = tabs as [OpenTab, OpenTab, OpenTab];
      c.sleep('left');
      a.tab.run(() => press(() => watch(asks[kind](a))));
      await calm(passed);
      // From now on it is the last to be told that the first has ended.
      b.sleep('left');
      b.tab.run(() => b.wake());
      for (let ms = 0; ms < 1_500 && !`${b.pending}`.includes('failed'); ms += 10) await calm(10);
      expect(b.pending).toEqual(failed);
      c.tab.run(() => c.wake());
      await calm(10);
      a.kill();
      for (let ms = 0; ms < 500; ms += 10) {
        await calm(10);
        expect(b.pending).toEqual(failed);
      }
      await expectFailed([b, c], openLater);
    }
  });
});
