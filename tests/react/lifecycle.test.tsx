import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { expect, test, vi } from 'vitest';
import {
  collectionKeys,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollections,
  useCreateCollection,
  usePendingChanges,
  useScenario,
} from '../../src/index.ts';
import { clientOf, inVirtualTime, openApp, press, someCollections, soon, watch } from '../support/app.tsx';

inVirtualTime();

function Screen() {
  const list = useCollections();
  const one = useCollection('c0');
  const add = useAddAssets();
  const create = useCreateCollection();
  const pending = usePendingChanges();
  return (
    <>
      <ul>
        {list.data?.map(({ id, clientKey, name, assetCount }) => (
          <li key={clientKey ?? id}>{`${name}:${assetCount}`}</li>
        ))}
      </ul>
      <p>{`one ${one.data?.assetCount} pending ${pending.length}`}</p>
      <button type="button" onClick={() => add.mutate({ collectionId: 'c0', assetIds: ['x'] })}>
        add
      </button>
      <button type="button" onClick={() => create.mutate({ name: 'New' })}>
        create
      </button>
    </>
  );
}

const rows = () => screen.getAllByRole('listitem').map((row) => row.textContent);

test('under StrictMode everything happens once', async () => {
  const app = openApp({ collections: someCollections(2), latency: 100 });
  render(
    <StrictMode>
      <app.wrapper>
        <Screen />
      </app.wrapper>
    </StrictMode>,
  );
  await soon(300);
  expect(new Set(app.sent())).toEqual(new Set(['GET /collections', 'GET /collections/c0']));
  fireEvent.click(screen.getByText('add'));
  expect(rows()).toEqual(['Collection 0:4', 'Collection 1:3']);
  expect(document.body.textContent).toContain('one 4 pending 1');
  fireEvent.click(screen.getByText('create'));
  expect(rows()).toEqual(['New:0', 'Collection 0:4', 'Collection 1:3']);
  const made = screen.getAllByRole('listitem')[0];
  await soon(300);
  expect(rows()).toEqual(['New:0', 'Collection 0:4', 'Collection 1:3']);
  expect(screen.getAllByRole('listitem')[0]).toBe(made);
  expect(document.body.textContent).toContain('one 4 pending 0');
  expect(app.sent()).toEqual(['PUT /collections/c0/assets', 'POST /collections']);
});

test('two components that show the same ask once and change together', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  render(
    <app.wrapper>
      <Screen />
      <Screen />
    </app.wrapper>,
  );
  await soon(300);
  fireEvent.click(screen.getAllByText('add')[0] as HTMLElement);
  expect(rows()).toEqual(['Collection 0:4', 'Collection 0:4']);
  await soon(300);
  expect(app.sent().toSorted()).toEqual(['GET /collections', 'GET /collections/c0', 'PUT /collections/c0/assets']);
});

test('unmounting in the middle of a read ends it quietly, and the next mount reads anew', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  const list = app.hook(() => useCollections());
  await soon(50);
  list.unmount();
  await soon(300);
  const again = app.hook(() => useCollections().data);
  await soon(200);
  expect(again.now).toHaveLength(1);
});

test('unmounting in the middle of a change does not end it', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  const onSuccess = vi.fn();
  const adding = app.hook(() => useAddAssets({ onSuccess }));
  const outcome = press(() => watch(adding.now.mutateAsync({ collectionId: 'c0', assetIds: ['x'] })));
  await soon(20);
  adding.unmount();
  const one = app.hook(() => useCollection('c0').data);
  await soon(300);
  expect(outcome).toMatchObject({ settled: 1, value: { assetCount: 4 } });
  expect(onSuccess).toHaveBeenCalledOnce();
  expect(one.now?.assetCount).toBe(4);
});

test('a change survives that everything is unmounted in the same tick', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  const adding = app.hook(() => useAddAssets());
  act(() => {
    adding.now.mutate({ collectionId: 'c0', assetIds: ['x'] });
    adding.unmount();
  });
  await soon(300);
  expect(app.emulator.members('c0').assetIds).toContain('x');
});

test('a list that is mounted while a change is pending shows it, however its answer comes', async () => {
  const app = openApp({ collections: someCollections(1), latency: ({ method }) => (method === 'GET' ? 30 : 200) });
  const adding = app.hook(() => useAddAssets());
  act(() => adding.now.mutate({ collectionId: 'c0', assetIds: ['x'] }));
  await soon(10);
  const list = app.hook(() => useCollections().data?.[0]?.assetCount);
  const seen = new Set<number | undefined>();
  for (let i = 0; i < 40; i++) {
    await soon(10);
    seen.add(list.now);
  }
  expect([...seen].at(-1)).toBe(4);
  expect(seen).not.toContain(5);
});

test('the provider hands out its client', () => {
  const app = openApp();
  expect(app.hook(() => useScenario()).now).toBe(app.client);
});

test('without a provider a hook says what is missing', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(() => renderHook(() => useScenario())).toThrow(/ScenarioProvider/);
  vi.mocked(console.error).mockRestore();
});

test('a newer client of the same scope takes over, and the cache stays', async () => {
  const app = openApp({ collections: someCollections(1) });
  const used: string[] = [];
  const clients = ['old', 'new'].map((name) =>
    clientOf(app.emulator, {
      fetch: (input, init) => {
        used.push(name);
        return app.emulator.fetch(input, init);
      },
    }),
  );
  let current = 0;
  const { result, rerender } = renderHook(() => ({ list: useCollections(), add: useAddAssets() }), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={app.queryClient}>
        <ScenarioProvider client={clients[current] as (typeof clients)[0]}>{children}</ScenarioProvider>
      </QueryClientProvider>
    ),
  });
  await soon();
  const { data } = result.current.list;
  current = 1;
  rerender();
  expect(result.current.list.data).toBe(data);
  act(() => result.current.add.mutate({ collectionId: 'c0', assetIds: ['x'] }));
  await soon();
  expect(used).toEqual(['old', 'new']);
});

test('two QueryClients have a cache each, and do not see each other’s changes', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  const other = openApp(app.emulator, { queryClient: new QueryClient() });
  const here = app.hook(() => ({
    one: useCollection('c0').data,
    add: useAddAssets().mutate,
    pending: usePendingChanges(),
  }));
  const there = other.hook(() => ({ one: useCollection('c0').data, pending: usePendingChanges() }));
  await soon(200);
  act(() => here.now.add({ collectionId: 'c0', assetIds: ['x'] }));
  await soon(20);
  expect(here.now).toMatchObject({ one: { assetCount: 4 }, pending: [{ kind: 'addAssets' }] });
  expect(there.now).toMatchObject({ one: { assetCount: 3 }, pending: [] });
  await soon(200);
  void other.queryClient.refetchQueries({ queryKey: collectionKeys.all() });
  await soon(200);
  expect(there.now.one?.assetCount).toBe(4);
});

test('what was taken out of the cache under a component is read again when the component renders', async () => {
  const app = openApp({ collections: someCollections(2), latency: 10 });
  const page = app.hook(() => ({ list: useCollections(), one: useCollection('c0') }));
  await soon(50);
  act(() => app.queryClient.clear());
  void app.emulator.fetch('https://api.test/v1/collections/c0', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Renamed elsewhere' }),
  });
  await soon(50);
  app.sent();
  page.again();
  await soon(50);
  expect(app.sent().sort()).toEqual(['GET /collections', 'GET /collections/c0']);
  expect(page.now.list.data?.map(({ name }) => name)).toEqual(['Renamed elsewhere', 'Collection 1']);
  expect(page.now.one.data?.name).toBe('Renamed elsewhere');
});

test('options may be made anew at each render, and count at once when they differ', async () => {
  const app = openApp({ collections: someCollections(2), latency: 10 });
  let enabled = false;
  let least = 0;
  const page = app.hook(() => ({
    list: useCollections({}, { enabled, select: (rows) => rows.filter(({ assetCount }) => assetCount >= least) }),
    plain: useCollections({ pageSize: 1 }, { enabled }),
    one: useCollection('c0', { enabled, select: ({ assetCount }) => assetCount - least }),
  }));
  await soon(50);
  expect(app.sent()).toEqual([]);
  enabled = true;
  page.again();
  await soon(50);
  expect(app.sent().sort()).toEqual(['GET /collections', 'GET /collections', 'GET /collections/c0']);
  expect([page.now.list.data?.length, page.now.plain.data?.length]).toEqual([2, 1]);
  least = 1_000;
  page.again();
  expect(page.now.list.data).toEqual([]);
  expect(page.now.one.data).toBe(3 - least);
});
