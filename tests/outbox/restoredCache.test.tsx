import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useCollectionAssets } from '../../src/index.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { type OpenTab, openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const never = () => new Promise<Response>(() => undefined);

const stored = ({ queryClient }: OpenTab): DehydratedState => JSON.parse(JSON.stringify(dehydrate(queryClient)));

test('a cache that is restored while an earlier page’s change is asked about shows that change at once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const first = openTab(browser, emulator);
  await calm(200);
  press(() => watch(first.now.add({ collectionId: 'parks', assetIds: ['oak'] })));
  await calm(10);
  const state = stored(first);
  first.kill();
  const queryClient = new QueryClient();
  const second = openTab(browser, emulator, { queryClient, fetch: never });
  await calm();
  expect(second.pending).toEqual(['addAssets queued']);
  act(() => hydrate(queryClient, state));
  await calm();
  expect(second.rows).toEqual(['Trees 1', 'Parks 1']);
});

test('so does one that is restored before what is kept is read', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const first = openTab(browser, emulator);
  await calm(200);
  press(() => watch(first.now.add({ collectionId: 'parks', assetIds: ['oak'] })));
  await calm(10);
  const queryClient = new QueryClient();
  hydrate(queryClient, stored(first));
  first.kill();
  const second = openTab(browser, emulator, { queryClient, fetch: never });
  await calm();
  expect(second.rows).toEqual(['Trees 1', 'Parks 1']);
});

test('what an earlier page has found to be as its user wants it moves no count of a cache that is restored', async () => {
  const browser = new FakeBrowser();
  const emulator = createScenarioEmulator({
    latency: 50,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm'] },
      { id: 'parks', name: 'Parks', assetIds: ['yew'] },
    ],
  });
  const first = openTab(browser, emulator);
  // An item says which collections it is in: the yew is not in the trees.
  renderHook(() => useCollectionAssets('parks').data, { wrapper: first.wrapper });
  await calm(200);
  press(() => watch(first.now.takeOut({ collectionId: 'trees', assetIds: ['yew'] })));
  await calm(10);
  expect(first.rows).toEqual(['Trees 2', 'Parks 1']);
  const state = stored(first);
  first.kill();
  const queryClient = new QueryClient();
  const second = openTab(browser, emulator, { queryClient, fetch: never });
  await calm();
  expect(second.pending).toEqual(['removeAssets queued']);
  act(() => hydrate(queryClient, state));
  await calm();
  expect(second.rows).toEqual(['Trees 2', 'Parks 1']);
});

test('a collection that is listed already, and asked about by a third page, is shown once', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const first = openTab(browser, emulator);
  await calm(200);
  press(() => watch(first.now.create({ name: 'Lakes' })));
  await calm(10);
  first.kill();
  await calm(100);
  expect(first.writes).toEqual(['POST /collections']);
  const second = openTab(browser, emulator, {
    fetch: (input, init) => (String(input).includes('pageSize=100') ? never() : emulator.fetch(input, init)),
  });
  await calm(200);
  expect(second.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
  const state = stored(second);
  second.kill();
  const queryClient = new QueryClient();
  hydrate(queryClient, state);
  const third = openTab(browser, emulator, { queryClient, fetch: never });
  await calm(200);
  expect(third.writes).toEqual([]);
  expect(third.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
});

test.each([
  {
    name: 'a rename',
    ask: ({ now }: OpenTab) => now.update({ collectionId: 'parks', name: 'Gardens' }),
    later: ({ now }: OpenTab) => now.update({ collectionId: 'parks', name: 'Lakes' }),
    rows: [['Lakes 0'], ['Gardens 0']],
  },
  {
    name: 'an add',
    ask: ({ now }: OpenTab) => now.add({ collectionId: 'parks', assetIds: ['oak'] }),
    later: ({ now }: OpenTab) => now.takeOut({ collectionId: 'parks', assetIds: ['oak'] }),
    rows: [['Parks 0'], ['Parks 1']],
  },
])(
  '$name of an earlier page that the server does after a later change is shown, though nobody reads again',
  async ({ ask, later, rows }) => {
    const browser = new FakeBrowser();
    const emulator = studio(20, ['oak']);
    const first = openTab(browser, emulator, {
      fetch: async (input, init) => {
        if (init?.method === 'PUT') await new Promise((resolve) => setTimeout(resolve, 600));
        return emulator.fetch(input, init);
      },
    });
    await calm(100);
    press(() => watch(ask(first)));
    await calm(10);
    first.kill();
    const second = openTab(browser, emulator);
    await calm(200);
    expect(second.pending).toEqual([]);
    press(() => watch(later(second)));
    await calm(100);
    expect(second.rows.slice(1)).toEqual(rows[0]);
    await calm(4_000);
    expect(second.rows.slice(1)).toEqual(rows[1]);
  },
);

test('what two earlier pages have sent, and the first one’s is found done, is shown also where the server does the second one’s after a later change', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20, ['oak']);
  const openSlow = (ms: number) =>
    openTab(browser, emulator, {
      fetch: async (input, init) => {
        if (init?.method === 'PUT') await new Promise((resolve) => setTimeout(resolve, ms));
        return emulator.fetch(input, init);
      },
    });
  const first = openSlow(150);
  await calm(100);
  press(() => watch(first.now.update({ collectionId: 'parks', name: 'Gardens' })));
  await calm(10);
  first.kill();
  const second = openSlow(900);
  await calm(120);
  second.kill();
  await calm(100);
  const third = openTab(browser, emulator);
  await calm(200);
  expect(third).toMatchObject({ rows: ['Trees 1', 'Gardens 0'], pending: [], writes: [] });
  press(() => watch(third.now.update({ collectionId: 'parks', name: 'Lakes' })));
  await calm(100);
  expect(third.rows).toEqual(['Trees 1', 'Lakes 0']);
  await calm(4_000);
  expect(emulator.requests.filter(({ method }) => method === 'PUT')).toHaveLength(3);
  expect(third.rows).toEqual(['Trees 1', 'Gardens 0']);
});

test('what an earlier page has sent, and the server does after the same was asked for again and needed no request, leaves the contents too', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(20, ['oak']);
  const first = openTab(browser, emulator, {
    fetch: async (input, init) => {
      if (init?.method === 'DELETE') await new Promise((resolve) => setTimeout(resolve, 500));
      return emulator.fetch(input, init);
    },
  });
  await calm(100);
  press(() => watch(first.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm(20);
  first.kill();
  const second = openTab(browser, emulator);
  const { result } = renderHook(() => useCollectionAssets('trees').data, { wrapper: second.wrapper });
  const add = press(() => watch(second.now.add({ collectionId: 'trees', assetIds: ['oak'] })));
  await calm(200);
  expect([add.value, second.writes]).toMatchObject([{ assetCount: 1 }, []]);
  await calm(10_000);
  expect(emulator.members('trees').assetIds).toEqual([]);
  expect(second.rows).toEqual(['Trees 0', 'Parks 0']);
  expect(result.current).toEqual([]);
});

test('an answer to somebody who has signed out meanwhile does not undo what the next user has changed since', async () => {
  const browser = new FakeBrowser();
  const emulator = studio(50, ['oak']);
  const tab = openTab(browser, emulator);
  await calm(200);
  emulator.fault({ kind: 'slow', ms: 1_000, on: 'PUT /collections/parks/assets', times: 1 });
  press(() => watch(tab.now.add({ collectionId: 'parks', assetIds: ['oak'] })));
  await calm(100);
  act(() => {
    void tab.outbox.clear();
    tab.queryClient.clear();
    void tab.queryClient.invalidateQueries();
  });
  await calm(100);
  press(() => watch(tab.now.update({ collectionId: 'parks', name: 'Lakes' })));
  await calm(200);
  expect(tab.writes).toHaveLength(2);
  await calm(1_000);
  press(() => watch(tab.now.update({ collectionId: 'trees', name: 'Woods' })));
  await calm(200);
  expect(tab.rows).toEqual(['Woods 1', 'Lakes 1']);
});
