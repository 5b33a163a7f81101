import { dehydrate, hydrate, onlineManager, QueryClient } from '@tanstack/react-query';
import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, press, someCollections, soon, watch } from '../support/app.tsx';
import { setClock, timeNow } from '../support/virtualTime.ts';

inVirtualTime();

const useScreen = () => ({
  list: useCollections(),
  create: useCreateCollection().mutateAsync,
  createLater: useCreateCollection({ optimistic: false }).mutateAsync,
  update: useUpdateCollection().mutateAsync,
  add: useAddAssets().mutateAsync,
});

async function open(collections: object[] = someCollections(2)) {
  const app = openApp({ latency: 20, collections, now: () => new Date(timeNow()) });
  const screen = app.hook(useScreen);
  await soon(100);
  app.sent();
  return Object.assign(app, { screen, names: () => screen.now.list.data?.map(({ name }) => name) });
}

const elsewhere = ({ emulator }: App, method: 'POST' | 'PUT' | 'DELETE', path: string, body: object = {}) =>
  emulator.elsewhere(`https://api.test/v1/collections${path && '/'}${path}`, { method, body: JSON.stringify(body) });

test('what was just made comes back, where a server that had not heard of it yet has said that there is no such thing', async () => {
  const app = await open([]);
  const { id } = await press(async () => {
    const made = app.screen.now.create({ name: 'Lakes' });
    await soon(50);
    return made;
  });
  app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
  const one = app.hook(() => useCollection(id));
  await soon(100);
  expect(one.now).toMatchObject({ error: { status: 404 } });
  act(() => void one.now.refetch());
  await soon(100);
  expect(one.now).toMatchObject({ error: null, data: { name: 'Lakes' } });
  expect(app.names()).toEqual(['Lakes']);
});

test.each(['a list', 'an answer'])(
  'a detail that was not found is shown as soon as %s tells of its collection',
  async (what) => {
    const app = await open();
    await elsewhere(app, 'POST', '', { name: 'Lakes' });
    const id = app.emulator.collections[0]?.id as string;
    app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
    const one = app.hook(() => useCollection(id));
    await soon(100);
    expect(one.now).toMatchObject({ error: { status: 404 } });
    if (what === 'a list') await readAgain(app);
    else press(() => watch(app.screen.now.add({ collectionId: id, assetIds: ['oak'] })));
    await soon(100);
    expect(one.now).toMatchObject({
      status: 'success',
      error: null,
      data: { name: 'Lakes', assetCount: what === 'a list' ? 0 : 1 },
    });
  },
);

async function readAgain({ screen }: Awaited<ReturnType<typeof open>>): Promise<void> {
  act(() => void screen.now.list.refetch());
  await soon(400);
}

test.each(['a read', 'a refused change'])(
  'what somebody else has just made comes with the next list, where a server that had not heard of it yet has told %s that there is no such thing',
  async (who) => {
    const app = await open();
    await elsewhere(app, 'POST', '', { name: 'Lakes' });
    const id = app.emulator.collections[0]?.id as string;
    app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
    if (who === 'a read') app.hook(() => useCollection(id));
    else {
      app.emulator.fault({ kind: 'refuse', on: `PUT /collections/${id}/assets`, status: 400, times: 1 });
      press(() => watch(app.screen.now.add({ collectionId: id, assetIds: ['oak'] })));
    }
    await soon(200);
    expect(app.sent()).toContain(`GET /collections/${id}`);
    act(() => void app.screen.now.list.refetch());
    await soon(100);
    expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
  },
);

test.each(['a read', 'a refused change'])(
  'what somebody else has just made, and a list has brought, comes back with the next list, where a server that had not heard of it yet has told %s that there is no such thing',
  async (who) => {
    const app = await open();
    await elsewhere(app, 'POST', '', { name: 'Lakes' });
    const id = app.emulator.collections[0]?.id as string;
    act(() => void app.screen.now.list.refetch());
    await soon(100);
    app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
    if (who === 'a read') app.hook(() => useCollection(id, { staleTime: 0 }));
    else {
      app.emulator.fault({ kind: 'refuse', on: `PUT /collections/${id}/assets`, status: 404, times: 1 });
      press(() => watch(app.screen.now.add({ collectionId: id, assetIds: ['oak'] })));
    }
    await soon(200);
    expect(app.names()).toEqual(['Collection 0', 'Collection 1']);
    act(() => void app.screen.now.list.refetch());
    await soon(100);
    expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
  },
);

test.each([0, 60_000, -90_000])(
  'what was made a minute before, and a read did not find, stays away where a list lags behind, also by a device’s clock that is %s ms ahead',
  async (ahead) => {
    setClock(ahead);
    const app = await open();
    const rows = app.emulator.collections;
    await elsewhere(app, 'DELETE', 'c0');
    const one = app.hook(() => useCollection('c0', { staleTime: 0 }));
    await soon(100);
    expect([app.names(), one.now.error]).toMatchObject([['Collection 1'], { status: 404 }]);
    const body = { collections: rows };
    app.emulator.fault({ kind: 'refuse', on: 'GET /collections', status: 200, body, times: 1 });
    act(() => void app.screen.now.list.refetch());
    await soon(100);
    expect(app.names()).toEqual(['Collection 1']);
  },
);

test('what a list that left before has brought meanwhile stays, where a refused change has its collection read and that is not found', async () => {
  const app = await open();
  await elsewhere(app, 'POST', '', { name: 'Lakes' });
  const id = app.emulator.collections[0]?.id as string;
  app.emulator.fault({ kind: 'slow', ms: 300, on: 'GET /collections', times: 1 });
  app.emulator.fault({ kind: 'refuse', on: `PUT /collections/${id}/assets`, status: 404, times: 1 });
  app.emulator.fault({ kind: 'slow', ms: 600, on: `GET /collections/${id}`, times: 1 });
  app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
  act(() => void app.screen.now.list.refetch());
  await soon(1);
  const outcome = press(() => watch(app.screen.now.add({ collectionId: id, assetIds: ['oak'] })));
  await soon(500);
  expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
  await soon(1_000);
  expect(outcome.error).toMatchObject({ status: 404 });
  expect(app.names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
});

test.each(['is there', 'was deleted'])(
  'a late answer that there is no such collection has it asked for again, where it was read meanwhile: it %s',
  async (what) => {
    const app = await open();
    const one = app.hook(() => useCollection('c0', { staleTime: 60_000 }));
    app.emulator.fault({ kind: 'slow', ms: 200, on: 'GET /collections/c0', times: 1 });
    app.emulator.fault({ kind: 'refuse', on: 'GET /collections/c0', status: 404, times: 1 });
    act(() => void one.now.refetch());
    await soon(1);
    act(() => void app.screen.now.list.refetch());
    await soon(100);
    if (what === 'was deleted') await elsewhere(app, 'DELETE', 'c0');
    app.sent();
    await soon(125);
    expect(app.sent()).toEqual(['GET /collections/c0']);
    expect([app.names(), one.now.error]).toEqual([['Collection 0', 'Collection 1'], null]);
    await soon(100);
    const isThere = what === 'is there';
    expect(app.names()).toEqual(isThere ? ['Collection 0', 'Collection 1'] : ['Collection 1']);
    expect(one.now).toMatchObject({ error: isThere ? null : { status: 404 } });
    expect(app.sent()).toEqual([]);
  },
);

test.each(['a read', 'a question about a change'])(
  'what a list has brought while %s was on its way that does not find it stays, since nobody knew it when that left',
  async (who) => {
    const app = await open();
    await elsewhere(app, 'POST', '', { name: 'Lakes' });
    const id = app.emulator.collections[0]?.id as string;
    const on = `GET /collections/${id}`;
    app.emulator.fault({ kind: 'slow', ms: 50, on, times: 1 });
    app.emulator.fault({ kind: 'refuse', status: 404, on, times: 1 });
    act(() => void app.screen.now.list.refetch());
    if (who === 'a read') app.hook(() => useCollection(id));
    else {
      app.emulator.fault({ kind: 'refuse', status: 400, on: `PUT /collections/${id}/assets`, times: 1 });
      press(() => watch(app.screen.now.add({ collectionId: id, assetIds: ['oak'] })));
      app.emulator.fault({ kind: 'slow', ms: 50, on: 'GET /collections', times: 1 });
      act(() => void app.screen.now.list.refetch());
    }
    const shown: (string | undefined)[] = [];
    for (let i = 0; i < 40; i++) {
      await soon(10);
      shown.push(app.names()?.join());
    }
    expect(shown.filter((names, i) => names !== shown[i - 1])).toEqual([
      'Collection 0,Collection 1',
      'Lakes,Collection 0,Collection 1',
    ]);
    expect(app.sent().filter((request) => request === on)).toHaveLength(2);
  },
);

test('a write that was done before somebody else has deleted the collection does not bring it back', async () => {
  const app = await open();
  app.emulator.fault({ kind: 'slow', ms: 300, on: 'PUT /collections/c0', times: 1 });
  const outcome = press(() => watch(app.screen.now.update({ collectionId: 'c0', name: 'Zero' })));
  const after = app.emulator.fault({ kind: 'refuse', on: 'GET /collections/c0', status: 404 });
  const one = app.hook(() => useCollection('c0'));
  await soon(100);
  expect([one.now.error, app.names()]).toMatchObject([{ status: 404 }, ['Collection 1']]);
  await soon(500);
  expect(outcome.settled).toBe(1);
  expect(app.names()).toEqual(['Collection 1']);
  after();
});

test.each(['read', 'restored'])(
  'what was %s, and a read did not find, does not come back by a server that has not heard of that yet',
  async (how) => {
    const before = await open();
    const old = before.emulator.collections[0];
    // By the server's own dates it was not made a moment before.
    await soon(10_000);
    await elsewhere(before, 'PUT', 'c1', { name: 'One' });
    act(() => void before.screen.now.list.refetch());
    await soon(100);
    const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    if (how === 'restored') hydrate(queryClient, dehydrate(before.queryClient));
    const app = openApp(before.emulator, { queryClient });
    const list = app.hook(useCollections);
    const names = () => list.now.data?.map(({ name }) => name);
    await soon(100);
    await elsewhere(app, 'DELETE', 'c0');
    const one = app.hook(() => useCollection('c0'));
    act(() => void one.now.refetch());
    await soon(100);
    expect(names()).toEqual(['One']);
    app.emulator.fault({ kind: 'refuse', on: 'GET /collections/c0', status: 200, body: { collection: old }, times: 1 });
    act(() => void one.now.refetch());
    await soon(100);
    expect(names()).toEqual(['One']);
  },
);

test('what was just made, and restored by the page after, comes back with the next list, where a server that had not heard of it yet has said that there is no such thing', async () => {
  const before = await open();
  await soon(10_000);
  const { id } = await press(async () => {
    const made = before.screen.now.create({ name: 'Lakes' });
    await soon(50);
    return made;
  });
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  hydrate(queryClient, dehydrate(before.queryClient));
  const app = openApp(before.emulator, { queryClient });
  const list = app.hook(useCollections);
  const names = () => list.now.data?.map(({ name }) => name);
  app.emulator.fault({ kind: 'refuse', on: `GET /collections/${id}`, status: 404, times: 1 });
  const one = app.hook(() => useCollection(id));
  act(() => void one.now.refetch());
  await soon(100);
  expect(names()).toEqual(['Collection 0', 'Collection 1']);
  act(() => void list.now.refetch());
  await soon(100);
  expect(names()).toEqual(['Lakes', 'Collection 0', 'Collection 1']);
});

test.each(['deleted', 'made'])(
  'what nobody knew and a server did not find comes back by another one only if its date allows that it was made a moment before: it was %s',
  async (what) => {
    const app = await open();
    const [old] = app.emulator.collections;
    await soon(10_000);
    await elsewhere(app, what === 'made' ? 'POST' : 'DELETE', what === 'made' ? '' : 'c0', { name: 'Lakes' });
    const { id, name } = (what === 'made' ? app.emulator.collections[0] : old) as { id: string; name: string };
    const page = openApp(app.emulator);
    await elsewhere(app, 'PUT', 'c1', { name: 'One' });
    page.hook(() => useCollection('c1'));
    const on = `GET /collections/${id}`;
    page.emulator.fault({ kind: 'refuse', on, status: 404, times: 1 });
    const one = page.hook(() => useCollection(id));
    await soon(100);
    expect(one.now.error).toMatchObject({ status: 404 });
    if (what === 'deleted')
      page.emulator.fault({ kind: 'refuse', on, status: 200, body: { collection: old }, times: 1 });
    act(() => void one.now.refetch());
    await soon(100);
    expect(one.now.data?.name).toBe(what === 'made' ? name : undefined);
  },
);

test('a 404 to what left when the list had told of it is believed, also where it was asked for before and had to wait', async () => {
  const app = openApp({ latency: 20, collections: someCollections(2) }, { concurrency: 1 });
  const list = app.hook(() => useCollections());
  app.hook(() => useCollection('c1'));
  app.hook(() => useCollection('c0'));
  await soon(30);
  await elsewhere(app, 'DELETE', 'c0');
  await soon(100);
  expect(list.now.data?.map(({ name }) => name)).toEqual(['Collection 1']);
  expect(app.sent()).toEqual(['GET /collections', 'GET /collections/c1', 'GET /collections/c0']);
});

test('of two creates the later one stands first, also where the earlier one shows when it is confirmed', async () => {
  const app = await open([]);
  press(() => [watch(app.screen.now.createLater({ name: 'First' })), watch(app.screen.now.create({ name: 'Second' }))]);
  await soon(25);
  expect(app.names()).toEqual(['Second', 'First']);
  await soon(100);
  expect(app.names()).toEqual(app.emulator.collections.map(({ name }) => name));
});

test('an add of what a list has told of since the copy was read costs a question and a read, and ends with the server’s count', async () => {
  const app = await open([
    { id: 'c0', assetIds: ['oak'] },
    { id: 'c1', assetIds: ['elm'] },
  ]);
  await elsewhere(app, 'PUT', 'c1/assets', { assetIds: ['oak'] });
  app.hook(() => useCollectionAssets('c0'));
  await soon(100);
  app.sent();
  const outcome = press(() => watch(app.screen.now.add({ collectionId: 'c1', assetIds: ['oak'] })));
  await soon(100);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
  expect(app.screen.now.list.data?.map(({ assetCount }) => assetCount)).toEqual([1, 2]);
  expect(app.sent().sort()).toEqual(['GET /collections/c1', 'POST /assets/get-bulk']);
});

test('an add of what the contents show is one question, where they show as many as are counted', async () => {
  const app = await open([{ id: 'c0', assetIds: ['oak', 'elm'] }]);
  app.hook(() => useCollectionAssets('c0'));
  await soon(100);
  app.sent();
  for (let i = 0; i < 3; i++) {
    const outcome = press(() => watch(app.screen.now.add({ collectionId: 'c0', assetIds: ['oak'] })));
    await soon(100);
    expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 2 } });
    expect(app.sent()).toEqual(['POST /assets/get-bulk']);
  }
});

test.each(['alone', 'while a change waits'])(
  'of two reads that overlap the newer copy is shown, also where the later one is answered first, by a server that lags behind: %s',
  async (how) => {
    const app = await open([{ id: 'c0', name: 'Old', assetIds: ['oak'] }]);
    const one = app.hook(() => useCollection('c0', { staleTime: 60_000 }));
    const old = app.emulator.collections[0];
    await soon(1_000);
    await elsewhere(app, 'PUT', 'c0', { name: 'New' });
    app.emulator.fault({ kind: 'slow', ms: 200, on: 'GET /collections', times: 1 });
    app.emulator.fault({ kind: 'refuse', on: 'GET /collections/c0', status: 200, body: { collection: old }, times: 1 });
    act(() => void app.screen.now.list.refetch());
    await soon(1);
    act(() => void one.now.refetch());
    if (how !== 'alone') {
      act(() => onlineManager.setOnline(false));
      press(() => watch(app.screen.now.add({ collectionId: 'c0', assetIds: ['elm'] })));
    }
    await soon(100);
    expect(one.now.data?.name).toBe('Old');
    await soon(300);
    expect(one.now.data).toMatchObject({ name: 'New', assetCount: how === 'alone' ? 1 : 2 });
  },
);
