import {
  useAddAssets,
  useCollection,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useRemoveAssets,
  useUpdateCollection,
} from '../../src/index.ts';

/** The hooks of a screen that shows the list, one collection and what is pending, and asks for changes of collections and assets. */
export const useScreen = () => ({
  list: useCollections().data,
  one: useCollection('trees').data,
  pending: usePendingChanges(),
  create: useCreateCollection().mutateAsync,
  update: useUpdateCollection().mutateAsync,
  remove: useDeleteCollection().mutateAsync,
  add: useAddAssets().mutateAsync,
  takeOut: useRemoveAssets().mutateAsync,
});
