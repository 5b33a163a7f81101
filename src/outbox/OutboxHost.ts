import type { Collection } from '../api/types.ts';
import type { Change } from '../ledger/Change.ts';
import type { ChangeKind } from '../ledger/changeKinds.ts';
import type { KeptChange, KeptError } from '../query/OutboxLink.ts';

/** A request of another tab: the changes that it settles, and what was known of each id that it names. */
export interface SentRequest {
  readonly kind: ChangeKind | 'verify';
  readonly ids: readonly (readonly [id: string, wasIn: boolean | undefined])[];
  readonly changes: readonly Change[];
  /** The newest `createdAt` that was known when it left: what a create makes is newer. */
  readonly newestKnown?: string | undefined;
  /** This page was not told when it left: what it has read since may include it. */
  readonly isFound?: boolean;
}

/** What the server holds after a change, and since when that is known. */
export interface ServerState {
  readonly value: Collection | undefined;
  readonly at: number;
  /**
   * For each id: whether the collection holds it, and where nobody knows, whether a newer copy is taken to count it (`guess`) and whether
   * `value` is (`isCounted`). Default: all are as the change wants them.
   */
  readonly ids?: readonly (readonly [
    id: string,
    isIn: boolean | undefined,
    guess?: boolean | undefined,
    isCounted?: boolean | undefined,
  ])[];
  /** When the limit of requests that it waits for is over, in ms since 1970. */
  readonly resumesAt?: number | undefined;
}

/** What became of a change: what the server holds after it, or why it failed. */
export type Result = ServerState | { readonly error: KeptError };

export interface Settled {
  readonly change: Change;
  readonly result: Result;
}

/** What an outbox does to the pending changes of a page. */
export interface OutboxHost {
  readonly scope: string;
  /**
   * Shows a change of an earlier page or another tab, before all that `isAfter` it. It is not sent before `release`. One that has failed
   * is listed. Undefined: nobody can send it.
   */
  begin(kept: KeptChange, isAfter: (other: Change) => boolean): Change | undefined;
  /** The newest `createdAt` that is known, if the change will leave alone as soon as it is written. Undefined: it will not. */
  newestKnownIfNext(change: Change): string | undefined;
  /** The storage has a change, or has it no more. */
  markStored(changes: readonly Pick<Settled, 'change'>[], isStored: boolean): void;
  /** A change is this page's to send. */
  release(change: Change): void;
  /** Another tab's request leaves. */
  markSent(request: SentRequest): void;
  /** The server has accepted another tab's request, and this is its copy after it. */
  accept(request: SentRequest, copy: Collection | undefined): void;
  /**
   * What the server held after some of a change, or all, which this page was not told. It answers a request of before whatever is on its way
   * now, and no read is needed to tell. It shows with what the page is told next: there may be thousands of these.
   */
  acceptMissed(change: Change, copy: Collection | undefined): void;
  /** The requests of these changes are over. Without a result: they have done nothing. */
  clearSent(changes: readonly (Pick<Settled, 'change'> & Partial<Settled>)[]): void;
  /** Changes are settled elsewhere, together: what the server holds after one of them may count the others. */
  settle(settled: readonly Settled[]): void;
  /** Changes were taken back elsewhere. */
  discard(changes: readonly Change[]): void;
  /** The page hears no messages from now on. */
  pause(): void;
  /** It has read the storage, and is about to be told what that holds. */
  catchUp(): void;
  /** It hears messages again. If it heard none for a while, what the server holds is read again. */
  resume(): void;
  /** Something was done that this page knows nothing of: its lists are read again. */
  readAgain(): void;
  /** It was told too late what has happened: what the server holds is to be read again. `told`: what it held then, shown until that is read. */
  outdate(told?: readonly (Collection | undefined)[]): void;
  /** A provisional id has got the server's. */
  name(provisional: string, id: string): void;
  /** Settles with a change. */
  outcome(change: Change): Promise<Collection | undefined>;
  /** The copy of a change's collection, unless others may have been told of a newer one, and what is known of its ids, or of those that were `asked` for. */
  serverState(change: Change, asked?: readonly string[]): ServerState;
}
