import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { UpdateCollectionVariables } from '../ledger/ChangeVariables.ts';
import { updateCollectionMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useUpdateCollection` takes as options. */
export type UseUpdateCollectionOptions<TContext = unknown> = ChangeHookOptions<
  Collection,
  UpdateCollectionVariables,
  TContext
>;

/** What `useUpdateCollection` gives. */
export type UseUpdateCollectionResult<TContext = unknown> = UseMutationResult<
  Collection,
  Error,
  UpdateCollectionVariables,
  TContext
>;

/**
 * Renames a collection, or sets its thumbnail: to an asset, by its id, or to none, by null.
 *
 * A thumbnail shows at once when a cached list knows the asset's address, else with the server's answer.
 *
 * @example
 * ```tsx
 * const { mutate } = useUpdateCollection();
 * mutate({ collectionId, name: 'Frost golems' });
 * ```
 */
export function useUpdateCollection<TContext = unknown>(
  options?: UseUpdateCollectionOptions<TContext>,
): UseUpdateCollectionResult<TContext> {
  return useTrackedMutation(updateCollectionMutationOptions, options);
}
