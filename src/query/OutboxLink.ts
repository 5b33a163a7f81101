import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import type { ChangeVariables } from '../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../ledger/changeKinds.ts';
import type { InFlight, WriteRequest } from '../ledger/WriteRequest.ts';

/** An error as it can be written down. */
export interface KeptError {
  readonly name: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly appliedIds?: readonly string[] | undefined;
  readonly refusedIds?: readonly string[] | undefined;
}

/** A change as it can be written down. */
export interface KeptChange {
  readonly kind: ChangeKind;
  readonly variables: ChangeVariables;
  /** Milliseconds since 1970. */
  readonly submittedAt: number;
  /** The server's id, or a provisional one. */
  readonly collectionId: string;
  readonly optimistic: boolean;
  /** The ids that a later page would have to ask for: what remains, and what was refused, which nobody was told yet. Undefined: all of them. */
  readonly left?: readonly string[] | undefined;
  /** Why it failed, if it has. */
  readonly error?: KeptError;
  /** Why it had failed before it was asked for again: it may have been done then. */
  readonly lastError?: KeptError | undefined;
}

/** What the pending changes of a page tell their outbox. */
export interface OutboxLink {
  /** What is kept was read, or cannot be. */
  readonly ready: Promise<unknown>;
  /** Resolves when the changes until now are written, or have found no room: they may be sent. */
  readonly written: Promise<void>;
  /** A change has begun in this page: it is `again`, which had failed, if that is given. `mayBeSent`: its request may have left. */
  keep(change: Change, again: Change | undefined, mayBeSent: boolean): void;
  /**
   * A request is about to leave, or what needs none is about to be settled. False: not everything that it carries is this page's to send any
   * more, and what is not is gone by now.
   * Rejects where nothing could be written down, so that a create could be made twice. `newestKnown`: the newest `createdAt` that is known.
   */
  beforeSend(request: InFlight, newestKnown: string): Promise<boolean>;
  /** The server has accepted a request. */
  accepted(request: WriteRequest, copy: Collection | undefined): void;
  /** A request has come to nothing. */
  cleared(changes: readonly Change[]): void;
  /** A change is given up in this page. True: it is another tab's, and stays. */
  drop(change: Change | undefined): boolean;
  /** Takes back a change of whichever tab, as far as it is not on the wire. False: it has failed, or is kept nowhere and this page's alone. */
  discard(change: Change): boolean;
}
