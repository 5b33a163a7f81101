import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe.each(['frozen', 'left'] as const)('a page that is %s', (how) => {
  test('leaves what it has asked for to a tab that is awake, and shows what became of it when it wakes', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
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
    expect(a.pending.filter((line) => !line.endsWith('failed'))).toEqual([]);
    // A page that was told nothing says so.
    expect(a.now.pending.every(({ error }) => String(error).includes('nobody knows here'))).toBe(true);
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

  test('shows what others have asked for meanwhile, and what has failed', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
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
});
