import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  useAddModels,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const ABSENT = 'new_mm6zh23s_0ra5e';

async function open() {
  const app = openApp({ latency: 100, collections: [{ id: 'trees', name: 'Trees' }] });
  const screen = app.hook(() => ({
    list: useCollections().data,
    pending: usePendingChanges(),
    create: useCreateCollection().mutateAsync,
    update: useUpdateCollection().mutateAsync,
    remove: useDeleteCollection().mutateAsync,
    takeOut: useRemoveAssets().mutateAsync,
    add: useAddModels().mutateAsync,
  }));
  await soon(300);
  app.sent();
  return { app, screen };
}

type Screen = Awaited<ReturnType<typeof open>>['screen']['now'];

const asks = (screen: Screen, collectionId: string) =>
  press(() => [
    watch(screen.update({ collectionId, name: 'Ponds' })),
    watch(screen.takeOut({ collectionId, assetIds: ['swan'] })),
    watch(screen.add({ collectionId, modelIds: ['carp'] })),
    watch(screen.remove({ collectionId })),
  ]);

const saysSo = (collectionId: string) => ({
  settled: 1,
  error: expect.objectContaining({ name: 'InvalidInputError', message: expect.stringContaining(collectionId) }),
});

test('what is asked of a provisional id that nobody knows fails, and is not sent', async () => {
  const { app, screen } = await open();
  const asked = asks(screen.now, ABSENT);
  await soon(1);
  for (const each of asked) expect(each).toMatchObject(saysSo(ABSENT));
  expect(screen.now.pending.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed']);
  act(() => {
    for (const { discard } of screen.now.pending) discard();
  });
  await soon(300);
  expect([screen.now.pending, app.sent()]).toEqual([[], []]);
});

test.each(['before it was sent', 'after it had failed'])(
  'what is asked of a create that was discarded %s fails',
  async (when) => {
    const { app, screen } = await open();
    app.emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 1 });
    press(() => watch(screen.now.create({ name: 'Lakes' })));
    const id = screen.now.list?.[0]?.id as string;
    if (when.startsWith('after')) await soon(300);
    press(() => screen.now.pending[0]?.discard());
    await soon(300);
    const asked = asks(screen.now, id);
    await soon(300);
    for (const each of asked) expect(each).toMatchObject(saysSo(id));
  },
);

test('what is asked of a create that has failed waits for its retry', async () => {
  const { app, screen } = await open();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'POST /collections', times: 1 });
  press(() => watch(screen.now.create({ name: 'Lakes' })));
  const collectionId = screen.now.list?.[0]?.id as string;
  await soon(300);
  const asked = press(() => watch(screen.now.update({ collectionId, name: 'Ponds' })));
  await soon(300);
  expect(asked.settled).toBe(0);
  press(() => screen.now.pending[0]?.retry());
  await soon(500);
  expect([asked.value?.name, app.emulator.collections[0]?.name]).toEqual(['Ponds', 'Ponds']);
});
