import { describe, expect, test } from 'vitest';
import type { OutboxRecord } from '../../src/outbox.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser, type Pace } from './FakeBrowser.ts';
import { membersIn } from './membersIn.ts';
import { openDisk } from './openDisk.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const SLOW: Pace = { lock: 20, read: 60, write: 20 };

const after = async (milliseconds: number, work: () => unknown) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  work();
};

type Ask = (tab: OpenTab, collectionId: string) => unknown;

const added =
  (kind: 'assets' | 'models'): Ask =>
  (tab, id) =>
    membersIn(tab, kind, id).add(['swan']);
const takenOut =
  (kind: 'assets' | 'models'): Ask =>
  (tab, id) =>
    membersIn(tab, kind, id).takeOut(['swan']);
const named =
  (name: string): Ask =>
  ({ now }, collectionId) =>
    press(() => watch(now.update({ collectionId, name })));
const deleted: Ask = ({ now }, collectionId) => press(() => watch(now.remove({ collectionId })));

const ORDERS: readonly [string, Ask, Ask, string | undefined][] = [
  ['an item is added, and taken out', added('assets'), takenOut('assets'), 'Lakes 0 0'],
  ['a model is added, and taken out', added('models'), takenOut('models'), 'Lakes 0 0'],
  ['an item is taken out, and added', takenOut('assets'), added('assets'), 'Lakes 1 0'],
  ['a model is taken out, and added', takenOut('models'), added('models'), 'Lakes 0 1'],
  ['it is renamed twice', named('Seas'), named('Ponds'), 'Ponds 0 0'],
  ['it is filled, and deleted', added('assets'), deleted, undefined],
  ['it is renamed, and deleted', named('Seas'), deleted, undefined],
];

describe.each(['the page that makes it', 'another tab'])(
  'what %s asks of a new collection, and is being written as that gets its id, comes after what was asked before, once the browser has crashed right then:',
  (who) => {
    test.each(ORDERS)('%s', async (_, first, second, expected) => {
      const browser = new FakeBrowser({ paces: [SLOW] });
      const emulator = studio(300);
      const page = openTab(browser, emulator);
      const asks = who === 'another tab' ? openTab(browser, emulator) : page;
      await calm(1_000);
      press(() => watch(page.now.create({ name: 'Lakes' })));
      const id = page.now.list?.[0]?.id as string;
      await calm(100);
      first(page, id);
      await calm(240);
      second(asks, id);
      while (browser.recordsNow().length < 3) await calm(10);
      expect([page.writes, asks.now.list?.some((each) => each.id === id)]).toEqual([['POST /collections'], false]);
      const restarted = browser.crash();
      for (const tab of new Set([page, asks])) tab.kill();
      const next = openTab(await restarted, emulator);
      await calm(10_000);
      expect(next.pending).toEqual([]);
      const made = emulator.collections.find((each) => !['trees', 'parks'].includes(each.id));
      expect(made && `${made.name} ${made.assetCount} ${made.modelCount}`).toBe(expected);
    });
  },
);

test('the same holds for a storage of its own, where the page is killed right then', async () => {
  const { records, storage } = openDisk();
  const emulator = studio(300);
  const page = openTab(new FakeBrowser(), emulator, {
    storage: {
      load: storage.load,
      put: (record) => after(60, () => page.tab.isClosed || storage.put(record as OutboxRecord)),
      remove: (key) => after(200, () => page.tab.isClosed || storage.remove(key)),
    },
  });
  await calm(1_000);
  // As this is done the storage has something to remove, and is busy as the create is answered.
  press(() => watch(page.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(100);
  press(() => watch(page.now.create({ name: 'Lakes' })));
  const id = page.now.list?.[0]?.id as string;
  await calm(100);
  added('assets')(page, id);
  await calm(190);
  takenOut('assets')(page, id);
  const isKept = () => [...records.values()].some(({ kind }) => kind === 'removeAssets');
  while (!isKept()) await calm(10);
  expect(page.rows[0]).toBe('Lakes 0');
  expect(page.now.list?.[0]?.id).not.toBe(id);
  page.kill();
  const next = openTab(new FakeBrowser(), emulator, { storage });
  await calm(10_000);
  expect([next.rows, next.pending]).toEqual([['Lakes 0', 'Trees 2', 'Gardens 0'], []]);
  expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 0 });
});
