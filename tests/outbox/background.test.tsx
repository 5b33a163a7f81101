import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { openTwo } from './openTwo.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test.each([1_000, 60_000])(
  'in the background, with timers once in %i ms, a tab sends what waits and tells the others',
  async (span) => {
    const { a, b, browser } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => a.tab.run(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] }))));
    press(() => a.tab.run(() => watch(a.now.create({ name: 'Lakes' }))));
    await calm();
    a.tab.hide(span);
    goOnline();
    await calm(400);
    expect(b.writes).toEqual([]);
    expect(a.writes).toHaveLength(2);
    expect(b.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    expect(b.pending).toEqual([]);
    expect((await browser.records()).filter(({ kind }) => kind)).toEqual([]);
  },
);

test.each([1_000, 60_000])(
  'in the background, with timers once in %i ms, a tab that takes over sends at once',
  async (span) => {
    const { a, b, emulator } = await openTwo(studio(50, ['oak']));
    goOffline();
    press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    b.tab.hide(span);
    goOnline();
    a.kill();
    await calm(600);
    expect(b.writes).toEqual(['PUT /collections/trees/assets']);
    expect(emulator.members('trees').assetIds).toEqual(['oak', 'yew']);
  },
);
