import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useAddModels, useCollectionModels, useCollections, useRemoveModels } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

/** An API whose models do not say which collections hold them, in whatever answer. */
function openSilent(queryClient?: QueryClient) {
  const emulator = createScenarioEmulator({
    latency: 100,
    collections: [
      { id: 'trees', modelIds: ['oak', 'elm'] },
      { id: 'parks', modelIds: ['bench'] },
    ],
  });
  const fetch: typeof emulator.fetch = async (input, init) => {
    const response = await emulator.fetch(input, init);
    const body = await response.json();
    for (const model of body.models ?? []) delete model.collectionIds;
    return Response.json(body, response);
  };
  const app = openApp(emulator, { fetch, ...(queryClient && { queryClient }) });
  const screen = app.hook(() => ({
    list: useCollections().data,
    trees: { ...useCollectionModels('trees') },
    parks: { ...useCollectionModels('parks') },
    add: useAddModels().mutateAsync,
    remove: useRemoveModels().mutateAsync,
  }));
  const inTrees = () => screen.now.trees.data?.map(({ id }) => id);
  return Object.assign(app, { screen, inTrees });
}

async function open() {
  const app = openSilent();
  await soon(300);
  expect(app.inTrees()).toEqual(['oak', 'elm']);
  return app;
}

const trees = (...modelIds: string[]) => ({ collectionId: 'trees', modelIds });

async function refetch(app: Awaited<ReturnType<typeof open>>) {
  act(() => void app.screen.now.trees.refetch());
  await soon(300);
}

test('what is removed is gone at once and for good', async () => {
  const app = await open();
  const outcome = press(() => watch(app.screen.now.remove(trees('oak'))));
  for (let i = 0; i < 40; i++) {
    expect(app.inTrees()).toEqual(['elm']);
    await soon(10);
  }
  expect(outcome).toMatchObject({ settled: 1, value: { modelCount: 1 } });
  await refetch(app);
  expect(app.inTrees()).toEqual(['elm']);
});

test('a remove that was refused brings it back to its place', async () => {
  const app = await open();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'DELETE' });
  const outcome = press(() => watch(app.screen.now.remove(trees('oak'))));
  expect(app.inTrees()).toEqual(['elm']);
  await soon(300);
  expect(outcome.error).toMatchObject({ status: 403 });
  expect(app.inTrees()).toEqual(['oak', 'elm']);
});

test('a refetch that left before a remove does not bring it back', async () => {
  const app = await open();
  act(() => void app.screen.now.trees.refetch());
  await soon(50);
  press(() => watch(app.screen.now.remove(trees('oak'))));
  for (let i = 0; i < 40; i++) {
    expect(app.inTrees()).toEqual(['elm']);
    await soon(10);
  }
});

test('what is added and known from elsewhere is there at once, and gone again where it is refused', async () => {
  const app = await open();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT', times: 1 });
  press(() => watch(app.screen.now.add(trees('bench'))));
  expect(app.inTrees()).toEqual(['bench', 'oak', 'elm']);
  await soon(300);
  expect(app.inTrees()).toEqual(['oak', 'elm']);
  expect(app.screen.now.parks.data?.map(({ id }) => id)).toEqual(['bench']);
  press(() => watch(app.screen.now.add(trees('bench'))));
  for (let i = 0; i < 40; i++) {
    expect(app.inTrees()).toEqual(['bench', 'oak', 'elm']);
    await soon(10);
  }
});

test('an add of what the contents list is refused by nothing, and takes it out of no list', async () => {
  const app = await open();
  const outcome = press(() => watch(app.screen.now.add(trees('oak'))));
  await soon(1_000);
  expect(outcome.settled).toBe(1);
  expect(app.inTrees()).toEqual(['oak', 'elm']);
  expect(app.screen.now.list?.find(({ id }) => id === 'trees')?.modelCount).toBe(2);
});

test('what somebody else has put back is shown again by the next read', async () => {
  const app = await open();
  press(() => watch(app.screen.now.remove(trees('oak'))));
  await soon(300);
  const body = JSON.stringify({ modelIds: ['oak'] });
  await app.emulator.elsewhere('https://api.test/v1/collections/trees/models', { method: 'PUT', body });
  await refetch(app);
  expect(app.inTrees()?.toSorted()).toEqual(['elm', 'oak']);
});

test('a removal that waits is in no dehydrated cache, one that was confirmed is', async () => {
  const app = await open();
  press(() => watch(app.screen.now.remove(trees('oak'))));
  await soon(300);
  press(() => watch(app.screen.now.remove(trees('elm'))));
  expect(app.inTrees()).toEqual([]);
  const next = new QueryClient();
  hydrate(next, JSON.parse(JSON.stringify(dehydrate(app.queryClient, { shouldDehydrateMutation: () => false }))));
  const pages = next.getQueriesData({ queryKey: ['scenario'] }).flatMap(([key, data]) => {
    const { pages = [] } = data as { pages?: { models?: { id: string }[] }[] };
    return key.includes('trees') && key.includes('models') ? pages.flatMap(({ models = [] }) => models) : [];
  });
  expect(pages.map(({ id }) => id)).toEqual(['elm']);
});
