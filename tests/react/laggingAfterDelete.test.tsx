import { expect, test } from 'vitest';
import { useAddAssets, useCollections, useDeleteCollection, useUpdateCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useAsked = () => ({
  add: useAddAssets().mutateAsync,
  update: useUpdateCollection().mutateAsync,
  remove: useDeleteCollection().mutateAsync,
});

const collectionId = 'trees';

test.each([
  ['an add', ({ add }: ReturnType<typeof useAsked>) => add({ collectionId, assetIds: ['yew'] })],
  ['a rename', ({ update }: ReturnType<typeof useAsked>) => update({ collectionId, name: 'Woods' })],
])(
  '%s behind the delete of what no screen has read yet does not bring it back, though its answer is lost and a server lags',
  async (_, ask) => {
    const { emulator, hook } = openApp({
      latency: 20,
      collections: [
        { id: 'trees', name: 'Trees' },
        { id: 'parks', name: 'Parks' },
      ],
    });
    emulator.fault({ kind: 'loseAnswer', on: 'PUT', times: 1 });
    emulator.fault({ kind: 'lag', ms: 1_000, on: 'GET /collections/:collectionId', times: 1 });
    emulator.fault({ kind: 'slow', ms: 15, on: 'GET /collections', times: 1 });
    const asked = hook(useAsked);
    press(() => {
      watch(asked.now.remove({ collectionId }));
      watch(ask(asked.now));
    });
    const list = hook(() => useCollections().data?.map(({ name }) => name));
    const seen = new Set<string>();
    for (let ms = 0; ms < 500; ms += 5) {
      if (list.now) seen.add(`${list.now}`);
      await soon(5);
    }
    expect([...seen]).toEqual(['Parks']);
  },
);
