import { type DefaultOptions, keepPreviousData, onlineManager, QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import {
  collectionKeys,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  usePendingChanges,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

const open = (queries: DefaultOptions['queries']) =>
  openApp(
    {
      latency: 100,
      pageSize: 2,
      assets: [{ id: 'oak' }, { id: 'elm' }, { id: 'yew' }],
      collections: [{ id: 'trees', assetIds: ['oak'] }, { id: 'parks', assetIds: ['elm'] }, { id: 'lakes' }],
    },
    {
      queryClient: new QueryClient({
        defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, ...queries } },
      }),
    },
  );

test('a client’s maxPages takes no page of a list away, since the API gives none back', async () => {
  const app = open({ maxPages: 1 });
  const screen = app.hook(() => useCollections());
  await soon(200);
  void screen.now.fetchNextPage();
  await soon(200);
  expect(screen.now.data?.map(({ id }) => id)).toEqual(['trees', 'parks', 'lakes']);
});

/** A screen that can be turned to something else. */
const turning = (app: ReturnType<typeof open>) =>
  app.hook(() => {
    const [pageSize, setPageSize] = useState(2);
    const [id, setId] = useState<string | undefined>('trees');
    const list = useCollections({ pageSize });
    const one = useCollection(id);
    const assets = useCollectionAssets(id);
    return { list, one, assets, setPageSize, setId, add: useAddAssets().mutate };
  });

test('with keepPreviousData for all queries, a list keeps its rows while another is loaded, and they move with every change', async () => {
  const app = open({ placeholderData: keepPreviousData });
  const screen = turning(app);
  await soon(300);
  const ids = () => screen.now.list.data?.map(({ id, assetCount }) => `${id} ${assetCount}`);
  expect(ids()).toEqual(['trees 1', 'parks 1']);
  press(() => screen.now.setPageSize(3));
  expect([screen.now.list.isPlaceholderData, ids()]).toEqual([true, ['trees 1', 'parks 1']]);
  press(() => screen.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  expect(ids()).toEqual(['trees 2', 'parks 1']);
  await soon(300);
  expect([screen.now.list.isPlaceholderData, ids()]).toEqual([false, ['trees 2', 'parks 1', 'lakes 0']]);
});

test.each(['list', 'contents', 'collection'])(
  'what a lone %s keeps moves with every change, though nothing else of its component does',
  async (what) => {
    const app = open({});
    const kept = { placeholderData: keepPreviousData };
    const asking = app.hook(() => useAddAssets().mutate);
    const screen = app.hook(() => {
      const [turn, setTurn] = useState(0);
      const list = useCollections({ pageSize: 2 + turn }, { ...kept, enabled: what === 'list' });
      const assets = useCollectionAssets(what === 'contents' ? ['trees', 'lakes'][turn] : null, {}, kept);
      const one = useCollection(what === 'collection' ? ['trees', 'lakes'][turn] : null, kept);
      const shown = { list, contents: assets, collection: one }[what];
      return { turn: () => setTurn(1), isKept: shown?.isPlaceholderData, data: shown?.data };
    });
    const other = app.hook(() => useCollectionAssets('parks').data);
    await soon(300);
    press(screen.now.turn);
    press(() => asking.now({ collectionId: 'trees', assetIds: ['elm'] }));
    const due = {
      list: [{ id: 'trees', assetCount: 2 }, {}],
      contents: [{ id: 'elm' }, { id: 'oak' }],
      collection: { assetCount: 2 },
    };
    expect(screen.now).toMatchObject({ isKept: true, data: due[what as 'list'] });
    await soon(300);
    expect([screen.now.isKept, other.now?.length]).toEqual([false, 1]);
  },
);

test('with keepPreviousData for all queries, a collection and its contents stay while another is loaded, and go where there is none', async () => {
  const app = open({ placeholderData: keepPreviousData });
  const screen = turning(app);
  await soon(300);
  press(() => screen.now.setId('parks'));
  expect(screen.now.assets).toMatchObject({ isPlaceholderData: true, data: [{ id: 'oak' }] });
  expect(screen.now.one.data?.id).toBe('parks');
  await soon(300);
  expect(screen.now.assets).toMatchObject({ isPlaceholderData: false, data: [{ id: 'elm' }] });
});

test.each([[[]], [{}], [null], ['rows'], [{ pages: [] }], [() => undefined], [() => ({ id: 'x' })]])(
  'a client’s placeholder that is none of ours breaks no list: %j',
  async (placeholderData) => {
    const app = open({ placeholderData: placeholderData as never });
    const screen = turning(app);
    expect([screen.now.list.error, screen.now.assets.error]).toEqual([null, null]);
    await soon(300);
    expect(screen.now.list.data?.map(({ id }) => id)).toEqual(['trees', 'parks']);
    expect(screen.now.assets.data?.map(({ id }) => id)).toEqual(['oak']);
  },
);

test('with a default scope for all mutations, changes still go together, and one that is discarded rejects', async () => {
  const queryClient = new QueryClient({ defaultOptions: { mutations: { scope: { id: 'app' } } } });
  const app = openApp(
    { latency: 100, collections: [{ id: 'trees' }, { id: 'parks', name: 'Parks' }] },
    { queryClient },
  );
  const screen = app.hook(() => ({
    add: useAddAssets().mutateAsync,
    update: useUpdateCollection().mutateAsync,
    pending: usePendingChanges(),
  }));
  await soon(10);
  const ids = ['oak', 'elm', 'yew'];
  const adds = ids.map((id) => press(() => watch(screen.now.add({ collectionId: 'trees', assetIds: [id] }))));
  const renamed = press(() => watch(screen.now.update({ collectionId: 'parks', name: 'Gardens' })));
  // Before the tick ends, nothing is on the wire.
  onlineManager.setOnline(false);
  await soon(10);
  press(() => screen.now.pending.find(({ kind }) => kind === 'update')?.discard());
  onlineManager.setOnline(true);
  await soon(1_000);
  expect(adds.map(({ settled, error }) => [settled, error])).toEqual(ids.map(() => [1, undefined]));
  expect(app.sent().filter((line) => line.startsWith('PUT')).length).toBeLessThan(ids.length);
  expect(renamed.error).toMatchObject({ name: 'APIUserAbortError' });
});

test('what an app has set as the defaults of our mutations holds, whoever comes first', async () => {
  const queryClient = new QueryClient();
  const app = openApp({ latency: 100, collections: [{ id: 'trees' }] }, { queryClient });
  const onSuccess = vi.fn();
  queryClient.setMutationDefaults(collectionKeys.mutations(app.client.scope), { onSuccess });
  const screen = app.hook(() => useAddAssets().mutate);
  press(() => screen.now({ collectionId: 'trees', assetIds: ['oak'] }));
  await soon(300);
  expect(onSuccess).toHaveBeenCalledTimes(1);
});
