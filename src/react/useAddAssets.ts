import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { AssetsVariables } from '../ledger/ChangeVariables.ts';
import { addAssetsMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useAddAssets` takes as options. */
export type UseAddAssetsOptions<TContext = unknown> = ChangeHookOptions<Collection, AssetsVariables, TContext>;

/** What `useAddAssets` gives. */
export type UseAddAssetsResult<TContext = unknown> = UseMutationResult<Collection, Error, AssetsVariables, TContext>;

/**
 * Adds assets to a collection: every count of it moves at once, and stays right whatever overlaps.
 *
 * Any number of ids; those that are in already are no error. Resolves to the server's collection. Where some requests of many were
 * refused it rejects with a `PartialFailureError`.
 *
 * @example
 * ```tsx
 * const { mutate } = useAddAssets();
 * mutate({ collectionId, assetIds: ['asset_1', 'asset_2'] });
 * ```
 */
export function useAddAssets<TContext = unknown>(
  options?: UseAddAssetsOptions<TContext>,
): UseAddAssetsResult<TContext> {
  return useTrackedMutation(addAssetsMutationOptions, options);
}
