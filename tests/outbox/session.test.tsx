import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

test.each([
  ['the same page', 0],
  ['another tab', 1],
])('what waits since a session has ended goes on when a write of %s shows that it is back', async (_, writer) => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  let hasEnded = false;
  const fetch: typeof globalThis.fetch = (input, init) =>
    hasEnded ? Promise.resolve(new Response('{}', { status: 401 })) : emulator.fetch(input, init);
  const tabs = [openTab(browser, emulator, { fetch }), openTab(browser, emulator, { fetch })] as const;
  await calm(200);
  hasEnded = true;
  press(() => watch(tabs[0].now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(500);
  expect(tabs.map(({ pending }) => pending)).toEqual([['update queued'], ['update queued']]);
  hasEnded = false;
  press(() => watch(tabs[writer]?.now.update({ collectionId: 'parks', name: 'Lakes' }) ?? Promise.reject()));
  await calm(500);
  expect(tabs.map(({ pending }) => pending)).toEqual([[], []]);
  expect(emulator.collections.map(({ name }) => name)).toEqual(['Woods', 'Lakes']);
});
