import { areSame } from './areSame.ts';
import { keepAddresses } from './keepAddresses.ts';
import { type IndexEntry, isPage, isWithin, type Page, type PageView, pagesIn, type Row } from './Page.ts';
import { isProvisional } from './provisionalId.ts';
import { same } from './same.ts';

/** A page as its table has it, which may write into it. */
type OwnPage = { -readonly [K in keyof Page]: Page[K] };

/** Where it is the page itself that differs: no entity has this id. */
const WHOLE = '';

/** Every view that was ever made of a page leads to it, outdated ones too: so a page that a `fetchNextPage` has carried along finds its view as of now. */
const pageByView = new WeakMap<object, { page: Page; table: EntityTable<string, { id: string }> }>();

/** The page that a view leads to, and its table. */
function lookUp(view: object): ReturnType<typeof pageByView.get> {
  const found = pageByView.get(view);
  return found?.table.hasForgotten(found.page) ? undefined : found;
}

/** The page behind what stands in a cache, unless it was put there by somebody else, such as the ledger of another cache. */
export function pageOf(view: object, table: object): Page | undefined {
  const found = lookUp(view);
  return found?.table === table ? found.page : undefined;
}

/**
 * What is to stand in the cache for a page that arrives: its view as of now, since a change may have begun on the way. If it says
 * what `old` says, `old` stays, and so does the page behind it.
 */
export function resolveIncomingPage(view: object, old: object | undefined): object {
  const found = lookUp(view);
  if (!found) return view;
  const { page, table } = found;
  const now = table.viewOf(page);
  const before = old && pageOf(old, table);
  // Where the rows are the same, the token that the server gave with them is as good as it was.
  const isOther = isWithin(page.token) ? !before?.token : before?.token !== page.token;
  if (!before || isOther || !areSame(table.rowsIn(now), table.rowsIn(old))) return now;
  table.refreshFrom(before, page);
  return old;
}

/** Whether a page that arrives has a row that another of the pages has too. */
export function hasDuplicateRows(view: object, views: readonly object[]): boolean {
  const found = pageByView.get(view);
  if (!found) return true;
  const { page, table } = found;
  const isOther = (other: Page) => other !== page && !!other.view && views.includes(other.view);
  return page.ids.some((id) => table.pagesOf(id).some(isOther));
}

/**
 * The newest copy of each entity of one kind, once, and the pages that show it.
 *
 * Laws: whatever page an entity stands on, it is the same object. What did not change keeps its identity: an entity, a page. To change
 * an entity visits the pages that hold it and no others.
 */
export class EntityTable<F extends string, T extends { id: string }> {
  /** The API's name for the entities. */
  readonly kind: F;
  readonly #entries = new Map<string, IndexEntry<T>>();
  /** Pages whose view no longer holds, and what differs on them: some entities, or the page as a whole. */
  readonly #dirtyPages = new Map<Page, Set<string>>();
  readonly #dirtyIds = new Set<string>();
  readonly #unreferenced = new Set<string>();
  /** Where the next entity is looked for on a page: they are asked for one after another mostly. */
  #next = 0;
  readonly #view: (id: string, row: Row<T>) => T | undefined;
  readonly #shows: (view: T, page: Pick<Page, 'collectionId'>, isConfirmed?: boolean) => boolean;
  readonly #confirmed: (id: string, row: Row<T>) => T | undefined;

  /**
   * `view` makes what is shown of a row; `shows` tells whether a page shows it, or would without what is pending; `confirmed` gives what the
   * server is known to hold of it.
   */
  constructor(
    kind: F,
    view: (id: string, row: Row<T>) => T | undefined,
    shows: (view: T, page: Pick<Page, 'collectionId'>, isConfirmed?: boolean) => boolean,
    confirmed: (id: string, row: Row<T>) => T | undefined = (_, { copy }) => copy,
  ) {
    this.kind = kind;
    this.#view = view;
    this.#shows = shows;
    this.#confirmed = confirmed;
  }

  /** Whether anything is to be shown differently than it was. */
  get isDirty(): boolean {
    return this.#dirtyPages.size > 0 || this.#dirtyIds.size > 0;
  }

  /** Pages whose view no longer holds. */
  get dirtyPages(): Iterable<Page> {
    return this.#dirtyPages.keys();
  }

  /** Entities whose view no longer holds, for those who show one alone. */
  get dirtyIds(): ReadonlySet<string> {
    return this.#dirtyIds;
  }

  clearDirtyIds(): void {
    this.#dirtyIds.clear();
  }

  /** Entities that no page shows (any more), those first that were let go of first. */
  get unreferenced(): ReadonlySet<string> {
    return this.#unreferenced;
  }

  /** All that are known. */
  get ids(): Iterable<string> {
    return this.#entries.keys();
  }

  /** Says that nobody shows an entity by itself any more. */
  markUnreferenced(id: string): void {
    this.#unreferenced.add(id);
  }

  /** Takes an entity out of those that may be let go of. */
  markReferenced(id: string): void {
    this.#unreferenced.delete(id);
  }

  /** A page without what is pending. */
  confirmedView(page: Page): object {
    const rows = page.ids.flatMap((id) => {
      const row = this.materialize(id);
      const copy = row && this.#confirmed(id, row);
      // A collection that is to be deleted is hidden, and there.
      return copy && (this.kind === 'collections' || this.#shows(copy, page, true)) ? copy : [];
    });
    return { [this.kind]: rows, ...(page.token !== undefined && { nextPaginationToken: page.token }) };
  }

  /** The row of an entity, made where only a page holds it so far; undefined where nothing is known of it. */
  materialize(id: string): Row<T> | undefined {
    const entry = this.#entries.get(id);
    if (!entry || !isPage(entry)) return entry;
    return this.#add(id, this.#shownOn(entry, id), entry.requestedAt, entry);
  }

  /** The row of an entity that may be new. */
  row(id: string): Row<T> {
    return this.materialize(id) ?? this.#add(id, undefined, 0, undefined);
  }

  #add(id: string, copy: T | undefined, asOf: number, pages: Page | undefined): Row<T> {
    const row: Row<T> = { copy, before: undefined, asOf, toldAt: asOf, view: copy, fresh: !!copy, pages };
    this.#entries.set(id, row);
    return row;
  }

  /** Takes in a page that was just read with those of its entities that nothing is known of but this. */
  addPage(page: Page, copies: T[]): void {
    for (const { id } of copies) this.#entries.set(id, page);
    this.#setView(page, copies);
  }

  /** Whether nothing is known of an entity, and the page shows it as it is. */
  isUntracked(copy: T, page: Pick<Page, 'collectionId'>): boolean {
    return !this.#entries.has(copy.id) && this.#shows(copy, page);
  }

  /** Lets go of an entity that no page shows. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#unreferenced.delete(id);
  }

  /** Writes a newer copy. One that says the same leaves the old object in place. */
  write(id: string, copy: T | undefined, asOf: number): void {
    const row = this.row(id);
    const next = row.copy && copy && keepAddresses(row.copy, copy, row.asOf, asOf);
    row.asOf = row.toldAt = asOf;
    if (!row.pages) this.#unreferenced.add(id);
    if (next && same(row.copy, next)) return;
    row.before = row.copy;
    row.copy = next ?? copy;
    this.invalidate(id);
  }

  /** Says that the copy of an entity holds from a later time only. */
  markAsOf(id: string, asOf: number): void {
    const row = this.materialize(id);
    if (row) row.asOf = Math.max(row.asOf, asOf);
  }

  /** Says that the view of an entity no longer holds. */
  invalidate(id: string): void {
    const row = this.materialize(id);
    if (!row) return;
    row.fresh = false;
    this.#dirtyIds.add(id);
    for (const page of pagesIn(row)) this.invalidatePage(page, id);
  }

  /** Says that whoever shows an entity by itself has to look again. */
  markDirty(id: string): void {
    this.#dirtyIds.add(id);
  }

  /** Says that the view of a page no longer holds: because of one entity on it, or as a whole. */
  invalidatePage(page: Page, id: string = WHOLE): void {
    const ids = this.#dirtyPages.get(page);
    if (ids) ids.add(id);
    else this.#dirtyPages.set(page, new Set([id]));
  }

  /** An entity as it is to be shown, or undefined where there is none. */
  get(id: string): T | undefined {
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    return isPage(entry) ? this.#shownOn(entry, id) : this.#viewIn(id, entry);
  }

  #viewIn(id: string, row: Row<T>): T | undefined {
    if (!row.fresh) {
      const view = this.#view(id, row);
      if (!(row.view && view && same(row.view, view))) row.view = view;
      row.fresh = true;
    }
    return row.view;
  }

  /** What stands in the cache for a page. The same object as long as its rows are the same. */
  viewOf(page: Page): object {
    const old = page.view as PageView<F, T> | undefined;
    const ids = this.#dirtyPages.get(page);
    if (old && !ids) return old;
    this.#dirtyPages.delete(page);
    const rows = (old && ids && this.#patched(old[this.kind], ids, page)) ?? this.#rowsOf(page);
    if (old && areSame(old[this.kind], rows)) return old;
    return this.#setView(page, rows);
  }

  #setView(page: OwnPage, rows: T[]): object {
    const view = { [this.kind]: rows, ...(page.token !== undefined && { nextPaginationToken: page.token }) };
    page.view = view;
    pageByView.set(view, { page, table: this as unknown as EntityTable<string, { id: string }> });
    return view;
  }

  #rowsOf(page: Page): T[] {
    const rows: T[] = [];
    for (const id of page.ids) {
      const view = this.get(id);
      if (!view || !this.#shows(view, page)) continue;
      rows.push(view);
      this.#compact(id, page);
    }
    return rows;
  }

  /** The rows of what stands in the cache for a page. */
  rowsIn(view: object | undefined): readonly T[] {
    return (view as PageView<F, T> | undefined)?.[this.kind] ?? [];
  }

  #shownOn(page: Page, id: string): T | undefined {
    const rows = this.rowsIn(page.view);
    if (rows[this.#next]?.id !== id) this.#next = rows.findIndex((row) => row.id === id);
    return rows[this.#next++];
  }

  /** Lets go of a row that duplicates the one page that shows it. */
  #compact(id: string, page: Page): void {
    const entry = this.#entries.get(id);
    if (!entry || isPage(entry)) return;
    const { copy, view, asOf, fresh, pages } = entry;
    if (pages === page && fresh && copy && copy === view && asOf === page.requestedAt) this.#entries.set(id, page);
  }

  /** The rows with some exchanged, without a look at the others; undefined where one has come or gone, or the page is to be made anew. */
  #patched(old: readonly T[], ids: ReadonlySet<string>, page: Page): T[] | undefined {
    const rows = old.slice();
    for (const id of ids) {
      const view = this.get(id);
      const at = rows.findIndex((row) => row.id === id);
      if (at < 0 || !view || !this.#shows(view, page)) return undefined;
      rows[at] = view;
    }
    return rows;
  }

  /**
   * Whether a page that is put back was let go of, and some of what stands on it is not known any more: it is data like any other then. What has no
   * id of the server's is nowhere but here.
   */
  hasForgotten(page: Page): boolean {
    return page.isReleased && page.ids.some((id) => !this.#entries.has(id) && !isProvisional(id));
  }

  /** Makes a page known to the entities on it, so that a change to one finds it. */
  retain(page: OwnPage, inCache: boolean = page.inCache): void {
    page.inCache = inCache;
    page.isReleased = false;
    for (const id of page.ids) this.#retainRow(id, page);
  }

  /** Says what a page holds, in order. */
  setIds(page: OwnPage, ids: string[]): void {
    page.ids = ids;
  }

  /** Puts an entity on a page. */
  insertRow(id: string, page: OwnPage, at: number): void {
    page.ids.splice(at, 0, id);
    this.#retainRow(id, page);
  }

  /** Takes an entity off a page, where it puts another in its place that is not on it yet. */
  replaceRow(id: string, page: OwnPage, replacement: string | undefined): void {
    const isNew = replacement !== undefined && !page.ids.includes(replacement);
    page.ids.splice(page.ids.indexOf(id), 1, ...(isNew ? [replacement] : []));
    if (isNew) this.#retainRow(replacement, page);
    this.#releaseRow(id, page);
  }

  #retainRow(id: string, page: Page): void {
    if (this.#entries.get(id) === page) return;
    const pages = this.pagesOf(id);
    if (pages.includes(page)) return;
    this.row(id).pages = pages.length ? [...pages, page] : page;
    // Where the page is no new one, what stands in it may be what was shown when it was let go of.
    this.invalidatePage(page);
  }

  /** A page that nobody shows any more. */
  release(page: OwnPage): void {
    for (const id of page.ids) this.#releaseRow(id, page);
    this.#dirtyPages.delete(page);
    page.isReleased = true;
  }

  #releaseRow(id: string, page: Page): void {
    const row = this.materialize(id);
    if (!row) return;
    const pages = pagesIn(row).filter((other) => other !== page);
    const [first] = pages;
    row.pages = pages.length > 1 ? pages : first;
    this.invalidatePage(page);
    if (!first) this.#unreferenced.add(id);
    else if (row.view && this.rowsIn(first.view).includes(row.view)) this.#compact(id, first);
  }

  /** A page was read again and says what it said: it is as new as that. The server's order may have changed where nothing is seen of it. */
  refreshFrom(page: OwnPage, by: Page): void {
    const before = page.ids;
    page.ids = by.ids.slice();
    page.requestedAt = Math.max(page.requestedAt, by.requestedAt);
    for (const id of before) if (!page.ids.includes(id)) this.#releaseRow(id, page);
    this.retain(page);
  }

  /** The pages that show an entity. */
  pagesOf(id: string): readonly Page[] {
    return pagesIn(this.#entries.get(id));
  }
}
