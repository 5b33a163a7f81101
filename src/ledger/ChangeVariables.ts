import type { CollectionUpdateParams } from '../api/types.ts';
import type { ChangeKind } from './changeKinds.ts';

/** What `mutate` of a create takes. */
export interface CreateCollectionVariables {
  /** Not empty, not of white space only. */
  name: string;
}

/** One field of `T` at least, and not as `undefined`. */
type OneOf<T> = { [F in keyof T]-?: { [G in F]-?: Exclude<T[G], undefined> } }[keyof T];

/** What `mutate` of an update takes: a name, a thumbnail (the id of an asset; null unsets it), or both. */
export type UpdateCollectionVariables = { collectionId: string } & CollectionUpdateParams &
  OneOf<CollectionUpdateParams>;

/** What `mutate` of a delete takes. */
export interface DeleteCollectionVariables {
  collectionId: string;
}

/** What `mutate` of an add or remove of assets takes. Any number of ids: they are sent 49 at a time. */
export interface AssetsVariables {
  collectionId: string;
  assetIds: readonly string[];
}

/** What `mutate` of an add or remove of models takes. Any number of ids: they are sent 49 at a time. */
export interface ModelsVariables {
  collectionId: string;
  modelIds: readonly string[];
}

/** What `mutate` takes, by the kind of the change. */
export interface VariablesByKind {
  create: CreateCollectionVariables;
  update: UpdateCollectionVariables;
  delete: DeleteCollectionVariables;
  addAssets: AssetsVariables;
  removeAssets: AssetsVariables;
  addModels: ModelsVariables;
  removeModels: ModelsVariables;
}

/** What `mutate` takes for one kind of change, or for any. */
export type ChangeVariables<K extends ChangeKind = ChangeKind> = VariablesByKind[K];

/** The collection that a change names; undefined for a create, whatever a user has put beside its name. */
export const collectionIdIn = (kind: ChangeKind, variables: ChangeVariables): string | undefined =>
  kind === 'create' ? undefined : (variables as ChangeVariables<Exclude<ChangeKind, 'create'>>).collectionId;
