import { expect, test } from 'vitest';
import { useAddAssets, useCollection, useRemoveAssets } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  count: useCollection('trees').data?.assetCount,
  add: useAddAssets().mutateAsync,
  takeOut: useRemoveAssets().mutateAsync,
});

test.each([
  ['added', 'add', 'yew', 3],
  ['taken out', 'takeOut', 'oak', 1],
] as const)(
  'what was %s by a user who has signed out, and never arrived, is no guess for the next: it shows at once',
  async (_, what, item, count) => {
    const { emulator, queryClient, hook } = openApp({
      latency: 20,
      collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] }],
    });
    const variables = { collectionId: 'trees', assetIds: [item] };
    const last = hook(useScreen);
    await soon(100);
    const end = emulator.fault({ kind: 'offline' });
    press(() => watch(last.now[what](variables)));
    await soon(100);
    end();
    last.unmount();
    queryClient.clear();
    const next = hook(useScreen);
    await soon(100);
    expect(next.now.count).toBe(2);
    press(() => watch(next.now[what](variables)));
    expect(next.now.count).toBe(count);
    await soon(300);
    expect(next.now.count).toBe(count);
  },
);
