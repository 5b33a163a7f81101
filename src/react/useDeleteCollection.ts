import type { UseMutationResult } from '@tanstack/react-query';

import { type DeleteCollectionVariables, deleteCollectionMutationOptions } from '../query/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useChange } from './useChange.ts';

/**
 * Deletes a collection: it leaves every list at once, and comes back if the server refuses. Resolves to `undefined`.
 *
 * @example
 * ```tsx
 * const { mutate } = useDeleteCollection();
 * mutate({ collectionId });
 * ```
 */
export function useDeleteCollection<TContext = unknown>(
  options?: ChangeHookOptions<undefined, DeleteCollectionVariables, TContext>,
): UseMutationResult<undefined, Error, DeleteCollectionVariables, TContext> {
  return useChange(deleteCollectionMutationOptions, options);
}
