import { onlineManager } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useAddAssets, useCollection, useCollections, usePendingChanges } from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  list: { ...useCollections() },
  one: { ...useCollection('trees') },
  pending: usePendingChanges(),
  add: useAddAssets().mutateAsync,
});

const studio = (options: Parameters<typeof openApp>[1] = {}) =>
  openApp(
    {
      latency: 100,
      collections: [{ id: 'trees', assetIds: ['oak'] }],
      assets: [{ id: 'theirs', ownerId: 'team_other' }, 'yew', 'fir'],
    },
    options,
  );

async function open(app: App) {
  const screen = app.hook(useScreen);
  await soon(300);
  app.sent();
  return screen;
}

const add = (...assetIds: string[]) => ({ collectionId: 'trees', assetIds });

test('a session that ends is one error, no storm, and a new token is enough to go on', async () => {
  let token = 'old';
  const app = studio({ bearerAuth: () => token });
  const screen = await open(app);
  const end = app.emulator.fault({ kind: 'refuse', status: 401, on: () => token === 'old' });
  const outcomes = press(() => [watch(screen.now.add(add('yew'))), watch(screen.now.add(add('fir')))]);
  await soon(10_000);
  expect(outcomes.map(({ error }) => (error as Error | undefined)?.name)).toEqual([
    'AuthenticationError',
    'AuthenticationError',
  ]);
  expect(app.sent()).toEqual(['PUT /collections/trees/assets']);
  expect(screen.now.one.data?.assetCount).toBe(1);
  token = 'new';
  act(() => {
    for (const change of screen.now.pending) change.retry();
  });
  expect(screen.now.one.data?.assetCount).toBe(3);
  await soon(500);
  end();
  expect(screen.now.pending).toEqual([]);
  expect(app.emulator.members('trees').assetIds).toHaveLength(3);
});

test('a bearerAuth that throws nothing at all is a failure like any other', async () => {
  let isSignedIn = true;
  const app = studio({ bearerAuth: () => (isSignedIn ? 'token' : Promise.reject()) });
  const screen = await open(app);
  isSignedIn = false;
  const outcome = press(() => watch(screen.now.add(add('yew'))));
  await soon(500);
  expect(outcome.error).toMatchObject({ name: 'ScenarioError' });
  expect(screen.now.one.data?.assetCount).toBe(1);
  isSignedIn = true;
  act(() => screen.now.pending[0]?.retry());
  await soon(500);
  expect(screen.now.one.data?.assetCount).toBe(2);
  expect(app.emulator.members('trees').assetIds).toContain('yew');
});

test('another team’s asset fails its own caller, and nobody who asked in the same tick', async () => {
  const app = studio();
  const screen = await open(app);
  const outcomes = press(() => [
    watch(screen.now.add(add('yew'))),
    watch(screen.now.add(add('theirs'))),
    watch(screen.now.add(add('fir'))),
  ]);
  expect(screen.now.one.data?.assetCount).toBe(4);
  await soon(2_000);
  expect(outcomes.map(({ settled }) => settled)).toEqual([1, 1, 1]);
  expect(outcomes.map(({ error }) => (error as Error | undefined)?.name)).toEqual([
    undefined,
    'PermissionDeniedError',
    undefined,
  ]);
  expect(screen.now.one.data?.assetCount).toBe(3);
  expect(screen.now.pending).toMatchObject([{ status: 'failed', variables: { assetIds: ['theirs'] } }]);
});

test.each([404, 500])(
  'where one unknown id has every id of a question answered %s, what is in already is found out for its own caller',
  async (status) => {
    const app = studio();
    const screen = await open(app);
    const isGhost = ({ path, body }: { path: string; body?: unknown }, isQuestion: boolean) =>
      path.endsWith('get-bulk') === isQuestion && JSON.stringify(body ?? '').includes('ghost');
    app.emulator.fault({ kind: 'refuse', status, on: (request) => isGhost(request, true) });
    app.emulator.fault({ kind: 'refuse', status: 400, on: (request) => isGhost(request, false) });
    const [oak, ghost, yew] = press(() => ['oak', 'ghost', 'yew'].map((id) => watch(screen.now.add(add(id)))));
    await soon(2000);
    expect(oak).toMatchObject({ settled: 1, value: { id: 'trees' } });
    expect(ghost).toMatchObject({ settled: 1, error: { status: 400 } });
    expect(yew).toMatchObject({ settled: 1, value: { assetCount: 2 } });
    expect(screen.now.one.data?.assetCount).toBe(2);
  },
);

test('a wait that the server names is waited, with the change on the screen, and then it goes through', async () => {
  const app = studio({ maxRetries: 2 });
  const screen = await open(app);
  app.emulator.fault({ kind: 'rateLimit', seconds: 5, times: 1, on: 'PUT' });
  const outcome = press(() => watch(screen.now.add(add('yew'))));
  for (let i = 0; i < 45; i++) {
    await soon(100);
    expect(screen.now.one.data?.assetCount).toBe(2);
    expect(screen.now.pending).toHaveLength(1);
  }
  await soon(2_000);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(app.sent()).toEqual(['PUT /collections/trees/assets', 'PUT /collections/trees/assets']);
});

test('a server that is down for a minute: the change fails, says so, and the number is right as soon as it is back', async () => {
  const app = studio();
  const screen = await open(app);
  const end = app.emulator.fault({ kind: 'refuse', status: 503 });
  const outcome = press(() => watch(screen.now.add(add('yew'))));
  await soon(60_000);
  expect(outcome).toMatchObject({ settled: 1, error: { name: 'InternalServerError', status: 503 } });
  expect(screen.now.pending).toMatchObject([{ status: 'failed' }]);
  expect(screen.now.one.data?.assetCount).toBe(1);
  expect(app.sent().length).toBeLessThan(20);
  end();
  await soon(120_000);
  expect(screen.now.one.data?.assetCount).toBe(1);
  act(() => screen.now.pending[0]?.retry());
  await soon(1_000);
  expect(screen.now.one.data?.assetCount).toBe(2);
  expect(app.emulator.members('trees').assetIds).toContain('yew');
});

test('a login page in place of the answer is asked about, and a change that was applied stands', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'garbage', times: 1, on: 'PUT' });
  const outcome = press(() => watch(screen.now.add(add('yew'))));
  for (let i = 0; i < 60; i++) {
    expect(screen.now.one.data?.assetCount).toBe(2);
    await soon(10);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(app.sent().filter((line) => line.startsWith('PUT'))).toHaveLength(1);
});

test.each([
  ['was applied', 'loseAnswer'],
  ['never arrived', 'offline'],
] as const)('a lost answer to a change that %s: shown all along, applied once, two reads', async (_, kind) => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind, times: 1, on: 'PUT' });
  const outcome = press(() => watch(screen.now.add(add('yew', 'fir'))));
  for (let i = 0; i < 80; i++) {
    expect(screen.now.one.data?.assetCount).toBe(3);
    await soon(10);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 3 } });
  expect(app.emulator.members('trees').assetIds).toHaveLength(3);
  const sent = app.sent();
  expect(sent.filter((line) => line.startsWith('PUT'))).toHaveLength(kind === 'offline' ? 2 : 1);
  expect(sent.filter((line) => !line.startsWith('PUT'))).toHaveLength(2);
});

test('going offline between the click and the request: the change waits, and goes when the network is back', async () => {
  const app = studio();
  const screen = await open(app);
  const outcome = press(() => {
    const asked = watch(screen.now.add(add('yew')));
    onlineManager.setOnline(false);
    return asked;
  });
  await soon(30_000);
  expect(app.sent()).toEqual([]);
  expect(screen.now.pending).toMatchObject([{ status: 'paused' }]);
  act(() => onlineManager.setOnline(true));
  await soon(500);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(screen.now.one.data?.assetCount).toBe(2);
});

test('what is refused for all who have asked, and then for each, is asked about once', async () => {
  const app = studio();
  const screen = await open(app);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'PUT /collections/trees/assets' });
  const outcomes = press(() => [watch(screen.now.add(add('yew'))), watch(screen.now.add(add('fir')))]);
  await soon(10_000);
  expect(outcomes.map(({ error }) => (error as Error | undefined)?.name)).toEqual([
    'BadRequestError',
    'BadRequestError',
  ]);
  const sent = app.sent();
  expect(sent.filter((request) => request.startsWith('PUT'))).toHaveLength(3);
  expect(sent.filter((request) => request.endsWith('/get-bulk'))).toHaveLength(1);
  expect(screen.now.one.data?.assetCount).toBe(1);
});
