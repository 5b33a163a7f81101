import { QueryClient } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe.each(['frozen', 'left'] as const)('a page that is %s', (how) => {
  test('leaves what it has asked for to a tab that is awake, and shows what became of it when it wakes', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm();
    a.sleep(how);
    goOnline();
    await calm(500);
    expect(b.writes).toHaveLength(2);
    expect(b.pending).toEqual([]);
    a.wake();
    await calm(500);
    expect(a.writes).toEqual([]);
    expect(a.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    expect(a.pending).toEqual([]);
  });

  test('keeps nobody from taking over what a third one leaves', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm();
    b.sleep(how);
    a.kill();
    goOnline();
    await calm(300);
    expect(c.writes).toEqual(['PUT /collections/parks']);
    b.wake();
    await calm(300);
    expect(b.writes).toEqual([]);
    expect(b.pending).toEqual([]);
    expect(b.rows).toEqual(['Trees 1', 'Gardens 0']);
  });

  test('and waits for a spent limit, asks first whether another tab has sent meanwhile what it wakes with: no create is made twice', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    const spent = emulator.fault({ kind: 'rateLimit', seconds: 60 });
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm(100);
    spent();
    a.sleep(how);
    for (let i = 0; i < 50 && !b.writes.length; i++) await calm(10);
    await calm(30);
    b.kill();
    a.wake();
    await soon(60_000);
    await calm(5_000);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
    expect(a.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
    expect(a.pending).toEqual([]);
  });

  test('shows what others have asked for meanwhile, and what has failed', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(b.now.update({ collectionId: 'parks', name: 'Gardens' })));
    press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm();
    expect(a.rows).toEqual(['Woods 1', 'Gardens 0']);
    a.sleep(how);
    emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/{collectionId}', times: 1 } as never);
    goOnline();
    await calm(200);
    goOffline();
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    const shown = b.rows;
    const { pending } = b;
    expect(pending.toSorted()).toEqual(['addAssets paused', 'update failed']);
    a.wake();
    await calm(50);
    goOnline();
    await calm(300);
    expect(a.rows).toEqual(shown);
    expect(a.pending).toEqual(['update failed']);
    expect(b.pending).toEqual(['update failed']);
  });

  test.each([50, 60, 90, 110, 140])(
    'counts a change of many ids once, a part of which was done while it slept: woken after %d ms',
    async (slept) => {
      const browser = new FakeBrowser();
      const emulator = studio(50, ['oak']);
      const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnReconnect: false } } });
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, { queryClient })];
      await calm(200);
      goOffline();
      press(() =>
        watch(a.now.add({ collectionId: 'trees', assetIds: Array.from({ length: 120 }, (_, i) => `t${i}`) })),
      );
      await calm();
      b.sleep(how);
      goOnline();
      await calm(slept);
      b.wake();
      for (let passed = 0; passed < 400; passed += 10) {
        expect(b.rows).toEqual(['Trees 121', 'Parks 0']);
        await calm(10);
      }
      expect(a.writes).toHaveLength(3);
      expect(b.writes).toEqual([]);
    },
  );

  test('sends nothing again with a new token, when it wakes, that another tab has taken over', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    let token = 'old';
    const ended: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      if (request.method !== 'PUT' || request.headers.get('authorization') !== 'Bearer old')
        return emulator.fetch(input, init);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return new Response('{}', { status: 401 });
    };
    const bearerAuth = () => token;
    const [a, b] = [openTab(browser, emulator, { fetch: ended, bearerAuth }), openTab(browser, emulator)];
    await calm(200);
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(20);
    expect(a.writes).toHaveLength(1);
    a.sleep(how);
    token = 'new';
    await calm(300);
    expect(b.writes).toEqual(['PUT /collections/parks']);
    a.wake();
    await calm(3_000);
    expect(a.writes).toHaveLength(1);
    expect(a.pending).toEqual([]);
    expect(a.rows).toEqual(['Trees 1', 'Gardens 0']);
  });

  test('and alone, sends what it has asked for itself when it wakes', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const tab = openTab(browser, emulator);
    await calm(200);
    goOffline();
    press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm();
    tab.sleep(how);
    goOnline();
    await calm();
    tab.wake();
    await calm(300);
    expect(tab.writes).toEqual(['PUT /collections/parks']);
    expect(tab.pending).toEqual([]);
    expect(tab.rows).toEqual(['Trees 1', 'Gardens 0']);
  });

  test('tells whoever asked for a change what it has come to in another tab', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    const [add, rename, create, fill, remove] = [
      press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] }))),
      press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }))),
      press(() => watch(a.now.create({ name: 'Lakes' }))),
      press(() => watch(a.now.add({ collectionId: a.now.list?.[0]?.id as string, assetIds: ['elm'] }))),
      press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' }))),
    ];
    await calm();
    a.sleep(how);
    press(() => b.now.pending.at(-1)?.discard());
    await calm();
    emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/parks', times: 1 } as never);
    goOnline();
    await calm(700);
    a.wake();
    await calm(500);
    expect(b.pending).toEqual(['update failed']);
    expect(a.writes).toEqual([]);
    expect(add.value).toMatchObject({ id: 'trees', assetCount: 2 });
    expect(rename.error).toMatchObject({ status: 403 });
    expect(create.value).toMatchObject({ name: 'Lakes' });
    expect(fill.value).toMatchObject({ name: 'Lakes', assetCount: 1 });
    expect(remove.error).toMatchObject({ name: 'APIUserAbortError' });
    expect([add, rename, create, fill, remove].map(({ settled }) => settled)).toEqual([1, 1, 1, 1, 1]);
    expect(a.pending).toEqual(['update failed']);
    expect(a.rows).toEqual(b.rows);
  });

  test('waits with what was for a collection that another tab has made until that tab is done with it', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    const fill = press(() => watch(a.now.add({ collectionId: a.now.list?.[0]?.id as string, assetIds: ['elm'] })));
    await calm();
    a.sleep(how);
    goOnline();
    for (let i = 0; i < 40 && b.writes.length < 2; i++) await calm(10);
    expect(b.pending).toEqual(['addAssets sending']);
    a.wake();
    await calm(10);
    expect(fill.settled).toBe(0);
    expect(a.pending).toHaveLength(1);
    expect(a.rows[0]).toBe('Lakes 1');
    await calm(500);
    expect(fill.value).toMatchObject({ name: 'Lakes', assetCount: 1 });
    expect(a.writes).toEqual([]);
  });

  test('asks about nothing that another tab has taken over', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    press(() => watch(a.now.remove({ collectionId: 'parks' })));
    const add = press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(10);
    expect(a.writes).toHaveLength(2);
    a.sleep(how);
    await calm(10);
    const sent = a.sent.length;
    a.wake();
    await calm(600);
    expect(a.sent.slice(sent).filter((line) => !line.startsWith('GET /collections?'))).not.toContain(
      'GET /collections/trees',
    );
    expect(a.sent.slice(sent)).not.toContain('POST /assets/get-bulk');
    expect(b.sent).toContain('POST /assets/get-bulk');
    expect(add.value).toMatchObject({ assetCount: 2 });
    expect([a.pending, b.pending]).toEqual([[], []]);
  });

  test('fails nothing by an answer that has come for it when another tab had it', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    emulator.fault({ kind: 'refuse', status: 400, on: 'PUT /collections/trees/assets', times: 1 } as never);
    const add = press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    // It asks why.
    for (let i = 0; i < 40 && !a.sent.includes('POST /assets/get-bulk'); i++) await calm(10);
    a.sleep(how);
    await calm(10);
    a.wake();
    await calm(600);
    expect(b.writes).toEqual(['PUT /collections/trees/assets']);
    expect(add.value).toMatchObject({ assetCount: 2 });
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(a.rows).toEqual(['Trees 2', 'Parks 0']);
  });

  test('while it waits for its lock, or reads the storage, keeps no lock, and reads it when it wakes', async () => {
    const browser = new FakeBrowser({ lockTakes: 6 });
    const emulator = studio(50, ['oak']);
    const a = openTab(browser, emulator);
    await calm(200);
    goOffline();
    for (let turns = 0; turns < 16; turns++) {
      const b = openTab(browser, emulator);
      await rest(turns);
      b.sleep(how);
      press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
      await act(() => rest(turns % 4));
      b.wake();
      await calm(40);
      expect(b.pending, `after ${turns} turns`).toEqual(a.pending);
      expect(browser.locksOf(b.tab), `after ${turns} turns`).toBe(1);
      b.kill();
    }
  });

  test('before it knew what is kept reads again, when it wakes, what others have done meanwhile', async () => {
    const browser = new FakeBrowser({ lockTakes: 6 });
    const emulator = studio(50, ['oak']);
    const a = openTab(browser, emulator);
    await calm(200);
    for (let turns = 0; turns < 16; turns++) {
      const b = openTab(browser, emulator);
      await rest(turns);
      b.sleep(how);
      await calm(100);
      press(() => watch(a.now.update({ collectionId: 'parks', name: `Gardens of ${turns}` })));
      await calm(200);
      b.wake();
      await calm(200);
      expect(b.rows, `after ${turns} turns`).toEqual(a.rows);
      b.kill();
    }
  });

  test('before it knew what is kept counts nothing twice, when it wakes, that was done by then and is not known to be', async () => {
    const quick = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [quick, { lock: 100, read: 20, write: 20 }] });
    const emulator = studio(50, ['oak']);
    const a = openTab(browser, emulator);
    await calm(200);
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/trees/assets', times: 1 });
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(100);
    // It is carried out, and nobody was told.
    a.sleep(how);
    const b = openTab(browser, emulator);
    await calm(80);
    expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
    b.sleep('left');
    await calm(100);
    b.wake();
    const shown = new Set<string | undefined>();
    for (let ms = 0; ms < 500; ms += 5) {
      await calm(5);
      shown.add(b.rows[0]);
    }
    expect([...shown]).toEqual(['Trees 2']);
  });

  test('shows what it has read when it wakes, while a write of the same collection is on its way', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    a.sleep(how);
    press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(300);
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/trees/assets', times: 1 } as never);
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    a.wake();
    await calm(300);
    expect(b.pending).toEqual(['addAssets sending']);
    // The server has done it already, which does not count on top.
    expect(a.rows).toEqual(['Woods 2', 'Parks 0']);
    await calm(2_500);
    expect(b.rows).toEqual(a.rows);
  });

  test('counts none of the adds twice that another tab has on their way, of which it knew one before it slept', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    a.sleep(how);
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
    await calm();
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/trees/assets', times: 1 } as never);
    goOnline();
    await calm();
    a.wake();
    await calm(300);
    expect(b.pending).toEqual(['addAssets sending', 'addAssets sending']);
    expect(b.writes).toHaveLength(1);
    expect(a.rows).toEqual(['Trees 3', 'Parks 0']);
    await calm(2_500);
    expect([a.rows, b.rows]).toEqual([
      ['Trees 3', 'Parks 0'],
      ['Trees 3', 'Parks 0'],
    ]);
  });

  test("fills a collection by the id that it knows, when it wakes and has not heard of the server's", async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm();
    a.sleep(how);
    goOnline();
    await calm(300);
    expect(b.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
    const id = a.now.list?.[0]?.id as string;
    goOffline();
    press(() => {
      a.wake();
      watch(a.now.add({ collectionId: id, assetIds: ['elm'] }));
    });
    await calm();
    expect(b.rows).toEqual(['Lakes 1', 'Trees 1', 'Parks 0']);
    expect(b.pending).toEqual(['addAssets paused']);
    goOnline();
    await calm(300);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(emulator.collections[0]).toMatchObject({ name: 'Lakes', assetCount: 1 });
  });

  test('leaves nothing behind of what it has asked for of a collection that is taken back meanwhile', async () => {
    const { a, b, browser } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(b.now.create({ name: 'Lakes' })));
    await calm();
    const rename = press(() => watch(a.now.update({ collectionId: a.now.list?.[0]?.id as string, name: 'Ponds' })));
    await calm();
    a.sleep(how);
    press(() => b.now.pending[0]?.discard());
    await calm();
    expect(await browser.records()).toEqual([]);
    expect(b.pending).toEqual([]);
    a.wake();
    await calm();
    expect(rename.error).toMatchObject({ name: 'APIUserAbortError' });
    expect(a.pending).toEqual([]);
    expect(a.rows).toEqual(['Trees 1', 'Parks 0']);
  });

  test('asks for nothing, when it wakes, before it knows what others have on their way', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm();
    a.sleep(how);
    goOnline();
    await calm(300);
    press(() => watch(b.now.add({ collectionId: b.now.list?.[0]?.id as string, assetIds: ['yew'] })));
    await calm(10);
    expect(b.pending).toEqual(['addAssets sending']);
    const id = a.now.list?.[0]?.id as string;
    press(() => {
      a.wake();
      watch(a.now.add({ collectionId: id, assetIds: ['elm'] }));
    });
    await calm(10);
    expect(b.pending).toContain('addAssets sending');
    expect(a.writes).toEqual([]);
    await calm(400);
    expect(a.writes).toHaveLength(1);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect([a.rows[0], b.rows[0]]).toEqual(['Lakes 2', 'Lakes 2']);
  });

  test('shows what another asks of a collection that had no id yet when it fell asleep, whatever it has asked for itself just then', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm(30);
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
    a.sleep(how);
    await calm(4_000);
    expect([b.rows[0], b.pending]).toEqual(['Lakes 0', []]);
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/:collectionId', times: 1 });
    press(() => watch(b.now.update({ collectionId: b.now.list?.[0]?.id as string, name: 'Ponds' })));
    await calm(10);
    a.wake();
    await calm(500);
    expect([a.rows[0], a.pending]).toEqual(['Ponds 0', ['update sending']]);
    await calm(2_500);
    expect([a.rows, a.pending]).toEqual([['Ponds 0', 'Trees 2', 'Parks 0'], []]);
    expect(b.rows).toEqual(a.rows);
  });

  test('and has asked something of a collection that had no id yet sends that beside nothing that another has on its way', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(b.now.create({ name: 'Lakes' })));
    await calm();
    press(() => watch(a.now.add({ collectionId: a.now.list?.[0]?.id as string, assetIds: ['elm'] })));
    a.sleep(how);
    goOnline();
    await calm(300);
    goOffline();
    press(() => watch(b.now.update({ collectionId: b.now.list?.[0]?.id as string, name: 'Ponds' })));
    await calm();
    a.wake();
    await calm(100);
    goOnline();
    await calm(40);
    // The create is the first.
    expect([...a.writes, ...b.writes]).toHaveLength(2);
    await calm(500);
    expect([...a.writes, ...b.writes]).toHaveLength(3);
    expect([a.rows[0], b.rows[0]]).toEqual(['Ponds 1', 'Ponds 1']);
  });

  test('lists as failed what another tab has failed with, at whatever it was itself when it fell asleep', async () => {
    for (let turns = 0; turns < 10; turns++) {
      const { a, b, emulator } = await openTwo(studio(50, ['oak']));
      emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/:collectionId', times: 2 });
      const rename = press(() => {
        watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
        return watch(a.now.update({ collectionId: 'parks', name: 'Gardens' }));
      });
      await rest(turns);
      a.sleep(how);
      await calm(500);
      const { transactions } = a.tab;
      a.wake();
      await calm(300);
      expect([a.pending, a.rows], `after ${turns} turns`).toEqual([['update failed'], ['Trees 2', 'Parks 0']]);
      expect(b.pending).toEqual(a.pending);
      expect(rename.error).toMatchObject({ status: 403 });
      // It does not try again and again.
      expect(a.tab.transactions - transactions).toBeLessThan(9);
      a.kill();
      b.kill();
    }
  });

  test('lists what had failed as the others do, when it wakes, if whoever told so has ended before that was written', async () => {
    const quick = { lock: 1, read: 1, write: 1 };
    const browser = new FakeBrowser({ paces: [{ lock: 1, read: 100, write: 100 }, quick, quick] });
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(1_000);
    emulator.fault({ kind: 'refuse', status: 422, on: 'PUT /collections/trees/assets', times: 1 });
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    for (let ms = 0; ms < 1_500 && !b.pending.includes('addAssets failed'); ms += 10) await calm(10);
    expect(b.pending).toEqual(['addAssets failed']);
    b.sleep(how);
    a.kill();
    emulator.fault({ kind: 'slow', ms: 2_000, on: 'PUT /collections/trees/assets', times: 1 });
    const c = openTab(browser, emulator);
    await calm(500);
    expect(c.pending).toEqual(['addAssets sending']);
    b.wake();
    await calm(500);
    expect(b.pending).toHaveLength(1);
    expect([b.pending, c.pending].flat()).not.toContain('addAssets failed');
    await calm(3_000);
    expect([b.pending, c.pending]).toEqual([[], []]);
    expect([b.rows, c.rows]).toEqual([
      ['Trees 2', 'Parks 0'],
      ['Trees 2', 'Parks 0'],
    ]);
  });

  test('takes nothing back, when it wakes, of what another tab has done for it', async () => {
    for (const passed of [0, 10, 60, 110]) {
      const { a, b } = await openTwo(studio(50, ['oak']));
      press(() => watch(a.now.remove({ collectionId: 'parks' })));
      press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
      press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
      press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
      press(() => watch(a.now.create({ name: 'Lakes' })));
      await calm(passed);
      a.sleep(how);
      await calm(9_000);
      expect(b.pending).toEqual([]);
      a.wake();
      for (let i = 0; i < 10; i++) {
        expect(a.rows, `put to sleep after ${passed} ms`).toEqual(['Lakes 0', 'Woods 1']);
        await calm(10);
      }
      a.kill();
      b.kill();
    }
  });

  test('tells whoever asked for a change what another tab has made of it, at whatever it was itself when it fell asleep', async () => {
    for (let turns = 0; turns < 10; turns++) {
      const { a, b } = await openTwo(studio(50, ['oak']));
      const rename = press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
      const add = press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
      await act(() => rest(turns));
      a.sleep(how);
      await calm(9_000);
      a.wake();
      for (let i = 0; i < 10; i++) {
        expect(a.rows, `after ${turns} turns`).toEqual(['Trees 2', 'Gardens 0']);
        await calm(10);
      }
      await calm(300);
      expect([rename.value, add.value], `after ${turns} turns`).toMatchObject([{ name: 'Gardens' }, { assetCount: 2 }]);
      expect([a.pending, b.pending]).toEqual([[], []]);
      a.kill();
      b.kill();
    }
  });

  test('takes nothing back of what another has asked for and done meanwhile, and it knew of', async () => {
    const { a, b } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
    press(() => watch(b.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    press(() => watch(b.now.remove({ collectionId: 'parks' })));
    press(() => watch(b.now.create({ name: 'Lakes' })));
    await calm();
    expect(a.rows).toEqual(['Lakes 0', 'Woods 2']);
    a.sleep(how);
    await calm();
    goOnline();
    await calm(500);
    expect(b.pending).toEqual([]);
    goOffline();
    a.wake();
    for (let i = 0; i < 10; i++) {
      await calm(10);
      expect(a.rows).toEqual(['Lakes 0', 'Woods 2']);
    }
    expect(a.pending).toEqual([]);
    goOnline();
    await calm(300);
    expect(a.rows).toEqual(b.rows);
  });

  test('shows a collection of its own from the first moment on, when it wakes, the create of which was asked for again elsewhere', async () => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    press(() => watch(a.now.add({ collectionId: a.now.list?.[0]?.id as string, assetIds: ['yew'] })));
    await calm();
    a.sleep(how);
    emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 1 });
    goOnline();
    await calm(300);
    expect(b.pending).toContain('create failed');
    emulator.fault({ kind: 'slow', ms: 1_000, on: 'POST /collections', times: 1 });
    press(() => b.now.pending.find(({ kind }) => kind === 'create')?.retry());
    await calm(10);
    a.wake();
    for (let i = 0; i < 60; i++) {
      await calm(10);
      expect(a.rows[0]).toMatch(/^Lakes/);
    }
    await calm(1_000);
    expect(a.rows).toEqual(b.rows);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Lakes', 'Trees', 'Parks']);
  });

  test('shows no item in contents again that it has taken out, which another tab was told', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    const contents = renderHook(() => useCollectionAssets('trees').data?.map(({ id }) => id), { wrapper: a.wrapper });
    await calm(200);
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(300);
    expect(contents.result.current).toContain('yew');
    press(() => watch(a.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(10);
    expect(a.pending).toEqual(['removeAssets sending']);
    a.sleep(how);
    await calm(500);
    expect(b.pending).toEqual([]);
    a.wake();
    await calm(300);
    expect(contents.result.current).toEqual(['oak']);
    contents.unmount();
  });

  test('again before it has its lock reads the storage once when it wakes, and its list', async () => {
    const browser = new FakeBrowser({ lockTakes: 6 });
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    b.sleep(how);
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(200);
    const [reads, sent] = [b.tab.transactions, b.sent.length];
    b.wake();
    await rest(2);
    b.sleep(how);
    await rest(2);
    b.wake();
    await calm(300);
    expect(b.rows).toEqual(['Trees 1', 'Gardens 0']);
    expect(b.tab.transactions - reads).toBe(1);
    expect(b.sent.slice(sent).filter((line) => line === 'GET /collections')).toHaveLength(1);
  });
});

test('a page that is told that it is shown as it has loaded, and of one sleep twice, is the same tab, and wakes', async () => {
  const { a, b, browser } = await openTwo(studio(50, ['oak']));
  const rename = ({ now }: OpenTab, name: string) => press(() => watch(now.update({ collectionId: 'parks', name })));
  a.tab.tell('pageshow');
  await calm();
  expect(browser.locksOf(a.tab)).toBe(1);
  rename(a, 'Lakes');
  await calm(300);
  expect([a.writes, b.rows]).toEqual([['PUT /collections/parks'], ['Trees 1', 'Lakes 0']]);
  // As a browser does with a page that its user goes back to.
  a.tab.tell('pagehide');
  a.sleep('frozen');
  await calm();
  rename(b, 'Gardens');
  await calm(300);
  a.wake();
  a.tab.tell('pageshow');
  await calm(300);
  expect([a.rows, browser.locksOf(a.tab)]).toEqual([['Trees 1', 'Gardens 0'], 1]);
  rename(a, 'Woods');
  await calm(300);
  expect([a.writes.length, b.rows]).toEqual([2, ['Trees 1', 'Woods 0']]);
});
