import type { UseMutationResult } from '@tanstack/react-query';
import type { Collection } from '../api/types.ts';
import type { CreateCollectionVariables } from '../ledger/ChangeVariables.ts';
import { createCollectionMutationOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useTrackedMutation } from './useTrackedMutation.ts';

/** What `useCreateCollection` takes as options. */
export type UseCreateCollectionOptions<TContext = unknown> = ChangeHookOptions<
  Collection,
  CreateCollectionVariables,
  TContext
>;

/** What `useCreateCollection` gives. */
export type UseCreateCollectionResult<TContext = unknown> = UseMutationResult<
  Collection,
  Error,
  CreateCollectionVariables,
  TContext
>;

/**
 * Makes a collection: it stands first in every list at once, and can be renamed, filled and deleted before the server has answered.
 *
 * Resolves to the server's collection. If the answer is lost it is never sent again by itself: the lists are read, and show whether it
 * was made.
 *
 * @example
 * ```tsx
 * const { mutate } = useCreateCollection();
 * mutate({ name: 'Frost golems' });
 * ```
 */
export function useCreateCollection<TContext = unknown>(
  options?: UseCreateCollectionOptions<TContext>,
): UseCreateCollectionResult<TContext> {
  return useTrackedMutation(createCollectionMutationOptions, options);
}
