import { type DehydratedState, dehydrate, hydrate, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  collectionQueryOptions,
  collectionsQueryOptions,
  useCollection,
  useCollections,
  useCreateCollection,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, clientOf, inVirtualTime, openApp, press, soon, watch } from '../support/app.tsx';
import { setClock, timeNow } from '../support/virtualTime.ts';

inVirtualTime();

const MINUTES = 60_000;

async function open() {
  // The server's clock is its own.
  const now = () => new Date(timeNow());
  const app = openApp({ latency: 100, now, collections: [{ id: 'trees', name: 'Trees' }, { id: 'parks' }] });
  const screen = app.hook(() => {
    const { data, refetch } = useCollections();
    return {
      list: { data, refetch },
      one: { ...useCollection('trees') },
      update: useUpdateCollection().mutateAsync,
      createLate: useCreateCollection({ meta: { optimistic: false } }).mutateAsync,
    };
  });
  await soon(300);
  const names = () => [screen.now.list.data?.find(({ id }) => id === 'trees')?.name, screen.now.one.data?.name];
  return Object.assign(app, { screen, names });
}

/** What a server reads now, stamped by its clock. */
async function readOnServer({ emulator }: App, ahead: number): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  const client = clientOf(emulator, { fetch: emulator.elsewhere });
  await queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client));
  await queryClient.prefetchQuery(collectionQueryOptions(client, 'trees'));
  const state: DehydratedState = JSON.parse(JSON.stringify(dehydrate(queryClient)));
  for (const query of state.queries) query.state.dataUpdatedAt += ahead;
  return state;
}

const renameElsewhere = (app: App, name: string) =>
  clientOf(app.emulator, { fetch: app.emulator.elsewhere }).collections.update('trees', { name });

test('what a server whose clock is five minutes ahead has rendered is overruled by the next read, of lists and details', async () => {
  const app = await open();
  const state = await readOnServer(app, 5 * MINUTES);
  act(() => hydrate(app.queryClient, state));
  await soon(10);
  await renameElsewhere(app, 'Forest');
  act(() => {
    void app.screen.now.list.refetch();
    void app.screen.now.one.refetch();
  });
  await soon(300);
  expect(app.names()).toEqual(['Forest', 'Forest']);
});

test('a create that is not optimistic shows when it is confirmed, also in a list whose stamp is ahead', async () => {
  const app = await open();
  const state = await readOnServer(app, 5 * MINUTES);
  act(() => hydrate(app.queryClient, state));
  press(() => watch(app.screen.now.createLate({ name: 'Lakes' })));
  await soon(300);
  expect(app.screen.now.list.data?.map(({ name }) => name)[0]).toBe('Lakes');
});

test('a stamp that is ahead of a confirmed change does not overrule it', async () => {
  const app = await open();
  const state = await readOnServer(app, 5 * MINUTES);
  press(() => watch(app.screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  await soon(300);
  act(() => hydrate(app.queryClient, state));
  await soon(10);
  expect(app.names()).toEqual(['Woods', 'Woods']);
});

test('a list of before that a clock ahead has stamped, restored over one that was read here, is read again', async () => {
  const app = await open();
  const state = await readOnServer(app, 5 * MINUTES);
  await clientOf(app.emulator, { fetch: app.emulator.elsewhere }).collections.create({ name: 'Lakes' });
  act(() => void app.screen.now.list.refetch());
  await soon(300);
  act(() => hydrate(app.queryClient, state));
  await soon(300);
  expect(app.screen.now.list.data?.map(({ name }) => name)[0]).toBe('Lakes');
});

test('no stamp in the cache is later than the moment at which it came', async () => {
  const app = await open();
  const state = await readOnServer(app, 5 * MINUTES);
  act(() => hydrate(app.queryClient, state));
  const stamps = app.queryClient
    .getQueryCache()
    .getAll()
    .map((query) => query.state.dataUpdatedAt);
  expect(Math.max(...stamps)).toBeLessThanOrEqual(Date.now());
});

test.each([-5, 5])(
  'a device’s clock that is set by %i minutes: reads, changes and what is set by hand count',
  async (by) => {
    const app = await open();
    setClock(by * MINUTES);
    await renameElsewhere(app, 'Forest');
    act(() => {
      void app.screen.now.list.refetch();
      void app.screen.now.one.refetch();
    });
    await soon(300);
    expect(app.names()).toEqual(['Forest', 'Forest']);
    press(() => watch(app.screen.now.update({ collectionId: 'trees', name: 'Woods' })));
    await soon(300);
    expect(app.names()).toEqual(['Woods', 'Woods']);
    setClock(0);
    const { queryKey } = collectionQueryOptions(app.client, 'trees');
    act(() => app.queryClient.setQueryData(queryKey, (old) => old && { ...old, name: 'By hand' }));
    await soon(10);
    expect(app.names()).toEqual(['By hand', 'By hand']);
  },
);

/** A rename that is confirmed, and reads after that from a server that has not heard of it. */
async function lagBehind(app: Awaited<ReturnType<typeof open>>, meanwhile: () => Promise<void>) {
  const old = app.emulator.collections.find(({ id }) => id === 'trees');
  press(() => watch(app.screen.now.update({ collectionId: 'trees', name: 'Woods' })));
  await soon(300);
  await meanwhile();
  app.emulator.fault({ kind: 'refuse', status: 200, on: 'GET /collections/trees', body: { collection: old } });
  act(() => void app.screen.now.one.refetch());
  await soon(300);
}

test.each([
  [0, 1_000, 'Woods'],
  [10, 1_000, 'Woods'],
  [-10, 1_000, 'Woods'],
  [0, 70_000, 'Trees'],
  [10, 70_000, 'Trees'],
  [-10, 70_000, 'Trees'],
])(
  'a clock that is set by %i minutes: a server that lags behind is told after %i ms as by one that is not, and shows %s',
  async (by, after, name) => {
    const app = await open();
    await lagBehind(app, async () => {
      setClock(by * MINUTES);
      await soon(after);
    });
    expect(app.names()).toEqual([name, name]);
  },
);

test('what was not found just after it was made comes back, also where the clock is set meanwhile', async () => {
  const app = await open();
  const { id } = await press(async () => {
    const made = app.screen.now.createLate({ name: 'Lakes' });
    await soon(300);
    return made;
  });
  setClock(10 * MINUTES);
  app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
  const one = app.hook(() => useCollection(id));
  act(() => void one.now.refetch());
  await soon(300);
  act(() => void one.now.refetch());
  await soon(300);
  expect(one.now).toMatchObject({ error: null, data: { name: 'Lakes' } });
});
