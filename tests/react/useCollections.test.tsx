import { act, fireEvent, render, screen } from '@testing-library/react';
import { memo } from 'react';
import { expect, expectTypeOf, test } from 'vitest';
import {
  type Collection,
  collectionKeys,
  InvalidInputError,
  useAddAssets,
  useCollections,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, someCollections, soon } from '../support/app.tsx';

inVirtualTime();

const idsOf = (rows: readonly Collection[] | undefined) => rows?.map(({ id }) => id);

test('the list is one flat array, page after page, to its end', async () => {
  const app = openApp({ collections: someCollections(5), pageSize: 2 });
  const list = app.hook(() => useCollections());
  expectTypeOf(list.now.data).toEqualTypeOf<Collection[] | undefined>();
  expect(list.now).toMatchObject({ data: undefined, isPending: true });
  await soon();
  expect(idsOf(list.now.data)).toEqual(['c0', 'c1']);
  for (const hasMore of [true, false]) {
    void list.now.fetchNextPage();
    await soon();
    expect(list.now.hasNextPage).toBe(hasMore);
  }
  expect(idsOf(list.now.data)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
  expect(app.sent()).toEqual(['GET /collections', 'GET /collections', 'GET /collections']);
});

test('the page size is asked for, and is part of the key', async () => {
  const app = openApp({ collections: someCollections(5) });
  const lists = app.hook(() => [useCollections({ pageSize: 2 }), useCollections({ pageSize: 3 })] as const);
  await soon();
  expect(lists.now.map(({ data }) => data?.length)).toEqual([2, 3]);
  expect(app.emulator.requests.map(({ query }) => query.pageSize)).toEqual(['2', '3']);
  expect(app.queryClient.getQueryData(collectionKeys.list({ pageSize: 2 }))).toMatchObject({
    pages: [{ collections: [{ id: 'c0' }, { id: 'c1' }] }],
    pageParams: [null],
  });
});

test('an undefined page size is the same list as none', async () => {
  const app = openApp({ collections: someCollections(1) });
  app.hook(() => [useCollections(), useCollections({}), useCollections({ pageSize: undefined })]);
  await soon();
  expect(app.sent()).toEqual(['GET /collections']);
});

test('the key holds the scope and the project', async () => {
  const app = openApp({ collections: someCollections(1) }, { scope: 'ada', projectId: 'p1' });
  app.hook(() => useCollections());
  await soon();
  const [query] = app.queryClient.getQueryCache().getAll();
  expect(query?.queryKey).toEqual(collectionKeys.list({}, app.client.scope));
  expect(app.client.scope).toContain('ada');
  expect(app.client.scope).toContain('p1');
  expect(app.emulator.requests[0]?.query.projectId).toBe('p1');
});

test.each([0, 101, 1.5, '10', null])('a page size of %j is refused before anything is sent', async (bad) => {
  const app = openApp({ collections: someCollections(1) });
  const list = app.hook(() => useCollections({ pageSize: bad as number }));
  await soon();
  expect(list.now.error).toBeInstanceOf(InvalidInputError);
  expect(list.now.error?.message).toContain('pageSize');
  expect(app.sent()).toEqual([]);
});

test('`select` is given the flat array, and again only when that differs', async () => {
  const app = openApp({ collections: someCollections(3), pageSize: 2 });
  const given: unknown[] = [];
  const select = (rows: Collection[]) => {
    given.push(rows);
    return rows.length;
  };
  const list = app.hook(() => useCollections({}, { select }));
  await soon();
  expect(list.now.data).toBe(2);
  void list.now.fetchNextPage();
  await soon();
  expect(list.now.data).toBe(3);
  void list.now.refetch();
  await soon();
  expect(given).toHaveLength(2);
});

test('a `select` that is written in place gives the same array as long as it says the same, and renders no more', async () => {
  const app = openApp({ collections: someCollections(3) });
  let renders = 0;
  const screen = app.hook(() => {
    renders++;
    return {
      names: useCollections({}, { select: (rows) => rows.map(({ name }) => name) }).data,
      add: useAddAssets().mutate,
    };
  });
  await soon();
  const { names } = screen.now;
  const before = renders;
  act(() => screen.now.add({ collectionId: 'c0', assetIds: ['x'] }));
  await soon();
  expect(screen.now.names).toBe(names);
  expect(renders - before).toBeLessThan(10);
});

test('a list that is not enabled asks nothing', async () => {
  const app = openApp({ collections: someCollections(1) });
  const list = app.hook(() => useCollections({}, { enabled: false }));
  await soon();
  expect(list.now).toMatchObject({ data: undefined, fetchStatus: 'idle' });
  expect(app.sent()).toEqual([]);
});

test('a next page that failed keeps the pages that are there, and can be asked for again', async () => {
  const app = openApp({ collections: someCollections(4), pageSize: 2 });
  const list = app.hook(() => ({ ...useCollections() }));
  await soon();
  const before = list.now.data;
  app.emulator.fault({ kind: 'refuse', status: 500, times: 1 });
  void list.now.fetchNextPage();
  await soon();
  expect(list.now).toMatchObject({ isFetchNextPageError: true, hasNextPage: true });
  expect(list.now.data).toBe(before);
  void list.now.fetchNextPage();
  await soon();
  expect(list.now.error).toBeNull();
  expect(idsOf(list.now.data)).toEqual(['c0', 'c1', 'c2', 'c3']);
});

test('a first page that failed is the client’s own error, asked for once', async () => {
  const app = openApp();
  app.emulator.fault({ kind: 'refuse', status: 403 });
  const list = app.hook(() => useCollections());
  await soon(5_000);
  expect(list.now.error).toMatchObject({ name: 'PermissionDeniedError', status: 403 });
  expect(app.sent()).toEqual(['GET /collections']);
});

test('a refetch that brings nothing new leaves the array and its rows the same objects', async () => {
  const app = openApp({ collections: someCollections(4), pageSize: 2 });
  const list = app.hook(() => useCollections());
  await soon();
  void list.now.fetchNextPage();
  await soon();
  const { data } = list.now;
  void list.now.refetch();
  await soon();
  expect(list.now.data).toBe(data);
  expect(app.sent()).toHaveLength(3);
});

test('a refetch that brings one new row leaves the other rows the same objects', async () => {
  const app = openApp({ collections: someCollections(3) });
  const list = app.hook(() => useCollections());
  await soon();
  const [first, second, third] = list.now.data ?? [];
  await app.emulator.elsewhere('https://api.test/v1/collections/c1', {
    method: 'PUT',
    body: JSON.stringify({ name: 'Renamed elsewhere' }),
  });
  void list.now.refetch();
  await soon();
  expect(list.now.data?.[1]).toMatchObject({ name: 'Renamed elsewhere' });
  expect(list.now.data?.[1]).not.toBe(second);
  expect(list.now.data?.[0]).toBe(first);
  expect(list.now.data?.[2]).toBe(third);
});

const Row = memo(function Row({ row, onRender }: { row: Collection; onRender: (line: string) => void }) {
  onRender(`${row.id} ${row.assetCount} ${row.name}`);
  return null;
});

function List({ onRender }: { onRender: (line: string) => void }) {
  const { data, fetchNextPage } = useCollections();
  const add = useAddAssets();
  const update = useUpdateCollection();
  return (
    <>
      {data?.map((row) => (
        <Row key={row.id} row={row} onRender={onRender} />
      ))}
      <button type="button" onClick={() => void fetchNextPage()}>
        more
      </button>
      <button type="button" onClick={() => add.mutate({ collectionId: 'c2', assetIds: ['x'] })}>
        add
      </button>
      <button type="button" onClick={() => update.mutate({ collectionId: 'c0', name: 'New' })}>
        rename
      </button>
    </>
  );
}

test('a memoised row that is not concerned does not render again', async () => {
  const app = openApp({ collections: someCollections(4), pageSize: 2 });
  const rendered: string[] = [];
  render(<List onRender={(line) => rendered.push(line)} />, { wrapper: app.wrapper });
  await soon();
  fireEvent.click(screen.getByText('more'));
  await soon();
  expect(rendered.splice(0)).toHaveLength(4);

  fireEvent.click(screen.getByText('add'));
  expect(rendered).toEqual(['c2 4 Collection 2']);
  await soon();
  fireEvent.click(screen.getByText('rename'));
  await soon();
  expect(new Set(rendered.map((line) => line.slice(0, 2)))).toEqual(new Set(['c2', 'c0']));
});

test('a screen that sorts its rows in place takes none from another, and none twice', async () => {
  const names = ['m', 'z', 'a', 'k', 'c'];
  const app = openApp({ latency: 100, collections: names.map((id) => ({ id })) });
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  const screen = app.hook(() => {
    const { data, fetchNextPage } = useCollections({ pageSize: 2 });
    const sorted = useCollections({ pageSize: 2 }, { select: (rows) => rows.sort(byId) }).data;
    const last = useCollections({ pageSize: 2 }, { select: (rows) => rows.pop() }).data;
    return { data, fetchNextPage, sorted, last, add: useAddAssets().mutate };
  });
  await soon(300);
  for (let i = 0; i < 2; i++) {
    act(() => void screen.now.fetchNextPage());
    await soon(300);
  }
  for (const id of names) {
    press(() => screen.now.add({ collectionId: id, assetIds: ['oak'] }));
    await soon(300);
    const { data = [], sorted, last } = screen.now;
    expect(data.map((row) => row.id)).toEqual(names);
    expect(sorted?.map((row) => row.id)).toEqual([...names].sort());
    expect(last?.id).toBe('c');
    for (const rows of [data, sorted]) expect(rows?.find((row) => row.id === id)?.assetCount).toBe(1);
  }
});

test('an array of rows that a component has sorted in place loses none of them to the next change', async () => {
  const names = ['m', 'z', 'a', 'k'];
  const app = openApp({ latency: 100, collections: names.map((id) => ({ id })) });
  const screen = app.hook(() => ({ data: useCollections({ pageSize: 4 }).data, add: useAddAssets().mutate }));
  await soon(300);
  for (const id of names) {
    screen.now.data?.sort((a, b) => a.id.localeCompare(b.id));
    press(() => screen.now.add({ collectionId: id, assetIds: ['oak'] }));
    expect(screen.now.data?.map((row) => row.id).sort()).toEqual([...names].sort());
    expect(screen.now.data?.find((row) => row.id === id)?.assetCount).toBe(1);
    await soon(300);
  }
});
