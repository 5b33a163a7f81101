import { QueryClient } from '@tanstack/react-query';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Collection,
  collectionKeys,
  collectionQueryOptions,
  collectionsQueryOptions,
  Scenario,
  useAddAssets,
  useCollection,
  useCollections,
} from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

const client = new Scenario({ baseURL: 'https://api.test/v1' });
const { structuralSharing: ofOne } = collectionQueryOptions(client, 'trees');
const { structuralSharing: ofList } = collectionsQueryOptions(client);
const doors = [ofOne, ofList] as ((old: unknown, next: unknown) => unknown)[];

/** A name for everything that is not made of parts. */
const names = new Map<unknown, number>();
const nameOf = (value: unknown) => {
  if (!names.has(value)) names.set(value, names.size);
  return names.get(value);
};

/** Everything that can be told of a value without a look at which object it is; of what is more than its properties, only that. */
function tell(value: unknown, depth = 0): unknown {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return [typeof value, nameOf(value)];
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = [null, Object.prototype, Array.prototype] as unknown[];
  if (!plain.includes(prototype) || Array.isArray(value) !== (prototype === Array.prototype) || depth > 600)
    return ['one', nameOf(value)];
  return [
    nameOf(prototype),
    Object.isExtensible(value),
    Reflect.ownKeys(value).map((key) => {
      const {
        value: held,
        get,
        set,
        ...attributes
      } = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      return [nameOf(key), attributes, get || set ? [nameOf(get), nameOf(set)] : tell(held, depth + 1)];
    }),
  ];
}

class Money {
  #cents = 5;
  add(cents: number) {
    this.#cents += cents;
  }
}

const odd = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
  fc
    .constantFrom<() => unknown>(
      () => new Money(),
      () => Symbol('one'),
      () => class {},
      () => new WeakMap(),
      () => new Error('no'),
      () => Promise.resolve(),
      () => /tree/,
      () => new (class Rows extends Array {})(),
      () => Object.create({ inherited: true }),
      () => new URL('https://api.test/'),
      () => Object.freeze({ frozen: true }),
      () => ({ [Symbol.for('odd')]: 1 }),
      () => ({ first: 1, second: 2, third: [3] }),
      () => [1, undefined],
      () => Object.assign([1], { length: 2 }),
      () => [Number.NaN, -0, 0],
      () => ({ pages: [], pageParams: [], total: 1 }),
      () => ({ pages: [{ collections: [] }], pageParams: [null] }),
    )
    .map((make) => make()),
);

/** What can be done to a plain value so that it is another, though one may have to look for it. */
const tweaks: ((value: Record<PropertyKey, unknown>) => unknown)[] = [
  (value) => value,
  (value) => [value],
  (value) => ({ value }),
  (value) => Object.freeze(value),
  (value) => Object.preventExtensions(value),
  (value) => Object.assign(value, { more: undefined }),
  (value) => Object.assign(value, { [Symbol.for('more')]: 1 }),
  (value) => Object.defineProperty(value, 'hidden', { value: 1, configurable: true }),
  (value) => Object.defineProperty(value, 'got', { get: () => 1, enumerable: true, configurable: true }),
  (value) => (Array.isArray(value) ? Object.assign(value, { length: value.length + 1 }) : value),
  (value) => (Array.isArray(value) ? [...Array.from(value), undefined] : { ...value, last: undefined }),
  (value) => (Array.isArray(value) ? Array.from(value).reverse() : Object.fromEntries(Object.entries(value).reverse())),
  // A field `length` may hold what is none of an array.
  (value) => (Array.isArray(value) ? Object.assign({}, value) : 'length' in value ? value : Object.assign([], value)),
  (value) => Object.setPrototypeOf(value, null),
  (value) => Object.setPrototypeOf(value, { inherited: 1 }),
  (value) => Object.assign(value, { circle: value }),
  (value) => Object.assign(value, { circle: { circle: value } }),
  (value) => Object.assign(value, { zero: 0 }),
  (value) => Object.assign(value, { zero: -0 }),
  (value) => ({ pages: [value], pageParams: [] }),
  (value) => ({ pages: [value], pageParams: [], total: 2 }),
];

const isPlain = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [null, Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) &&
  Object.isExtensible(value);
const tweaked = ([value, which]: readonly [unknown, number[]]) =>
  which.reduce((now, i) => (isPlain(now) ? tweaks[i % tweaks.length]?.(now) : now), value);

/** Two values that differ little, if at all. */
const which = fc.nat(tweaks.length - 1);
const pairs = fc
  .tuple(fc.clone(odd, 2), fc.array(which, { maxLength: 2 }), which, which)
  .map(([[a, b], both, one, other]) => [tweaked([a, [...both, one]]), tweaked([b, [...both, other]])] as const);

test('what the door lets stand in the place of a new value is never to be told from it', () => {
  let kept = 0;
  fc.assert(
    fc.property(pairs, fc.constantFrom(...doors), ([old, next], door) => {
      const stands = door(old, next);
      if (stands === old && !Object.is(old, next)) kept++;
      if (!Object.is(stands, next)) expect(tell(stands)).toEqual(tell(next));
    }),
    { numRuns: 5_000 },
  );
  // Else nothing was asked.
  expect(kept).toBeGreaterThan(100);
});

test('plain data of equal content is the object that was there', () => {
  fc.assert(
    fc.property(fc.clone(fc.jsonValue(), 2), fc.constantFrom(...doors), ([old, next], door) => {
      expect(Object.is(door(old, next), old)).toBe(true);
    }),
  );
});

test.each<[string, (row: Collection) => unknown, (given: never) => unknown]>([
  ['a Map', (row) => new Map([[row.id, row.assetCount]]), (map: Map<string, number>) => map.get('trees')],
  ['a Set', (row) => new Set([row.assetCount]), (set: Set<number>) => [...set][0]],
  ['a Date', (row) => new Date(row.assetCount), (date: Date) => date.getTime()],
  ['typed numbers', (row) => Uint8Array.of(row.assetCount), ([count]: Uint8Array) => count],
  [
    'an instance of a class',
    (row) =>
      new (class {
        readonly #count = row.assetCount;
        count = () => this.#count;
      })(),
    (one: { count(): number }) => one.count(),
  ],
  ['a function', (row) => () => row.assetCount, (count: () => number) => count()],
  [
    'an object without a prototype',
    (row) => Object.assign(Object.create(null), row),
    (one: Collection) => one.assetCount,
  ],
  ['a list with a hole', (row) => [...Array(row.assetCount)].map(() => undefined), ({ length }: unknown[]) => length],
  [
    'a Proxy that has nothing of its own',
    (row) => new Proxy({}, { get: (_, field) => (field === 'count' ? row.assetCount : undefined) }),
    ({ count }: { count: number }) => count,
  ],
  [
    'a Proxy over an empty list',
    (row) =>
      new Proxy<unknown[]>([], { get: (list, field) => (field === 'sum' ? row.assetCount : Reflect.get(list, field)) }),
    ({ sum }: { sum: number }) => sum,
  ],
  [
    'a Proxy that says more than it holds, deep inside',
    (row) => ({ in: new Proxy({ count: 0 }, { get: () => row.assetCount }) }),
    ({ in: { count } }: { in: { count: number } }) => count,
  ],
  [
    'what looks like pages',
    (row) => ({ pages: [], pageParams: [], sum: row.assetCount }),
    ({ sum }: { sum: number }) => sum,
  ],
])('a select that gives %s gives another when the number moves', async (_, select, read) => {
  const app = openApp({ latency: 20, collections: [{ id: 'trees', assetIds: ['oak'] }] });
  const screen = app.hook(() => ({
    one: useCollection('trees', { select }).data,
    list: useCollections({}, { select: ([row]) => row && select(row) }).data,
    add: useAddAssets().mutate,
  }));
  await soon(100);
  expect([read(screen.now.one as never), read(screen.now.list as never)]).toEqual([1, 1]);
  press(() => screen.now.add({ collectionId: 'trees', assetIds: ['yew'] }));
  expect([read(screen.now.one as never), read(screen.now.list as never)]).toEqual([2, 2]);
  await soon(100);
});

test('the same rows with another next token are the same array', async () => {
  const app = openApp({ latency: 20, pageSize: 2, collections: [{ id: 'trees' }, { id: 'parks' }, { id: 'lakes' }] });
  let turns = 0;
  const fetch: typeof globalThis.fetch = async (...asked) => {
    const body = await (await app.emulator.fetch(...asked)).json();
    const { nextPaginationToken: token } = body;
    return Response.json({ ...body, ...(token && { nextPaginationToken: `${token}#${++turns}` }) });
  };
  const turning = openApp(app.emulator, { fetch: (input, init) => fetch(String(input).replace(/%23\d+/, ''), init) });
  const screen = turning.hook(() => useCollections());
  await soon(100);
  const first = { data: screen.now.data, token: turns };
  void screen.now.refetch();
  await soon(100);
  expect(turns).toBeGreaterThan(first.token);
  expect(screen.now.data).toBe(first.data);
  void screen.now.fetchNextPage();
  await soon(100);
  expect(screen.now.data?.map(({ id }) => id)).toEqual(['trees', 'parks', 'lakes']);
  const all = screen.now.data;
  void screen.now.refetch();
  await soon(100);
  expect(screen.now.data).toBe(all);
});

test('rows of a user’s own that hold a Date are taken over when it differs', () => {
  const queryClient = new QueryClient();
  const key = collectionKeys.detail('trees', client.scope);
  queryClient.setQueryDefaults(key, { structuralSharing: ofOne as (old: unknown, next: unknown) => unknown });
  const put = (at: number) =>
    queryClient.setQueryData(key, { id: 'trees', seen: new Date(at) } as unknown as Collection);
  put(1);
  expect(put(2)).toMatchObject({ seen: new Date(2) });
});
