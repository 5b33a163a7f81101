/** Where a collection's picture comes from. The address is signed and expires. */
export interface Thumbnail {
  assetId: string;
  url: string;
}

/**
 * A collection of assets and models, as the API answers it. Fields that this library does not know are kept.
 *
 * Source: the vendor's reference of `GET /collections/{collectionId}`.
 */
export interface Collection {
  id: string;
  name: string;
  ownerId: string;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. Whether it moves when members change is not documented. */
  updatedAt: string;
  assetCount: number;
  modelCount: number;
  /** Assets and models together. */
  itemCount: number;
  /** Absent or null: none. */
  thumbnail?: Thumbnail | null;
  /**
   * Set by this library, not by the API, on a collection that was made in this page: the same from the first frame on, while `id`
   * turns from a provisional one into the server's. Use `clientKey ?? id` as the React key.
   */
  clientKey?: string;
}

/** What an asset and a model have in common here. Both have many more fields, which are kept. What is missing is not known. */
export interface Item {
  id: string;
  /** The collections that hold it. Missing: not known, which is not the same as none. */
  collectionIds?: string[];
  /** ISO 8601. */
  createdAt?: string;
  /** ISO 8601. */
  updatedAt?: string;
  name?: string;
  ownerId?: string;
  privacy?: string;
  status?: string;
  tags?: string[];
}

/** An asset: an image, mostly. `url` is signed and expires. */
export interface Asset extends Item {
  /** The collections that hold it. */
  collectionIds: string[];
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601. */
  updatedAt: string;
  url?: string;
  mimeType?: string;
  kind?: string;
}

/** A model that makes assets. Of one that was read by `getBulk` the API may leave out all but the id. */
export interface Model extends Item {
  type?: string;
  /** Either half may be missing. */
  thumbnail?: Partial<Thumbnail> | null;
}

/** Which page of a list. */
interface PageParams {
  /** A whole number from 1 to 100, of models to 500. The API's default is 10 for collections, 50 for assets, 100 for models. */
  pageSize?: number | undefined;
  /** The token of an earlier page. Opaque. */
  paginationToken?: string | undefined;
}

/** The query of `collections.list`. */
export interface CollectionListParams extends PageParams {}

export interface CollectionCreateParams {
  /** Not empty, not of white space only. */
  name: string;
}

/** At least one of the two. */
export interface CollectionUpdateParams {
  name?: string | undefined;
  /** The id of an asset. `null` takes the thumbnail away. */
  thumbnail?: string | null | undefined;
}

export interface AssetAddParams {
  /** 1 to 49 different ids in one request. */
  assetIds: readonly string[];
}
export type AssetRemoveParams = AssetAddParams;

export interface ModelAddParams {
  /** 1 to 49 different ids in one request. */
  modelIds: readonly string[];
}
export type ModelRemoveParams = ModelAddParams;

interface CollectionEnvelope {
  collection: Collection;
}
export type CollectionCreateResponse = CollectionEnvelope;
export type CollectionRetrieveResponse = CollectionEnvelope;
export type CollectionUpdateResponse = CollectionEnvelope;
/** The body of the answer, which is an empty object. */
export type CollectionDeleteResponse = Record<string, never>;
export type AssetAddResponse = CollectionEnvelope;
export type AssetRemoveResponse = CollectionEnvelope;
export type ModelAddResponse = CollectionEnvelope;
export type ModelRemoveResponse = CollectionEnvelope;

/** The query of `assets.list`. */
export interface AssetListParams extends PageParams {
  /** Only what this collection holds. */
  collectionId?: string | undefined;
  sortBy?: 'createdAt' | 'updatedAt' | undefined;
  sortDirection?: 'asc' | 'desc' | undefined;
}

/** The query of `models.list`. */
export interface ModelListParams extends PageParams {
  /** Only what this collection holds. */
  collectionId?: string | undefined;
  /** The API's default is private. */
  privacy?: 'private' | 'public' | undefined;
  sortBy?: 'createdAt' | 'score' | undefined;
  sortDirection?: 'asc' | 'desc' | undefined;
}

export interface AssetBulkParams {
  /** 1 to 200 different ids. */
  assetIds: readonly string[];
}

export interface ModelBulkParams {
  /** 1 to 200 different ids. */
  modelIds: readonly string[];
  thumbnail?: boolean | undefined;
  /** The API leaves out still more of each model. */
  minimal?: boolean | undefined;
}

/** Those that exist and may be read. */
export interface AssetBulkResponse {
  assets: Asset[];
}

/** Those that exist and may be read. */
export interface ModelBulkResponse {
  models: Model[];
}
