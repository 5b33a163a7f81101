import { describe, expect, it, vi } from 'vitest';
import { AssetsCursor, CollectionsCursor, CursorPage, ModelsCursor, type Scenario } from '../../src/client.ts';
import { client, collection, item, json, outcome, type Sent, scripted } from './scripted.ts';

/** Pages by token; the first one under the empty token. */
const pages = (book: Record<string, [ids: string[], next?: string | null]>) => (sent: Sent) => {
  const [ids, next] = book[sent.url.searchParams.get('paginationToken') ?? ''] ?? [[]];
  return json({
    collections: ids.map((id) => collection(id)),
    ...(next !== undefined && { nextPaginationToken: next }),
  });
};

const idsOf = async (items: AsyncIterable<{ id: string }>) => {
  const ids = [];
  for await (const { id } of items) ids.push(id);
  return ids;
};

const over = (book: Parameters<typeof pages>[0]) => client([pages(book)]);
const book: Parameters<typeof pages>[0] = { '': [['a', 'b'], 't1'], t1: [['c'], 't2'], t2: [['d']] };

describe('a page', () => {
  it('has its items, its token, and what a newer API adds', async () => {
    const { scenario } = client([
      json({ collections: [collection()], nextPaginationToken: 't', total: 9, hasNextPage: true }),
    ]);
    const page = await scenario.collections.list();
    expect(page).toBeInstanceOf(CollectionsCursor);
    expect(page).toBeInstanceOf(CursorPage);
    expect(page).toMatchObject({ collections: [collection()], nextPaginationToken: 't', total: 9 });
    expect(page.getPaginatedItems()).toBe(page.collections);
    expect(page.hasNextPage()).toBe(true);
  });

  it('gives the next, asked for with the same query, headers, limits and signal', async () => {
    const { scenario, sent } = over(book);
    const { signal } = new AbortController();
    const options = { headers: { 'x-a': '1' }, query: { b: 2 }, signal };
    const first = await scenario.collections.list({ pageSize: 2 }, options);
    const second = await first.getNextPage();
    const third = await second.getNextPage();
    expect([second.collections[0]?.id, third.collections[0]?.id]).toEqual(['c', 'd']);
    expect(sent.map(({ url }) => url.search)).toEqual([
      '?pageSize=2&b=2',
      '?pageSize=2&b=2&paginationToken=t1',
      '?pageSize=2&b=2&paginationToken=t2',
    ]);
    expect(sent.map(({ headers }) => headers.get('x-a'))).toEqual(['1', '1', '1']);
  });

  it('whose signal was aborted gives no next', async () => {
    const { scenario, sent } = over(book);
    const controller = new AbortController();
    const first = await scenario.collections.list({}, { signal: controller.signal });
    controller.abort();
    expect(await outcome(first.getNextPage())).toMatchObject({ name: 'APIUserAbortError' });
    expect(sent).toHaveLength(1);
  });

  it('gives the next twice, if asked twice', async () => {
    const first = await over(book).scenario.collections.list();
    const [one, two] = [await first.getNextPage(), await first.getNextPage()];
    expect([one.hasNextPage(), two.hasNextPage()]).toEqual([true, true]);
  });

  it('past the end rejects', async () => {
    const page = await over({ '': [['a']] }).scenario.collections.list();
    expect(page.hasNextPage()).toBe(false);
    expect(await outcome(page.getNextPage())).toMatchObject({ name: 'InvalidInputError' });
  });

  it.each([null, ''])('ends with the token %j, which it does not show', async (token) => {
    const page = await over({ '': [['a'], token] }).scenario.collections.list();
    expect([page.hasNextPage(), page.nextPaginationToken]).toEqual([false, undefined]);
  });

  it('that is empty and has a token goes on', async () => {
    const { scenario } = over({ '': [[], 't1'], t1: [['a']] });
    expect(await idsOf(scenario.collections.list())).toEqual(['a']);
  });

  it('whose token was seen before ends the list', async () => {
    const { scenario, sent } = over({ '': [['a'], 't1'], t1: [['b'], 't2'], t2: [['c'], 't1'] });
    expect(await idsOf(scenario.collections.list())).toEqual(['a', 'b', 'c']);
    expect(sent).toHaveLength(3);
  });

  it('that names the token it was asked with ends the list', async () => {
    const { scenario } = over({ t1: [['b'], 't1'] });
    expect((await scenario.collections.list({ paginationToken: 't1' })).hasNextPage()).toBe(false);
    const second = await scenario.collections.list({}, { query: { paginationToken: 't1' } });
    expect(second.hasNextPage()).toBe(false);
  });
});

describe('iterating', () => {
  it('the promise, or a page, goes over all items that follow', async () => {
    const { scenario } = over(book);
    expect(await idsOf(scenario.collections.list())).toEqual(['a', 'b', 'c', 'd']);
    expect(await idsOf(await (await scenario.collections.list()).getNextPage())).toEqual(['c', 'd']);
  });

  it('iterPages goes over the pages', async () => {
    const sizes = [];
    for await (const page of (await over(book).scenario.collections.list()).iterPages())
      sizes.push(page.collections.length);
    expect(sizes).toEqual([2, 1, 1]);
  });

  it('asks for no page that is not needed', async () => {
    const { scenario, sent } = over(book);
    for await (const { id } of scenario.collections.list()) if (id === 'b') break;
    expect(sent).toHaveLength(1);
  });

  it('rejects where a page is refused', async () => {
    const { scenario } = client([pages(book), json({ message: 'bad cursor' }, 400)]);
    expect(await outcome(idsOf(scenario.collections.list()))).toMatchObject({ message: '400 bad cursor' });
  });
});

describe('where there is no Symbol.asyncIterator, as in React Native 0.76', () => {
  it('lists and pages can be iterated by the name that compiled code looks for', async () => {
    const real = Symbol;
    const bare = new Proxy(() => {}, {
      get: (_, name) => (name === 'asyncIterator' ? undefined : Reflect.get(real, name)),
      apply: (_, self, given) => Reflect.apply(real, self, given),
    });
    vi.stubGlobal('Symbol', bare);
    vi.resetModules();
    const { Scenario } = await import('../../src/client.ts');
    vi.unstubAllGlobals();
    vi.resetModules();
    const scenario = new Scenario({ baseURL: 'https://api.test/v1', fetch: scripted(pages(book)).fetch });
    for (const list of [scenario.collections.list(), await scenario.collections.list()]) {
      const iterate = (list as unknown as Record<string, () => AsyncIterator<{ id: string }>>)['@@asyncIterator'];
      const items = iterate?.call(list);
      const ids = [];
      for (let next = await items?.next(); next && !next.done; next = await items?.next()) ids.push(next.value.id);
      expect(ids).toEqual(['a', 'b', 'c', 'd']);
    }
  });
});

describe('assets and models', () => {
  it.each([
    ['assets', (s: Scenario) => s.assets.list({ collectionId: 'c1', pageSize: 100 }), AssetsCursor, 100],
    ['models', (s: Scenario) => s.models.list({ collectionId: 'c1', pageSize: 500 }), ModelsCursor, 500],
  ] as const)('%s come in pages of their own', async (name, list, Cursor, size) => {
    const { scenario, sent } = client([
      json({ [name]: [item('x')], nextPaginationToken: 't' }),
      json({ [name]: [item('y')] }),
    ]);
    const page = await list(scenario);
    expect(page).toBeInstanceOf(Cursor);
    expect(await idsOf(page)).toEqual(['x', 'y']);
    expect(sent.map(({ url }) => url.pathname + url.search)).toEqual([
      `/v1/${name}?pageSize=${size}&collectionId=c1`,
      `/v1/${name}?pageSize=${size}&collectionId=c1&paginationToken=t`,
    ]);
  });
});
