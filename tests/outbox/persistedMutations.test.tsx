import { dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openOne } from './openOne.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { rest } from './rest.ts';
import { calm, goOffline, goOnline, studio } from './world.ts';

inVirtualTime();

test.each([
  ['before the first render', true],
  ['after it', false],
])(
  'what waits in a cache that holds all mutations, restored %s, and in the outbox too, is sent once',
  async (_, isEarly) => {
    const browser = new FakeBrowser();
    const emulator = studio(50, ['oak']);
    const before = openTab(browser, emulator);
    await calm(200);
    goOffline();
    press(() => watch(before.now.create({ name: 'Lakes' })));
    press(() => watch(before.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm();
    const cache = JSON.parse(JSON.stringify(dehydrate(before.queryClient, { shouldDehydrateMutation: () => true })));
    before.kill();
    goOnline();
    const queryClient = new QueryClient();
    if (isEarly) hydrate(queryClient, cache);
    const next = openTab(browser, emulator, { queryClient });
    if (!isEarly) hydrate(queryClient, cache);
    await calm(6_000);
    expect(next.rows).toEqual(['Lakes 0', 'Trees 2', 'Parks 0']);
    expect([...next.writes].sort()).toEqual(['POST /collections', 'PUT /collections/trees/assets']);
    expect([next.pending, (await browser.records()).filter(({ kind }) => kind)]).toEqual([[], []]);
  },
);

test.each([
  ['of the same contents of an earlier time', ({ now }: OpenTab) => now.create({ name: 'Lakes' }), 20],
  ['of the same time with other contents', ({ now }: OpenTab) => now.create({ name: 'Ponds' }), 0],
] as const)(
  'what there was no room to keep is sent out of such a cache, beside one %s that is kept',
  async (_, ask, ms) => {
    const { browser, emulator, open, tab } = await openOne(studio(50));
    goOffline();
    press(() => watch(tab.now.create({ name: 'Lakes' })));
    await rest();
    if (ms) await calm(ms);
    browser.isFull = true;
    press(() => watch(ask(tab)));
    await rest();
    const cache = JSON.parse(JSON.stringify(dehydrate(tab.queryClient, { shouldDehydrateMutation: () => true })));
    const names = tab.rows;
    tab.kill();
    browser.isFull = false;
    goOnline();
    const next = open();
    hydrate(next.queryClient, cache);
    await calm(6_000);
    expect(next.writes).toEqual(['POST /collections', 'POST /collections']);
    expect(emulator.collections.map(({ name }) => name).sort()).toEqual(names.map((row) => row.slice(0, -2)).sort());
  },
);

test('pending mutations that an app had persisted before it had an outbox are taken over once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50);
  goOffline();
  const cache = {
    queries: [],
    mutations: [
      {
        mutationKey: ['scenario', 'default', 'collections', 'mutation', 'update'],
        state: {
          status: 'pending',
          variables: { collectionId: 'parks', name: 'Gardens' },
          submittedAt: 5,
          isPaused: false,
        },
      },
    ],
  };
  const open = () => {
    const queryClient = new QueryClient();
    hydrate(queryClient, JSON.parse(JSON.stringify(cache)));
    return openTab(browser, emulator, { queryClient });
  };
  const first = open();
  await calm(100);
  expect(first.now.pending).toMatchObject([{ kind: 'update', stored: true }]);
  // The persister had no time to write: the next page finds it in both.
  first.kill();
  const second = open();
  await calm(100);
  expect(second.pending).toEqual(['update paused']);
  goOnline();
  await calm(300);
  expect(second.writes).toEqual(['PUT /collections/parks']);
  expect(emulator.collections[1]?.name).toBe('Gardens');
});
