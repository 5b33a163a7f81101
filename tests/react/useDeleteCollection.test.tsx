import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { InvalidInputError, useCollections, useDeleteCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const studio = () =>
  openApp({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'], modelIds: ['bark', 'leaf'] },
      { id: 'parks' },
    ],
  });

test('leaves the list at once and resolves to undefined', async () => {
  const app = studio();
  const screen = app.hook(() => ({ list: useCollections().data, ask: useDeleteCollection().mutateAsync }));
  await soon(300);
  app.sent();
  const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees' })));
  for (let i = 0; i < 30; i++) {
    expect(screen.now.list?.map(({ id }) => id)).toEqual(['parks']);
    await soon(10);
  }
  expect(outcome).toEqual({ settled: 1, value: undefined });
  expect(app.emulator.collections.map(({ id }) => id)).toEqual(['parks']);
  expect(app.sent()).toEqual(['DELETE /collections/trees']);
});

test('a refused one comes back to its place', async () => {
  const app = studio();
  const screen = app.hook(() => ({ list: useCollections().data, ask: useDeleteCollection().mutateAsync }));
  await soon(300);
  app.emulator.fault({ kind: 'refuse', status: 403 });
  const outcome = press(() => watch(screen.now.ask({ collectionId: 'trees' })));
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, error: { status: 403 } });
  expect(screen.now.list?.map(({ id }) => id)).toEqual(['trees', 'parks']);
});

test('with `optimistic: false` it leaves when the server has answered', async () => {
  const app = studio();
  const screen = app.hook(() => ({
    list: useCollections().data,
    ask: useDeleteCollection({ optimistic: false }).mutate,
  }));
  await soon(300);
  act(() => screen.now.ask({ collectionId: 'trees' }));
  await soon(50);
  expect(screen.now.list).toHaveLength(2);
  await soon(100);
  expect(screen.now.list).toHaveLength(1);
});

test('a delete of nobody in particular is refused before anything is sent', async () => {
  const app = studio();
  const screen = app.hook(() => useDeleteCollection().mutateAsync);
  const outcome = press(() => watch(screen.now({ collectionId: undefined as unknown as string })));
  await soon();
  expect(outcome.error).toBeInstanceOf(InvalidInputError);
  expect(app.sent()).toEqual([]);
});
