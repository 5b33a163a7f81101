import { expect, test, vi } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** So long the server takes, in ms. */
const LATENCY = 60;

const oak = { collectionId: 'trees', assetIds: ['oak'] };
const add = ({ now }: OpenTab) => now.add(oak);
const takeOut = ({ now }: OpenTab) => now.takeOut(oak);

const run = <T,>({ tab }: OpenTab, work: () => T): T => tab.run(() => press(work));

/** Two tabs with slow databases, in one of which something is asked for and then its contrary, so that nothing has to be sent. */
async function askBoth(first: typeof add, second: typeof add) {
  const browser = new FakeBrowser({ paces: [{ lock: 1, read: 10, write: 10 }], messageTakes: 5 });
  const emulator = studio(LATENCY, first === add ? [] : ['oak']);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(300);
  // So that it is known in each tab whether it is in.
  for (const ask of [first, second]) {
    run(a, () => watch(ask(a)));
    await calm(600);
  }
  goOffline();
  run(a, () => watch(first(a)));
  const last = run(a, () => watch(second(a)));
  await calm(300);
  return { a, b, emulator, last };
}

const WHERE = ['the tab that asks', 'another tab', 'the tab that has taken it over'] as const;
const CASES = [
  ['an add', add, takeOut],
  ['a remove', takeOut, add],
] as const;

test.each(WHERE.flatMap((where) => CASES.map((each) => [where, ...each] as const)))(
  'what is taken back in %s before the server has said that it needs no request has overruled nothing: %s is done',
  async (where, _, first, second) => {
    for (let wait = 0; wait < 2 * LATENCY; wait += 10) {
      const { a, b, emulator, last } = await askBoth(first, second);
      if (where === 'the tab that has taken it over') {
        a.kill();
        await calm(1_500);
      }
      const living = [a, b].filter(({ tab }) => !tab.isClosed);
      const [sender] = living as [OpenTab];
      const before = sender.writes.length;
      sender.tab.run(goOnline);
      await calm(wait);
      const tab = where === 'the tab that asks' ? a : b;
      run(tab, () => tab.now.pending[1]?.discard());
      await calm(600);
      // Until that is written down its own page may take it back.
      const isBack = sender === a ? !!last.error : wait < LATENCY;
      expect({ wait, isBack: isBack || wait >= LATENCY }).toEqual({ wait, isBack: true });
      const isIn = (first === add) === isBack;
      const rows = [`Trees ${Number(isIn)}`, 'Parks 0'];
      expect({ wait, ids: emulator.members('trees').assetIds }).toEqual({ wait, ids: isIn ? ['oak'] : [] });
      for (const { pending, rows: shown } of living)
        expect({ wait, pending, shown }).toEqual({ wait, pending: [], shown: rows });
      expect(sender.writes.length - before).toBe(Number(isBack));
      for (const each of living) each.kill();
    }
  },
);

test('where the storage takes nothing any more, and another tab could take back what overrules it, what needs no request fails and tells why', async () => {
  const { a, b, last } = await askBoth(takeOut, add);
  const dead = (['put', 'delete'] as const).map((name) =>
    vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(() => {
      throw new DOMException('The disk is gone.', 'UnknownError');
    }),
  );
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  a.tab.run(goOnline);
  await calm(600);
  for (const spy of dead) spy.mockRestore();
  expect(last.error).toMatchObject({ name: 'UnknownError' });
  expect(a.pending).toEqual(['removeAssets failed', 'addAssets failed']);
  expect(a.rows).toEqual(['Trees 1', 'Parks 0']);
  expect(warn).toHaveBeenCalled();
  warn.mockRestore();
  for (const tab of [a, b]) tab.kill();
});

test.each([
  ['in its tab', false, false],
  ['in another tab', false, true],
  ['once it has failed', true, false],
  ['in another tab, once it has failed', true, true],
])(
  'with a create that is taken back %s goes what waits for that, and nothing else',
  async (_, hasFailed, isElsewhere) => {
    const { a, b, browser, emulator } = await openTwo(studio(LATENCY, ['oak']));
    if (hasFailed) emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections' });
    else goOffline();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    press(() => watch(a.now.update({ collectionId: a.now.list?.[0]?.id as string, name: 'Ponds' })));
    if (hasFailed) await calm(300);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm();
    press(() => (isElsewhere ? b : a).now.pending[0]?.discard());
    await calm();
    for (const tab of [a, b]) {
      expect(tab.pending).toEqual(['update paused']);
      expect(tab.rows).toEqual(['Trees 1', 'Gardens 0']);
    }
    expect((await browser.records()).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['update queued']);
  },
);
