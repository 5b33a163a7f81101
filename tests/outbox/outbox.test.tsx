import { act, renderHook } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { useAddAssets } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe('a page that is killed', () => {
  test('leaves what was refused of a change of many requests to be asked for again: its promise never resolves without it', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    const ids = Array.from({ length: 60 }, (_, i) => `tree_${i}`);
    emulator.fault({ kind: 'refuse', on: 'PUT /collections/trees/assets', times: 1, status: 403 });
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ids })));
    // The first request of two is refused, and the second is on its way.
    await calm(150);
    before.kill();
    const after = openTab(browser, emulator);
    await calm(2_000);
    expect(after.pending).toEqual([]);
    expect(emulator.members('trees').assetIds).toEqual(expect.arrayContaining(ids));
  });

  test('leaves what was made offline to the next one, which shows it at once and sends it once, in order', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    goOffline();
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ['yew', 'fir'] })));
    press(() => watch(before.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
    press(() => watch(before.now.update({ collectionId: 'parks', name: 'Gardens' })));
    expect(before.now.pending.map(({ stored }) => stored)).toEqual([false, false, false]);
    await calm();
    expect(before.now.pending.map(({ stored }) => stored)).toEqual([true, true, true]);
    before.kill();
    goOnline();
    const after = openTab(browser, emulator);
    await calm(150);
    for (let i = 0; i < 80; i++) {
      expect(after.rows).toEqual(['Trees 3', 'Gardens 0']);
      await calm(10);
    }
    expect(after.pending).toEqual([]);
    expect(after.writes.toSorted()).toEqual([
      'DELETE /collections/trees/assets',
      'PUT /collections/parks',
      'PUT /collections/trees/assets',
    ]);
    const third = openTab(browser, emulator);
    await calm(300);
    expect(third.writes).toEqual([]);
    expect(third.pending).toEqual([]);
  });

  test('leaves what is not shown before its time to the next one, where it is not either, not even as a retry', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    const { result } = renderHook(() => useAddAssets({ optimistic: false }), { wrapper: before.wrapper });
    await calm(300);
    goOffline();
    press(() => watch(result.current.mutateAsync({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    before.kill();
    goOnline();
    emulator.fault({ kind: 'refuse', on: 'PUT', status: 403, times: 1 });
    const after = openTab(browser, emulator);
    await calm(300);
    expect(after.pending).toEqual(['addAssets failed']);
    press(() => after.now.pending[0]?.retry());
    await calm(50);
    expect([after.pending, after.rows]).toEqual([['addAssets sending'], ['Trees 2', 'Parks 0']]);
    await calm(400);
    expect([after.pending, after.rows]).toEqual([[], ['Trees 3', 'Parks 0']]);
  });

  test('while a change was on the wire has it asked about, not sent again', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(70);
    expect(emulator.members('trees').assetIds).toContain('yew');
    before.kill();
    const after = openTab(browser, emulator);
    await calm(500);
    expect(after.writes).toEqual([]);
    expect(after.rows).toEqual(['Trees 3', 'Parks 0']);
    expect(after.pending).toEqual([]);
  });

  test('while a rename and a delete were on the wire has them asked about: what was done is not sent again, nor refused', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
    press(() => watch(before.now.remove({ collectionId: 'parks' })));
    await calm(70);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Woods']);
    before.kill();
    const after = openTab(browser, emulator);
    await calm(500);
    expect(after.writes).toEqual([]);
    expect(after.rows).toEqual(['Woods 2']);
    expect(after.pending).toEqual([]);
    expect((await browser.records()).filter(({ kind }) => kind)).toEqual([]);
  });

  test('while a rename was answered leaves nothing that would be sent again', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    const states: unknown[] = [];
    before.tab.onPut.push(({ state }) => states.push(state));
    press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(300);
    expect(states).toEqual(['sent']);
    expect(await browser.records()).toEqual([]);
  });

  test('while a collection was being made, and filled: it is found by its name, and what waited for it goes on', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    press(() => watch(before.now.create({ name: 'Lakes' })));
    const key = before.now.list?.[0]?.id as string;
    press(() => watch(before.now.add({ collectionId: key, assetIds: ['swan'] })));
    await calm(70);
    expect(emulator.collections).toHaveLength(3);
    before.kill();
    const after = openTab(browser, emulator);
    await calm(1_000);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual([
      'Lakes 1',
      'Trees 2',
      'Parks 0',
    ]);
    expect(after.rows).toEqual(['Lakes 1', 'Trees 2', 'Parks 0']);
    expect(after.writes).toHaveLength(1);
    expect(after.pending).toEqual([]);
  });

  test('while the first collection of all was being made: where there was none before, it is found by its name', async () => {
    const browser = new FakeBrowser();
    const emulator = createScenarioEmulator({ latency: 100 });
    const before = openTab(browser, emulator);
    await calm(300);
    press(() => watch(before.now.create({ name: 'Lakes' })));
    await calm(70);
    expect(emulator.collections).toHaveLength(1);
    before.kill();
    const after = openTab(browser, emulator);
    await calm(6_000);
    expect([after.rows, after.pending, after.writes]).toEqual([['Lakes 0'], [], []]);
  });

  test('before its create had reached the server: nobody knows, and only the user sends it again', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    before.unplug();
    press(() => watch(before.now.create({ name: 'Lakes' })));
    await calm();
    before.kill();
    const after = openTab(browser, emulator);
    await calm(6_000);
    expect(after.pending).toEqual(['create failed']);
    expect(after.writes).toEqual([]);
    act(() => after.now.pending[0]?.retry());
    await calm(300);
    expect(after.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    expect(emulator.collections).toHaveLength(3);
    expect(after.pending).toEqual([]);
  });

  test('a change that failed stays failed, until it is discarded', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/{collectionId}', times: 1 } as never);
    press(() => watch(before.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(300);
    expect(before.pending).toEqual(['update failed']);
    before.kill();
    const after = openTab(browser, emulator);
    await calm(300);
    expect(after.pending).toEqual(['update failed']);
    expect(after.now.pending[0]?.error).toMatchObject({ name: 'PermissionDeniedError', status: 403 });
    expect(after.rows).toEqual(['Trees 2', 'Parks 0']);
    act(() => after.now.pending[0]?.discard());
    await calm();
    after.kill();
    const third = openTab(browser, emulator);
    await calm(300);
    expect(third.pending).toEqual([]);
  });
});

describe('two tabs', () => {
  test('show what one of them asks for, counted once, and its answer, with no read', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    b.sent.length = 0;
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(0);
    for (let i = 0; i < 30; i++) {
      expect(b.rows).toEqual(['Trees 3', 'Parks 0']);
      expect(b.now.one?.assetCount).toBe(3);
      await calm(10);
    }
    expect(b.sent).toEqual([]);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect(emulator.members('trees').assetIds).toContain('yew');
  });

  test('a collection that one makes can be filled by the other before the server has named it', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await calm(0);
    expect(b.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    const outcome = press(() => watch(b.now.add({ collectionId: b.now.list?.[0]?.id as string, assetIds: ['swan'] })));
    await calm(600);
    expect(outcome).toMatchObject({ settled: 1, value: { name: 'Lakes', assetCount: 1 } });
    expect(a.rows).toEqual(['Lakes 1', 'Trees 2', 'Parks 0']);
    expect(b.rows).toEqual(['Lakes 1', 'Trees 2', 'Parks 0']);
    expect(emulator.collections).toHaveLength(3);
  });

  test('a refusal is heard in both, and either retries or discards it', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/{collectionId}', times: 1 } as never);
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(300);
    expect([a.pending, b.pending]).toEqual([['update failed'], ['update failed']]);
    expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
    act(() => b.now.pending[0]?.retry());
    await calm(300);
    expect([a.pending, b.pending]).toEqual([[], []]);
    expect([a.rows, b.rows]).toEqual([
      ['Woods 2', 'Parks 0'],
      ['Woods 2', 'Parks 0'],
    ]);
    expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
  });

  test('what nobody knows the end of is read anew in each', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(20);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(300);
    emulator.fault({ kind: 'loseAnswer', on: ({ method }) => method === 'PUT', times: 1 });
    emulator.fault({ kind: 'refuse', status: 403, on: ({ method }) => method !== 'PUT', times: 2 });
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['ash'] })));
    await calm(200);
    expect([a.pending, b.pending]).toEqual([['addAssets failed'], ['addAssets failed']]);
    await calm(5_000);
    expect([a.rows, b.rows]).toEqual([
      ['Trees 3', 'Parks 0'],
      ['Trees 3', 'Parks 0'],
    ]);
  });

  test('what one finds done already, of a tab that was closed, is counted in the other when it sends what came after', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(10);
    press(() => watch(b.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(30);
    expect(emulator.members('trees').assetIds).toContain('yew');
    emulator.fault({ kind: 'slow', ms: 1_000, on: 'DELETE /collections/trees/assets', times: 1 } as never);
    a.kill();
    await calm(300);
    expect([b.writes, c.writes]).toEqual([['DELETE /collections/trees/assets'], []]);
    // All of it is looked at anew.
    press(() => watch(c.now.add({ collectionId: 'trees', assetIds: ['elm'] })));
    await calm();
    press(() => c.now.pending.at(-1)?.discard());
    await calm();
    expect([b.rows, c.rows]).toEqual([
      ['Trees 1', 'Parks 0'],
      ['Trees 1', 'Parks 0'],
    ]);
    await calm(1_500);
    expect(c.rows).toEqual(['Trees 1', 'Parks 0']);
    expect([b.pending, c.pending]).toEqual([[], []]);
  });

  test('what one asks of a collection that another takes back in the same moment is no problem of a third', async () => {
    const problems: string[] = [];
    for (let turns = 0; turns < 8; turns++) {
      const browser = new FakeBrowser({ messageTakes: 12 });
      const emulator = studio(50, ['oak']);
      const onProblem = ({ message }: Error) => problems.push(`after ${turns} turns: ${message}`);
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
      await calm(200);
      goOffline();
      press(() => watch(a.now.create({ name: 'Lakes' })));
      await calm();
      press(() => b.now.pending[0]?.discard());
      await act(() => rest(turns));
      const id = a.now.list?.[0]?.id as string;
      if (id.startsWith('new_')) press(() => watch(a.now.update({ collectionId: id, name: 'Ponds' })));
      const c = openTab(browser, emulator, { onProblem });
      await calm();
      for (const tab of [a, b, c]) expect(tab.pending, `after ${turns} turns`).toEqual([]);
      expect(await browser.records()).toEqual([]);
      goOnline();
      for (const tab of [a, b, c]) tab.kill();
    }
    expect(problems).toEqual([]);
  });

  test('what waits in one is taken back in the other', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    goOffline();
    const outcome = press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm();
    expect(b.rows).toEqual(['Woods 2', 'Parks 0']);
    act(() => b.now.pending[0]?.discard());
    await calm();
    goOnline();
    await calm(300);
    expect(outcome.error).toMatchObject({ name: 'APIUserAbortError' });
    expect([a.rows, b.rows]).toEqual([
      ['Trees 2', 'Parks 0'],
      ['Trees 2', 'Parks 0'],
    ]);
    expect(emulator.collections[0]?.name).toBe('Trees');
  });

  test('opened at once on waiting changes send each once, in order, and make one collection', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const before = openTab(browser, emulator);
    await calm(300);
    goOffline();
    press(() => watch(before.now.create({ name: 'Lakes' })));
    const key = before.now.list?.[0]?.id as string;
    press(() => watch(before.now.add({ collectionId: key, assetIds: ['swan'] })));
    press(() => watch(before.now.update({ collectionId: key, name: 'Ponds' })));
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    press(() => watch(before.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
    press(() => watch(before.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm();
    before.kill();
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(20);
    goOnline();
    await calm(150);
    const shown = ['Ponds 1', 'Trees 2', 'Gardens 0'];
    for (let i = 0; i < 100; i++) {
      expect(a.rows).toEqual(shown);
      expect(b.rows).toEqual(shown);
      await calm(10);
    }
    expect(a.writes.length + b.writes.length).toBe(6);
    expect(emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(shown);
    expect([a.pending, b.pending]).toEqual([[], []]);
  });

  test('list what is pending oldest first, whichever of them was asked, and so does the next page', async () => {
    const browser = new FakeBrowser({ messageTakes: 50 });
    const emulator = studio(100);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(300);
    goOffline();
    const asked = ['addAssets paused', 'update paused', 'create paused', 'delete paused'];
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await soon(1);
    press(() => watch(b.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await soon(1);
    press(() => watch(a.now.create({ name: 'Lakes' })));
    await soon(1);
    press(() => watch(b.now.remove({ collectionId: 'parks' })));
    await calm();
    expect([a.pending, b.pending]).toEqual([asked, asked]);
    a.kill();
    b.kill();
    const next = openTab(browser, emulator);
    await calm(300);
    expect(next.pending).toEqual(asked);
  });

  test('a tab that is closed leaves its changes to the other', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(100);
    const a = openTab(browser, emulator);
    const b = openTab(browser, emulator);
    await calm(300);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm();
    a.kill();
    goOnline();
    await calm(300);
    expect(b.writes).toEqual(['PUT /collections/trees']);
    expect(b.rows).toEqual(['Woods 2', 'Parks 0']);
    expect(b.pending).toEqual([]);
  });
});
