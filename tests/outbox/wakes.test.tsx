import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { openTwo } from './openTwo.ts';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

/** More than one request takes. */
const MANY = Array.from({ length: 60 }, (_, i) => `t${i}`);

test('a page that wakes lists nothing as failed that was taken back meanwhile, though what it waited for has failed', async () => {
  let taken = 0;
  // So many turns a change takes at most to be written and marked as sent.
  for (let turns = 0; turns < 6; turns++) {
    const { a, b, emulator } = await openTwo();
    emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 2 });
    press(() => watch(a.now.create({ name: 'Lakes' })));
    const { id } = a.now.list?.[0] ?? { id: '' };
    press(() => watch(a.now.add({ collectionId: id, assetIds: ['yew'] })));
    await rest(turns);
    a.sleep('left');
    await calm();
    const waiting = b.now.pending.find(({ kind }) => kind === 'addAssets');
    press(() => waiting?.discard());
    await calm(300);
    a.wake();
    await calm(300);
    if (waiting) taken++;
    if (waiting) expect([a.pending, b.pending], `after ${turns} turns`).toEqual([['create failed'], ['create failed']]);
    a.kill();
    b.kill();
  }
  expect(taken).toBeGreaterThan(2);
});

test('a page that wakes counts once what one request has carried, of which one change is done and another is not', async () => {
  const { a, b } = await openTwo(studio(50, ['oak']));
  goOffline();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: MANY })));
  await calm();
  a.sleep('left');
  goOnline();
  for (let i = 0; i < 20 && b.writes.length < 2; i++) await calm(10);
  expect(b.writes).toHaveLength(2);
  a.wake();
  for (let passed = 0; passed < 200; passed += 10) {
    expect(a.rows).toEqual(['Trees 62', 'Parks 0']);
    await calm(10);
  }
});

test('a page counts once what was on the wire when a tab has ended, all that one request carried, whoever took it over before it has heard so', async () => {
  const browser = new FakeBrowser({ messageTakes: 5 });
  const emulator = studio(20, ['oak']);
  const a = openTab(browser, emulator);
  await calm(200);
  goOffline();
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds: MANY })));
  await calm();
  goOnline();
  await calm(15);
  expect(a.writes).toHaveLength(1);
  a.kill();
  const [b, c] = [openTab(browser, emulator), openTab(browser, emulator)];
  for (let passed = 0; passed < 300; passed += 5) {
    await calm(5);
    for (const { rows } of [b, c]) if (rows.length) expect(rows, `after ${passed} ms`).toEqual(['Trees 62', 'Parks 0']);
  }
  expect(b.writes).toHaveLength(1);
});
