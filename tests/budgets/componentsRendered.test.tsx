import { type ReactNode, useEffect, useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Collection,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useSuspenseCollection,
  useSuspenseCollections,
  useUpdateCollection,
} from '../../src/index.ts';
import { renderScenario } from '../support/renderScenario.tsx';
import { passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

const staleTime = Number.POSITIVE_INFINITY;
const count = (rows: Collection[]) => rows.length;
const outline = (rows: Collection[]) => ({ names: rows.map(({ id, name }) => ({ id, name })), of: 'studio' });
const others = (rows: Collection[]) => rows.filter(({ id }) => id !== 'c1');
const total = (rows: Collection[]) => rows.reduce((sum, { assetCount }) => sum + assetCount, 0);
const sums = (rows: Collection[]) => ({ total: total(rows), of: 'studio' });
const name = (row: Collection) => row.name;
const title = ({ name: is }: Collection) => ({ name: is });
const assets = (row: Collection) => row.assetCount;
const isBig = (rows: Collection[]) => rows.some(({ assetCount }) => assetCount > 100);

/** Reads some fields of a result, and nothing else. */
const only =
  <R extends object, F extends keyof R>(...fields: F[]) =>
  (result: R) =>
    fields.map((field) => (typeof result[field] === 'function' ? 'function' : result[field]));

const collections = Array.from({ length: 5 }, (_, i) => ({ id: `c${i}`, name: `Number ${i}`, assetIds: [`a${i}`] }));

interface Ask {
  readonly add: (id: string) => void;
  readonly rename: () => void;
  readonly open: () => void;
}

/** Changes a collection, and reads what is watched before that is mounted: a Suspense hook has nothing to wait for then. */
function Asker({ give, children }: { give: (ask: Ask) => void; children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  const { mutate: add } = useAddAssets();
  const { mutate: update } = useUpdateCollection();
  const { status: list } = useCollections({}, { staleTime });
  const { status: one } = useCollection('c1', { staleTime });
  useEffect(() => {
    give({
      add: (id) => add({ collectionId: 'c1', assetIds: [id] }),
      rename: () => update({ collectionId: 'c1', name: 'Renamed' }),
      open: () => setIsOpen(list === 'success' && one === 'success'),
    });
  });
  return isOpen && children;
}

function Watcher({ use, onRender }: { use: () => unknown; onRender: (value: unknown) => void }) {
  onRender(use());
  return null;
}

/** What a component shows, and how often it is rendered while another one changes a collection. */
async function watch(use: () => unknown) {
  const renders: unknown[] = [];
  const onRender = (value: unknown) => renders.push(value);
  let ask: Ask | undefined;
  const give = (given: Ask) => {
    ask = given;
  };
  const app = await renderScenario(() => 0, {
    collections,
    children: (
      <Asker give={give}>
        <Watcher use={use} onRender={onRender} />
      </Asker>
    ),
  });
  ask?.open();
  await passAll();
  const before = renders.length;
  return {
    /** The renders since the first reads were over. */
    get since() {
      return renders.slice(before);
    },
    get shown() {
      return renders.at(-1);
    },
    add: (id: string) => ask?.add(id),
    rename: () => ask?.rename(),
    close: () => app.unmount(),
  };
}

const still: [string, () => unknown][] = [
  ['a number that it selects', () => useCollections({}, { select: count, staleTime }).data],
  ['an object of equal content that it selects', () => useCollections({}, { select: outline, staleTime }).data],
  [
    'a select that is another at each render',
    () => useCollections({}, { select: (rows) => outline(rows), staleTime }).data,
  ],
  ['rows that it selects, of which none is changed', () => useCollections({}, { select: others, staleTime }).data],
  ['a truth that it selects', () => useCollections({}, { select: isBig, staleTime }).data],
  ['a name', () => useCollection('c1', { select: name, staleTime }).data],
  ['an object with a name', () => useCollection('c1', { select: title, staleTime }).data],
  ['whether there is more', () => useCollections({}, { staleTime }).hasNextPage],
  ['a status', () => useCollection('c1', { staleTime }).status],
  [
    'fields beside the data',
    () =>
      only<ReturnType<typeof useCollections>, 'isFetching' | 'error' | 'fetchNextPage'>(
        'isFetching',
        'error',
        'fetchNextPage',
      )(useCollections({}, { staleTime })),
  ],
  ['another collection', () => useCollection('c2', { staleTime }).data],
  ['the contents of another collection', () => useCollectionAssets('c2', {}, { staleTime }).data],
  ['what it selects, with Suspense', () => useSuspenseCollections({}, { select: outline, staleTime }).data],
  ['a name, with Suspense', () => useSuspenseCollection('c1', { select: name, staleTime }).data],
  ['the status, with Suspense', () => useSuspenseCollections({}, { staleTime }).status],
  ['a list that it has not subscribed to', () => useCollections({}, { subscribed: false, staleTime }).data ?? 'none'],
  [
    'a collection that it has not subscribed to',
    () => useCollection('c1', { subscribed: false, staleTime }).data ?? 'none',
  ],
  [
    'all of it, and names what counts',
    () => ({ ...useCollections({}, { notifyOnChangeProps: ['status'], staleTime }) }),
  ],
  [
    'all of it, and says by a function what counts',
    () => ({ ...useCollection('c1', { notifyOnChangeProps: () => ['error'], staleTime }) }),
  ],
];

describe('a change that leaves what a component reads as it was renders it not once:', () => {
  test.each(still)('%s', async (_, use) => {
    const component = await watch(use);
    expect(component.shown).toBeDefined();
    component.add('oak');
    await settle();
    component.add('elm');
    await passAll();
    for (let i = 0; i < 20; i++) component.add(`leaf-${i}`);
    await passAll();
    expect(component.since).toEqual([]);
    await component.close();
  });
});

const moving: [string, () => unknown, unknown[]][] = [
  ['a sum that it selects', () => useCollections({}, { select: total, staleTime }).data, [5, 6]],
  ['an object that it selects', () => useCollections({}, { select: sums, staleTime }).data?.total, [5, 6]],
  ['the rows', () => useCollections({}, { staleTime }).data?.[1]?.assetCount, [1, 2]],
  ['a count', () => useCollection('c1', { select: assets, staleTime }).data, [1, 2]],
  ['a sum, with Suspense', () => useSuspenseCollections({}, { select: total, staleTime }).data, [5, 6]],
  ['a count, with Suspense', () => useSuspenseCollection('c1', { select: assets, staleTime }).data, [1, 2]],
  [
    'data that it names',
    () => useCollection('c1', { notifyOnChangeProps: ['data'], staleTime }).data?.assetCount,
    [1, 2],
  ],
  ['whatever changes', () => useCollection('c1', { notifyOnChangeProps: 'all', staleTime }).data?.assetCount, [1, 2]],
  ['a field of all of them', () => ({ ...useCollection('c1', { staleTime }) }).data?.assetCount, [1, 2]],
];

describe('a change of what a component reads is on the screen before anything else happens, and is rendered once:', () => {
  test.each(moving)('%s', async (_, use, [before, after]) => {
    const component = await watch(use);
    expect(component.shown).toBe(before);
    component.add('oak');
    // No time passes here, so that no timer has fired.
    await settle();
    expect(component.since).toEqual([after]);
    await passAll();
    expect(component.since.every((value) => value === after)).toBe(true);
    await component.close();
  });
});

test('two hundred changes in one tick run the select of a component that shows them as often as two do', async () => {
  const ran = async (changes: number) => {
    let runs = 0;
    const select = (rows: Collection[]) => {
      runs++;
      return total(rows);
    };
    const component = await watch(() => useCollections({}, { select, staleTime }).data);
    runs = 0;
    for (let i = 0; i < changes; i++) component.add(`leaf-${i}`);
    await settle();
    expect(component.since).toEqual([5 + changes]);
    const inTick = runs;
    await passAll();
    await component.close();
    return inTick;
  };
  expect(await ran(200)).toBe(await ran(2));
});

test('a select that leaves out what is changed first shows what is changed next', async () => {
  const component = await watch(() => useCollection('c1', { select: name, staleTime }).data);
  component.add('oak');
  await passAll();
  expect(component.since).toEqual([]);
  component.rename();
  await settle();
  expect(component.since).toEqual(['Renamed']);
  await passAll();
  await component.close();
});

test('a field that is read for the first time by a handler is as it is then, and renders from then on', async () => {
  let result: ReturnType<typeof useCollection<Collection>> | undefined;
  const component = await watch(() => {
    result = useCollection('c1', { staleTime });
    return result.status;
  });
  component.add('oak');
  await passAll();
  expect(component.since).toEqual([]);
  expect(result?.data?.assetCount).toBe(2);
  component.add('elm');
  await settle();
  expect(component.since).toEqual(['success']);
  expect(result?.data?.assetCount).toBe(3);
  await passAll();
  await component.close();
});
