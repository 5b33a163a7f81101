import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import {
  useCollection,
  useCollectionAssets,
  useCollections,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => warn.mockRestore());

const useScreen = () => ({
  list: useCollections(),
  one: useCollection('trees'),
  assets: useCollectionAssets('trees'),
  pending: usePendingChanges(),
  update: useUpdateCollection().mutateAsync,
});

const studio = () =>
  createScenarioEmulator({
    latency: 10,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks' },
    ],
  });

// biome-ignore lint/suspicious/noExplicitAny: a cache that is odd has no type.
type Cache = any;

/** What an app has left, with two changes that wait. */
async function left(emulator: ScenarioEmulator): Promise<Cache> {
  const app = openApp(emulator);
  const screen = app.hook(useScreen);
  await soon(100);
  const cache = JSON.parse(JSON.stringify(dehydrate(app.queryClient)));
  screen.unmount();
  const mutation = (kind: string, variables: object) => ({
    mutationKey: ['scenario', 'default', 'collections', 'mutation', kind],
    state: {
      context: undefined,
      data: undefined,
      error: null,
      failureCount: 0,
      failureReason: null,
      isPaused: false,
      status: 'pending',
      variables,
      submittedAt: 5,
    },
  });
  cache.mutations = [
    mutation('create', { name: 'Lakes' }),
    mutation('update', { collectionId: 'parks', name: 'Gardens' }),
  ];
  return cache;
}

/** Opens a page on a cache that was left. Whatever throws in a render fails the test. */
async function open(emulator: ScenarioEmulator, cache: Cache) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  const app = openApp(emulator, { queryClient });
  hydrate(queryClient, JSON.parse(JSON.stringify(cache)));
  const screen = app.hook(useScreen);
  await soon(300);
  return { app, screen, queryClient };
}

const listIn = (cache: Cache) => cache.queries.find(({ queryKey }: Cache) => queryKey[3] === 'list').state;
const updateIn = (cache: Cache) => cache.mutations[1];

const odd: [name: string, mangle: (cache: Cache) => void, isTold?: boolean][] = [
  ['a create without a time', (cache) => delete cache.mutations[0].state.submittedAt],
  ['a create with a time that is none', (cache) => Object.assign(cache.mutations[0].state, { submittedAt: 'x' })],
  ['a mutation with null variables', (cache) => Object.assign(cache.mutations[0].state, { variables: null })],
  ['a mutation without variables', (cache) => delete cache.mutations[0].state.variables],
  ['a mutation of an unknown kind', (cache) => cache.mutations[0].mutationKey.splice(4, 1, 'merge')],
  ['a mutation of no kind', (cache) => cache.mutations[0].mutationKey.splice(4, 1, null)],
  [
    'a change of a collection whose create is not there',
    (cache) =>
      Object.assign(cache.mutations[0], {
        mutationKey: updateIn(cache).mutationKey,
        state: { ...updateIn(cache).state, variables: { collectionId: 'new_00000000_x', name: 'X' } },
      }),
  ],
  ['a list that is a plain array', (cache) => Object.assign(listIn(cache), { data: [] })],
  ['a list without pages', (cache) => Object.assign(listIn(cache).data, { pages: null })],
  ['a list with a page that is null', (cache) => Object.assign(listIn(cache).data, { pages: [null] })],
  ['a list without page params', (cache) => delete listIn(cache).data.pageParams],
  ['a list whose page has no rows', (cache) => Object.assign(listIn(cache).data.pages[0], { collections: null })],
];

describe.each(odd)('%s', (_, mangle) => {
  test('is put aside with one warning, and the rest is restored', async () => {
    const emulator = studio();
    const cache = await left(emulator);
    mangle(cache);
    const { screen, queryClient } = await open(emulator, cache);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/put aside .*scenario.*collections/);
    expect(screen.now.list.data?.map(({ name }) => name)).toEqual(expect.arrayContaining(['Trees', 'Gardens']));
    expect(screen.now.assets.data?.map(({ id }) => id).toSorted()).toEqual(['elm', 'oak']);
    expect(emulator.collections.map(({ name }) => name)).toContain('Gardens');
    expect(screen.now.pending.filter(({ status }) => status !== 'failed')).toEqual([]);
    expect(queryClient.isMutating()).toBe(0);
  });
});

test('a ledger part of an earlier version that is malformed holds up nothing', async () => {
  for (const data of [
    null,
    7,
    [],
    { confirmed: 5, names: [null, [1]], creates: [['x']], parts: {} },
    { confirmed: [null, {}] },
  ]) {
    const emulator = studio();
    const cache = await left(emulator);
    const queryKey = ['scenario', 'default', 'collections', 'ledger'];
    cache.queries.push({
      queryKey,
      queryHash: JSON.stringify(queryKey),
      state: { data, dataUpdatedAt: 1, status: 'success', fetchStatus: 'idle' },
    });
    const { screen } = await open(emulator, cache);
    expect(emulator.collections.map(({ name }) => name)).toContain('Gardens');
    screen.unmount();
  }
});

test('rows that bear no id, or cannot be counted, are left out of a restored list', async () => {
  const emulator = studio();
  const cache = await left(emulator);
  cache.mutations = [];
  const [page] = listIn(cache).data.pages;
  page.collections.splice(0, 0, null, { name: 'no id' }, { ...page.collections[1], id: 'odd', assetCount: 'many' });
  const { screen } = await open(emulator, cache);
  expect(screen.now.list.data?.map(({ id }) => id)).toEqual(['trees', 'parks']);
});

test('a change of this page comes after those that are restored while it waits already', async () => {
  const emulator = studio();
  const app = openApp(emulator);
  const screen = app.hook(useScreen);
  await soon(100);
  const cache = { queries: [], mutations: [(await left(emulator)).mutations[1]] };
  press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Today' })));
  act(() => hydrate(app.queryClient, cache as Cache));
  await soon(300);
  expect(emulator.collections.find(({ id }) => id === 'parks')?.name).toBe('Today');
  expect(screen.now.list.data?.map(({ name }) => name)).toContain('Today');
});

const value = fc.oneof(
  fc.constantFrom(null, 0, -1, '', 'x', [], {}, [null], [[]], { pages: null }, true),
  fc.jsonValue({ maxDepth: 1 }),
);

/** Every place in a cache of which the library is the only reader: the data of queries, and what a mutation asked for. */
function places(cache: Cache): { parent: Cache; key: string }[] {
  const found: { parent: Cache; key: string }[] = [];
  const visit = (parent: Cache, key: string) => {
    found.push({ parent, key });
    const child = parent[key];
    if (child && typeof child === 'object') for (const next of Object.keys(child)) visit(child, next);
  };
  for (const { state } of cache.queries) visit(state, 'data');
  for (const { state, mutationKey } of cache.mutations) {
    visit(state, 'variables');
    found.push({ parent: state, key: 'submittedAt' }, { parent: mutationKey, key: '4' });
  }
  return found;
}

test('whatever stands in a cache, nothing throws in a render and nothing waits for ever', async () => {
  const cache = JSON.stringify(await left(studio()));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), value, fc.boolean()), { minLength: 1, maxLength: 3 }),
      async (edits) => {
        const emulator = studio();
        const mangled = JSON.parse(cache);
        for (const [n, by, isGone] of edits) {
          const all = places(mangled);
          const { parent, key } = all[n % all.length] as { parent: Cache; key: string };
          if (isGone && !Array.isArray(parent)) delete parent[key];
          else parent[key] = by;
        }
        const { screen, queryClient } = await open(emulator, mangled);
        expect(Array.isArray(screen.now.list.data)).toBe(true);
        expect(queryClient.isMutating()).toBe(0);
        expect(screen.now.pending.filter(({ status }) => status !== 'failed')).toEqual([]);
        screen.unmount();
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
