import { onlineManager } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useAddAssets, usePendingChanges } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

function Row({ collectionId }: { collectionId: string }) {
  return <li>{usePendingChanges({ collectionId }).length}</li>;
}

/** How often all mutations were gone through while so many rows came onto the screen, and then for one more change, up to its answer. */
async function looksAtAll(rows: number): Promise<readonly number[]> {
  const ids = Array.from({ length: rows }, (_, i) => `c${i}`);
  const app = openApp({ latency: 20, collections: ids.map((id) => ({ id })) });
  const asking = app.hook(() => useAddAssets().mutate);
  onlineManager.setOnline(false);
  press(() => asking.now({ collectionId: 'c0', assetIds: ['oak'] }));
  await soon();
  const looks = vi.spyOn(app.queryClient.getMutationCache(), 'getAll');
  const { container } = render(
    ids.map((id) => <Row key={id} collectionId={id} />),
    { wrapper: app.wrapper },
  );
  await soon();
  const mounting = looks.mock.calls.length;
  press(() => asking.now({ collectionId: 'c1', assetIds: ['oak'] }));
  await soon();
  expect(container.textContent).toBe('11'.padEnd(rows, '0'));
  press(() => onlineManager.setOnline(true));
  await soon(200);
  expect(container.textContent).toBe('0'.repeat(rows));
  return [mounting, looks.mock.calls.length];
}

test('many rows that show what is pending of theirs go through it as often as few do', async () => {
  const few = await looksAtAll(2);
  expect(few[0]).toBeGreaterThan(0);
  expect(await looksAtAll(50)).toEqual(few);
});
