import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Collection } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { setClock } from '../support/virtualTime.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe.each([-3_600_000, -40, 3_600_000])('the clock is set by %i ms', (ahead) => {
  test('what is asked for after a sign-out is kept and sent', async () => {
    const browser = new FakeBrowser();
    const emulator = studio(50);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    act(() => void a.outbox.clear());
    await calm(20);
    setClock(ahead);
    const outcomes = [
      press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' }))),
      press(() => watch(b.now.update({ collectionId: 'parks', name: 'Lakes' }))),
    ];
    await calm(300);
    expect(outcomes.map(({ value }) => (value as Collection).name)).toEqual(['Woods', 'Lakes']);
    const c = openTab(browser, emulator);
    press(() => watch(c.now.update({ collectionId: 'trees', name: 'Elms' })));
    await calm(300);
    expect(a.rows).toEqual(['Elms 2', 'Lakes 0']);
    expect([b.rows, c.rows]).toEqual([a.rows, a.rows]);
  });

  test.each([true, false])('a sign-out drops what was asked for before (kept: %s)', async (isKept) => {
    const browser = new FakeBrowser();
    const emulator = studio(50);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    goOffline();
    browser.isFull = !isKept;
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
    await calm(20);
    setClock(ahead);
    act(() => void b.outbox.clear());
    await calm(20);
    expect(await browser.records()).not.toContainEqual(expect.objectContaining({ kind: 'update' }));
    browser.isFull = false;
    goOnline();
    await calm(300);
    expect([a.pending, a.writes, b.writes]).toEqual([[], [], []]);
    expect(a.rows).toEqual(['Trees 2', 'Parks 0']);
  });
});
