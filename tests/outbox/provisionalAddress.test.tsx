import { renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useCollection, useCollectionAssets } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { setClock } from '../support/virtualTime.ts';
import { FakeBrowser, type Pace } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

const SLOW: Pace = { lock: 20, read: 60, write: 20 };

/** A tab at the address of a collection. What it shows of it, each time that it differs. */
function openAt(browser: FakeBrowser, emulator: ReturnType<typeof studio>, id: string) {
  const tab = openTab(browser, emulator);
  const shown: string[] = [];
  const see = (text: string) => shown.at(-1) !== text && shown.push(text);
  tab.tab.run(() =>
    renderHook(
      () => {
        const { data, error } = useCollection(id);
        const assets = useCollectionAssets(id);
        if (data || error) see(error ? error.name : `${data?.name} ${data?.assetCount}`);
        if (assets.data || assets.error)
          see(assets.error ? assets.error.name : assets.data?.map((each) => each.id).join() || 'none');
      },
      { wrapper: tab.wrapper },
    ),
  );
  return { tab, shown };
}

const STATES: readonly [string, (first: OpenTab) => Promise<void>, boolean][] = [
  ['was made before', () => calm(1_000), true],
  ['was made before, in a tab that lives', () => calm(1_000), false],
  ['is being made', () => calm(10), false],
  ['may have been made', () => calm(10), true],
];

test.each(
  STATES.flatMap(([what, wait, isKilled]) =>
    [undefined, [SLOW]].map((paces) => ({ what, wait, isKilled, paces, disk: paces ? 'a slow disk' : 'any disk' })),
  ),
)(
  'a page that is loaded at the provisional id of a collection which $what shows it, on $disk',
  async ({ wait, isKilled, paces }) => {
    const browser = new FakeBrowser({ paces });
    const emulator = studio(100);
    const first = openTab(browser, emulator);
    await calm(1_000);
    press(() => watch(first.now.create({ name: 'Lakes' })));
    const id = first.now.list?.[0]?.id as string;
    await calm(paces ? 120 : 20);
    press(() => watch(first.now.add({ collectionId: id, assetIds: ['swan'] })));
    await calm(paces ? 120 : 20);
    await wait(first);
    if (isKilled) first.kill();
    const { tab, shown } = openAt(browser, emulator, id);
    await calm(10_000);
    expect(shown).not.toContain('NotFoundError');
    expect(shown.slice(-2).sort()).toEqual(['Lakes 1', 'swan']);
    expect(tab.sent.filter((line) => line.includes(id))).toEqual([]);
  },
);

test.each(STATES)(
  'what is asked for as a page is loaded of a collection which %s is done, by its provisional id',
  async (_, wait, isKilled) => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const first = openTab(browser, emulator);
    await calm(1_000);
    press(() => watch(first.now.create({ name: 'Lakes' })));
    const collectionId = first.now.list?.[0]?.id as string;
    await calm(20);
    await wait(first);
    if (isKilled) first.kill();
    const next = openTab(browser, emulator);
    const { now } = next;
    const asked = press(() => [
      watch(now.add({ collectionId, assetIds: ['swan'] })),
      watch(now.update({ collectionId, name: 'Seas' })),
    ]);
    await calm(10_000);
    expect(asked.map(({ value, error }) => error ?? value?.name)).toEqual([expect.any(String), 'Seas']);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
      'Seas 1',
      'Trees 2',
      'Parks 0',
    ]);
    expect([next.pending, next.rows]).toEqual([[], ['Seas 1', 'Trees 2', 'Parks 0']]);
  },
);

test('a provisional id that nothing is kept of is looked for, and not found', async () => {
  const browser = new FakeBrowser();
  const { shown } = openAt(browser, studio(100), 'new_mm6zh23s_0ra5e');
  await calm(1_000);
  expect(shown).toContain('NotFoundError');
});

test.each([
  ['any', undefined],
  ['a slow', [SLOW]],
])(
  'what is asked of a provisional id that nothing is kept of fails when what is kept was read, and is kept nowhere, on %s disk',
  async (_, paces) => {
    const browser = new FakeBrowser({ paces });
    const emulator = studio(100);
    const onProblem = vi.fn();
    const other = openTab(browser, emulator, { onProblem });
    await calm(1_000);
    const tab = openTab(browser, emulator, { onProblem });
    const collectionId = 'new_mm6zh23s_0ra5e';
    const asked = press(() => [
      watch(tab.now.add({ collectionId, assetIds: ['swan'] })),
      watch(tab.now.update({ collectionId, name: 'Seas' })),
      watch(tab.now.remove({ collectionId })),
    ]);
    await calm(1_000);
    for (const { error } of asked)
      expect(error).toMatchObject({ name: 'InvalidInputError', message: expect.stringContaining(collectionId) });
    expect([other.pending, await browser.records(), tab.writes]).toEqual([[], [], []]);
    expect(onProblem).not.toHaveBeenCalled();
  },
);

test.each(['waits', 'has failed'])(
  'what is asked of the create of another tab that %s waits for it, also in a page that is loaded then',
  async (what) => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const first = openTab(browser, emulator);
    const second = openTab(browser, emulator);
    await calm(1_000);
    if (what === 'waits') goOffline();
    else emulator.fault({ kind: 'refuse', on: 'POST /collections', status: 403, times: 1 });
    press(() => watch(first.now.create({ name: 'Lakes' })));
    const collectionId = first.now.list?.[0]?.id as string;
    await calm(300);
    const third = openTab(browser, emulator);
    const asked = press(() => [
      watch(second.now.add({ collectionId, assetIds: ['swan'] })),
      watch(third.now.add({ collectionId, assetIds: ['carp'] })),
    ]);
    await calm(300);
    expect(asked.map(({ settled }) => settled)).toEqual([0, 0]);
    goOnline();
    if (what !== 'waits') press(() => second.now.pending[0]?.retry());
    await calm(1_500);
    expect(asked.map(({ value }) => value?.name)).toEqual(['Lakes', 'Lakes']);
    expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 2 });
  },
);

test('what was made before the page was loaded comes with the next list, where a server that had not heard of it yet has told that there is no such thing, and the clock was set', async () => {
  const browser = new FakeBrowser({ paces: [SLOW] });
  const emulator = studio(20);
  const first = openTab(browser, emulator);
  await calm(200);
  const made = press(() => watch(first.now.create({ name: 'Lakes' })));
  const id = first.now.list?.[0]?.id as string;
  await calm(300);
  first.kill();
  setClock(300_000);
  emulator.fault({ kind: 'refuse', on: `GET /collections/${made.value?.id}`, status: 404, times: 1 });
  const { tab } = openAt(browser, emulator, id);
  await calm(200);
  expect(tab.rows).toEqual(['Trees 2', 'Parks 0']);
  press(() => void tab.queryClient.refetchQueries());
  await calm(200);
  expect(tab.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
});
