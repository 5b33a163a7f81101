import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { AssetsVariables } from '../ledger/ChangeVariables.ts';
import { removeAssetsMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useRemoveAssets` takes as options. */
export type UseRemoveAssetsOptions<TContext = unknown> = ChangeHookOptions<Collection, AssetsVariables, TContext>;

/** What `useRemoveAssets` gives. */
export type UseRemoveAssetsResult<TContext = unknown> = UseMutationResult<Collection, Error, AssetsVariables, TContext>;

/**
 * Takes assets out of a collection: every count of it moves at once, and stays right whatever overlaps.
 *
 * Any number of ids; those that are out already are no error. Resolves to the server's collection. Where some requests of many were
 * refused it rejects with a `PartialFailureError`.
 *
 * @example
 * ```tsx
 * const { mutate } = useRemoveAssets();
 * mutate({ collectionId, assetIds: ['asset_1'] });
 * ```
 */
export function useRemoveAssets<TContext = unknown>(
  options?: UseRemoveAssetsOptions<TContext>,
): UseRemoveAssetsResult<TContext> {
  return useTrackedMutation(removeAssetsMutationOptions, options);
}
