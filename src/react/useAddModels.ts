import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { ModelsVariables } from '../ledger/ChangeVariables.ts';
import { addModelsMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useAddModels` takes as options. */
export type UseAddModelsOptions<TContext = unknown> = ChangeHookOptions<Collection, ModelsVariables, TContext>;

/** What `useAddModels` gives. */
export type UseAddModelsResult<TContext = unknown> = UseMutationResult<Collection, Error, ModelsVariables, TContext>;

/**
 * Adds models to a collection: every count of it moves at once, and stays right whatever overlaps.
 *
 * Any number of ids; those that are in already are no error. Resolves to the server's collection. Where some requests of many were
 * refused it rejects with a `PartialFailureError`.
 *
 * @example
 * ```tsx
 * const { mutate } = useAddModels();
 * mutate({ collectionId, modelIds: ['model_1'] });
 * ```
 */
export function useAddModels<TContext = unknown>(
  options?: UseAddModelsOptions<TContext>,
): UseAddModelsResult<TContext> {
  return useTrackedMutation(addModelsMutationOptions, options);
}
