import { expect, expectTypeOf, test } from 'vitest';
import * as library from '../../src/index.ts';
import {
  type Asset,
  type Collection,
  type PendingChange,
  type UseAddAssetsOptions,
  type UseAddAssetsResult,
  type UseAddModelsOptions,
  type UseAddModelsResult,
  type UseCollectionAssetsOptions,
  type UseCollectionAssetsResult,
  type UseCollectionModelsOptions,
  type UseCollectionModelsResult,
  type UseCollectionOptions,
  type UseCollectionResult,
  type UseCollectionsOptions,
  type UseCollectionsResult,
  type UseCreateCollectionOptions,
  type UseCreateCollectionResult,
  type UseDeleteCollectionOptions,
  type UseDeleteCollectionResult,
  type UsePendingChangesOptions,
  type UsePendingChangesResult,
  type UseRemoveAssetsOptions,
  type UseRemoveAssetsResult,
  type UseRemoveModelsOptions,
  type UseRemoveModelsResult,
  type UseSuspenseCollectionOptions,
  type UseSuspenseCollectionResult,
  type UseSuspenseCollectionsOptions,
  type UseSuspenseCollectionsResult,
  type UseUpdateCollectionOptions,
  type UseUpdateCollectionResult,
  useAddAssets,
  useAddModels,
  useCollection,
  useCollectionAssets,
  useCollectionModels,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useRemoveAssets,
  useRemoveModels,
  useSuspenseCollection,
  useSuspenseCollections,
  useUpdateCollection,
} from '../../src/index.ts';
import { inVirtualTime, openApp, someCollections, soon } from '../support/app.tsx';

inVirtualTime();

/** What an app puts around each hook, typed in one line. That it compiles is half of the test. */
const wrappers = {
  useCollections: (options?: UseCollectionsOptions): UseCollectionsResult => useCollections({ pageSize: 5 }, options),
  useSuspenseCollections: (options?: UseSuspenseCollectionsOptions): UseSuspenseCollectionsResult =>
    useSuspenseCollections({ pageSize: 5 }, options),
  useCollection: (options?: UseCollectionOptions): UseCollectionResult => useCollection('c0', options),
  useSuspenseCollection: (options?: UseSuspenseCollectionOptions): UseSuspenseCollectionResult =>
    useSuspenseCollection('c0', options),
  useCollectionAssets: (options?: UseCollectionAssetsOptions): UseCollectionAssetsResult =>
    useCollectionAssets('c0', {}, options),
  useCollectionModels: (options?: UseCollectionModelsOptions): UseCollectionModelsResult =>
    useCollectionModels('c0', {}, options),
  useCreateCollection: (options?: UseCreateCollectionOptions): UseCreateCollectionResult =>
    useCreateCollection(options),
  useUpdateCollection: (options?: UseUpdateCollectionOptions): UseUpdateCollectionResult =>
    useUpdateCollection(options),
  useDeleteCollection: (options?: UseDeleteCollectionOptions): UseDeleteCollectionResult =>
    useDeleteCollection(options),
  useAddAssets: (options?: UseAddAssetsOptions): UseAddAssetsResult => useAddAssets(options),
  useRemoveAssets: (options?: UseRemoveAssetsOptions): UseRemoveAssetsResult => useRemoveAssets(options),
  useAddModels: (options?: UseAddModelsOptions): UseAddModelsResult => useAddModels(options),
  useRemoveModels: (options?: UseRemoveModelsOptions): UseRemoveModelsResult => useRemoveModels(options),
  usePendingChanges: (options?: UsePendingChangesOptions): UsePendingChangesResult => usePendingChanges(options),
};

const useAll = <TData = Collection[]>(options?: UseCollectionsOptions<TData>): UseCollectionsResult<TData> =>
  useCollections({ pageSize: 5 }, options);
const useOne = <TData = Collection>(options?: UseCollectionOptions<TData>): UseCollectionResult<TData> =>
  useCollection('c0', options);
const useAssets = <TData = Asset[]>(options?: UseCollectionAssetsOptions<TData>): UseCollectionAssetsResult<TData> =>
  useCollectionAssets('c0', {}, options);

test('a wrapper of each hook is typed in one line, and works', async () => {
  const app = openApp({ collections: someCollections(2) });
  const all = app.hook(() => Object.entries(wrappers).map(([name, useMine]) => [name, typeof useMine()] as const));
  await soon();
  const hooks = Object.keys(library).filter((name) => name.startsWith('use') && name !== 'useScenario');
  expect(Object.fromEntries(all.now)).toEqual(Object.fromEntries(hooks.map((name) => [name, 'object'])));
});

test('a wrapper of a query is generic in what is selected', async () => {
  const app = openApp({ collections: someCollections(2) });
  const selected = app.hook(() => {
    const { data: names } = useAll({ select: (collections) => collections.map(({ name }) => name) });
    const { data: count } = useOne({ select: ({ assetCount }) => assetCount });
    const { data: assets } = useAssets();
    expectTypeOf(names).toEqualTypeOf<string[] | undefined>();
    expectTypeOf(count).toEqualTypeOf<number | undefined>();
    expectTypeOf(assets).toEqualTypeOf<Asset[] | undefined>();
    return { names, count };
  });
  await soon();
  expect(selected.now).toEqual({ names: ['Collection 0', 'Collection 1'], count: 3 });
});

/** As a wrapper has it that takes them from its own props, and whose compiler does not tell them from what is left out. */
const notGiven = { retry: undefined, retryDelay: undefined, select: undefined, enabled: undefined } as object;

test.each<[string, () => { readonly error: Error | null }]>([
  ['useCollections', () => ({ ...useCollections({}, notGiven) })],
  ['useCollection', () => ({ ...useCollection('c0', notGiven) })],
  ['useCollectionAssets', () => ({ ...useCollectionAssets('c0', {}, notGiven) })],
  ['useCollectionModels', () => ({ ...useCollectionModels('c0', {}, notGiven) })],
])(
  'what a wrapper of %s hands on, and nobody has given, is as if it were not there: what fails is asked for once',
  async (_, use) => {
    const app = openApp({ collections: someCollections(1) });
    app.emulator.fault({ kind: 'refuse', status: 403 });
    const screen = app.hook(use);
    await soon(10_000);
    expect(screen.now.error).toBeInstanceOf(library.PermissionDeniedError);
    expect(app.sent()).toHaveLength(1);
  },
);

test('the types of the results are those that the hooks give, and no wider', () => {
  expectTypeOf<UseCollectionsResult['data']>().toEqualTypeOf<Collection[] | undefined>();
  expectTypeOf<UseSuspenseCollectionsResult['data']>().toEqualTypeOf<Collection[]>();
  expectTypeOf<UseSuspenseCollectionResult['data']>().toEqualTypeOf<Collection>();
  expectTypeOf<UseDeleteCollectionResult['data']>().toEqualTypeOf<undefined>();
  expectTypeOf<UsePendingChangesResult>().toEqualTypeOf<readonly PendingChange[]>();
  expectTypeOf<Parameters<UseAddAssetsResult['mutate']>[0]>().toEqualTypeOf<library.AssetsVariables>();
  // @ts-expect-error the library decides the key
  const options: UseCollectionsOptions = { queryKey: ['mine'] };
  expect(options).toBeDefined();
});
