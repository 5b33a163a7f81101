import type { Collection } from '../api/types.ts';
import type { Change, ChangeOf } from './Change.ts';
import { forEachKind, type MemberKind, memberKinds } from './changeKinds.ts';
import type { Fold } from './Fold.ts';
import { insertBefore } from './insertBefore.ts';
import type { InFlight } from './WriteRequest.ts';

/** A copy that was read while a request was on the wire. */
export interface DeferredRead {
  readonly copy: Collection;
  readonly requestedAt: number;
}

/**
 * What is pending for one collection: the changes in order, and the one request that is on the wire.
 *
 * What is read while a request is on the wire may hold it or not. It is kept, and counts only if that request turns out to have done
 * nothing.
 */
export class CollectionQueue {
  #id: string;
  readonly #changes: Change[] = [];
  #inFlight: InFlight | undefined;
  #deferredRead: DeferredRead | undefined;
  #newestKnownAtSend = '';
  #sentAt = 0;
  /** Reads that leave from this time on cannot hold the request. */
  #notInReadsSince = Infinity;
  #fold: Fold | undefined;
  #baseMayIncludeSent = false;
  readonly #assumed = forEachKind(() => new Map<string, boolean>());
  readonly #verifiedAt = forEachKind(() => new Map<string, number>());
  readonly #kindsToRefetch = new Set<MemberKind>();

  constructor(id: string) {
    this.#id = id;
  }

  /** The server's id, or a provisional one. */
  get id(): string {
    return this.#id;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** The request on the wire. */
  get inFlight(): InFlight | undefined {
    return this.#inFlight;
  }

  /** The create that all others wait for, if the server has not answered it yet. */
  get create(): ChangeOf<'create'> | undefined {
    const [first] = this.#changes;
    return first?.kind === 'create' ? first : undefined;
  }

  /** Those that may have been sent by an earlier page or another tab, and that the server is to be asked about. */
  get unverified(): readonly Change[] {
    return this.#changes.filter(({ isReady, mayHaveBeenSent }) => isReady && mayHaveBeenSent);
  }

  /** The newest `createdAt` that was known when its request left: what a create makes is newer. */
  get newestKnownAtSend(): string {
    return this.#newestKnownAtSend;
  }

  /** The ledger's time when the last request left. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** Whether lists leave the collection out. */
  get isHidden(): boolean {
    return !!this.#fold?.hides;
  }

  get isEmpty(): boolean {
    return !this.#changes.length && !this.#inFlight;
  }

  /** Puts a change where it belongs: before all that `isAfter` it. A create stands first, though others may have waited for it, or were kept before it. */
  add(change: Change, isAfter?: (other: Change) => boolean): void {
    const mustWait = (other: Change) => change.kind === 'create' || (other.kind !== 'create' && !!isAfter?.(other));
    if (!insertBefore(this.#changes, change, mustWait)) this.#fold = undefined;
  }

  /** False: it was not among them. */
  remove(change: Change): boolean {
    const at = this.#changes.indexOf(change);
    if (at < 0) return false;
    this.#changes.splice(at, 1);
    this.#fold = undefined;
    return true;
  }

  /** The server has named the collection. */
  assignId(id: string): void {
    this.#id = id;
    for (const change of this.#changes) change.assignCollectionId(id);
  }

  /** What waits in another queue of the same collection waits here, each in its place. */
  takeOver(other: CollectionQueue): void {
    for (const change of other.#changes.splice(0)) this.add(change, ({ begunAt }) => begunAt > change.begunAt);
    // It is new: that something is in there is only a guess, where something else is known.
    for (const kind of memberKinds)
      for (const [id, isIn] of other.#assumed[kind]) this.assume(kind, id, isIn && this.assumed(kind, id) !== false);
    this.#fold = undefined;
  }

  markSent(request: InFlight, at: number, newestKnown: string): void {
    if (!this.#inFlight) this.#baseMayIncludeSent = false;
    this.#inFlight = request;
    this.#sentAt = at;
    this.#notInReadsSince = Infinity;
    this.#newestKnownAtSend = newestKnown;
  }

  /** No read that leaves from a time on can hold the request on the wire: that has not left yet, or was refused. Infinity: any may. */
  excludeFromReads(since: number): void {
    this.#notInReadsSince = since;
  }

  /** Whether a read left so late that it cannot hold what is on the wire. */
  cannotInclude(requestedAt: number): boolean {
    return requestedAt >= this.#notInReadsSince;
  }

  /** The request is over. Gives what was read meanwhile. */
  clearInFlight(): DeferredRead | undefined {
    const read = this.#deferredRead;
    this.#inFlight = this.#deferredRead = undefined;
    return read;
  }

  /** Keeps the newest copy that was read meanwhile. `isBase`: it is the best copy there is, and shown although it may hold the request. */
  deferRead(read: DeferredRead, isBase: boolean): void {
    if (!this.#deferredRead || read.requestedAt >= this.#deferredRead.requestedAt) this.#deferredRead = read;
    if (isBase) this.#baseMayIncludeSent = true;
  }

  /** Whether the copy that is shown was read while the last request was on the wire, and may hold it. */
  get baseMayIncludeSent(): boolean {
    return this.#baseMayIncludeSent;
  }

  /** Whether the copy that is shown may hold what the request on the wire does to an item. */
  mayInclude(kind: MemberKind, id: string): boolean {
    return this.#baseMayIncludeSent && this.#isSent(kind, id);
  }

  /** Whether what is on the wire may do something to an item, or have done it to what left at a time. */
  isOnWire(kind: MemberKind, id: string, requestedAt = 0): boolean {
    return !this.cannotInclude(requestedAt) && this.#isSent(kind, id);
  }

  /** Whether the request on the wire is about an item. One that an earlier page or another tab has sent may be. */
  #isSent(kind: MemberKind, id: string): boolean {
    const inFlight = this.#inFlight;
    if (inFlight?.kind === 'verify')
      return inFlight.settles.some((change) => change.memberKind === kind && change.mayHaveSent(id));
    return inFlight?.memberKind === kind && inFlight.knownBefore.has(id);
  }

  /** What was known of an item when what is on the wire left. */
  knownAtSend(kind: MemberKind, id: string): boolean | undefined {
    const inFlight = this.#inFlight;
    return inFlight?.memberKind ? inFlight.knownBefore.get(id) : this.assumed(kind, id);
  }

  /** The pending changes taken together, made by `make` where they have to be looked at anew. */
  foldWith(make: () => Fold): Fold {
    this.#fold ??= make();
    this.#fold.addNew(this.#changes);
    return this.#fold;
  }

  /** Something that the fold was made from differs. */
  invalidate(): void {
    this.#fold = undefined;
  }

  /** What a membership was taken to be when it was first asked to be otherwise, for as long as a change of it is pending. */
  assumed(kind: MemberKind, id: string): boolean | undefined {
    return this.#assumed[kind].get(id);
  }

  assume(kind: MemberKind, id: string, isIn: boolean): void {
    this.#assumed[kind].set(id, isIn);
  }

  forgetAssumed(kind: MemberKind, id: string): void {
    this.#assumed[kind].delete(id);
  }

  /** The server was asked at a time which of these it holds. */
  markVerified(kind: MemberKind, ids: readonly string[], at: number): void {
    for (const id of ids) this.#verifiedAt[kind].set(id, at);
  }

  /** Whether all of these were asked about since a time, so that another refusal is final. */
  isVerified(kind: MemberKind, ids: readonly string[], since: number): boolean {
    return ids.every((id) => (this.#verifiedAt[kind].get(id) ?? -1) >= since);
  }

  /** Members were added that no cached list knows, so that the contents have to be read. */
  refetchLater(kind: MemberKind): void {
    this.#kindsToRefetch.add(kind);
  }

  takeKindsToRefetch(): readonly MemberKind[] {
    const kinds = [...this.#kindsToRefetch];
    this.#kindsToRefetch.clear();
    return kinds;
  }
}
