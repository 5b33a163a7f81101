import { afterEach, beforeEach, expect, test } from 'vitest';
import { passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { openList } from './openList.tsx';

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

test('one change renders its row twice in its whole life, for the change and for what the server says, and no other row', async () => {
  const { add, rendered, close } = await openList({ pages: 3 });
  add('collection_5', 'asset_new');
  await settle();
  expect(rendered).toEqual(['collection_5']);
  await passAll();
  expect(rendered).toEqual(['collection_5', 'collection_5']);
  await close();
});

test('a server copy that shows nothing new renders nothing', async () => {
  const { add, rendered, close } = await openList({ pages: 3, touches: false });
  add('collection_5', 'asset_new');
  await passAll();
  expect(rendered).toEqual(['collection_5']);
  await close();
});

test('two hundred changes in one tick render their row once, and once more for each request', async () => {
  const { add, rendered, requests, close } = await openList({ pages: 3 });
  for (let i = 0; i < 200; i++) add('collection_5', `asset_${i}`);
  await settle();
  expect(rendered).toEqual(['collection_5']);
  await passAll();
  expect(requests).toHaveLength(5);
  expect(rendered.length).toBeLessThanOrEqual(1 + 5);
  expect(new Set(rendered)).toEqual(new Set(['collection_5']));
  await close();
});

test('a change to a row that is not on the screen renders none', async () => {
  const list = await openList({ pages: 3 });
  list.add('collection_120', 'asset_new');
  await passAll();
  expect(list.rows[120]?.assetCount).toBe(121);
  expect(list.rendered).toEqual([]);
  await list.close();
});
