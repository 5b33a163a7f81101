import type { Item } from '../api/types.ts';
import type { ItemKind } from './Change.ts';
import type { Page } from './Page.ts';
import type { Shelf } from './Shelf.ts';

/** The kinds of things that are shown, by the API's name for them. */
export type Field = 'collections' | ItemKind;

/** A row that a page on its way cannot hold yet. */
export interface NewRow {
  readonly field: Field;
  readonly id: string;
  /** The collection whose contents it is new in. */
  readonly of: string | undefined;
  /** Pages whose request left before do not hold it. */
  readonly at: number;
}

/** The time of a row that the server does not know yet. */
export const PENDING: number = Number.POSITIVE_INFINITY;

const keyOf = ({ field, id, of }: Omit<NewRow, 'at'>): string => `${field} ${of ?? ''} ${id}`;

/**
 * New rows stand in front: of the first pages that are there, and of those that are on their way and cannot hold them.
 *
 * An item is brought only if a copy of it is known; there is nothing to show of it otherwise.
 */
export class News {
  readonly #rows = new Map<string, NewRow>();
  readonly #firsts = new Map<Page, Field>();
  readonly #shelf: (field: Field) => Shelf<Field, Item>;
  readonly #idOf: (id: string) => string;

  constructor(shelf: (field: Field) => Shelf<Field, Item>, idOf: (id: string) => string) {
    this.#shelf = shelf;
    this.#idOf = idOf;
  }

  /** A page on which new rows are to be put. */
  watch(field: Field, page: Page): void {
    if (page.first) this.#firsts.set(page, field);
  }

  unwatch(page: Page): void {
    this.#firsts.delete(page);
  }

  /** Puts a row in front. It is kept for the pages that are on their way, if there are any. */
  bring(row: NewRow, isKept: boolean): void {
    const { field, id, of } = row;
    this.#rows.delete(keyOf(row));
    if (isKept) this.#rows.set(keyOf(row), row);
    if (!this.#isKnown(row)) return;
    const shelf = this.#shelf(field);
    for (const [page, its] of this.#firsts) {
      if (its !== field || (page.of && this.#idOf(page.of)) !== of) continue;
      if (page.sent >= row.at) continue;
      const isThere = page.landed && shelf.pagesOf(id).some(({ list, landed }) => list === page.list && landed);
      if (isThere || page.ids.includes(id)) continue;
      page.ids.unshift(id);
      shelf.holdRow(id, page);
    }
  }

  /** The ids that belong in front of a first page whose request left at a time, the newest first. */
  before(field: Field, of: string | undefined, sent: number, ids: readonly string[]): string[] {
    const fits = (row: NewRow) =>
      row.field === field && row.of === of && row.at > sent && !ids.includes(row.id) && this.#isKnown(row);
    return [...this.#rows.values()]
      .filter(fits)
      .map(({ id }) => id)
      .reverse();
  }

  /** No page on its way has left before this time. */
  forgetBefore(time: number): void {
    for (const [key, { at }] of this.#rows) if (at < time) this.#rows.delete(key);
  }

  /** A row is no news: it is gone, or (`onlyPending`) nobody wishes it any more. */
  forget(row: Omit<NewRow, 'at'>, onlyPending = false): void {
    if (!onlyPending || this.#rows.get(keyOf(row))?.at === PENDING) this.#rows.delete(keyOf(row));
  }

  /** A collection has got its id. */
  rename(key: string, id: string): void {
    for (const row of [...this.#rows.values()]) {
      if (row.of !== key) continue;
      this.#rows.delete(keyOf(row));
      this.#rows.set(keyOf({ ...row, of: id }), { ...row, of: id });
    }
  }

  #isKnown({ field, id }: NewRow): boolean {
    return field === 'collections' || !!this.#shelf(field).find(id)?.copy;
  }
}
