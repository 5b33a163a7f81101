import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Collection } from '../../src/index.ts';
import { createOutbox } from '../../src/outbox.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { setClock } from '../support/virtualTime.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

describe.each([-3_600_000, -40, 3_600_000])('the clock is set by %i ms', (ahead) => {
  test('what is asked for after a sign-out is kept and sent', async () => {
    const { a, b, browser, emulator } = await openTwo();
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
    const { a, b, browser } = await openTwo();
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

test('a sign-out drops what a page has left that was closed, also where the clock was set back since', async () => {
  const { a, b, browser } = await openTwo();
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(20);
  for (const tab of [a, b]) tab.kill();
  setClock(-3_600_000);
  // A page on which nobody is signed in yet shows no hooks.
  const outbox = browser.openTab(() => createOutbox());
  act(() => void outbox.clear());
  await calm(20);
  expect(await browser.records()).not.toContainEqual(expect.objectContaining({ kind: 'update' }));
});

const quick = { lock: 1, read: 1, write: 1 };
const slow = { lock: 1, read: 200, write: 20 };

describe.each([
  [-300_000, 0],
  [-300_000, 300_000],
  [-40, 40],
  [300_000, 0],
  [300_000, -300_000],
])('the clock is set by %i ms before a sign-out, and by %i ms after it', (before, after) => {
  test('who sleeps meanwhile has asked before for what was asked for before it slept', async () => {
    const browser = new FakeBrowser({ paces: [quick, slow] });
    const emulator = studio(50);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(1_000);
    press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
    b.sleep('left');
    await calm(50);
    setClock(before);
    act(() => void a.outbox.clear());
    await calm(50);
    setClock(after);
    b.wake();
    const lakes = press(() => watch(b.now.update({ collectionId: 'parks', name: 'Lakes' })));
    await calm(2_000);
    expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Lakes']);
    expect([b.writes, lakes.value]).toMatchObject([['PUT /collections/parks'], { name: 'Lakes' }]);
    expect([a.pending, b.pending]).toEqual([[], []]);
  });

  test.each([undefined, 'refused', 'blocked'] as const)(
    'who is awake has asked before for what was asked for before it is told (signed out where the storage is %s)',
    async (unopened) => {
      const browser = new FakeBrowser({ paces: [slow, quick] });
      const emulator = studio(50);
      const options = { onProblem: () => undefined, ...(unopened && { unopened }) };
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator, options)];
      await calm(100);
      // It reads still what is kept.
      press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
      await calm(10);
      setClock(before);
      act(() => void b.outbox.clear());
      await calm(10);
      setClock(after);
      const lakes = press(() => watch(a.now.update({ collectionId: 'parks', name: 'Lakes' })));
      await calm(10_000);
      expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', 'Lakes']);
      expect([a.writes, lakes.value]).toMatchObject([['PUT /collections/parks'], { name: 'Lakes' }]);
    },
  );
});

describe.each(['frozen', 'left'] as const)(
  'a page that is put to sleep again before it has read what is kept (%s)',
  (how) => {
    test.each([
      ['stays, where its user had signed out before', true],
      ['goes, where its user signs out after that', false],
    ])('what it had asked for between the two %s', async (_, isBefore) => {
      const browser = new FakeBrowser({ paces: [quick, slow] });
      const emulator = studio(50);
      const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
      await calm(1_000);
      const signOut = async () => {
        act(() => void a.outbox.clear());
        await calm(50);
      };
      press(() => watch(b.now.update({ collectionId: 'trees', name: 'Woods' })));
      b.sleep(how);
      await calm(50);
      if (isBefore) await signOut();
      b.wake();
      press(() => watch(b.now.update({ collectionId: 'parks', name: 'Lakes' })));
      await calm(20);
      b.sleep(how);
      await calm(20);
      if (!isBefore) await signOut();
      b.wake();
      await calm(2_000);
      expect(emulator.collections.map(({ name }) => name)).toEqual(['Trees', isBefore ? 'Lakes' : 'Parks']);
      expect(b.writes).toEqual(isBefore ? ['PUT /collections/parks'] : []);
      expect([a.pending, b.pending]).toEqual([[], []]);
    });
  },
);
