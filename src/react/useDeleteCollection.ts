import type { UseMutationResult } from '@tanstack/react-query';

import type { DeleteCollectionVariables } from '../ledger/ChangeVariables.ts';
import { deleteCollectionMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useDeleteCollection` takes as options. */
export type UseDeleteCollectionOptions<TContext = unknown> = ChangeHookOptions<
  undefined,
  DeleteCollectionVariables,
  TContext
>;

/** What `useDeleteCollection` gives. */
export type UseDeleteCollectionResult<TContext = unknown> = UseMutationResult<
  undefined,
  Error,
  DeleteCollectionVariables,
  TContext
>;

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
  options?: UseDeleteCollectionOptions<TContext>,
): UseDeleteCollectionResult<TContext> {
  return useTrackedMutation(deleteCollectionMutationOptions, options);
}
