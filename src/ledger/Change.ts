import type { Scenario } from '../api/Scenario.ts';
import type { Collection } from '../api/types.ts';
import type { VariablesByKind } from './ChangeVariables.ts';
import { CHANGE_KINDS, type ChangeKind, MEMBER_KINDS, type MemberKind, type MemberKindOf } from './changeKinds.ts';

/** What a change is made from. */
export interface ChangeRequest<K extends ChangeKind = ChangeKind> {
  readonly kind: K;
  readonly variables: VariablesByKind[K];
  /** Its collection: the server's id, or a provisional one. */
  readonly collectionId: string;
  /** Milliseconds since 1970. */
  readonly submittedAt: number;
  /** False: it is sent the same way, and shown when the server has answered. */
  readonly isOptimistic: boolean;
  /** It comes from a cache of an earlier page, and an outbox may have it already. */
  readonly isRestored?: boolean;
}

/**
 * What one `mutate()` asked for, and how much of it is settled.
 *
 * It keeps operations (sets of ids, named fields), never values: there is no earlier value to go back to, so each change can settle by
 * itself whatever stands before or behind it.
 */
class OwnChange<K extends ChangeKind> {
  readonly kind: K;
  readonly variables: VariablesByKind[K];
  readonly submittedAt: number;
  readonly isOptimistic: boolean;
  readonly isRestored: boolean;
  /** The members that it is about, if it is about members. */
  readonly memberKind: MemberKindOf<K>;
  /** Whether it wants its ids in the collection. */
  readonly isAdd: boolean;
  /** How many ids it names. */
  readonly total: number;
  readonly #remaining: Set<string>;
  readonly #applied: string[] = [];
  readonly #refused: string[] = [];
  /** The ids that the request named which may have been sent, where it did not name all. */
  #sentIds: readonly string[] | undefined;
  /** The ids that are neither confirmed nor refused yet. */
  readonly remaining: ReadonlySet<string>;
  readonly applied: readonly string[] = this.#applied;
  readonly refused: readonly string[] = this.#refused;
  /** The server's id, or a provisional one. */
  collectionId: string;
  /** The first refusal of a part of it. */
  error: unknown;
  /** To be sent without the changes of others, since together they were refused. */
  sendAlone = false;
  /** How many of its requests in a row ended without an answer. */
  unansweredSends = 0;
  /** Its mutation function was called, so that it may be sent. */
  isReady = false;
  /** The ledger's time when it was asked for. */
  begunAt = 0;
  /** The client that it was asked for with. Undefined: it comes from an earlier page, and any client of the scope sends it. */
  sender: Scenario | undefined;
  /** An earlier page asked for it, and nobody has looked yet whether the server did it. */
  mayHaveBeenSent = false;
  /** The newest `createdAt` that was known when it may have been sent: what a create has made is newer. Empty: nothing was known. */
  newestKnownAtSend = '';
  /** Whether it outlives the page. */
  isStored = false;
  /** How often another tab could have sent it. */
  timesHeld = 0;

  constructor({ kind, variables, collectionId, submittedAt, isOptimistic, isRestored = false }: ChangeRequest<K>) {
    const { memberKind, isAdd = false } = CHANGE_KINDS[kind];
    this.kind = kind;
    this.variables = variables;
    this.submittedAt = submittedAt;
    this.isOptimistic = isOptimistic;
    this.isRestored = isRestored;
    this.memberKind = memberKind as MemberKindOf<K>;
    this.isAdd = isAdd;
    this.collectionId = collectionId;
    this.#remaining = new Set(
      memberKind && (variables as unknown as Record<string, string[]>)[MEMBER_KINDS[memberKind].ids],
    );
    this.remaining = this.#remaining;
    this.total = this.#remaining.size;
  }

  /** The ids that a later page would have to ask for: what remains, and what was refused, which nobody was told yet. Undefined: all of them. */
  get left(): readonly string[] | undefined {
    return this.#remaining.size < this.total ? [...this.#remaining, ...this.#refused] : undefined;
  }

  /** It is not this page's alone: another tab or page has asked for it, or could have sent it. */
  get isShared(): boolean {
    return this.timesHeld > 0;
  }

  /** Its create has got the server's id. */
  assignCollectionId(id: string): void {
    this.collectionId = id;
  }

  markBegun(at: number): void {
    this.begunAt = at;
  }

  markReady(sender?: Scenario): void {
    this.isReady = true;
    this.sender = sender;
  }

  markMayHaveBeenSent(mayHaveBeenSent: boolean, newestKnown = '', sentIds?: readonly string[]): void {
    this.mayHaveBeenSent = mayHaveBeenSent;
    this.newestKnownAtSend = newestKnown;
    this.#sentIds = sentIds;
  }

  /** Whether the request that may have been sent is about an id. */
  mayHaveSent(id: string): boolean {
    return this.#remaining.has(id) && (this.#sentIds?.includes(id) ?? true);
  }

  /** It is another tab's to send, or may be: from now on the outbox says whether this page may send it. */
  hold(): void {
    this.isReady = false;
    this.timesHeld++;
  }

  markStored(isStored: boolean): void {
    this.isStored = isStored;
  }

  markSendAlone(): void {
    this.sendAlone = true;
  }

  markAnswered(isAnswered: boolean): void {
    this.unansweredSends = isAnswered ? 0 : this.unansweredSends + 1;
  }

  fail(error: unknown): void {
    this.error ??= error;
  }

  /** One id is settled. `outcome` is left out where it is settled by another change, or dropped. False: it was settled before. */
  settleId(id: string, outcome?: 'applied' | 'refused'): boolean {
    if (!this.#remaining.delete(id)) return false;
    if (outcome) (outcome === 'applied' ? this.#applied : this.#refused).push(id);
    return true;
  }

  /** An earlier page, or another tab, has done all of it but some ids. */
  settleAllBut(left: readonly string[]): void {
    for (const id of this.#remaining) if (!left.includes(id)) this.settleId(id, 'applied');
  }

  /** All that remains is refused. */
  refuseRemaining(): void {
    this.#refused.push(...this.#remaining);
  }
}

/** A change as all others see it: only its own methods write into it. */
export type ChangeOf<K extends ChangeKind> = Readonly<OwnChange<K>>;

/** A change of any kind. `kind` tells its variables, `memberKind` its members. */
export type Change = { [K in ChangeKind]: ChangeOf<K> }[ChangeKind];

/** A change of members. */
export type MemberChange = Extract<Change, { memberKind: MemberKind }>;

export const newChange = (request: ChangeRequest): Change => new OwnChange(request) as Change;

/** The row of a collection that the server has not answered yet. */
export function provisionalCollection({ collectionId, variables, submittedAt }: ChangeOf<'create'>): Collection {
  const at = new Date(submittedAt).toISOString();
  return {
    id: collectionId,
    name: variables.name,
    ownerId: '',
    createdAt: at,
    updatedAt: at,
    assetCount: 0,
    modelCount: 0,
    itemCount: 0,
    clientKey: collectionId,
  };
}
