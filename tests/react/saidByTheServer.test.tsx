import { expect, test } from 'vitest';
import { collectionKeys } from '../../src/client.ts';
import {
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  useRemoveAssets,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const useScreen = () => ({
  list: useCollections().data,
  trees: useCollection('trees').data,
  add: useAddAssets().mutateAsync,
  remove: useRemoveAssets().mutateAsync,
  addModels: useAddModels().mutateAsync,
  del: useDeleteCollection().mutateAsync,
});

const of = (...assetIds: string[]) => ({ collectionId: 'trees', assetIds });

/** A collection with two assets, open on a screen. */
async function open() {
  const app = openApp({ latency: 20, collections: [{ id: 'trees', assetIds: ['oak', 'elm'], modelIds: ['m'] }] });
  const screen = app.hook(useScreen);
  await soon(100);
  app.sent();
  return { app, screen };
}

/** Somebody else changes the members of the collection. */
async function elsewhere({ emulator }: App, method: 'PUT' | 'DELETE', ...assetIds: string[]) {
  const init = { method, body: JSON.stringify({ assetIds }), headers: { 'content-type': 'application/json' } };
  const answer = emulator.fetch('https://api.test/v1/collections/trees/assets', init);
  await soon(50);
  expect((await answer).status).toBe(200);
}

const shown = ({ now }: { now: ReturnType<typeof useScreen> }) => [
  now.trees?.assetCount,
  now.list?.find(({ id }) => id === 'trees')?.assetCount,
];

test('an add of what a colleague took out again is sent, though the count is as it was', async () => {
  const { app, screen } = await open();
  press(() => screen.now.add(of('yew')));
  await soon(100);
  await elsewhere(app, 'DELETE', 'yew');
  await elsewhere(app, 'PUT', 'ash');
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  await soon(200);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 4 } });
  expect(app.emulator.members('trees').assetIds).toContain('yew');
  expect(shown(screen)).toEqual([4, 4]);
});

test('an add of what is in by all that is remembered costs one question for all of a collection’s together', async () => {
  const { app, screen } = await open();
  press(() => screen.now.add(of('yew', 'ash')));
  await soon(100);
  app.sent();
  const outcomes = press(() => [watch(screen.now.add(of('yew'))), watch(screen.now.add(of('ash')))]);
  expect(shown(screen)).toEqual([4, 4]);
  await soon(100);
  expect(outcomes.map(({ value }) => value?.assetCount)).toEqual([4, 4]);
  expect(app.sent()).toEqual(['POST /assets/get-bulk']);
});

test('what two collections ask about at once is asked for each: of other items than its own no answer says anything', async () => {
  const app = openApp({
    latency: 20,
    collections: [{ id: 'trees', assetIds: ['oak'] }, { id: 'parks' }],
  });
  const screen = app.hook(useScreen);
  await soon(100);
  const both = () =>
    press(() => [
      watch(screen.now.add(of('yew'))),
      watch(screen.now.add({ collectionId: 'parks', assetIds: ['fir'] })),
    ]);
  both();
  await soon(200);
  app.sent();
  const outcomes = both();
  await soon(200);
  expect(outcomes.map(({ value }) => value?.assetCount)).toEqual([2, 1]);
  expect(app.sent()).toEqual(['POST /assets/get-bulk', 'POST /assets/get-bulk']);
});

test('an add of what a colleague has just added ends with the server’s count, and never shows less on the way', async () => {
  const { app, screen } = await open();
  await elsewhere(app, 'PUT', 'yew');
  app.sent();
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  for (let i = 0; i < 30; i++) {
    expect(shown(screen)).toEqual([3, 3]);
    await soon(10);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 3 } });
  expect(app.sent().sort()).toEqual([
    'GET /collections/trees',
    'POST /assets/get-bulk',
    'PUT /collections/trees/assets',
  ]);
});

test('a remove of what a colleague has just taken out ends with the server’s count', async () => {
  const { app, screen } = await open();
  await elsewhere(app, 'DELETE', 'oak');
  const outcome = press(() => watch(screen.now.remove(of('oak'))));
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 1 } });
  expect(shown(screen)).toEqual([1, 1]);
});

test('a delete that is answered 410 has what it wanted', async () => {
  const { app, screen } = await open();
  app.emulator.fault({ kind: 'refuse', status: 410, on: 'DELETE /collections/trees', times: 1 });
  const outcome = press(() => watch(screen.now.del({ collectionId: 'trees' })));
  await soon(200);
  expect(outcome).toEqual({ settled: 1 });
  expect(screen.now.list).toEqual([]);
});

test('a delete of what is gone already has what it wanted', async () => {
  const { app, screen } = await open();
  const gone = app.emulator.fetch('https://api.test/v1/collections/trees', { method: 'DELETE' });
  await soon(50);
  expect((await gone).status).toBe(200);
  const outcome = press(() => watch(screen.now.del({ collectionId: 'trees' })));
  await soon(100);
  expect(outcome).toEqual({ settled: 1, value: undefined });
  expect(screen.now.list).toEqual([]);
});

test('of an add and a remove of what nobody knows the last wish is sent', async () => {
  const { app, screen } = await open();
  const outcomes = press(() => [watch(screen.now.add(of('oak'))), watch(screen.now.remove(of('oak')))]);
  await soon(300);
  expect(app.emulator.members('trees').assetIds).toEqual(['elm']);
  expect(outcomes.map(({ settled, error }) => [settled, error])).toEqual([
    [1, undefined],
    [1, undefined],
  ]);
  expect(shown(screen)).toEqual([1, 1]);
});

test('ten toggles cost at most two writes and one read', async () => {
  const { app, screen } = await open();
  for (let i = 0; i < 10; i++) {
    press(() => (i % 2 ? screen.now.remove(of('yew')) : screen.now.add(of('yew'))));
    await soon(3);
  }
  await soon(300);
  const sent = app.sent();
  expect(sent.filter((request) => /^(PUT|DELETE)/.test(request)).length).toBeLessThanOrEqual(2);
  expect(sent.filter((request) => !/^(PUT|DELETE)/.test(request)).length).toBeLessThanOrEqual(1);
  expect(app.emulator.members('trees').assetIds).not.toContain('yew');
  expect(shown(screen)).toEqual([2, 2]);
});

test('what only a cleared cache remembered is asked about as well', async () => {
  const { app, screen } = await open();
  press(() => screen.now.add(of('yew')));
  await soon(100);
  await elsewhere(app, 'DELETE', 'yew');
  app.queryClient.clear();
  screen.again();
  await soon(100);
  const outcome = press(() => watch(screen.now.add(of('yew'))));
  await soon(200);
  expect(outcome.settled).toBe(1);
  expect(app.emulator.members('trees').assetIds).toContain('yew');
});

test.each(['whole', 'bare'] as const)(
  'an add of models that are in already is no error where those read by id come %s',
  async (bulkModels) => {
    const app = openApp({
      latency: 20,
      bulkModels,
      collections: [{ id: 'trees', modelIds: ['m1', 'm2'] }, { id: 'parks' }],
    });
    const screen = app.hook(useScreen);
    await soon(100);
    const add = (...modelIds: string[]) => watch(screen.now.addModels({ collectionId: 'trees', modelIds }));
    const both = press(() => [add('m1', 'm3'), add('m2')]);
    await soon(300);
    const again = press(() => add('m1'));
    await soon(300);
    const due = { settled: 1, value: { id: 'trees' } };
    expect([...both, again]).toMatchObject([due, due, due]);
    expect(screen.now.list?.find(({ id }) => id === 'trees')?.modelCount).toBe(3);
    expect(app.emulator.members('trees').modelIds).toHaveLength(3);
  },
);

test('an add to three collections of what is in each by all that is remembered is one question, and each is told its own', async () => {
  const collections = ['trees', 'parks', 'lakes'].map((id) => ({ id, assetIds: ['oak'] }));
  const app = openApp({ latency: 20, collections });
  const screen = app.hook(() => ({ ...useScreen(), oaks: useCollectionAssets('parks').data }));
  await soon(100);
  await elsewhere(app, 'DELETE', 'oak');
  app.sent();
  const outcomes = press(() =>
    collections.map(({ id }) => watch(screen.now.add({ collectionId: id, assetIds: ['oak'] }))),
  );
  await soon(200);
  expect(app.sent().filter((line) => line.endsWith('get-bulk'))).toHaveLength(1);
  expect(outcomes).toMatchObject(collections.map(({ id }) => ({ settled: 1, value: { id, assetCount: 1 } })));
  expect(app.emulator.members('trees').assetIds).toEqual(['oak']);
  expect(shown(screen)).toEqual([1, 1]);
});

test('where a question that others wait for as well gets no answer, each of them is settled by another', async () => {
  const collections = ['trees', 'parks'].map((id) => ({ id, assetIds: ['oak'] }));
  const app = openApp({ latency: 20, collections });
  const screen = app.hook(() => ({ ...useScreen(), oaks: useCollectionAssets('parks').data }));
  await soon(100);
  app.emulator.fault({ kind: 'loseAnswer', on: 'POST /assets/get-bulk', times: 1 });
  const outcomes = press(() =>
    collections.map(({ id }) => watch(screen.now.add({ collectionId: id, assetIds: ['oak'] }))),
  );
  await soon(10_000);
  expect(outcomes).toMatchObject(collections.map(({ id }) => ({ settled: 1, value: { id, assetCount: 1 } })));
});

test('what a colleague adds while our add of it is on the wire counts once, also while its refusal is asked about', async () => {
  const { app, screen } = await open();
  app.hook(() => useCollectionAssets('trees'));
  await soon(100);
  app.emulator.fault({ kind: 'refuse', status: 400, on: 'PUT /collections/trees/assets', times: 1 });
  app.emulator.fault({ kind: 'slow', ms: 200, on: 'PUT /collections/trees/assets', times: 1 });
  const frames: unknown[] = [];
  press(() => watch(screen.now.add(of('yew'))));
  await soon(10);
  const body = JSON.stringify({ assetIds: ['yew'] });
  void app.emulator.elsewhere('https://api.test/v1/collections/trees/assets', { method: 'PUT', body });
  void app.queryClient.invalidateQueries({ queryKey: collectionKeys.assets('trees') });
  for (let i = 0; i < 60; i++) {
    await soon(5);
    // Whatever else is asked for in that moment has all of it counted anew.
    if (i === 44) press(() => watch(screen.now.addModels({ collectionId: 'trees', modelIds: ['n'] })));
    frames.push(String(shown(screen)));
  }
  expect(new Set(frames)).toEqual(new Set(['3,3']));
  expect(app.emulator.collections[0]?.assetCount).toBe(3);
});

test('a create that is answered 404 has nothing read: there is nothing yet that could be', async () => {
  const app = openApp({ latency: 20, collections: [{ id: 'trees' }] });
  const screen = app.hook(() => useCreateCollection().mutateAsync);
  await soon(100);
  app.sent();
  app.emulator.fault({ kind: 'refuse', status: 404, on: 'POST /collections', times: 1 });
  const outcome = press(() => watch(screen.now({ name: 'Lakes' })));
  await soon(1_000);
  expect(outcome.error).toMatchObject({ name: 'NotFoundError' });
  expect(app.sent()).toEqual(['POST /collections']);
});
