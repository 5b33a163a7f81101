import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** Two tabs, and a server that has not heard of what is made in the next two seconds. */
async function open() {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(1_000);
  return { emulator, a, b };
}

const LAG = { kind: 'lag', ms: 2_000, on: 'GET /collections' } as const;

test('what one tab has just made stays in the list of another that is read again from a server that has not heard of it', async () => {
  const { emulator, a, b } = await open();
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm(100);
  emulator.fault(LAG);
  for (let i = 0; i < 3; i++) {
    for (const { queryClient } of [a, b]) act(() => void queryClient.refetchQueries());
    await calm(100);
    for (const { rows } of [a, b]) expect(rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
  }
});

test.each(['before it sleeps', 'while it sleeps'])(
  'what was made %s and deleted in another tab is gone as soon as a page that wakes has read its list',
  async (when) => {
    const { a, b } = await open();
    press(() => watch(a.now.create({ name: 'Lakes' })));
    if (when === 'before it sleeps') await calm(100);
    else await calm(10);
    a.sleep('frozen');
    await calm(200);
    const id = b.now.list?.find(({ name }) => name === 'Lakes')?.id as string;
    press(() => watch(b.now.remove({ collectionId: id })));
    await calm(200);
    a.wake();
    await calm(100);
    for (const { rows } of [a, b]) expect(rows).toEqual(['Trees 2', 'Parks 0']);
  },
);

test('what was made a moment before a page has slept comes back by itself, where the server that it reads from has not heard of it', async () => {
  const { emulator, a } = await open();
  press(() => watch(a.now.create({ name: 'Lakes' })));
  await calm(100);
  a.sleep('frozen');
  emulator.fault(LAG);
  await calm(50);
  a.wake();
  await calm(6_000);
  expect(a.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
});
