import { afterEach, beforeEach, expect, test } from 'vitest';
import { passAll, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { openList } from './openList.tsx';

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

test('a change is one request, and reads nothing', async () => {
  const { add, requests, close } = await openList({ pages: 10 });
  add('collection_5', 'asset_new');
  await passAll();
  expect(requests).toEqual(['PUT /collections/collection_5/assets']);
  await close();
});

test('two hundred adds in one tick to one collection, with ten pages loaded, are five writes and no read', async () => {
  const list = await openList({ pages: 10 });
  for (let i = 0; i < 200; i++) list.add('collection_5', `asset_${i}`);
  await passAll();
  expect(list.requests).toEqual(Array.from({ length: 5 }, () => 'PUT /collections/collection_5/assets'));
  expect(list.rows[5]?.assetCount).toBe(205);
  await list.close();
});

test('one more page is one read, however many are there', async () => {
  const list = await openList({ pages: 10 });
  await list.more();
  expect(list.requests).toEqual(['GET /collections']);
  expect(list.rows).toHaveLength(550);
  await list.close();
});
