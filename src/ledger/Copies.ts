import type { Asset, Collection, Item, Model } from '../api/types.ts';
import { adds, type ItemKind, provisional } from './Change.ts';
import type { Line } from './Line.ts';
import { Members } from './Members.ts';
import { Memberships } from './Memberships.ts';
import type { WriteRequest } from './merge.ts';
import { Names } from './Names.ts';
import { FIELDS, type Field, type NewRow, News, PENDING } from './News.ts';
import type { Page, Row } from './Page.ts';
import { Shelf } from './Shelf.ts';
import { Suspects } from './Suspects.ts';
import { Time } from './Time.ts';
import { Fold, viewItem } from './view.ts';
import type { Wishes } from './Wishes.ts';

const COUNTS = [
  ['assets', 'assetCount'],
  ['models', 'modelCount'],
] as const;

/** By how much an accepted request moves a count. An add is accepted only if all of it was out; a remove does not say what was in. */
function movedBy({ kind, ids, before }: WriteRequest): number | undefined {
  if (adds(kind)) return ids.length;
  const known = [...before.values()];
  return known.includes(undefined) ? undefined : -known.filter(Boolean).length;
}

/** How many copies of each kind are kept that nobody shows. */
const KEPT = 500;

/**
 * What the server is known to hold, and what is shown of it: the confirmed copies, with the pending changes applied.
 *
 * A read is newer than a copy if it left at or after the time from which that copy holds, and no write to that collection was on its
 * way meanwhile.
 */
export class Copies {
  readonly time: Time;
  readonly names: Names = new Names();
  readonly members: Members = new Members();
  readonly suspects: Suspects = new Suspects();
  readonly collections: Shelf<'collections', Collection>;
  readonly assets: Shelf<'assets', Asset>;
  readonly models: Shelf<'models', Model>;
  readonly news: News;
  readonly known: Memberships;
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #wishes: Wishes;

  constructor(clock: () => number, lines: ReadonlyMap<string, Line>, wishes: Wishes) {
    this.#lines = lines;
    this.#wishes = wishes;
    this.time = new Time(clock);
    this.news = new News(
      (field) => this.shelf(field),
      (id) => this.names.idOf(id),
    );
    this.known = new Memberships(lines, this.members, (kind, id) => this.shelf(kind).find(id));
    this.collections = new Shelf(
      'collections',
      (id, row) => this.#viewCollection(id, row),
      ({ id }) => !this.suspects.has(id) && !lines.get(id)?.fold?.hides,
    );
    this.assets = this.#itemShelf<'assets', Asset>('assets');
    this.models = this.#itemShelf<'models', Model>('models');
  }

  /** The shelf of a field, for what is the same for all. */
  shelf(field: Field): Shelf<Field, Item> {
    return this[field] as unknown as Shelf<Field, Item>;
  }

  /** Whether anything is to be shown differently than it was. */
  get isStale(): boolean {
    return FIELDS.some((field) => this.shelf(field).stale.size || this.shelf(field).touched.size);
  }

  /** The confirmed copy of a collection, if there is one. */
  copyOf(id: string): Collection | undefined {
    return this.collections.find(id)?.copy;
  }

  /** Whether the confirmed copy of a collection counts an item. */
  counts(line: Line, kind: ItemKind, id: string): boolean | undefined {
    return this.known.isCounted(line, kind, id, this.collections.find(line.id)?.asOf ?? 0);
  }

  /** True if the server is known not to have a collection. */
  isGone(id: string): boolean {
    const row = this.collections.find(id);
    return !!row && !row.copy && row.asOf > 0;
  }

  /** A read is over, whatever came of it. */
  arrive(sent: number): void {
    this.time.arrive(sent);
    this.news.forgetBefore(this.time.oldest);
  }

  /** What a read says of one collection. Undefined: that it does not exist. */
  receive(id: string, copy: Collection | undefined, sent: number): void {
    const line = this.#lines.get(id);
    const row = this.collections.find(id);
    // What does not exist is not made by what is on the wire, and does not come back: the server gives no id twice.
    if (copy && row && sent < row.asOf) return;
    if (line?.flying && copy) {
      if (!line.held || sent >= line.held.sent) line.held = { copy, sent };
      if (row?.copy) return;
      line.blind = true;
      this.touch(id);
    }
    if (copy && !row?.copy) this.suspects.meet(copy, this.#lines.values());
    this.notice(id, copy, sent);
    this.confirm(id, copy, sent);
  }

  /** What a read says of one item. */
  receiveItem(kind: ItemKind, item: Item, sent: number): void {
    const shelf = this.shelf(kind);
    const row = shelf.find(item.id);
    if (row?.copy && sent < row.asOf) return;
    // The copy may say what it said before, and overrule by that what was learned since.
    if (row && this.members.of(kind, item.id, row.asOf).length) shelf.touch(item.id);
    shelf.put(item.id, item, sent);
    // What was added before anybody knew how it looks.
    if (!row?.copy)
      for (const [of, isIn, at] of this.members.of(kind, item.id))
        if (isIn) this.bring({ field: kind, id: item.id, of, at });
    for (const change of this.#wishes.of(kind, item.id)) {
      this.touch(change.collectionId);
      if (!row?.copy && change.shown && adds(change.kind))
        this.bring({ field: kind, id: item.id, of: change.collectionId, at: PENDING });
    }
  }

  /**
   * A page as the server answered it, with what it cannot know yet put in front. `pendingSent` is the time from which its rows hold
   * for which something is pending.
   */
  page(
    field: Field,
    rows: readonly (Collection | Item)[],
    page: Omit<Page, 'ids' | 'view' | 'landed'>,
    pendingSent: number = page.sent,
  ): Page {
    const ids = [...new Set(rows.map(({ id }) => id))];
    const plain: Item[] = [];
    for (const row of rows as Item[]) {
      if (field === 'collections') this.suspects.note(row);
      if (ids.length === rows.length && this.#isPlain(field, row, page)) plain.push(row);
      else if (field !== 'collections') this.receiveItem(field, row, page.sent);
      else this.receive(row.id, row as object as Collection, this.#lines.has(row.id) ? pendingSent : page.sent);
    }
    const of = page.of && this.names.idOf(page.of);
    const front = page.first ? this.news.before(field, of, page.sent, ids) : [];
    const made: Page = { ...page, ids: [...front, ...ids], view: undefined, landed: false };
    if (plain.length) this.shelf(field).lay(made, plain);
    return made;
  }

  /** Whether all there is to know of a thing is that a page holds it. */
  #isPlain(field: Field, row: Item, page: Pick<Page, 'of'>): boolean {
    if (this.#lines.size || this.names.keyOf(row.id) || !this.shelf(field).isPlain(row, page)) return false;
    return field === 'collections' || !this.members.of(field, row.id).length;
  }

  /** A page stands in the cache from now on. */
  hold(field: Field, page: Page): void {
    this.shelf(field).hold(page);
    this.news.watch(field, page);
  }

  /** A page stands in the cache no more. */
  release(field: Field, page: Page): void {
    this.shelf(field).release(page);
    this.news.unwatch(page);
  }

  /**
   * Lets go of the oldest copies that nobody shows. The newest stay: what was written may be listed next. While a read is on its way
   * all are needed, to tell which is newer.
   */
  prune(isShown: (field: Field, id: string) => boolean): void {
    if (this.time.isReading) return;
    for (const field of FIELDS) {
      const shelf = this.shelf(field);
      for (const id of shelf.loose) {
        if (shelf.loose.size <= KEPT) break;
        if (this.#lines.has(id)) continue;
        shelf.loose.delete(id);
        if (shelf.pagesOf(id).length || isShown(field, id)) continue;
        shelf.forget(id);
        const key = field === 'collections' ? this.names.keyOf(id) : undefined;
        if (key !== undefined && key !== id && !isShown(field, key)) this.names.forget(id);
      }
    }
  }

  /** A confirmed copy out of an earlier page's cache, where the cached lists may hold pending changes. */
  restore(copy: Collection): void {
    this.collections.put(copy.id, copy, Math.max(this.collections.row(copy.id).asOf, this.time.tick()));
  }

  /** What the server holds from a time on. Undefined: nothing. */
  confirm(id: string, copy: Collection | undefined, asOf: number): void {
    const clientKey = this.names.keyOf(id);
    if (copy) this.suspects.note(copy);
    this.collections.put(id, copy && clientKey ? { ...copy, clientKey } : copy, asOf);
  }

  /** Where a count is not what it should be, somebody else has a hand in it, and what was known of members says nothing any more. */
  notice(id: string, copy: Collection | undefined, at: number, request?: WriteRequest): void {
    const before = this.copyOf(id);
    const line = this.#lines.get(id);
    if (!copy || !before) return;
    for (const [kind, count] of COUNTS) {
      const moved = request?.covers[0]?.item === kind ? movedBy(request) : 0;
      if (moved === undefined || copy[count] === before[count] + moved) continue;
      if (line) this.known.assume(line, kind);
      this.members.doubt(kind, id, at);
      this.touch(id);
    }
  }

  /** What is shown of a collection is to be made anew, from the first change on. */
  touch(id: string): void {
    const line = this.#lines.get(id);
    if (line) line.fold = undefined;
    this.collections.touch(id);
  }

  /** A row is new. */
  bring(row: NewRow): void {
    this.news.bring(row, row.at === PENDING || this.time.isReading);
  }

  /** Takes a row off every page, or puts another in its place. */
  unlist(id: string, heir?: string): void {
    const { collections } = this;
    this.news.forget({ field: 'collections', id, of: undefined });
    for (const page of collections.pagesOf(id)) {
      const isNew = heir !== undefined && !page.ids.includes(heir);
      page.ids.splice(page.ids.indexOf(id), 1, ...(isNew ? [heir] : []));
      if (isNew) collections.holdRow(heir, page);
      collections.releaseRow(id, page);
    }
    collections.touched.add(id);
  }

  #itemShelf<K extends ItemKind, T extends Item>(kind: K): Shelf<K, T> {
    return new Shelf<K, T>(
      kind,
      (id, { copy, asOf }) => copy && viewItem(copy, this.members.of(kind, id, asOf), this.#wishes.of(kind, id)),
      ({ collectionIds }, { of }) => of === undefined || (collectionIds?.includes(this.names.idOf(of)) ?? true),
    );
  }

  #viewCollection(id: string, { copy }: Row<Collection>): Collection | undefined {
    const line = this.#lines.get(id);
    if (!line) return copy;
    const { changes } = line;
    const [first] = changes;
    const base = copy ?? (first?.kind === 'create' && first.shown ? provisional(first) : undefined);
    const fold = line.fold ?? this.#newFold(line);
    for (const change of changes.slice(fold.size)) fold.add(change);
    line.fold = fold;
    return base && fold.on(base);
  }

  #newFold(line: Line): Fold {
    return new Fold(
      (item, itemId) => this.counts(line, item, itemId),
      (assetId) => this.assets.find(assetId)?.copy?.url,
      (item, itemId) => line.blind && !!line.flying?.covers.some((by) => by.item === item && by.left.has(itemId)),
    );
  }
}
