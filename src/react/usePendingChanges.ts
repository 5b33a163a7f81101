import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { PendingChange } from '../query/PendingChange.ts';
import { pendingOf } from '../query/PendingList.ts';
import { useAttachment } from './ScenarioProvider.tsx';

const none: readonly PendingChange[] = [];
const server = () => none;

/**
 * The changes that are not settled, and those that have failed, oldest first: for "Saving…", retry and discard.
 *
 * A failed change counts in no number any more. It stays listed until it is retried, discarded, or collected after TanStack Query's
 * `gcTime`.
 *
 * @example
 * ```tsx
 * const failed = usePendingChanges({ collectionId }).filter(({ status }) => status === 'failed');
 * ```
 */
export function usePendingChanges({
  collectionId,
}: {
  collectionId?: string | null | undefined;
} = {}): readonly PendingChange[] {
  const attachment = useAttachment();
  const { ledger } = attachment;
  const pending = pendingOf(attachment);
  const subscribe = useCallback((listener: () => void) => pending.subscribe(listener), [pending]);
  const all = useSyncExternalStore(subscribe, () => pending.get(), server);
  return useMemo(() => {
    if (!collectionId) return all;
    const id = ledger.copies.names.idOf(collectionId);
    return all.filter((change) => change.collectionId === id);
  }, [all, collectionId, ledger]);
}
