import { expect, test } from 'vitest';
import { type PendingChange, RateLimitError, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

test('a 429 on a merged add fails none of its callers alone: nobody is asked again for each of them', async () => {
  const app = openApp({ latency: 20, collections: [{ id: 'trees', assetCount: 3 }] });
  const screen = app.hook(() => ({
    one: useAddAssets(),
    other: useAddAssets(),
    trees: useCollection('trees'),
    pending: usePendingChanges(),
  }));
  await soon(100);
  app.sent();
  app.emulator.fault({ kind: 'refuse', status: 429, on: 'PUT /collections/*/assets', times: 1 });
  const [one, other] = press(() => [
    watch(screen.now.one.mutateAsync({ collectionId: 'trees', assetIds: ['yew'] })),
    watch(screen.now.other.mutateAsync({ collectionId: 'trees', assetIds: ['ash'] })),
  ]);
  expect(screen.now.trees.data?.assetCount).toBe(5);
  await soon(1_000);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
  expect([one.error, other.error]).toEqual([expect.any(RateLimitError), expect.any(RateLimitError)]);
  expect(screen.now.trees.data?.assetCount).toBe(3);
  expect(screen.now.pending.map(({ status }: PendingChange) => status)).toEqual(['failed', 'failed']);
});
