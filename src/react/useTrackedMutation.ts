import type { UseMutationResult } from '@tanstack/react-query';
import { useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Scenario } from '../api/Scenario.ts';
import { objectOf } from '../http/objectOf.ts';
import type { ChangeOptions } from '../query/options/mutationOptions.ts';
import type { ChangeHookOptions } from './options.ts';
import { useScenario, useStore } from './ScenarioProvider.tsx';
import { TrackedMutation } from './TrackedMutation.ts';

/** What a mutation hook is: the factory's mutation, with the user's options around it. */
export function useTrackedMutation<TData, TVariables, TContext>(
  factory: (client: Scenario) => ChangeOptions<TData, TVariables>,
  options: ChangeHookOptions<TData, TVariables, TContext> | undefined,
): UseMutationResult<TData, Error, TVariables, TContext> {
  const client = useScenario();
  // A mutation begins in the ledger by being seen to begin, so the ledger has to be there first.
  const { queryClient } = useStore();
  const all = useMemo(() => {
    const { onMutate: _, ...ours } = factory(client);
    const { optimistic, ...theirs } = objectOf('options', options);
    return { ...theirs, ...ours, ...(optimistic === false && { meta: { ...theirs.meta, optimistic } }) };
  }, [factory, client, options]);
  const [mutation] = useState(() => new TrackedMutation<TData, TVariables, TContext>(queryClient, all));
  // Before any effect: one of a child's may ask for a change in the project that was just switched to.
  useInsertionEffect(() => mutation.observer.setOptions(all), [mutation, all]);
  useSyncExternalStore(mutation.subscribe, mutation.snapshot, mutation.snapshot);
  const { result } = mutation;
  const { throwOnError } = mutation.observer.options;
  if (throwOnError && result.error && (throwOnError === true || throwOnError(result.error))) throw result.error;
  return result;
}
