import type { MemberKind } from '../../ledger/changeKinds.ts';

/** What the queue tells the cache. */
export interface QueueEvents {
  /** The ledger has changed. */
  flush(): void;
  /** Only what is told of the pending changes has. */
  notify(): void;
  /** Members of a collection are not known well enough to be shown: its contents are to be read again. `isLater`: not yet, but by the next page if this one ends before. */
  contentsUnknown(kind: MemberKind, collectionId: string, isLater?: boolean): void;
  /** A collection may have been made, and may not. */
  listsUnknown(): void;
}
