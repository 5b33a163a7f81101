export { type Assets, AssetsCursor } from './api/Assets.ts';
export type { CollectionAssets } from './api/CollectionAssets.ts';
export type { CollectionModels } from './api/CollectionModels.ts';
export { type Collections, CollectionsCursor } from './api/Collections.ts';
export { type AnyScenarioError, isScenarioError } from './api/isScenarioError.ts';
export { type Models, ModelsCursor } from './api/Models.ts';
export { type PartialFailure, PartialFailureError } from './api/PartialFailureError.ts';
export { Scenario, type ScenarioOptions } from './api/Scenario.ts';
export type * from './api/types.ts';
export { APIPromise } from './http/APIPromise.ts';
export { CursorPage, PagePromise } from './http/CursorPage.ts';
export {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  InvalidInputError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ResponseValidationError,
  ScenarioError,
  UnprocessableEntityError,
} from './http/errors.ts';
export type { Fetch } from './http/Fetch.ts';
export type { HeadersLike } from './http/headers.ts';
export type { RequestOptions } from './http/RequestOptions.ts';
export type {
  AssetsVariables,
  ChangeVariables,
  CreateCollectionVariables,
  DeleteCollectionVariables,
  ModelsVariables,
  UpdateCollectionVariables,
} from './ledger/ChangeVariables.ts';
export type { ChangeKind } from './ledger/changeKinds.ts';
export type { PageView } from './ledger/Page.ts';
export type { PendingChange } from './query/mutations/PendingChange.ts';
export { type AssetsParams, type CollectionsParams, collectionKeys, type ModelsParams } from './query/options/keys.ts';
export {
  addAssetsMutationOptions,
  addModelsMutationOptions,
  type ChangeOptions,
  createCollectionMutationOptions,
  deleteCollectionMutationOptions,
  removeAssetsMutationOptions,
  removeModelsMutationOptions,
  updateCollectionMutationOptions,
} from './query/options/mutationOptions.ts';
export {
  type CollectionAssetsQueryOptions,
  type CollectionModelsQueryOptions,
  type CollectionQueryOptions,
  type CollectionsQueryOptions,
  collectionAssetsQueryOptions,
  collectionModelsQueryOptions,
  collectionQueryOptions,
  collectionsQueryOptions,
} from './query/options/queryOptions.ts';
