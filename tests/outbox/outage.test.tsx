import { afterEach, describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();
afterEach(goOnline);

const OUTAGES = [
  ['nothing gets through', { kind: 'offline' }],
  ['the server says 503', { kind: 'refuse', status: 503 }],
] as const;
const OUTAGE = 5_000;
/** More than is waited for before the server is asked again. */
const LATER = 5_000;

const KINDS = [
  ['an add', ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['yew'] }), ['Trees 3', 'Parks 0']],
  ['a remove', ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }), ['Trees 1', 'Parks 0']],
  ['a rename', ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' }), ['Woods 2', 'Parks 0']],
  ['a delete', ({ now }: OpenTab) => now.remove({ collectionId: 'trees' }), ['Parks 0']],
] as const;

/** What a tab has shown since, each list once. */
function rowsIn(tab: OpenTab) {
  const seen = new Set<string>();
  const look = () => seen.add(JSON.stringify(tab.rows));
  return {
    async during(milliseconds: number): Promise<string[][]> {
      for (let passed = 0; passed < milliseconds; passed += 500) {
        await calm(500);
        look();
      }
      return [...seen].map((rows) => JSON.parse(rows));
    },
  };
}

describe.each(OUTAGES)('%s for some seconds', (_, fault) => {
  /** A page that asks for something meanwhile, and another one beside it. */
  async function askIn(ask: (page: OpenTab) => Promise<unknown>) {
    const browser = new FakeBrowser();
    const emulator = studio(20);
    const open = () => openTab(browser, emulator);
    const [page, other] = [open(), open()];
    await calm(200);
    const stop = emulator.fault(fault);
    return { emulator, open, page, other, stop, outcome: press(() => watch(ask(page))) };
  }

  test.each(KINDS)(
    '%s that is asked for meanwhile shows in every tab, and is done once as soon as it can be',
    async (__, ask, rows) => {
      const { page, other, stop, outcome } = await askIn(ask);
      expect(await rowsIn(other).during(OUTAGE)).toEqual([rows]);
      expect([outcome.settled, page.rows]).toEqual([0, rows]);
      stop();
      await calm(LATER);
      expect([outcome.settled, outcome.error, page.rows, other.rows]).toEqual([1, undefined, rows, rows]);
      expect([page.pending, other.pending, other.writes]).toEqual([[], [], []]);
    },
  );

  test.each(KINDS)('%s is done by the next page, where its own is closed before that', async (__, ask, rows) => {
    const { open, page, other, stop } = await askIn(ask);
    other.kill();
    await calm(OUTAGE);
    page.kill();
    stop();
    const next = open();
    await calm(500);
    expect([next.pending, next.rows, next.writes.length]).toEqual([[], rows, 1]);
  });

  test.each(KINDS)('%s of a user who signs out meanwhile is neither asked about nor sent', async (__, ask) => {
    const { emulator, page, other, stop } = await askIn(ask);
    await calm(OUTAGE);
    await page.outbox.clear();
    const before = page.writes.length;
    stop();
    await calm(LATER);
    expect([page.pending, other.pending, other.writes, page.writes.length]).toEqual([[], [], [], before]);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(['Trees 2', 'Parks 0']);
  });
});

describe('a network that is back, and loses what is sent for two seconds', () => {
  async function reconnect(ask: (page: OpenTab) => void, outbox?: false) {
    const emulator = studio(20);
    const page = openTab(new FakeBrowser(), emulator, outbox === false ? { outbox } : {});
    await calm(200);
    goOffline();
    ask(page);
    await calm(1_000);
    const stop = emulator.fault({ kind: 'offline' });
    goOnline();
    await calm(2_000);
    stop();
    await calm(LATER);
    return page;
  }

  test.each(KINDS)('%s of the time without one is done', async (_, ask, rows) => {
    const page = await reconnect((tab) => press(() => watch(ask(tab))));
    expect([page.pending, page.rows]).toEqual([[], rows]);
  });

  test.each([
    ['with an outbox', undefined],
    ['without one', false],
  ] as const)(
    'collections that were made meanwhile are made once each, and filled and renamed (%s)',
    async (_, outbox) => {
      const page = await reconnect((tab) => {
        press(() => {
          watch(tab.now.create({ name: 'Lakes' }));
          watch(tab.now.create({ name: 'Seas' }));
        });
        const collectionId = tab.now.list?.[1]?.id ?? '';
        press(() => {
          watch(tab.now.add({ collectionId, assetIds: ['yew'] }));
          watch(tab.now.update({ collectionId, name: 'Ponds' }));
        });
      }, outbox);
      expect([page.pending, page.rows]).toEqual([[], ['Seas 0', 'Ponds 1', 'Trees 2', 'Parks 0']]);
      expect(page.writes.filter((line) => line.startsWith('POST'))).toEqual(['POST /collections', 'POST /collections']);
    },
  );

  test.each(['is taken over by another tab', 'is found by the next page', 'is kept by a page that wakes'])(
    'what is made in a collection that %s then is made once, and the server is asked once before',
    async (how) => {
      const browser = new FakeBrowser();
      const emulator = studio(20);
      const open = () => openTab(browser, emulator);
      const page = open();
      const other = how.includes('another tab') ? open() : undefined;
      await calm(200);
      goOffline();
      press(() => {
        for (const name of ['Lakes', 'Seas', 'Fens']) watch(page.now.create({ name }));
      });
      press(() => watch(page.now.add({ collectionId: page.now.list?.[2]?.id ?? '', assetIds: ['yew'] })));
      await calm(1_000);
      const wakes = how.includes('wakes');
      if (wakes) page.sleep('frozen');
      else page.kill();
      const stop = emulator.fault({ kind: 'offline' });
      goOnline();
      if (wakes) page.wake();
      const last = wakes ? page : (other ?? open());
      await calm(2_000);
      expect(last.writes).toEqual([]);
      stop();
      const before = emulator.requests.length;
      await calm(LATER);
      expect(last.pending).toEqual([]);
      expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
        'Fens 0',
        'Seas 0',
        'Lakes 1',
        'Trees 2',
        'Parks 0',
      ]);
      expect(last.writes).toHaveLength(4);
      const asked = emulator.requests.slice(before).filter(({ query }) => query.pageSize === '1');
      expect(asked).toHaveLength(1);
    },
  );

  test('a collection that is taken back meanwhile is not made', async () => {
    const emulator = studio(20);
    const page = openTab(new FakeBrowser(), emulator);
    await calm(200);
    goOffline();
    press(() => watch(page.now.create({ name: 'Lakes' })));
    await calm(200);
    const stop = emulator.fault({ kind: 'offline' });
    goOnline();
    await calm(1_000);
    press(() => page.now.pending[0]?.discard());
    stop();
    await calm(LATER);
    expect([page.pending, page.rows, page.writes]).toEqual([[], ['Trees 2', 'Parks 0'], []]);
  });
});

const isOfWrites = ({ method, path }: { method: string; path: string }) =>
  method !== 'GET' && !path.endsWith('get-bulk');

test.each(KINDS)('%s that the server fails twice, and can be asked about, fails', async (_, ask) => {
  const emulator = studio(20);
  const page = openTab(new FakeBrowser(), emulator);
  await calm(200);
  emulator.fault({ kind: 'refuse', status: 500, on: isOfWrites });
  const outcome = press(() => watch(ask(page)));
  await calm(LATER);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'InternalServerError' } });
  expect([page.rows, page.writes.length]).toEqual([['Trees 2', 'Parks 0'], 2]);
});

test('a create whose answer is lost fails at once, and is not sent again', async () => {
  const emulator = studio(20);
  const page = openTab(new FakeBrowser(), emulator);
  await calm(200);
  emulator.fault({ kind: 'loseAnswer', on: 'POST /collections', times: 1 });
  const outcome = press(() => watch(page.now.create({ name: 'Lakes' })));
  await calm(LATER);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'APIConnectionError' } });
  expect([page.rows, page.writes]).toEqual([['Lakes 0', 'Trees 2', 'Parks 0'], ['POST /collections']]);
});

describe.each([
  ['with an outbox', {}],
  ['without one', { outbox: false }],
] as const)('what goes along with the second try of something else, %s', (_, options) => {
  test.each([
    [
      'an add',
      ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['yew'] }),
      ({ now }: OpenTab) => now.add({ collectionId: 'trees', assetIds: ['fir'] }),
      'Trees 4',
    ],
    [
      'a remove',
      ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['oak'] }),
      ({ now }: OpenTab) => now.takeOut({ collectionId: 'trees', assetIds: ['elm'] }),
      'Trees 0',
    ],
    [
      'a rename',
      ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Woods' }),
      ({ now }: OpenTab) => now.update({ collectionId: 'trees', name: 'Groves' }),
      'Groves 2',
    ],
  ])('is asked about before it fails, and sent again: %s', async (__, first, second, row) => {
    const emulator = studio(20);
    const page = openTab(new FakeBrowser(), emulator, options);
    await calm(200);
    emulator.fault({ kind: 'refuse', status: 500, on: isOfWrites, times: 2 });
    const outcomes = [press(() => watch(first(page)))];
    await calm(30);
    outcomes.push(press(() => watch(second(page))));
    await calm(LATER);
    expect(outcomes).toMatchObject([{ settled: 1 }, { settled: 1 }]);
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect([page.pending, page.rows, page.writes.length]).toEqual([[], [row, 'Parks 0'], 3]);
  });
});
