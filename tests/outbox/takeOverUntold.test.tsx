import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** How many turns after a page was opened a tab ends, and how many after that whoever takes over ends. */
const ENDS = Array.from({ length: 48 }, (_, i) => [3 * Math.floor(i / 8), 2 * (i % 8)] as const);

test.each(ENDS)(
  'whoever takes over, and ends before a page that was just opened has heard of it, leaves nothing to nobody (%i and %i turns)',
  async (first, second) => {
    const browser = new FakeBrowser({ messageTakes: 60 });
    const emulator = studio(50, ['oak']);
    const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
    await calm(200);
    goOffline();
    press(() => watch(a.now.update({ collectionId: 'parks', name: 'Gardens' })));
    await calm(100);
    const c = openTab(browser, emulator);
    await rest(first);
    a.kill();
    await rest(second);
    b.kill();
    goOnline();
    await calm(3_000);
    expect([c.pending, c.writes]).toEqual([[], ['PUT /collections/parks']]);
    expect(c.rows).toEqual(['Trees 1', 'Gardens 0']);
  },
);

test('what a tab has done for one that was closed, and ended before it could tell, is over in the others as soon as it has ended', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const onProblem = () => undefined;
  const [a, b, c] = [openTab(browser, emulator), openTab(browser, emulator, { onProblem }), openTab(browser, emulator)];
  await calm(200);
  goOffline();
  press(() => watch(a.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm();
  a.kill();
  await calm();
  browser.channelsAreClosed = true;
  goOnline();
  await calm(300);
  expect([b.writes, c.writes, c.pending]).toEqual([['PUT /collections/trees'], [], ['update queued']]);
  browser.channelsAreClosed = false;
  b.kill();
  await calm(50);
  expect([c.rows, c.pending]).toEqual([['Woods 1', 'Parks 0'], []]);
  await calm(2_000);
  expect([c.rows, c.pending, c.writes]).toEqual([['Woods 1', 'Parks 0'], [], []]);
});
