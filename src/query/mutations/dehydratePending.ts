import type { Mutation, QueryClient } from '@tanstack/react-query';

/** By its default TanStack Query leaves out of a dehydrated cache whatever is on the wire or waits elsewhere than in its own pause. */
export function dehydratePending(queryClient: QueryClient): void {
  const { dehydrate, ...defaults } = queryClient.getDefaultOptions();
  if (dehydrate?.shouldDehydrateMutation) return;
  const isOurs = ({ options: { mutationKey }, state }: Mutation) =>
    mutationKey?.[0] === 'scenario' && state.status === 'pending';
  queryClient.setDefaultOptions({
    ...defaults,
    dehydrate: { ...dehydrate, shouldDehydrateMutation: (each) => isOurs(each) || each.state.isPaused },
  });
}
