import { type Entry, isPage, type Page, type PageView, pagesIn, type Row } from './Page.ts';
import { same } from './same.ts';

/** Where it is the page itself that differs: no thing has this id. */
const WHOLE = '';

const behind = new WeakMap<object, { page: Page; shelf: Shelf<string, { id: string }> }>();

/** The page behind what stands in a cache, unless it was put there by somebody else, such as the ledger of another cache. */
export function pageOf(view: object, shelf: object): Page | undefined {
  const found = behind.get(view);
  return found?.shelf === shelf ? found.page : undefined;
}

/**
 * What is to stand in the cache for a page that arrives: its view as of now, since a change may have begun on the way. If it says
 * what `old` says, `old` stays, and so does the page behind it.
 */
export function arriving(view: object, old: object | undefined): object {
  const found = behind.get(view);
  if (!found) return view;
  const { page, shelf } = found;
  const now = shelf.viewOf(page);
  const before = old && pageOf(old, shelf);
  if (!before || before.token !== page.token || !areSame(shelf.rowsIn(now), shelf.rowsIn(old))) return now;
  shelf.renew(before, page);
  return old;
}

/** Whether a page that arrives has a row that another of the pages has too. */
export function isDoubled(view: object, views: readonly object[]): boolean {
  const found = behind.get(view);
  if (!found) return true;
  const { page, shelf } = found;
  const isOther = (other: Page) => other !== page && !!other.view && views.includes(other.view);
  return page.ids.some((id) => shelf.pagesOf(id).some(isOther));
}

const areSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((row, i) => row === b[i]);

/**
 * The newest copy of each thing of one kind, once, and the pages that show it.
 *
 * Laws: whatever page a thing stands on, it is the same object. What did not change keeps its identity: a thing, a page. To change
 * a thing visits the pages that hold it and no others.
 */
export class Shelf<F extends string, T extends { id: string }> {
  /** Pages whose view no longer holds, and what differs on them: some things, or the page as a whole. */
  readonly stale: Map<Page, Set<string>> = new Map();
  /** Things whose view no longer holds, for those who show one alone. */
  readonly touched: Set<string> = new Set();
  /** Things that no page shows any more, or did never. */
  readonly loose: Set<string> = new Set();
  readonly field: F;
  readonly #entries = new Map<string, Entry<T>>();
  /** Where the next thing is looked for on a page: they are asked for one after another mostly. */
  #next = 0;
  readonly #view: (id: string, row: Row<T>) => T | undefined;
  readonly #shows: (view: T, page: Pick<Page, 'of'>) => boolean;

  constructor(
    field: F,
    view: (id: string, row: Row<T>) => T | undefined,
    shows: (view: T, page: Pick<Page, 'of'>) => boolean,
  ) {
    this.field = field;
    this.#view = view;
    this.#shows = shows;
  }

  /** The row of a thing; undefined where nothing is known of it. */
  find(id: string): Row<T> | undefined {
    const entry = this.#entries.get(id);
    if (!entry || !isPage(entry)) return entry;
    return this.#add(id, this.#shownOn(entry, id), entry.sent, entry);
  }

  /** The row of a thing that may be new. */
  row(id: string): Row<T> {
    return this.find(id) ?? this.#add(id, undefined, 0, undefined);
  }

  #add(id: string, copy: T | undefined, asOf: number, pages: Page | undefined): Row<T> {
    const row: Row<T> = { copy, asOf, view: copy, fresh: !!copy, pages };
    this.#entries.set(id, row);
    return row;
  }

  /** Puts down a page that was just read with those of its things that nothing is known of but this. */
  lay(page: Page, copies: T[]): void {
    for (const { id } of copies) this.#entries.set(id, page);
    this.#setView(page, copies);
    if (copies.length < page.ids.length) this.spoil(page);
  }

  /** Whether nothing is known of a thing, and the page shows it as it is. */
  isPlain(copy: T, page: Pick<Page, 'of'>): boolean {
    return !this.#entries.has(copy.id) && this.#shows(copy, page);
  }

  /** Lets go of a thing that no page shows. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.loose.delete(id);
  }

  /** Puts down a newer copy. One that says the same leaves the old object in place. */
  put(id: string, copy: T | undefined, asOf: number): void {
    const row = this.row(id);
    row.asOf = asOf;
    if (!row.pages) this.loose.add(id);
    if (row.copy && copy && same(row.copy, copy)) return;
    row.copy = copy;
    this.touch(id);
  }

  /** Says that the view of a thing no longer holds. */
  touch(id: string): void {
    const row = this.find(id);
    if (!row) return;
    row.fresh = false;
    this.touched.add(id);
    for (const page of pagesIn(row)) this.spoil(page, id);
  }

  /** Says that the view of a page no longer holds: because of one thing on it, or as a whole. */
  spoil(page: Page, id: string = WHOLE): void {
    const ids = this.stale.get(page);
    if (ids) ids.add(id);
    else this.stale.set(page, new Set([id]));
  }

  /** A thing as it is to be shown, or undefined where there is none. */
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
    const ids = this.stale.get(page);
    if (old && !ids) return old;
    this.stale.delete(page);
    const rows = (old && ids && this.#patched(old[this.field], ids, page)) ?? this.#rowsOf(page);
    if (old && areSame(old[this.field], rows)) return old;
    return this.#setView(page, rows);
  }

  #setView(page: Page, rows: T[]): object {
    const view = { [this.field]: rows, ...(page.token !== undefined && { nextPaginationToken: page.token }) };
    page.view = view;
    behind.set(view, { page, shelf: this as unknown as Shelf<string, { id: string }> });
    return view;
  }

  #rowsOf(page: Page): T[] {
    const rows: T[] = [];
    for (const id of page.ids) {
      const view = this.get(id);
      if (!view || !this.#shows(view, page)) continue;
      rows.push(view);
      this.#rest(id, page);
    }
    return rows;
  }

  /** The rows of what stands in the cache for a page. */
  rowsIn(view: object | undefined): readonly T[] {
    return (view as PageView<F, T> | undefined)?.[this.field] ?? [];
  }

  #shownOn(page: Page, id: string): T | undefined {
    const rows = this.rowsIn(page.view);
    if (rows[this.#next]?.id !== id) this.#next = rows.findIndex((row) => row.id === id);
    return rows[this.#next++];
  }

  /** Lets go of a row that says no more than the page that shows it. */
  #rest(id: string, page: Page): void {
    const entry = this.#entries.get(id);
    if (!entry || isPage(entry)) return;
    const { copy, view, asOf, fresh, pages } = entry;
    if (pages === page && fresh && copy && copy === view && asOf === page.sent) this.#entries.set(id, page);
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

  /** Makes a page known to the things on it, so that a change to one finds it. */
  hold(page: Page): void {
    for (const id of page.ids) this.holdRow(id, page);
  }

  holdRow(id: string, page: Page): void {
    const pages = this.pagesOf(id);
    if (pages.includes(page)) return;
    this.row(id).pages = pages.length ? [...pages, page] : page;
    // Where the page is no new one, what stands in it may be what was shown when it was let go of.
    this.spoil(page);
  }

  /** A page that nobody shows any more. */
  release(page: Page): void {
    for (const id of page.ids) this.releaseRow(id, page);
    this.stale.delete(page);
  }

  releaseRow(id: string, page: Page): void {
    const row = this.find(id);
    if (!row) return;
    const pages = pagesIn(row).filter((other) => other !== page);
    const [first] = pages;
    row.pages = pages.length > 1 ? pages : first;
    this.spoil(page);
    if (!first) this.loose.add(id);
    else if (row.view && this.rowsIn(first.view).includes(row.view)) this.#rest(id, first);
  }

  /** A page was read again and says what it said: it is as new as that. The server's order may have changed where nothing is seen of it. */
  renew(page: Page, by: Page): void {
    const before = page.ids;
    page.ids = by.ids.slice();
    page.sent = Math.max(page.sent, by.sent);
    for (const id of before) if (!page.ids.includes(id)) this.releaseRow(id, page);
    this.hold(page);
  }

  /** The pages that show a thing. */
  pagesOf(id: string): readonly Page[] {
    return pagesIn(this.#entries.get(id));
  }
}
