import type { ChangeKind, ChangeVariables } from '../ledger/Change.ts';

/** A change that is not settled, or has failed, for "Saving…", retry and discard. */
export interface PendingChange {
  /** Unlike that of any other change of this page. */
  readonly id: string;
  readonly kind: ChangeKind;
  /** The collection that it is about: a provisional id as long as the server has not named it. */
  readonly collectionId: string;
  /** What `mutate` was given. */
  readonly variables: ChangeVariables;
  /** Milliseconds since 1970. */
  readonly submittedAt: number;
  /** In ids, for a change of more ids than one request takes. */
  readonly progress?: { readonly sent: number; readonly total: number };
  /** `queued`: waits for its turn. `paused`: waits for the network. `failed`: counts in no number any more. */
  readonly status: 'queued' | 'sending' | 'paused' | 'failed';
  /** Why it failed. */
  readonly error?: Error;
  /** Asks again for what has failed. Does nothing to a change that has not. */
  retry(): void;
  /** Takes it back: one that has failed leaves the list, one that waits is never sent. Does nothing while it is being sent. */
  discard(): void;
}
