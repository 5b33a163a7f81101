import type { ChangeVariables } from '../../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../../ledger/changeKinds.ts';

interface PendingChangeOf<K extends ChangeKind> {
  /** Unlike that of any other change of this page. */
  readonly id: string;
  readonly kind: K;
  /** The collection that it is about: a provisional id as long as the server has not named it. */
  readonly collectionId: string;
  /** What `mutate` was given. `kind` tells which fields it has. */
  readonly variables: ChangeVariables<K>;
  /** Milliseconds since 1970. */
  readonly submittedAt: number;
  /** Kept by the outbox, so that it outlives the page. Always false without one. */
  readonly stored: boolean;
  /** In ids, for a change of more ids than one request takes. */
  readonly progress?: { readonly sent: number; readonly total: number };
  /** Asks again for what has failed. Does nothing to a change that has not. */
  retry(): void;
  /** Takes it back: one that has failed leaves the list, one that waits is never sent. Does nothing to what is being sent, or may have been before the server was asked. */
  discard(): void;
}

interface Waiting {
  /** `queued`: waits for its turn. `paused`: waits for the network, or for the API's limit of requests. */
  readonly status: 'queued' | 'sending' | 'paused';
  /** When the limit that it waits for is over, in ms since 1970. */
  readonly resumesAt?: number;
  readonly error?: undefined;
}

interface Failed {
  /** It counts in no number any more. */
  readonly status: 'failed';
  /** Why it failed. */
  readonly error: Error;
  readonly resumesAt?: undefined;
}

/**
 * A change that is not settled, or has failed, for "Saving…", retry and discard.
 *
 * `kind` tells its `variables`; only where `status` is `'failed'` there is an `error`.
 */
export type PendingChange = { [K in ChangeKind]: PendingChangeOf<K> & (Waiting | Failed) }[ChangeKind];
