import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

describe.each([
  ['with an outbox', {}],
  ['without one', { outbox: false }],
] as const)('a failed change that a message on the screen has kept hold of, %s,', (_, options) => {
  const open = async () => {
    const emulator = studio(50);
    const tab = openTab(new FakeBrowser(), emulator, options);
    await calm(200);
    const mend = emulator.fault({ on: 'POST', kind: 'refuse', status: 400 });
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await calm(200);
    mend();
    expect(tab.pending).toEqual(['create failed']);
    const [held] = tab.now.pending;
    return { held, tab, names: () => emulator.collections.map(({ name }) => name) };
  };

  test.each([
    ['in one tick', -1],
    ['while it is sent', 20],
    ['when it is done', 300],
  ])('is asked for again once, if that is asked twice: %s', async (_, between) => {
    const { held, tab, names } = await open();
    if (between < 0)
      press(() => {
        held?.retry();
        held?.retry();
      });
    else {
      press(() => held?.retry());
      await calm(between);
      press(() => held?.retry());
    }
    await calm(400);
    expect(names()).toEqual(['Lakes', 'Trees', 'Parks']);
    expect(tab.pending).toEqual([]);
  });

  test.each(['discarded', 'signed out'])('is not asked for again by who has %s', async (how) => {
    const { held, tab, names } = await open();
    if (how === 'discarded') press(() => held?.discard());
    else {
      if (tab.outbox) await act(() => tab.outbox.clear());
      act(() => tab.queryClient.clear());
    }
    await calm(50);
    press(() => held?.retry());
    await calm(400);
    expect(names()).toEqual(['Trees', 'Parks']);
  });
});
