import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { InvalidInputError, useCollections, useCreateCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

type Options = { optimistic?: boolean };

const studio = () =>
  openApp({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'], modelIds: ['bark', 'leaf'] },
      { id: 'parks' },
    ],
  });

const open = async (options?: Options) => {
  const app = studio();
  const screen = app.hook(() => ({ list: useCollections().data, ask: useCreateCollection(options).mutateAsync }));
  await soon(300);
  app.sent();
  return { app, screen };
};

test('stands first at once with one React key from the first frame on, and takes the server’s id', async () => {
  const { app, screen } = await open();
  const outcome = press(() => watch(screen.now.ask({ name: 'Lakes' })));
  const key = screen.now.list?.[0]?.clientKey;
  expect(key).toBeTruthy();
  expect(screen.now.list?.[0]?.id).toBe(key);
  for (let i = 0; i < 30; i++) {
    expect(screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', expect.any(String)]);
    expect(screen.now.list?.[0]).toMatchObject({ clientKey: key, assetCount: 0, modelCount: 0, itemCount: 0 });
    await soon(10);
  }
  const made = app.emulator.collections[0];
  expect(screen.now.list?.[0]).toEqual({ ...made, clientKey: key });
  expect(outcome.settled).toBe(1);
  expect(outcome.value).toMatchObject({ id: made?.id, name: 'Lakes' });
  expect(app.sent()).toEqual(['POST /collections']);
});

test('what a form holds beside the name is neither sent nor taken for the collection that is made', async () => {
  const { app, screen } = await open();
  const form = { name: 'Lakes', collectionId: 'trees' };
  const outcome = press(() => watch(screen.now.ask({ ...form })));
  expect(screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', expect.any(String)]);
  await soon(300);
  expect(outcome.value).toMatchObject({ name: 'Lakes', assetCount: 0 });
  expect(screen.now.list?.map(({ name, itemCount }) => [name, itemCount])).toEqual([
    ['Lakes', 0],
    ['Trees', 4],
    [expect.any(String), 0],
  ]);
  expect(app.emulator.collections).toHaveLength(3);
});

test('a refused one is gone', async () => {
  const { app, screen } = await open();
  app.emulator.fault({ kind: 'refuse', status: 400 });
  const outcome = press(() => watch(screen.now.ask({ name: 'Lakes' })));
  expect(screen.now.list).toHaveLength(3);
  await soon(300);
  expect(screen.now.list).toHaveLength(2);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'BadRequestError' } });
});

test('one whose answer was lost is not sent again; the lists are read and show it once', async () => {
  const { app, screen } = await open();
  app.emulator.fault({ kind: 'loseAnswer', on: 'POST', times: 1 });
  const outcome = press(() => watch(screen.now.ask({ name: 'Lakes' })));
  await soon(500);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'APIConnectionError' } });
  expect(screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', expect.any(String)]);
  expect(app.sent()).toEqual(['POST /collections', 'GET /collections']);
});

test('one that is read while it is being made stands once, also beside a row whose date is still to come', async () => {
  const app = openApp({ latency: 50, collections: [{ id: 'trees', createdAt: '2099-01-01T00:00:00.000Z' }] });
  const screen = app.hook(() => ({ list: useCollections(), ask: useCreateCollection().mutate }));
  await soon(100);
  app.emulator.fault({ kind: 'slow', ms: 300, on: 'POST' });
  press(() => screen.now.ask({ name: 'Lakes' }));
  await soon(100);
  act(() => void screen.now.list.refetch());
  for (let i = 0; i < 50; i++) {
    await soon(10);
    expect(screen.now.list.data).toHaveLength(2);
  }
});

test('with `optimistic: false` it shows when the server has answered, without a read', async () => {
  const { app, screen } = await open({ optimistic: false });
  act(() => void screen.now.ask({ name: 'Lakes' }));
  await soon(50);
  expect(screen.now.list).toHaveLength(2);
  await soon(100);
  expect(screen.now.list?.[0]?.name).toBe('Lakes');
  expect(app.sent()).toEqual(['POST /collections']);
});

test.each(['', '  ', undefined, 7])('a name of %j is refused before anything is sent or shown', async (name) => {
  const { app, screen } = await open();
  const outcome = press(() => watch(screen.now.ask({ name: name as string })));
  expect(screen.now.list).toHaveLength(2);
  await soon();
  expect(outcome.error).toBeInstanceOf(InvalidInputError);
  expect(app.sent()).toEqual([]);
});

test('one that is made while the list is read for the first time is in it', async () => {
  const app = studio();
  app.emulator.fault({ kind: 'slow', ms: 1_000, on: 'GET /collections', times: 1 });
  const screen = app.hook(() => ({ list: useCollections().data, ask: useCreateCollection().mutateAsync }));
  await soon(100);
  const outcome = press(() => watch(screen.now.ask({ name: 'Lakes' })));
  await soon(500);
  expect([outcome.settled, screen.now.list]).toEqual([1, undefined]);
  await soon(1_000);
  expect(screen.now.list?.map(({ name }) => name)).toEqual(['Lakes', 'Trees', expect.any(String)]);
});
