import { QueryClient } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { expect, test } from 'vitest';
import { collectionKeys, useAddAssets, useCollection, usePendingChanges } from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

type Options = Parameters<typeof useAddAssets<unknown>>[0];

const studio = () => openApp({ latency: 100, collections: [{ id: 'trees', name: 'Trees' }] });
const add = { collectionId: 'trees', assetIds: ['yew'] };

async function open(app: App, options?: Options) {
  const screen = app.hook(() => ({
    one: useCollection('trees').data,
    pending: usePendingChanges(),
    adding: { ...useAddAssets(options) },
  }));
  await soon(300);
  app.sent();
  return screen;
}

test('the very same variables asked twice are two changes, one request, and each settles', async () => {
  const app = studio();
  const screen = await open(app);
  const outcomes = press(() => [watch(screen.now.adding.mutateAsync(add)), watch(screen.now.adding.mutateAsync(add))]);
  expect(screen.now.one?.assetCount).toBe(1);
  expect(screen.now.pending).toHaveLength(2);
  await soon(500);
  expect(outcomes).toMatchObject([
    { settled: 1, value: { assetCount: 1 } },
    { settled: 1, value: { assetCount: 1 } },
  ]);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
});

test('a change taken back in the tick that asked for it is never sent, and rejects once', async () => {
  const app = studio();
  const screen = await open(app);
  const outcome = press(() => watch(screen.now.adding.mutateAsync(add)));
  act(() => screen.now.pending[0]?.discard());
  expect(screen.now.one?.assetCount).toBe(0);
  await soon(300);
  expect(app.sent()).toEqual([]);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'APIUserAbortError' } });
});

test('an `onMutate` that takes its time holds the request back, not the number', async () => {
  const app = studio();
  const screen = await open(app, { onMutate: () => new Promise<void>((resolve) => setTimeout(resolve, 50)) });
  const outcome = press(() => watch(screen.now.adding.mutateAsync(add)));
  expect(screen.now.one?.assetCount).toBe(1);
  await soon(40);
  expect(app.sent()).toEqual([]);
  expect(screen.now.pending).toMatchObject([{ status: 'queued' }]);
  await soon(200);
  expect(outcome.settled).toBe(1);
  expect(screen.now.one?.assetCount).toBe(1);
});

test('a change taken back while its `onMutate` takes its time is never sent, and rejects once', async () => {
  const app = studio();
  const screen = await open(app, { onMutate: () => new Promise<void>((resolve) => setTimeout(resolve, 50)) });
  const outcome = press(() => watch(screen.now.adding.mutateAsync(add)));
  await soon(10);
  act(() => screen.now.pending[0]?.discard());
  expect(screen.now.one?.assetCount).toBe(0);
  await soon(300);
  expect(app.sent()).toEqual([]);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'APIUserAbortError' } });
});

test('a `retry` among the app’s defaults is not used: what the server refused is asked once', async () => {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { retry: 3, retryDelay: 10 } } });
  const app = openApp({ latency: 100, collections: [{ id: 'trees' }] }, { queryClient });
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 403, times: 1, on: 'PUT' });
  const outcome = press(() => watch(screen.now.adding.mutateAsync(add)));
  await soon(1_000);
  expect(outcome).toMatchObject({ settled: 1, error: { status: 403 } });
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
});

test('the hook tells what became of its last change, and `reset` forgets that and no more', async () => {
  const app = studio();
  const screen = await open(app);
  press(() => watch(screen.now.adding.mutateAsync(add)));
  await soon(1);
  expect(screen.now.adding).toMatchObject({ isPending: true, isPaused: false, variables: add });
  expect(app.queryClient.isMutating({ mutationKey: collectionKeys.mutations() })).toBe(1);
  act(() => screen.now.adding.reset());
  expect(screen.now.one?.assetCount).toBe(1);
  await soon(300);
  expect(screen.now.adding).toMatchObject({ isIdle: true });
  expect(app.emulator.members('trees').assetIds).toEqual(['yew']);
  press(() => watch(screen.now.adding.mutateAsync({ ...add, assetIds: ['fir'] })));
  await soon(300);
  expect(screen.now.adding).toMatchObject({ isSuccess: true, data: { assetCount: 2 } });
});

function AddsOnMount() {
  const { mutate } = useAddAssets();
  useEffect(() => mutate(add), [mutate]);
  return <p>{useCollection('trees').data?.assetCount}</p>;
}

test('a change asked for by an effect, which StrictMode runs twice, counts once and is sent once', async () => {
  const app = studio();
  render(
    <StrictMode>
      <app.wrapper>
        <AddsOnMount />
      </app.wrapper>
    </StrictMode>,
  );
  await soon(500);
  expect(document.body.textContent).toBe('1');
  expect(app.sent().filter((line) => line.startsWith('PUT'))).toEqual(['PUT /collections/trees/assets']);
});

test('a cache of mutations that is cleared drops what it held, also what is on its way to the server', async () => {
  const app = studio();
  const screen = await open(app);
  const outcome = press(() => watch(screen.now.adding.mutateAsync(add)));
  await soon(10);
  act(() => app.queryClient.getMutationCache().clear());
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, error: expect.any(Error) });
  // The request had left: what became of it is the server's to say.
  expect(screen.now.one?.assetCount).toBe(app.emulator.members('trees').assetIds.length);
});

test('ids that are put into the array after `mutate` were not asked for', async () => {
  const app = studio();
  const screen = await open(app);
  const assetIds = ['yew'];
  press(() => watch(screen.now.adding.mutateAsync({ collectionId: 'trees', assetIds })));
  assetIds.push('fir');
  await soon(300);
  expect(app.emulator.members('trees').assetIds).toEqual(['yew']);
  expect(screen.now.one).toMatchObject({ assetCount: 1 });
});
