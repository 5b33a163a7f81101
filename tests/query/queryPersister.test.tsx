import { onlineManager, QueryClient } from '@tanstack/react-query';
import { experimental_createQueryPersister as createQueryPersister } from '@tanstack/react-query-persist-client';
import { describe, expect, test } from 'vitest';
import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

type Persister = NonNullable<NonNullable<ReturnType<QueryClient['getDefaultOptions']>['queries']>['persister']>;

/** What TanStack Query's persister of single queries writes into, and reads from. */
class Disk extends Map<string, string> {
  readonly persister = createQueryPersister({
    storage: {
      getItem: (key) => this.get(key),
      setItem: (key, value: string) => void this.set(key, value),
      removeItem: (key) => void this.delete(key),
    },
  }).persisterFn as Persister;

  /** What is written down under the keys that have a part. */
  data(part: string): unknown[] {
    return [...this].filter(([key]) => key.includes(`"${part}"`)).map(([, value]) => JSON.parse(value).state.data);
  }
}

const doors = {
  'the default of the client': (disk: Disk) => ({
    queryClient: new QueryClient({ defaultOptions: { queries: { persister: disk.persister } } }),
    options: {},
  }),
  'an option of a hook': (disk: Disk) => ({
    queryClient: new QueryClient(),
    options: { persister: disk.persister as never },
  }),
};

const studio = () =>
  createScenarioEmulator({
    collections: [{ id: 'trees', name: 'Trees', assetIds: ['oak'] }, { name: 'Stones' }],
    assets: ['oak', 'elm'],
    latency: 20,
  });

describe.each(Object.entries(doors))('a persister of single queries that is %s', (_, door) => {
  function open(emulator: ScenarioEmulator, disk: Disk) {
    const { queryClient, options } = door(disk);
    const app = openApp(emulator, { queryClient });
    const screen = app.hook(() => ({
      list: useCollections({ pageSize: 10 }, options),
      one: useCollection('trees', options),
      contents: useCollectionAssets('trees', {}, options),
      add: useAddAssets().mutateAsync,
      takeOut: useRemoveAssets().mutateAsync,
      update: useUpdateCollection().mutateAsync,
      create: useCreateCollection().mutateAsync,
    }));
    return Object.assign(app, { screen });
  }

  const read = ({ screen }: ReturnType<typeof open>) =>
    Promise.all([screen.now.list.refetch(), screen.now.one.refetch(), screen.now.contents.refetch()]);

  test('writes down what the server said, and nothing of what is pending', async () => {
    const [emulator, disk] = [studio(), new Disk()];
    const app = open(emulator, disk);
    await soon(200);
    const before = [disk.data('list'), disk.data('detail'), disk.data('assets')];
    expect(before).toMatchObject([
      [{ pages: [{ collections: [{ name: 'Trees', assetCount: 1 }, { name: 'Stones' }] }] }],
      [{ name: 'Trees', assetCount: 1 }],
      [{ pages: [{ assets: [{ id: 'oak' }] }] }],
    ]);
    emulator.fault({ kind: 'slow', ms: 10_000, on: ({ method }) => method !== 'GET' });
    press(() => {
      void app.screen.now.add({ collectionId: 'trees', assetIds: ['elm'] });
      void app.screen.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] });
      void app.screen.now.update({ collectionId: 'trees', name: 'Old trees' });
      void app.screen.now.create({ name: 'Birds' });
    });
    disk.clear();
    void read(app);
    await soon(200);
    expect(app.screen.now.list.data?.map(({ name }) => name)).toEqual(['Birds', 'Old trees', 'Stones']);
    expect([disk.data('list'), disk.data('detail'), disk.data('assets')]).toEqual(before);
  });

  test('brings a page that is loaded again what is written down, and then what is so', async () => {
    const [emulator, disk] = [studio(), new Disk()];
    const first = open(emulator, disk);
    await soon(200);
    first.screen.unmount();
    await emulator.elsewhere('https://api.test/v1/collections/trees', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Forest' }),
    });
    const app = open(emulator, disk);
    await soon(1);
    const names = () => [app.screen.now.list.data?.[0]?.name, app.screen.now.one.data?.name];
    expect(names()).toEqual(['Trees', 'Trees']);
    press(() => void app.screen.now.add({ collectionId: 'trees', assetIds: ['elm'] }));
    expect([app.screen.now.list.data?.[0]?.assetCount, app.screen.now.one.data?.assetCount]).toEqual([2, 2]);
    await soon(300);
    expect(names()).toEqual(['Forest', 'Forest']);
    expect(app.screen.now.one.data?.assetCount).toBe(2);
    expect(app.screen.now.contents.data?.map(({ id }) => id).sort()).toEqual(['elm', 'oak']);
  });

  test('shows offline what is written down', async () => {
    const [emulator, disk] = [studio(), new Disk()];
    const first = open(emulator, disk);
    await soon(200);
    first.screen.unmount();
    onlineManager.setOnline(false);
    const app = open(emulator, disk);
    await soon(100);
    expect(app.screen.now.list.data?.map(({ name }) => name)).toEqual(['Trees', 'Stones']);
  });

  test('has nothing of a collection that the server has not named', async () => {
    const [emulator, disk] = [studio(), new Disk()];
    const app = open(emulator, disk);
    await soon(200);
    emulator.fault({ kind: 'slow', ms: 10_000, on: ({ method }) => method === 'POST' });
    press(() => void app.screen.now.create({ name: 'Birds' }));
    const id = app.screen.now.list.data?.[0]?.id as string;
    const detail = app.hook(() => useCollection(id, door(disk).options));
    await soon(100);
    expect(detail.now.data?.name).toBe('Birds');
    expect([...disk.keys()].filter((key) => key.includes(id))).toEqual([]);
  });
});
