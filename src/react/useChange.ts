import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import type { ChangeOptions } from '../query/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useAttachment } from './ScenarioProvider.tsx';

/** What a mutation hook is: the factory's mutation, with the user's options around it. */
export function useChange<TData, TVariables, TContext>(
  { mutationKey, mutationFn, networkMode, retry }: ChangeOptions<TData, TVariables>,
  { optimistic, meta, ...options }: ChangeHookOptions<TData, TVariables, TContext>,
): UseMutationResult<TData, Error, TVariables, TContext> {
  // A mutation begins in the ledger by being seen to begin, so the ledger has to be there first.
  useAttachment();
  return useMutation({
    ...options,
    ...(optimistic === false ? { meta: { ...meta, optimistic } } : meta && { meta }),
    mutationKey,
    mutationFn,
    networkMode,
    retry,
  });
}
