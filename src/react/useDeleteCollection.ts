import type { UseMutationResult } from '@tanstack/react-query';

import type { DeleteCollectionVariables } from '../ledger/ChangeVariables.ts';
import { deleteCollectionMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

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
  return useTrackedMutation(deleteCollectionMutationOptions, options);
}
