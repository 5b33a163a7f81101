import { act } from '@testing-library/react';
import { expect, test } from 'vitest';
import { collectionKeys, useCollections } from '../../src/index.ts';
import { inVirtualTime, openApp, soon } from '../support/app.tsx';

inVirtualTime();

interface ScriptedPage {
  ids: string[];
  token?: string | null;
}

const collection = (id: string) => ({
  id,
  name: id,
  ownerId: 'team',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  assetCount: 0,
  modelCount: 0,
  itemCount: 0,
});

/** A list whose pages are these, in order, whatever token is asked with. */
async function listOf(answers: ScriptedPage[]) {
  const asked: (string | null)[] = [];
  const app = openApp(
    {},
    {
      fetch: (input) => {
        asked.push(new URL(String(input instanceof Request ? input.url : input)).searchParams.get('paginationToken'));
        const { ids, token } = answers[asked.length - 1] ?? { ids: ['one too many'] };
        const body = { collections: ids.map(collection), ...(token !== undefined && { nextPaginationToken: token }) };
        return Promise.resolve(Response.json(body));
      },
    },
  );
  const list = app.hook(() => ({ ...useCollections() }));
  await soon();
  for (let i = 0; i < 5 && list.now.hasNextPage; i++) {
    void list.now.fetchNextPage();
    await soon();
  }
  return {
    ids: list.now.data?.map(({ id }) => id),
    hasNextPage: list.now.hasNextPage,
    asked,
    list,
    queryClient: app.queryClient,
  };
}

test.each([
  ['no token', {}],
  ['a token that is null', { token: null }],
  ['an empty token', { token: '' }],
  ['a token that was there before', { token: 'second' }],
])('the list ends at %s', async (_, end) => {
  const { ids, hasNextPage, asked } = await listOf([
    { ids: ['a'], token: 'second' },
    { ids: ['b'], ...end },
  ]);
  expect(ids).toEqual(['a', 'b']);
  expect(hasNextPage).toBe(false);
  expect(asked).toEqual([null, 'second']);
});

test('an empty page with a token is not the end', async () => {
  const { ids, asked } = await listOf([{ ids: ['a'], token: 'second' }, { ids: [], token: 'third' }, { ids: ['b'] }]);
  expect(ids).toEqual(['a', 'b']);
  expect(asked).toEqual([null, 'second', 'third']);
});

test('a collection that turns up on two pages stands in the list once, in its first place', async () => {
  const { ids } = await listOf([{ ids: ['a', 'b'], token: 'second' }, { ids: ['b', 'c', 'c'] }]);
  expect(ids).toEqual(['a', 'b', 'c']);
});

test('a collection that a later page names twice stands in the list once', async () => {
  const { ids } = await listOf([{ ids: ['a'], token: 'second' }, { ids: ['b', 'c', 'b'] }]);
  expect(ids).toEqual(['a', 'b', 'c']);
});

test('a collection that moves onto a second page while the list is read again stands in it once', async () => {
  const { list } = await listOf([
    { ids: ['a', 'b'], token: 'second' },
    { ids: ['c', 'd'] },
    { ids: ['a', 'b'], token: 'second' },
    { ids: ['b', 'c'] },
    { ids: ['a', 'b'], token: 'second' },
    { ids: ['c', 'd'] },
  ]);
  const shown = () => list.now.data?.map(({ id }) => id);
  expect(shown()).toEqual(['a', 'b', 'c', 'd']);
  void list.now.refetch();
  await soon();
  expect(shown()).toEqual(['a', 'b', 'c']);
  void list.now.refetch();
  await soon();
  expect(shown()).toEqual(['a', 'b', 'c', 'd']);
});

test('pages that are put into the cache by hand hold no id twice on the screen either', async () => {
  const { list, queryClient } = await listOf([{ ids: ['a', 'b'] }]);
  const key = collectionKeys.list();
  for (const [first, second] of [
    [
      ['a', 'b'],
      ['b', 'c'],
    ],
    [
      ['c', 'a'],
      ['b', 'a'],
    ],
  ] as const) {
    act(() => {
      queryClient.setQueryData(key, {
        pages: [
          { collections: first.map(collection), nextPaginationToken: 'second' },
          { collections: second.map(collection) },
        ],
        pageParams: [null, 'second'],
      });
    });
    await soon();
    expect(list.now.data?.map(({ id }) => id)).toEqual([...new Set([...first, ...second])]);
  }
});

test('a list of nothing is an empty array', async () => {
  expect(await listOf([{ ids: [] }])).toMatchObject({ ids: [], hasNextPage: false, asked: [null] });
});

test('an answer that is no list never reaches the cache', async () => {
  const app = openApp({}, { fetch: () => Promise.resolve(new Response('<html>Log in</html>')) });
  const list = app.hook(() => ({ ...useCollections() }));
  await soon(5_000);
  expect(list.now.error).toMatchObject({ name: 'ResponseValidationError' });
  expect(list.now.data).toBeUndefined();
});
