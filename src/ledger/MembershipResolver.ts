import type { Item } from '../api/types.ts';
import type { CollectionQueue } from './CollectionQueue.ts';
import type { MemberKind } from './changeKinds.ts';
import type { MembershipEvidence } from './MembershipEvidence.ts';
import type { Row } from './Page.ts';

/** Whether a collection holds an item, by all that is known and without the pending changes: in, out, or nothing. */
export class MembershipResolver {
  readonly #queues: ReadonlyMap<string, CollectionQueue>;
  readonly #evidence: MembershipEvidence;
  readonly #item: (kind: MemberKind, id: string) => Row<Item> | undefined;

  /** `item` gives the row of an item. */
  constructor(
    queues: ReadonlyMap<string, CollectionQueue>,
    evidence: MembershipEvidence,
    item: (kind: MemberKind, id: string) => Row<Item> | undefined,
  ) {
    this.#queues = queues;
    this.#evidence = evidence;
    this.#item = item;
  }

  /** Whether a collection holds an item. What the request on the wire does to it counts as it was known before. */
  isIn(kind: MemberKind, id: string, collectionId: string): boolean | undefined {
    const queue = this.#queues.get(collectionId);
    if (queue?.create) return false;
    const since = this.#evidence.trustedSince(kind, collectionId);
    const row = this.#item(kind, id);
    const read = row?.copy && row.asOf >= since ? row : undefined;
    const learned = this.#evidence.known(kind, id, collectionId, read?.asOf ?? since - 1);
    if (queue?.isOnWire(kind, id, learned?.at ?? read?.asOf)) return queue.knownAtSend(kind, id);
    return learned ? learned.isIn : read?.copy?.collectionIds?.includes(collectionId);
  }

  /**
   * Whether a confirmed copy counts an item. `asOf`: the time from which the copy holds. Where nobody can tell since then, or the item was put in
   * or taken out since, it goes by what was known before.
   */
  isCounted(queue: CollectionQueue, kind: MemberKind, id: string, asOf: number): boolean | undefined {
    const learned = this.#evidence.known(kind, id, queue.id, asOf);
    const isSince = learned && (learned.isIn === undefined || learned.isIn !== learned.was);
    return (isSince ? learned.was : this.isIn(kind, id, queue.id)) ?? queue.assumed(kind, id);
  }

  /** From when on what is known of a membership was known without a break; undefined where nothing is. */
  knownSince(kind: MemberKind, id: string, collectionId: string): number | undefined {
    const row = this.#item(kind, id);
    const learned = this.#evidence.known(kind, id, collectionId, row?.copy ? row.asOf : -1);
    return learned ? learned.since : row?.asOf;
  }

  /** Whether a collection holds an item, or did before nobody could tell or somebody else changed its members. */
  wasIn(queue: CollectionQueue, kind: MemberKind, id: string): boolean | undefined {
    const row = this.#item(kind, id);
    const learned = this.#evidence.known(kind, id, queue.id, row?.copy ? row.asOf : -1);
    const isOutdated = queue.isOnWire(kind, id) || learned;
    const before = isOutdated ? undefined : row?.copy?.collectionIds?.includes(queue.id);
    return this.isIn(kind, id, queue.id) ?? learned?.guess ?? before;
  }

  /** What was known last is the best guess, once it is known no more. */
  assumeKnown(queue: CollectionQueue, kind: MemberKind): void {
    for (const change of queue.changes)
      for (const id of change.memberKind === kind ? change.remaining : []) {
        const isIn = this.isIn(kind, id, queue.id);
        if (isIn !== undefined) queue.assume(kind, id, isIn);
      }
  }
}
