import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, studio } from './world.ts';

inVirtualTime();

const assetIds = ['yew'];

test('what a page takes out before it has heard that another has put it in moves no count when it hears so', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  const [a, b] = [openTab(browser, emulator), openTab(browser, emulator)];
  await calm(200);
  goOffline();
  b.sleep('left');
  press(() => watch(a.now.add({ collectionId: 'trees', assetIds })));
  await calm();
  press(() => {
    b.wake();
    watch(b.now.takeOut({ collectionId: 'trees', assetIds }));
  });
  await calm();
  expect(b.pending).toEqual(['addAssets paused', 'removeAssets paused']);
  expect(a.rows).toEqual(['Trees 2', 'Parks 0']);
  expect(b.rows).toEqual(['Trees 2', 'Parks 0']);
});
