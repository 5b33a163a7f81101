import type { Asset, Collection, Item, Model } from '../api/types.ts';
import { provisionalCollection } from './Change.ts';
import type { ChangesByItem } from './ChangesByItem.ts';
import type { CollectionQueue } from './CollectionQueue.ts';
import { MEMBER_KINDS, type MemberKind } from './changeKinds.ts';
import { EntityTable } from './EntityTable.ts';
import { Fold } from './Fold.ts';
import { IdMap } from './IdMap.ts';
import type { LogicalClock } from './LogicalClock.ts';
import { MembershipEvidence } from './MembershipEvidence.ts';
import { MembershipResolver } from './MembershipResolver.ts';
import type { Page, Row } from './Page.ts';
import { ENTITY_KINDS, type EntityKind, INDEXING, type NewRow, PENDING, PendingInserts } from './PendingInserts.ts';
import { ServerEchoes } from './ServerEchoes.ts';
import { type Membership, viewItem } from './viewItem.ts';

/** How many copies of each kind are kept that nobody shows. */
const KEPT = 500;

/** So long one may say that there is no such thing as was just made, and a later read may find it after all. */
export const LONGEST_ABSENCE = 5_000;

/** What the server is known to hold, and what is shown of it: the confirmed copies, with the pending changes applied. */
export class EntityStore {
  readonly clock: LogicalClock;
  readonly ids: IdMap = new IdMap();
  readonly evidence: MembershipEvidence = new MembershipEvidence();
  readonly echoes: ServerEchoes = new ServerEchoes();
  readonly collections: EntityTable<'collections', Collection>;
  readonly assets: EntityTable<'assets', Asset>;
  readonly models: EntityTable<'models', Model>;
  readonly inserts: PendingInserts;
  readonly memberships: MembershipResolver;
  readonly #queues: ReadonlyMap<string, CollectionQueue>;
  readonly #changesByItem: ChangesByItem;
  readonly #deleted = new Set<string>();

  constructor(clock: LogicalClock, queues: ReadonlyMap<string, CollectionQueue>, changesByItem: ChangesByItem) {
    this.#queues = queues;
    this.#changesByItem = changesByItem;
    this.clock = clock;
    this.inserts = new PendingInserts(
      (kind) => this.table(kind),
      (id) => this.ids.serverIdOf(id),
    );
    this.memberships = new MembershipResolver(queues, this.evidence, (kind, id) => this.table(kind).materialize(id));
    this.collections = new EntityTable(
      'collections',
      (id, row) => this.#viewCollection(id, row),
      ({ id }) => !this.echoes.has(id) && !queues.get(id)?.isHidden,
    );
    this.assets = this.#itemTable<'assets', Asset>('assets');
    this.models = this.#itemTable<'models', Model>('models');
  }

  /** The table of a kind, for what is the same for all. */
  table(kind: EntityKind): EntityTable<EntityKind, Item> {
    return this[kind] as EntityTable<EntityKind, Item>;
  }

  /** Whether anything is to be shown differently than it was. */
  get isDirty(): boolean {
    return ENTITY_KINDS.some((kind) => this.table(kind).isDirty);
  }

  /** The confirmed copy of a collection, if there is one. */
  confirmed(id: string): Collection | undefined {
    return this.collections.materialize(id)?.copy;
  }

  /** Writes down what the server holds from a time on. Undefined: nothing. */
  confirm(id: string, copy: Collection | undefined, asOf: number): void {
    const clientKey = this.ids.clientKeyOf(id);
    const row = this.collections.row(id);
    if (copy) this.echoes.noteKnown(copy);
    // What is not found may be so new that the server that was asked had not heard of it: where this page has never read it, and where it was made
    // within seconds of this read by the device's clock. A clock that is wrong hides it for a minute, as it does everything older.
    else if (!row.asOf || Math.abs(asOf - Date.parse(`${row.copy?.createdAt}`)) < LONGEST_ABSENCE)
      this.ids.markNew(id, asOf);
    this.collections.write(id, copy && clientKey ? { ...copy, clientKey } : copy, asOf);
  }

  /** Whether the confirmed copy of a collection counts an item. */
  counts(queue: CollectionQueue, kind: MemberKind, id: string): boolean | undefined {
    return this.memberships.isCounted(queue, kind, id, this.collections.materialize(queue.id)?.toldAt ?? 0);
  }

  /**
   * Whether the confirmed count surely includes what is known of a membership: that was known when the copy was read, or the whole contents, read
   * since, add up to the count.
   */
  isSurelyCounted(collectionId: string, kind: MemberKind, id: string): boolean {
    const row = this.collections.materialize(collectionId);
    if (!row?.copy || (this.memberships.knownSince(kind, id, collectionId) ?? 0) <= row.toldAt) return true;
    const isIn = (other: string) => this.memberships.isIn(kind, other, collectionId);
    const count = row.copy[MEMBER_KINDS[kind].count];
    const isOf = (page: Page) =>
      page.collectionId !== undefined && this.ids.serverIdOf(page.collectionId) === collectionId;
    return this.table(kind)
      .pagesOf(id)
      .some((page) => isOf(page) && page.isFirst && !page.token && page.ids.filter(isIn).length === count);
  }

  /** True if the server is known not to have a collection. */
  isGone(id: string): boolean {
    const row = this.collections.materialize(id);
    return !!row && !row.copy && row.asOf > 0;
  }

  /** The server has carried out a delete of ours. It gives no id twice, so that whatever says otherwise is from before. */
  markDeleted(id: string): void {
    this.#deleted.add(id);
  }

  isDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  /** What is shown of a collection is to be made anew, from the first change on. */
  invalidate(id: string): void {
    this.#queues.get(id)?.invalidate();
    this.collections.invalidate(id);
  }

  /** Has lists show a row that the server does not list yet. */
  insertRow(row: NewRow): void {
    this.inserts.insert(row);
  }

  /** An item that does not say where it is was not added after all: contents show it only if something tells that it is in. */
  forgetAdded(kind: MemberKind, id: string, collectionId: string): void {
    const copy = this.table(kind).materialize(id)?.copy;
    if (copy && !copy.collectionIds && !this.evidence.of(kind, id).some(([its]) => its === collectionId))
      this.evidence.learn(kind, id, collectionId, undefined, this.clock.tick(), { was: false });
  }

  /** Takes a collection off every page, or puts another in its place. */
  removeFromPages(id: string, replacement?: string): void {
    const { collections } = this;
    this.inserts.forget({ kind: 'collections', id, collectionId: undefined });
    for (const page of collections.pagesOf(id)) collections.replaceRow(id, page, replacement);
    collections.markDirty(id);
  }

  /** A collection is being created: it has a row from now on, and stands in front of the lists if it is to be shown. */
  addProvisional(id: string, isShown: boolean): void {
    this.ids.add(id);
    this.collections.row(id);
    if (isShown) this.insertRow({ kind: 'collections', id, collectionId: undefined, at: PENDING });
  }

  /** A create has got its id: whatever bore the provisional one bears the server's. */
  assignServerId(clientKey: string, id: string): void {
    this.ids.add(clientKey, id, this.clock.tick());
    this.inserts.rename(clientKey, id);
    this.removeFromPages(clientKey, id);
    this.collections.forget(clientKey);
  }

  /** A create is over. If it got no id, nothing is left of its row. */
  endCreate(id: string, name: string): void {
    if (this.ids.isUnnamed(id)) {
      this.ids.forget(id);
      this.removeFromPages(id);
      this.collections.forget(id);
    }
    this.releaseEchoes(name);
  }

  /** No create of this name is on the wire any more: rows that may have been it are shown. */
  releaseEchoes(name: string): void {
    for (const free of this.echoes.release(name)) this.invalidate(free);
  }

  /** A page is shown, or about to be. `inCache`: its fetch is over. */
  retainPage(kind: EntityKind, page: Page, inCache?: boolean): void {
    const table = this.table(kind);
    // One that was let go of and comes back (a fetch of more pages carries it along) has missed what was inserted meanwhile.
    if (page.isReleased) {
      const ids = kind === 'collections' ? page.ids.map((id) => this.ids.serverIdOf(id)) : page.ids;
      table.setIds(page, this.inserts.complete(kind, page, ids));
    }
    table.retain(page, inCache);
    this.inserts.watch(kind, page);
  }

  /** A page stands in the cache no more. */
  releasePage(kind: EntityKind, page: Page): void {
    this.table(kind).release(page);
    this.inserts.unwatch(page);
  }

  /** A read is over, whatever came of it. */
  endRead(requestedAt: number): void {
    this.clock.endRead(requestedAt);
    this.inserts.forgetBefore(Math.min(this.clock.oldestRead, this.clock.tick() - INDEXING));
  }

  /**
   * Lets go of the oldest copies that nobody shows. The newest stay: what was written may be listed next. While a read is on its way
   * all are needed, to tell which is newer. `kept`: how many stay; 0 where nobody is there any more to be shown anything.
   */
  prune(isShown: (kind: EntityKind, id: string) => boolean, kept: number = KEPT): void {
    if (this.clock.isReading && kept) return;
    // A guess at what a request of the last user's has done, too.
    if (!kept && !this.#queues.size) this.evidence.clear();
    for (const kind of ENTITY_KINDS) {
      const table = this.table(kind);
      for (const id of table.unreferenced) {
        if (table.unreferenced.size <= kept) break;
        const queue = this.#queues.get(id);
        if (queue && (kept || queue.changes.length)) continue;
        table.markReferenced(id);
        if (table.pagesOf(id).length || isShown(kind, id)) continue;
        table.forget(id);
        // Whoever holds a provisional id may name it yet.
        const clientKey = kept && kind === 'collections' ? this.ids.clientKeyOf(id) : undefined;
        if (clientKey !== undefined && clientKey !== id && !isShown(kind, clientKey)) this.ids.forget(id);
      }
    }
  }

  #itemTable<K extends MemberKind, T extends Item>(kind: K): EntityTable<K, T> {
    const view =
      (isConfirmed: boolean) =>
      (id: string, { copy, asOf }: Row<T>) =>
        copy && viewItem(copy, this.#membershipsOf(kind, id, isConfirmed, asOf));
    return new EntityTable<K, T>(
      kind,
      view(false),
      ({ id, collectionIds }, { collectionId }, isConfirmed = false) => {
        if (collectionId === undefined) return true;
        const its = this.ids.serverIdOf(collectionId);
        // Of one that does not say where it is, something else may tell. It was listed, or it would not be asked for.
        const last = () => this.#membershipsOf(kind, id, isConfirmed).findLast(([other]) => other === its)?.[1];
        return collectionIds?.includes(its) ?? last() ?? true;
      },
      view(true),
    );
  }

  /**
   * What there is to know of an item beside its copy: what was learned, and after it what is pending. `isConfirmed`, for a dehydrated cache:
   * instead of what is pending, what the collections' confirmed copies count. They are written down beside the item and must agree with it,
   * though the item may have been read after a request that is still on its way.
   */
  #membershipsOf(kind: MemberKind, id: string, isConfirmed: boolean, after?: number): Membership[] {
    const learned: Membership[] = this.evidence.of(kind, id, after);
    for (const { collectionId, isAdd, isOptimistic } of this.#changesByItem.of(kind, id)) {
      const pending = isOptimistic ? isAdd : undefined;
      const isIn = isConfirmed ? this.counts(this.#queues.get(collectionId) as CollectionQueue, kind, id) : pending;
      if (isIn !== undefined) learned.push([collectionId, isIn]);
    }
    return learned;
  }

  #viewCollection(id: string, { copy }: Row<Collection>): Collection | undefined {
    const queue = this.#queues.get(id);
    if (!queue) return copy;
    const { create } = queue;
    const base = copy ?? (create?.isOptimistic ? provisionalCollection(create) : undefined);
    const fold = queue.foldWith(
      () =>
        new Fold(
          (kind, itemId) => this.counts(queue, kind, itemId),
          (assetId) => this.assets.materialize(assetId)?.copy?.url,
          (kind, itemId) => queue.mayInclude(kind, itemId),
        ),
    );
    return base && fold.on(base);
  }
}
