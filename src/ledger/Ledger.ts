import type { Asset, Collection, Item, Model } from '../api/types.ts';
import { adds, type Change, forEachKind, type ItemKind, provisional } from './Change.ts';
import { type Line, newLine } from './Line.ts';
import { Members } from './Members.ts';
import { merge, type Plan, type WriteRequest } from './merge.ts';
import { FIELDS, type Field, type NewRow, News, PENDING } from './News.ts';
import type { Page, Row } from './Page.ts';
import { Shelf } from './Shelf.ts';
import { Fold, viewItem } from './view.ts';

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
 * What the server is known to hold, and what is asked of it: the confirmed copies, and the pending changes in order.
 *
 * Law: what is shown is always the confirmed copy with the pending changes applied. To begin, settle or drop a change is to change
 * the ledger; there is no earlier state to restore.
 *
 * Time is in milliseconds, made to grow with every event. A read is stamped when its request leaves. It is newer than a copy if it
 * left at or after the time from which that copy holds, and no write to that collection was on its way meanwhile.
 */
export class Ledger {
  readonly lines: Map<string, Line> = new Map();
  readonly members: Members = new Members();
  readonly collections: Shelf<'collections', Collection>;
  readonly assets: Shelf<'assets', Asset>;
  readonly models: Shelf<'models', Model>;
  readonly #clock: () => number;
  #now = 0;
  /** Provisional ids to the server's, and back. */
  readonly #names = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  /** The pending changes that name an item. */
  readonly #wishes = forEachKind(() => new Map<string, Change[]>());
  readonly #news: News = new News(
    (field) => this.shelf(field),
    (id) => this.idOf(id),
  );
  /** When the requests of the reads on their way left. */
  readonly #reads = new Set<number>();
  /** Rows that may be what a create on the wire has made, and its name. */
  readonly #suspects = new Map<string, string>();
  #newest = '';

  constructor(clock: () => number) {
    this.#clock = clock;
    this.collections = new Shelf(
      'collections',
      (id, row) => this.#viewCollection(id, row),
      ({ id }) => !this.#hides(id),
    );
    this.assets = this.#itemShelf<'assets', Asset>('assets');
    this.models = this.#itemShelf<'models', Model>('models');
  }

  /** The server's id, where a provisional one has got it; any other id as it is. */
  idOf(id: string): string {
    return this.#names.get(id) ?? id;
  }

  /** The provisional id of a collection that was made in this page. */
  keyOf(id: string): string | undefined {
    return this.#keys.get(id);
  }

  line(id: string): Line {
    let line = this.lines.get(id);
    if (!line) {
      line = newLine(id);
      this.lines.set(id, line);
    }
    return line;
  }

  // Reads

  /** The stamp of a read whose request leaves now. */
  leave(): number {
    const sent = this.tick();
    this.#reads.add(sent);
    return sent;
  }

  /** A read is over, whatever came of it. */
  arrive(sent: number): void {
    this.#reads.delete(sent);
    const oldest = Math.min(...this.#reads);
    this.#news.forgetBefore(oldest);
  }

  /** What a read says of one collection. Undefined: that it does not exist. */
  receive(id: string, copy: Collection | undefined, sent: number): void {
    const line = this.lines.get(id);
    const row = this.collections.find(id);
    // What does not exist is not made by what is on the wire, and does not come back: the server gives no id twice.
    if (copy && row && sent < row.asOf) return;
    if (line?.flying && copy) {
      if (!line.held || sent >= line.held.sent) line.held = { copy, sent };
      if (row?.copy) return;
      line.blind = true;
      this.#touchCollection(id);
    }
    if (copy && !row?.copy) this.#suspect(copy);
    this.#notice(id, copy, sent);
    this.#confirm(id, copy, sent);
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
        if (isIn) this.#bring({ field: kind, id: item.id, of, at });
    for (const change of this.#wishes[kind].get(item.id) ?? []) {
      this.#touchCollection(change.collectionId);
      if (!row?.copy && change.shown && adds(change.kind))
        this.#bring({ field: kind, id: item.id, of: change.collectionId, at: PENDING });
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
      if (field === 'collections') this.#noteNewest(row);
      if (ids.length === rows.length && this.#isPlain(field, row, page)) plain.push(row);
      else if (field !== 'collections') this.receiveItem(field, row, page.sent);
      else this.receive(row.id, row as object as Collection, this.lines.has(row.id) ? pendingSent : page.sent);
    }
    const of = page.of && this.idOf(page.of);
    const front = page.first ? this.#news.before(field, of, page.sent, ids) : [];
    const made: Page = { ...page, ids: [...front, ...ids], view: undefined, landed: false };
    if (plain.length) this.shelf(field).lay(made, plain);
    return made;
  }

  /** Whether all there is to know of a thing is that a page holds it. */
  #isPlain(field: Field, row: Item, page: Pick<Page, 'of'>): boolean {
    if (this.lines.size || this.#keys.has(row.id) || !this.shelf(field).isPlain(row, page)) return false;
    return field === 'collections' || !this.members.of(field, row.id).length;
  }

  /** A page stands in the cache from now on. */
  hold(field: Field, page: Page): void {
    this.shelf(field).hold(page);
    this.#news.watch(field, page);
  }

  /** A page stands in the cache no more. */
  release(field: Field, page: Page): void {
    this.shelf(field).release(page);
    this.#news.unwatch(page);
  }

  /**
   * Lets go of the oldest copies that nobody shows. The newest stay: what was written may be listed next. While a read is on its way
   * all are needed, to tell which is newer.
   */
  prune(isShown: (field: Field, id: string) => boolean): void {
    if (this.#reads.size) return;
    for (const field of FIELDS) {
      const shelf = this.shelf(field);
      for (const id of shelf.loose) {
        if (shelf.loose.size <= KEPT) break;
        if (this.lines.has(id)) continue;
        shelf.loose.delete(id);
        if (!shelf.pagesOf(id).length && !isShown(field, id)) this.#forget(field, id, isShown);
      }
    }
  }

  /** Lets go of a line that nothing is pending on. */
  tidy(line: Line): void {
    if (!line.changes.length && !line.flying && this.lines.get(line.id) === line) this.lines.delete(line.id);
  }

  // Changes

  /** A change is asked for: from here on it is shown. */
  begin(change: Change): void {
    const { collectionId: id, kind, item, shown, left } = change;
    const line = this.line(id);
    line.changes.push(change);
    if (kind === 'create') {
      this.#keys.set(id, id);
      this.collections.row(id);
      if (shown) this.#bring({ field: 'collections', id, of: undefined, at: PENDING });
    }
    if (item)
      for (const itemId of left) {
        const wishes = this.#wishes[item].get(itemId) ?? [];
        if (!line.assumed[item].has(itemId))
          line.assumed[item].set(itemId, this.#lastKnown(line, item, itemId) ?? !adds(kind));
        this.#wishes[item].set(itemId, [...wishes, change]);
        if (adds(kind) && shown) this.#bring({ field: item, id: itemId, of: id, at: PENDING });
      }
    // The fold stays: this change is the only one that is new to it.
    this.#touch(change);
  }

  /** What is to be done for a collection next. A change that is not ready yet is waited for: order is kept. */
  plan(line: Line): Plan {
    const { changes, id } = line;
    const until = changes.findIndex(({ ready }) => !ready);
    return merge(
      until < 0 ? changes : changes.slice(0, until),
      (item, itemId) => this.known(item, itemId, id),
      (item, itemId) => this.#counts(line, item, itemId),
    );
  }

  /** A request leaves: from here on a read of that collection may or may not hold it. */
  depart(line: Line, request: WriteRequest): void {
    this.tick();
    line.flying = request;
    line.since = this.#newest;
  }

  /** The server has accepted a request, and this is its copy after it. Gives the changes that are settled by it. */
  accept(line: Line, request: WriteRequest, copy: Collection | undefined): Change[] {
    const at = this.tick();
    const { kind, ids, covers } = request;
    this.#land(line);
    if (kind === 'create' && copy) {
      this.#name(line, copy.id);
      this.#bring({ field: 'collections', id: line.id, of: undefined, at });
    }
    this.#notice(line.id, copy, at, request);
    this.#confirm(line.id, copy, at);
    if (kind === 'delete') this.#unlist(line.id);
    for (const id of ids) {
      const item = covers[0]?.item as ItemKind;
      this.members.learn(item, id, line.id, adds(kind), at);
      if (adds(kind)) this.#bring({ field: item, id, of: line.id, at });
      if (line.assumed[item].has(id)) line.assumed[item].set(id, adds(kind));
    }
    for (const change of covers) {
      change.doubts = 0;
      this.#strikeAll(change, request, change.kind === kind ? change.applied : undefined);
    }
    return this.#settle(line, covers);
  }

  /** The server has refused a request, and so has done nothing. Gives the callers that have nothing left to hope for. */
  refuse(line: Line, request: WriteRequest, error: unknown): Change[] {
    const { callers } = request;
    for (const change of callers) {
      change.error ??= error;
      this.#strikeAll(change, request, change.refused);
    }
    return this.#settle(line, callers);
  }

  /** A request has come to nothing: what was read meanwhile counts again. */
  undo(line: Line): void {
    const { held } = line;
    this.#land(line);
    if (held) this.receive(line.id, held.copy, held.sent);
  }

  /** A request has ended without an answer: what was read until now may hold it or not, and counts no more. Gives the time after. */
  endInDoubt(line: Line): number {
    const row = this.collections.find(line.id);
    if (row) row.asOf = this.tick();
    return this.tick();
  }

  /** What was asked after a request without an answer: the truth. */
  settleDoubt(line: Line, copy: Collection | undefined, sent: number): void {
    const row = this.collections.find(line.id);
    this.#land(line);
    if (!row || sent >= row.asOf) this.#confirm(line.id, copy, sent);
  }

  /** Nobody can tell what a request has done that ended at a time: what was known of its ids before says nothing any more. */
  doubtMembers(line: Line, { before, callers }: WriteRequest, at: number): void {
    for (const [id, was] of before) this.members.learn(callers[0]?.item as ItemKind, id, line.id, undefined, at, was);
  }

  /** The confirmed copy of a collection, if there is one. */
  copyOf(id: string): Collection | undefined {
    return this.collections.find(id)?.copy;
  }

  /** True if the server is known not to have a collection. */
  isGone(id: string): boolean {
    const row = this.collections.find(id);
    return !!row && !row.copy && row.asOf > 0;
  }

  /** The server says that it does not have a collection. */
  lose(line: Line): void {
    this.#confirm(line.id, undefined, this.tick());
  }

  /** Wishes that come to nothing. Gives the changes that are settled by it. */
  settleIdle(line: Line, idle: Plan['idle']): Change[] {
    const at = this.tick();
    for (const { change, id } of idle) {
      const { item, kind } = change;
      if (item && adds(kind) && this.known(item, id, line.id)) this.#bring({ field: item, id, of: line.id, at });
      this.#strike(change, id, change.applied);
    }
    return this.#settle(line, [...new Set(idle.map(({ change }) => change))]);
  }

  /** Takes a change out, settled or not. */
  drop(change: Change): void {
    const line = this.lines.get(change.collectionId);
    const at = line ? line.changes.indexOf(change) : -1;
    if (!line || at < 0) return;
    this.#touch(change);
    line.fold = undefined;
    line.changes.splice(at, 1);
    for (const id of change.left) this.#strike(change, id, undefined);
    if (change.kind === 'create') this.#clear(change);
    this.tidy(line);
  }

  /** A provisional id of an earlier page, and what the server named it. */
  rename(key: string, id: string): void {
    this.#names.set(key, id);
    this.#keys.set(id, key);
  }

  /** A confirmed copy out of an earlier page's cache, where the cached lists may hold pending changes. */
  restore(copy: Collection): void {
    this.collections.put(copy.id, copy, Math.max(this.collections.row(copy.id).asOf, this.tick()));
  }

  /** What is known of a membership, without the pending changes. */
  known(item: ItemKind, id: string, collectionId: string): boolean | undefined {
    const line = this.lines.get(collectionId);
    if (line?.changes[0]?.kind === 'create') return false;
    const { flying } = line ?? {};
    if (flying?.covers[0]?.item === item && flying.before.has(id)) return flying.before.get(id);
    const since = this.members.since(item, collectionId);
    const row = this[item].find(id) as Row<Item> | undefined;
    const read = row?.copy && row.asOf >= since ? row : undefined;
    const learned = this.members.known(item, id, collectionId, read?.asOf ?? since - 1);
    return learned ? learned.isIn : read?.copy?.collectionIds.includes(collectionId);
  }

  /** The ledger's time, which every event moves on. */
  tick(): number {
    this.#now = Math.max(this.#now + 0.001, this.#clock());
    return this.#now;
  }

  /** Whether anything is to be shown differently than it was. */
  get isStale(): boolean {
    return FIELDS.some((field) => this.shelf(field).stale.size || this.shelf(field).touched.size);
  }

  /** The shelf of a field, for what is the same for all. */
  shelf(field: Field): Shelf<Field, Item> {
    return this[field] as unknown as Shelf<Field, Item>;
  }

  #itemShelf<K extends ItemKind, T extends Item>(kind: K): Shelf<K, T> {
    return new Shelf<K, T>(
      kind,
      (id, { copy, asOf }) => copy && viewItem(copy, this.members.of(kind, id, asOf), this.#wishes[kind].get(id) ?? []),
      ({ collectionIds }, { of }) => of === undefined || collectionIds.includes(this.idOf(of)),
    );
  }

  #viewCollection(id: string, { copy }: Row<Collection>): Collection | undefined {
    const line = this.lines.get(id);
    if (!line) return copy;
    const { changes } = line;
    const [first] = changes;
    const base = copy ?? (first?.kind === 'create' && first.shown ? provisional(first) : undefined);
    const fold = line.fold ?? this.#newFold(line);
    for (const change of changes.slice(fold.size)) fold.add(change);
    line.fold = fold;
    return base && fold.on(base);
  }

  /** Whether the confirmed copy counts an item. What was learned after a request whose fate is unknown says nothing of a copy from before. */
  #counts(line: Line, item: ItemKind, id: string): boolean | undefined {
    const learned = this.members.known(item, id, line.id, this.collections.find(line.id)?.asOf ?? 0);
    const isDoubted = learned && learned.isIn === undefined;
    return (isDoubted ? learned.was : this.known(item, id, line.id)) ?? line.assumed[item].get(id);
  }

  /** What is known, or was before somebody else had a hand in it. */
  #lastKnown(line: Line, item: ItemKind, id: string): boolean | undefined {
    const known = this.known(item, id, line.id);
    const row = this[item].find(id) as Row<Item> | undefined;
    const isOpen = line.flying?.before.has(id) || this.members.known(item, id, line.id, row?.copy ? row.asOf : -1);
    return known ?? (isOpen ? undefined : row?.copy?.collectionIds.includes(line.id));
  }

  #newFold(line: Line): Fold {
    return new Fold(
      (item, itemId) => this.#counts(line, item, itemId),
      (assetId) => this.assets.find(assetId)?.copy?.url,
      (item, itemId) => line.blind && !!line.flying?.covers.some((by) => by.item === item && by.left.has(itemId)),
    );
  }

  /** What is shown of a collection is to be made anew, from the first change on. */
  #touchCollection(id: string): void {
    const line = this.lines.get(id);
    if (line) line.fold = undefined;
    this.collections.touch(id);
  }

  #hides(id: string): boolean {
    return this.#suspects.has(id) || !!this.lines.get(id)?.fold?.hides;
  }

  #confirm(id: string, copy: Collection | undefined, asOf: number): void {
    const clientKey = this.#keys.get(id);
    if (copy) this.#noteNewest(copy);
    this.collections.put(id, copy && clientKey ? { ...copy, clientKey } : copy, asOf);
  }

  /** What is made from here on is newer than all that is known. */
  #noteNewest({ createdAt }: { createdAt: string }): void {
    if (createdAt > this.#newest) this.#newest = createdAt;
  }

  /** Where a count is not what it should be, somebody else has a hand in it, and what was known of members says nothing any more. */
  #notice(id: string, copy: Collection | undefined, at: number, request?: WriteRequest): void {
    const before = this.copyOf(id);
    if (!copy || !before) return;
    for (const [item, count] of COUNTS) {
      const moved = request?.covers[0]?.item === item ? movedBy(request) : 0;
      if (moved === undefined || copy[count] === before[count] + moved) continue;
      this.#assumeKnown(item, id);
      this.members.doubt(item, id, at);
      this.#touchCollection(id);
    }
  }

  /** What was known last is the best guess. */
  #assumeKnown(item: ItemKind, id: string): void {
    const line = this.lines.get(id);
    for (const change of line?.changes ?? [])
      for (const itemId of change.item === item ? change.left : []) {
        const isIn = this.known(item, itemId, id);
        if (isIn !== undefined) line?.assumed[item].set(itemId, isIn);
      }
  }

  #land(line: Line): void {
    line.flying = line.held = undefined;
    line.blind = false;
    this.#touchCollection(line.id);
  }

  /** A create has got its id: whatever bore the provisional one bears the server's. */
  #name(line: Line, id: string): void {
    const key = line.id;
    this.#keys.delete(key);
    this.rename(key, id);
    this.lines.delete(key);
    this.lines.set(id, line);
    line.id = id;
    for (const change of line.changes) change.collectionId = id;
    this.#news.rename(key, id);
    this.#unlist(key, id);
    this.collections.forget(key);
    for (const kind of ['assets', 'models'] as const)
      for (const itemId of this.#wishes[kind].keys()) this[kind].touch(itemId);
  }

  #forget(field: Field, id: string, isShown: (field: Field, id: string) => boolean): void {
    this.shelf(field).forget(id);
    const key = field === 'collections' ? this.#keys.get(id) : undefined;
    if (key === undefined || key === id || isShown(field, key)) return;
    this.#keys.delete(id);
    this.#names.delete(key);
  }

  /** Takes a row off every page, or puts another in its place. */
  #unlist(id: string, heir?: string): void {
    const { collections } = this;
    this.#news.forget({ field: 'collections', id, of: undefined });
    for (const page of collections.pagesOf(id)) {
      const isNew = heir !== undefined && !page.ids.includes(heir);
      page.ids.splice(page.ids.indexOf(id), 1, ...(isNew ? [heir] : []));
      if (isNew) collections.holdRow(heir, page);
      collections.releaseRow(id, page);
    }
    collections.touched.add(id);
  }

  #bring(row: NewRow): void {
    this.#news.bring(row, row.at === PENDING || this.#reads.size > 0);
  }

  /** A row that nobody knew, with the name of a collection that is being made, may be that collection: it must not stand there twice. */
  #suspect({ id, name, createdAt }: Collection): void {
    for (const { flying, since } of this.lines.values())
      if (flying?.kind === 'create' && flying.callers[0]?.variables.name === name && createdAt >= since)
        this.#suspects.set(id, name);
  }

  #clear({ collectionId, variables }: Change): void {
    if (this.#keys.get(collectionId) === collectionId) {
      this.#keys.delete(collectionId);
      this.#unlist(collectionId);
      this.collections.forget(collectionId);
    }
    for (const [id, name] of this.#suspects)
      if (name === variables.name) {
        this.#suspects.delete(id);
        this.#touchCollection(id);
      }
  }

  /** The ids of a change that a request has named are settled. */
  #strikeAll(change: Change, { before }: WriteRequest, where: string[] | undefined): void {
    for (const id of change.left) if (before.has(id)) this.#strike(change, id, where);
  }

  /** One id of a change is settled, and is written down in `where`. */
  #strike(change: Change, id: string, where: string[] | undefined): void {
    const { item, left, collectionId } = change;
    if (!item || !left.delete(id)) return;
    where?.push(id);
    const wishes = this.#wishes[item].get(id)?.filter((other) => other !== change);
    if (wishes?.length) this.#wishes[item].set(id, wishes);
    else this.#wishes[item].delete(id);
    const isWished = wishes?.some((other) => other.collectionId === collectionId && other.shown && adds(other.kind));
    if (!isWished) this.#news.forget({ field: item, id, of: collectionId }, true);
    if (!wishes?.some((other) => other.collectionId === collectionId))
      this.lines.get(collectionId)?.assumed[item].delete(id);
    this.shelf(item).touch(id);
  }

  #settle(line: Line, changes: readonly Change[]): Change[] {
    this.#touchCollection(line.id);
    const done = changes.filter(({ left }) => !left.size);
    for (const change of done) this.drop(change);
    return done;
  }

  #touch({ collectionId, item, left }: Change): void {
    this.collections.touch(collectionId);
    if (item) for (const id of left) this.shelf(item).touch(id);
  }
}
