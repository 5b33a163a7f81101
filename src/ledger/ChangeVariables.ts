import type { ChangeKind } from './changeKinds.ts';

/** What `mutate` of a create takes. */
export interface CreateCollectionVariables {
  /** Not empty, not of white space only. */
  name: string;
}

/** What `mutate` of an update takes: a name, a thumbnail, or both. */
export type UpdateCollectionVariables = {
  collectionId: string;
  name?: string | undefined;
  /** The id of an asset; null unsets it. */
  thumbnail?: string | null | undefined;
} & ({ name: string } | { thumbnail: string | null });

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
