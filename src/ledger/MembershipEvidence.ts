import { forEachKind, type MemberKind, memberKinds } from './changeKinds.ts';

interface Evidence {
  /** Undefined: nobody can tell. */
  readonly isIn: boolean | undefined;
  /** What was known before nobody could tell. */
  readonly was: boolean | undefined;
  /** What it is taken to be since. */
  readonly guess: boolean | undefined;
  /** The ledger's time from which it holds. */
  readonly at: number;
  /** When the request left whose answer said so. */
  readonly requestedAt: number;
  /** The ledger's time from which nothing has said otherwise. */
  readonly since: number;
}

/** Enough for the busiest day of one page; a bound, so that a page that stays open for weeks does not grow. */
const MOST = 10_000;

/**
 * What was learned of memberships by writing and by asking: the newest evidence for each item and collection.
 *
 * Forgetting is always safe: what is not known is found out by the request that needs it. So the oldest go when there are too many.
 */
export class MembershipEvidence {
  readonly #items = forEachKind(() => new Map<string, Map<string, Evidence>>());
  readonly #distrustedAt = forEachKind(() => new Map<string, number>());

  learn(
    kind: MemberKind,
    id: string,
    collectionId: string,
    isIn: boolean | undefined,
    at: number,
    {
      was = isIn,
      guess = was,
      requestedAt = at,
      since = at,
    }: {
      was?: boolean | undefined;
      guess?: boolean | undefined;
      requestedAt?: number;
      since?: number | undefined;
    } = {},
  ): void {
    const evidence = this.#items[kind].get(id) ?? new Map<string, Evidence>();
    const old = evidence.get(collectionId);
    if (old && old.at > at) return;
    evidence.set(collectionId, { isIn, was, guess, at, requestedAt, since });
    putNewest(this.#items[kind], id, evidence);
  }

  /** Forgets all of it. */
  clear(): void {
    for (const kind of memberKinds) {
      this.#items[kind].clear();
      this.#distrustedAt[kind].clear();
    }
  }

  /** Somebody else has changed the members of a collection: what was known of them before says nothing any more. */
  distrust(kind: MemberKind, collectionId: string, at: number): void {
    putNewest(this.#distrustedAt[kind], collectionId, at);
  }

  /** The time from which evidence of a collection's members counts. */
  trustedSince(kind: MemberKind, collectionId: string): number {
    return this.#distrustedAt[kind].get(collectionId) ?? 0;
  }

  /** The evidence of one membership after a time, if there is any. */
  known(kind: MemberKind, id: string, collectionId: string, after: number): Evidence | undefined {
    const evidence = this.#items[kind].get(id)?.get(collectionId);
    return evidence && evidence.at > after ? evidence : undefined;
  }

  /** Whether the server has said so in answer to a request that left at a time or later. */
  isProven(kind: MemberKind, id: string, collectionId: string, isIn: boolean, since: number): boolean {
    const evidence = this.#items[kind].get(id)?.get(collectionId);
    return evidence?.isIn === isIn && evidence.requestedAt >= since;
  }

  /** When the request left whose answer told of a membership last; before all time where none did, or where it could not tell. */
  provenAt(kind: MemberKind, id: string, collectionId: string): number {
    const evidence = this.#items[kind].get(id)?.get(collectionId);
    return evidence?.isIn === undefined ? -1 : evidence.requestedAt;
  }

  /** What was learned of an item after a time: a collection, whether it holds the item, or did when that was known last, and since when. */
  of(kind: MemberKind, id: string, after = -1): (readonly [collectionId: string, isIn: boolean, at: number])[] {
    return [...(this.#items[kind].get(id) ?? [])].flatMap(([collectionId, { isIn, was, at }]) => {
      const last = isIn ?? was;
      return at > after && last !== undefined ? [[collectionId, last, at] as const] : [];
    });
  }
}

function putNewest<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST) return;
  // Many at once: a map finds its first key by passing over the places of all that were deleted before it.
  const oldest = map.keys();
  for (let i = 0; i < MOST / 10; i++) map.delete(oldest.next().value as string);
}
