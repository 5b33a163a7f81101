import { act, render } from '@testing-library/react';
import { StrictMode, useState } from 'react';
import { flushSync } from 'react-dom';
import { describe, expect, test } from 'vitest';
import {
  ScenarioProvider,
  useCollection,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useUpdateCollection,
} from '../../src/index.ts';
import { type App, clientOf, inVirtualTime, openApp, press, someCollections, soon } from '../support/app.tsx';

inVirtualTime();

const screens = {
  'a list': () => useCollections({ pageSize: 5 }),
  'a collection': () => useCollection('c1'),
  'the assets in a collection': () => useCollectionAssets('c1'),
  'the models in a collection': () => useCollectionModels('c1'),
};

const open = () => openApp({ collections: someCollections(20), latency: 100 });

const Screen = ({ use }: { use: () => unknown }) => JSON.stringify(use());

let setKey = (_: number | undefined) => {};

/** A screen that another one of its kind can take the place of, in the same commit. */
function Place({ use }: { use: () => unknown }) {
  const [key, set] = useState<number | undefined>(0);
  setKey = set;
  return key === undefined ? null : <Screen key={key} use={use} />;
}

const leave = () => act(() => flushSync(() => setKey(undefined)));
const exchange = () => act(() => flushSync(() => setKey(Math.random())));

function show(app: App, use: () => unknown): { text(): string } {
  const { container } = render(<Place use={use} />, { wrapper: app.wrapper });
  return { text: () => container.textContent };
}

describe.each(Object.entries(screens))('%s', (_, use) => {
  test('whose screen is exchanged while it is read for the first time is asked for once', async () => {
    const app = open();
    const screen = show(app, () => use().data);
    await soon(50);
    exchange();
    await soon(60);
    expect(app.sent()).toHaveLength(1);
    expect(screen.text()).toMatch(/^\[|^\{/);
  });

  test('whose screen is exchanged while it is read again is asked for once', async () => {
    const app = open();
    const screen = show(app, use);
    await soon(200);
    app.sent();
    exchange();
    await soon(50);
    exchange();
    exchange();
    await soon(60);
    expect(app.sent()).toHaveLength(1);
    expect(JSON.parse(screen.text())).toMatchObject({ status: 'success', fetchStatus: 'idle' });
  });

  test('of which the one request fails shows its error, and is read anew by the next screen', async () => {
    const app = open();
    app.emulator.fault({ kind: 'refuse', status: 403, times: 1 });
    const screen = show(app, use);
    await soon(50);
    exchange();
    await soon(60);
    expect(JSON.parse(screen.text())).toMatchObject({ status: 'error', error: { status: 403 } });
    exchange();
    await soon(110);
    expect(JSON.parse(screen.text())).toMatchObject({ status: 'success' });
    expect(app.sent()).toHaveLength(2);
  });

  test('that is left is aborted, and who comes later asks anew', async () => {
    const app = open();
    const screen = show(app, () => use().data);
    await soon(50);
    leave();
    await soon(1);
    expect(app.emulator.requests.map(({ status }) => status)).toEqual([0]);
    exchange();
    await soon(110);
    expect(app.sent()).toHaveLength(2);
    expect(screen.text()).toMatch(/^\[|^\{/);
  });

  test.each([
    ['invalidated', (app: App) => void app.queryClient.invalidateQueries()],
    [
      'set by hand',
      ({ queryClient, emulator }: App) => {
        for (const { queryKey } of queryClient.getQueryCache().getAll())
          queryClient.setQueryData(
            queryKey,
            queryKey[3] === 'detail'
              ? { ...(emulator.collections[1] as object), name: 'By hand' }
              : { pages: [], pageParams: [] },
          );
      },
    ],
    ['removed', (app: App) => app.queryClient.removeQueries()],
    ['cleared', (app: App) => app.queryClient.clear()],
  ])('that is %s between two screens is asked for anew', async (_, between) => {
    const app = open();
    const screen = show(app, () => use().data);
    await soon(50);
    act(() => {
      leave();
      between(app);
      exchange();
    });
    await soon(110);
    expect(app.emulator.requests.map(({ status }) => status)).toEqual([0, 200]);
    expect(screen.text()).toMatch(/^\[|^\{/);
  });

  test('that is read again by hand while it is read is asked for anew, as TanStack Query has it', async () => {
    const app = open();
    const screen = app.hook<{ refetch(): unknown }>(use);
    await soon(200);
    app.sent();
    press(() => void screen.now.refetch());
    await soon(50);
    press(() => void screen.now.refetch());
    await soon(1);
    expect(app.emulator.requests.slice(-2).map(({ status }) => status)).toEqual([0, null]);
    await soon(110);
    expect(screen.now).toMatchObject({ status: 'success', fetchStatus: 'idle' });
  });

  test('is asked for once under StrictMode', async () => {
    const app = open();
    render(
      <StrictMode>
        <Place use={use} />
      </StrictMode>,
      { wrapper: app.wrapper },
    );
    await soon(200);
    expect(app.sent()).toHaveLength(1);
  });
});

test('a list of many pages whose screen is exchanged while they are read again keeps them all, by one request', async () => {
  const app = open();
  const list = app.hook(() => useCollections({ pageSize: 5 }));
  await soon(200);
  void list.now.fetchNextPage();
  await soon(200);
  list.unmount();
  const screen = show(app, () => useCollections({ pageSize: 5 }).data?.length);
  await soon(50);
  app.sent();
  exchange();
  await soon(60);
  expect([screen.text(), app.sent()]).toEqual(['10', []]);
  expect(app.queryClient.isFetching()).toBe(0);
});

test('a list that is reset while it is read again, between two screens, is asked for anew', async () => {
  const app = open();
  show(app, () => useCollections().data);
  await soon(200);
  exchange();
  await soon(50);
  act(() => {
    leave();
    void app.queryClient.resetQueries();
    exchange();
  });
  await soon(110);
  expect(app.emulator.requests.map(({ status }) => status)).toEqual([200, 0, 200]);
});

test('a change between two screens is in what the request of before it brings', async () => {
  const app = open();
  const update = app.hook(() => useUpdateCollection().mutateAsync);
  const names = () => useCollections({ pageSize: 2 }).data?.map(({ name }) => name);
  const screen = show(app, names);
  await soon(50);
  act(() => {
    leave();
    void update.now({ collectionId: 'c1', name: 'Mine' });
    exchange();
  });
  await soon(55);
  expect(screen.text()).toBe('["Collection 0","Mine"]');
  await soon(300);
  expect(screen.text()).toBe('["Collection 0","Mine"]');
  expect(app.sent().toSorted()).toEqual(['GET /collections', 'PUT /collections/c1']);
});

test('the next screen does not take the request of another client', async () => {
  const app = open();
  const other = clientOf(app.emulator);
  show(app, () => useCollection('c1').data?.name);
  await soon(50);
  act(() => {
    leave();
    render(
      <ScenarioProvider client={other}>
        <Name />
      </ScenarioProvider>,
      { wrapper: app.wrapper },
    );
  });
  await soon(110);
  expect(app.emulator.requests.map(({ status }) => status)).toEqual([0, 200]);
});

const Name = () => useCollection('c1').data?.name;
