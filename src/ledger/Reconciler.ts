import type { Collection, Item } from '../api/types.ts';
import type { ChangesByItem } from './ChangesByItem.ts';
import type { CollectionQueue } from './CollectionQueue.ts';
import { MEMBER_KINDS, type MemberKind, memberKinds } from './changeKinds.ts';
import { type EntityStore, LONGEST_ABSENCE } from './EntityStore.ts';
import { isNewer } from './isNewer.ts';
import type { Page } from './Page.ts';
import { type EntityKind, PENDING } from './PendingInserts.ts';
import type { WriteRequest } from './WriteRequest.ts';

/** So long a server may not have heard of a write. */
const LONGEST_LAG = 60_000;

/** Older than every read. The time of data that this page did not read, and of a 404 for what nobody knew when it was asked for: what is known since is newer. */
export const OLDEST = 0;

/** By how much an accepted request moves a count. An add is accepted only if all of it was out; a remove does not say what was in. */
function movedBy(request: WriteRequest | undefined, kind: MemberKind): number | undefined {
  if (request?.memberKind !== kind) return 0;
  if (request.isAdd) return request.ids.length;
  const known = [...request.knownBefore.values()];
  return known.includes(undefined) ? undefined : -known.filter(Boolean).length;
}

/** Whether only the contents that list an item tell that it is in there. */
const saysNothing = ({ collectionIds }: Item, { collectionId }: Pick<Page, 'collectionId'>): boolean =>
  !collectionIds && collectionId !== undefined;

/**
 * Takes in what the server says: which of it is newer than what is confirmed, and what else it tells.
 *
 * A read is newer than a copy if it left at or after the time from which that copy holds, and no write to that collection was on its
 * way meanwhile.
 */
export class Reconciler {
  /** The ledger's time: a copy that was read before it may lack what other tabs were told. */
  outdatedBefore = 0;
  readonly #entities: EntityStore;
  readonly #queues: ReadonlyMap<string, CollectionQueue>;
  readonly #changesByItem: ChangesByItem;
  readonly #onOutdated: (collectionId: string, since: number) => void;
  #untoldSince = 0;

  constructor(
    entities: EntityStore,
    queues: ReadonlyMap<string, CollectionQueue>,
    changesByItem: ChangesByItem,
    onOutdated: (collectionId: string, since: number) => void,
  ) {
    this.#entities = entities;
    this.#queues = queues;
    this.#changesByItem = changesByItem;
    this.#onOutdated = onOutdated;
  }

  /** The page was told nothing for a while: any copy that is read from here on replaces what is known, as for a page that knows nothing yet. */
  outdate(): void {
    this.outdatedBefore = this.#entities.clock.tick();
  }

  /**
   * The page is told nothing from now on. Until it is, copies that are known stay: a newer one may hold the changes that are shown on top of
   * them. Gives since when.
   */
  pause(): number {
    this.#untoldSince ||= this.#entities.clock.tick();
    return this.#untoldSince;
  }

  /** The page is told again what happens. Gives since when it was not; 0 if it was all the time. */
  resume(): number {
    const since = this.#untoldSince;
    this.#untoldSince = 0;
    return since;
  }

  /** What a read says of one collection. Undefined: that it does not exist. */
  receive(id: string, copy: Collection | undefined, requestedAt: number): void {
    const { clock, collections, echoes } = this.#entities;
    const queue = this.#queues.get(id);
    const row = collections.materialize(id);
    // What does not exist is not made by what is on the wire, and does not come back: the server gives no id twice.
    if (copy && (this.#entities.isDeleted(id) || (this.#untoldSince && row?.copy))) return;
    // What is on the wire for a user who has signed out is somebody else's write to the next user.
    const isOurs = !!queue?.changes.length;
    // Of two reads the later one may have been answered by a server that lags behind: its own date tells, unless a change of ours moved it.
    const isLater = isNewer(copy, row?.copy);
    const isNewerStill = !(isOurs && queue.sentAt) && isLater;
    if (row && (copy ? requestedAt < row.asOf && !isNewerStill : row.copy && requestedAt < row.toldAt)) {
      // Gone since, or so new that the server that was asked had not heard of it; or changed by somebody else while a write was on its way: only
      // another read tells.
      const isExplained = [row.copy, row.before].some((known) => known?.itemCount === copy?.itemCount);
      if (!copy || !(isNewer(row.copy, copy) || isExplained)) this.#onOutdated(id, clock.tick());
      return;
    }
    if (this.isBehind(id, copy, requestedAt)) return;
    const at = Math.max(requestedAt, row?.asOf ?? 0, this.#untoldSince);
    // Somebody else's writes of before are no news: what was learned since is known still.
    const isOutdated = !!row && row.asOf < this.outdatedBefore;
    if (copy && queue?.cannotInclude(requestedAt)) {
      queue.clearInFlight();
      this.#entities.invalidate(id);
    }
    if (queue?.inFlight && copy) {
      // As it was known, by the server's date and by what it counts, it holds nothing of that.
      const isAsKnown = !isLater && row?.copy?.itemCount === copy.itemCount;
      const hasBetter = isOurs && !!row?.copy && !(isOutdated && !isAsKnown);
      // What an earlier page has written down holds nothing that was pending there.
      const isBase = !hasBetter && (requestedAt > OLDEST || queue.inFlight.kind !== 'verify');
      queue.deferRead({ copy, requestedAt }, isBase);
      if (hasBetter) return;
      this.#entities.invalidate(id);
    }
    if (copy && !row?.copy) echoes.hideIfEcho(copy, this.#queues.values());
    this.detectForeignWrite(id, copy, isOutdated ? this.outdatedBefore : at);
    // What does not find it says that it is gone from here on.
    this.#entities.confirm(id, copy, copy ? at : clock.tick());
  }

  /**
   * Whether a server that lags behind has answered what was so before a write. The copy's own date tells, and what is gone does not come
   * back. Not for ever: clocks of servers are set, too.
   */
  isBehind(id: string, copy: Collection | undefined, requestedAt: number): boolean {
    const { clock, collections, echoes, ids } = this.#entities;
    const row = collections.materialize(id);
    if (!row || !copy || !clock.isWithin(LONGEST_LAG, row.asOf, requestedAt)) return false;
    if (!this.#entities.isGone(id)) return isNewer(row.copy, copy);
    const newSince = ids.newSince(id);
    if (newSince === undefined || !clock.isWithin(LONGEST_ABSENCE, newSince, row.asOf)) return true;
    // Where the server's own dates tell that it was made long before it was not found, it was deleted.
    const age = Math.min(echoes.latest, row.asOf) - Date.parse(copy.createdAt);
    return age > LONGEST_ABSENCE + clock.tick() - row.asOf;
  }

  /**
   * What was not read by this page says of one collection. Its stamp is of another clock: only the server's own date tells whether it is
   * newer than what is known. `setAt`: when the user's code has set it, if it has.
   */
  adopt(id: string, copy: Collection, setAt?: number): void {
    const row = this.#entities.collections.materialize(id);
    // It may hold pending changes already: where some are pending, it is the oldest copy there is.
    if (this.#queues.has(id)) this.receive(id, copy, OLDEST);
    else if (setAt) this.receive(id, copy, setAt);
    else if (!this.#entities.isGone(id) && (!row?.copy || isNewer(copy, row.copy)))
      this.receive(id, copy, row?.asOf ?? OLDEST);
  }

  /** What a read says of one item. */
  receiveItem(kind: MemberKind, item: Item, requestedAt: number): void {
    const { evidence } = this.#entities;
    const table = this.#entities.table(kind);
    const row = table.materialize(item.id);
    if (row?.copy && requestedAt < row.asOf) return;
    this.#compareMemberships(kind, item, requestedAt);
    // The copy may say what it said before, and overrule by that what was learned since.
    if (row && evidence.of(kind, item.id, row.asOf).length) table.invalidate(item.id);
    table.write(item.id, item, requestedAt);
    // What was added before anybody knew how it looks.
    if (!row?.copy)
      for (const [collectionId, isIn, at] of evidence.of(kind, item.id))
        if (isIn) this.#entities.insertRow({ kind, id: item.id, collectionId, at });
    for (const { collectionId, isAdd, isOptimistic } of this.#changesByItem.of(kind, item.id)) {
      this.#entities.invalidate(collectionId);
      if (!row?.copy && isOptimistic && isAdd)
        this.#entities.insertRow({ kind, id: item.id, collectionId, at: PENDING });
    }
  }

  /** What a read says of one membership. */
  learnMembership(kind: MemberKind, id: string, collectionId: string, isIn: boolean, requestedAt: number): void {
    const was = this.#compareMembership(kind, id, collectionId, isIn, requestedAt);
    const { evidence, memberships } = this.#entities;
    const isAsKnown = memberships.isIn(kind, id, collectionId) === isIn;
    const since = isAsKnown ? memberships.knownSince(kind, id, collectionId) : undefined;
    evidence.learn(kind, id, collectionId, isIn, requestedAt, { since, was });
  }

  #compareMemberships(kind: MemberKind, { id, collectionIds }: Item, requestedAt: number): void {
    if (!collectionIds) return;
    const before = this.#entities.table(kind).materialize(id)?.copy?.collectionIds ?? [];
    const learned = this.#entities.evidence.of(kind, id).map(([collectionId]) => collectionId);
    for (const collectionId of new Set([...collectionIds, ...before, ...learned])) {
      const isIn = collectionIds.includes(collectionId);
      const was = this.#compareMembership(kind, id, collectionId, isIn, requestedAt);
      // A list proves no wish: an index may be behind.
      if (was !== isIn)
        this.#entities.evidence.learn(kind, id, collectionId, isIn, requestedAt, { was, requestedAt: -1 });
    }
  }

  /**
   * Where somebody else has put an item in or taken it out, the confirmed copy is from before: it cannot count that. Gives whether it counts
   * the item.
   */
  #compareMembership(kind: MemberKind, id: string, collectionId: string, isIn: boolean, requestedAt: number): boolean {
    const { collections, evidence, memberships } = this.#entities;
    // What is on the wire may be what the read has seen, and what was learned since is newer than the read.
    if (this.#queues.get(collectionId)?.isOnWire(kind, id, requestedAt)) return isIn;
    if (evidence.known(kind, id, collectionId, requestedAt)) return isIn;
    const known = memberships.isIn(kind, id, collectionId);
    if (known === undefined || known === isIn) return isIn;
    const row = collections.materialize(collectionId);
    if (!row?.copy || row.asOf >= requestedAt) return isIn;
    this.#onOutdated(collectionId, requestedAt);
    return known;
  }

  /** A page as the server answered it, with what it cannot know yet. `answered`: all rows that came with it; undefined where it was not just read. */
  addPage(
    kind: EntityKind,
    rows: readonly (Collection | Item)[],
    page: Omit<Page, 'ids' | 'view' | 'inCache' | 'isReleased'>,
    answered?: readonly { readonly id: string }[],
  ): Page {
    const { clock, echoes, evidence, ids: idMap, inserts } = this.#entities;
    const { requestedAt } = page;
    const table = this.#entities.table(kind);
    const ids = [...new Set(rows.map(({ id }) => id))];
    const untracked: Item[] = [];
    // Where there is none, whatever is made is newer.
    if (kind === 'collections' && !rows.length) echoes.noteKnown({ createdAt: '1970-01-02' });
    for (const row of rows) {
      if (kind === 'collections') echoes.noteKnown(row);
      if (ids.length === rows.length && this.#isUntracked(kind, row, page)) untracked.push(row);
      else if (kind === 'collections') {
        const copy = row as Collection;
        if (answered) this.receive(row.id, copy, requestedAt);
        else this.adopt(row.id, copy, requestedAt);
        // What was written or asked about is known better.
      } else {
        const isUnread = !requestedAt && !evidence.of(kind, row.id).length;
        // It is newer than what is known, and older than what is on its way.
        const at = isUnread ? Math.max(clock.tickBeforeReads(), table.materialize(row.id)?.asOf ?? 0) : requestedAt;
        this.receiveItem(kind, row, at);
        if (requestedAt && saysNothing(row, page))
          this.learnMembership(kind, row.id, idMap.serverIdOf(page.collectionId as string), true, at);
      }
    }
    const made: Page = { ...page, ids, view: undefined, inCache: false, isReleased: false };
    if (untracked.length) table.addPage(made, untracked);
    // Where a list is in an order, the place of what is put in hangs on the rows.
    table.setIds(made, inserts.complete(kind, page, ids, answered, this.outdatedBefore));
    if (untracked.length && untracked.length < made.ids.length) table.invalidatePage(made);
    return made;
  }

  /** Whether all there is to know of an entity is that a page holds it. */
  #isUntracked(kind: EntityKind, row: Item, page: Pick<Page, 'collectionId'>): boolean {
    const { evidence, ids } = this.#entities;
    if (
      this.#untoldSince ||
      this.#queues.size ||
      ids.clientKeyOf(row.id) ||
      this.#entities.isDeleted(row.id) ||
      !this.#entities.table(kind).isUntracked(row, page)
    )
      return false;
    return kind === 'collections' || !(saysNothing(row, page) || evidence.of(kind, row.id).length);
  }

  /** A confirmed copy out of an earlier page's cache, where the cached lists may hold pending changes. */
  restore(copy: Collection): void {
    const { clock, collections } = this.#entities;
    collections.write(copy.id, copy, Math.max(collections.row(copy.id).asOf, clock.tick()));
  }

  /**
   * Compares a newer copy's counts with what they should be. Where they differ, somebody else has changed the members, and what was known
   * of them says nothing any more.
   */
  detectForeignWrite(id: string, copy: Collection | undefined, at: number, request?: WriteRequest): void {
    const before = this.#entities.confirmed(id);
    const queue = this.#queues.get(id);
    if (!copy || !before) return;
    for (const kind of memberKinds) {
      const { count } = MEMBER_KINDS[kind];
      const moved = movedBy(request, kind);
      if (moved === undefined || copy[count] === before[count] + moved) continue;
      if (queue) this.#entities.memberships.assumeKnown(queue, kind);
      this.#entities.evidence.distrust(kind, id, at);
      this.#entities.invalidate(id);
    }
  }
}
