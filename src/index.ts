export * from './client.ts';
export type {
  ChangeHookOptions,
  ListOptions,
  OneOptions,
  SuspenseListOptions,
  SuspenseOneOptions,
} from './react/options.ts';
export { ScenarioProvider, type ScenarioProviderProps, useScenario } from './react/ScenarioProvider.tsx';
export { useAddAssets } from './react/useAddAssets.ts';
export { useAddModels } from './react/useAddModels.ts';
export { useCollection } from './react/useCollection.ts';
export { useCollectionAssets } from './react/useCollectionAssets.ts';
export { useCollectionModels } from './react/useCollectionModels.ts';
export { useCollections } from './react/useCollections.ts';
export { useCreateCollection } from './react/useCreateCollection.ts';
export { useDeleteCollection } from './react/useDeleteCollection.ts';
export { usePendingChanges } from './react/usePendingChanges.ts';
export { useRemoveAssets } from './react/useRemoveAssets.ts';
export { useRemoveModels } from './react/useRemoveModels.ts';
export { useSuspenseCollection } from './react/useSuspenseCollection.ts';
export { useSuspenseCollections } from './react/useSuspenseCollections.ts';
export { useUpdateCollection } from './react/useUpdateCollection.ts';
