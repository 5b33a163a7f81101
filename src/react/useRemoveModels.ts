import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { ModelsVariables } from '../ledger/ChangeVariables.ts';
import { removeModelsMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useRemoveModels` takes as options. */
export type UseRemoveModelsOptions<TContext = unknown> = ChangeHookOptions<Collection, ModelsVariables, TContext>;

/** What `useRemoveModels` gives. */
export type UseRemoveModelsResult<TContext = unknown> = UseMutationResult<Collection, Error, ModelsVariables, TContext>;

/**
 * Takes models out of a collection: every count of it moves at once, and stays right whatever overlaps.
 *
 * Any number of ids; those that are out already are no error. Resolves to the server's collection. Where some requests of many were
 * refused it rejects with a `PartialFailureError`.
 *
 * @example
 * ```tsx
 * const { mutate } = useRemoveModels();
 * mutate({ collectionId, modelIds: ['model_1'] });
 * ```
 */
export function useRemoveModels<TContext = unknown>(
  options?: UseRemoveModelsOptions<TContext>,
): UseRemoveModelsResult<TContext> {
  return useTrackedMutation(removeModelsMutationOptions, options);
}
