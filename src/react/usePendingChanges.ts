import { useMemo } from 'react';
import { objectOf } from '../http/objectOf.ts';
import type { PendingChange } from '../query/mutations/PendingChange.ts';
import { pendingOf } from '../query/mutations/PendingList.ts';
import { useStore } from './ScenarioProvider.tsx';
import { useExternalStore } from './useExternalStore.ts';

const none: readonly PendingChange[] = [];
const server = () => none;

/** What `usePendingChanges` takes as options. */
export interface UsePendingChangesOptions {
  /** The changes of this collection, and no others. A new collection's provisional id will do. */
  collectionId?: string | null | undefined;
}

/** What `usePendingChanges` gives. */
export type UsePendingChangesResult = readonly PendingChange[];

/**
 * The changes that are not settled, and those that have failed, oldest first: for "Saving…", retry and discard. With an outbox, also
 * those of other tabs and of earlier pages.
 *
 * A failed change counts in no number any more. It stays listed until it is retried, discarded, or, without an outbox, collected after
 * TanStack Query's `gcTime`.
 *
 * @example
 * ```tsx
 * const failed = usePendingChanges({ collectionId }).filter(({ status }) => status === 'failed');
 * ```
 */
export function usePendingChanges(options?: UsePendingChangesOptions): UsePendingChangesResult {
  const { collectionId } = objectOf('options', options);
  const store = useStore();
  const { get, subscribe } = useMemo(() => pendingOf(store).of(collectionId), [store, collectionId]);
  return useExternalStore(subscribe, get, server);
}
