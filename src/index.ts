export * from './client.ts';
export type {
  ChangeHookOptions,
  ListOptions,
  OneOptions,
  SuspenseListOptions,
  SuspenseOneOptions,
} from './react/options.ts';
export { ScenarioProvider, type ScenarioProviderProps, useScenario } from './react/ScenarioProvider.tsx';
export { type UseAddAssetsOptions, type UseAddAssetsResult, useAddAssets } from './react/useAddAssets.ts';
export { type UseAddModelsOptions, type UseAddModelsResult, useAddModels } from './react/useAddModels.ts';
export { type UseCollectionOptions, type UseCollectionResult, useCollection } from './react/useCollection.ts';
export {
  type UseCollectionAssetsOptions,
  type UseCollectionAssetsResult,
  useCollectionAssets,
} from './react/useCollectionAssets.ts';
export {
  type UseCollectionModelsOptions,
  type UseCollectionModelsResult,
  useCollectionModels,
} from './react/useCollectionModels.ts';
export { type UseCollectionsOptions, type UseCollectionsResult, useCollections } from './react/useCollections.ts';
export {
  type UseCreateCollectionOptions,
  type UseCreateCollectionResult,
  useCreateCollection,
} from './react/useCreateCollection.ts';
export {
  type UseDeleteCollectionOptions,
  type UseDeleteCollectionResult,
  useDeleteCollection,
} from './react/useDeleteCollection.ts';
export {
  type UsePendingChangesOptions,
  type UsePendingChangesResult,
  usePendingChanges,
} from './react/usePendingChanges.ts';
export { type UseRemoveAssetsOptions, type UseRemoveAssetsResult, useRemoveAssets } from './react/useRemoveAssets.ts';
export { type UseRemoveModelsOptions, type UseRemoveModelsResult, useRemoveModels } from './react/useRemoveModels.ts';
export {
  type UseSuspenseCollectionOptions,
  type UseSuspenseCollectionResult,
  useSuspenseCollection,
} from './react/useSuspenseCollection.ts';
export {
  type UseSuspenseCollectionsOptions,
  type UseSuspenseCollectionsResult,
  useSuspenseCollections,
} from './react/useSuspenseCollections.ts';
export {
  type UseUpdateCollectionOptions,
  type UseUpdateCollectionResult,
  useUpdateCollection,
} from './react/useUpdateCollection.ts';
