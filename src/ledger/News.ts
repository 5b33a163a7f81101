import type { Item } from '../api/types.ts';
import { forEachKind, type ItemKind } from './Change.ts';
import type { Page } from './Page.ts';
import type { Shelf } from './Shelf.ts';

/** The kinds of things that are shown, by the API's name for them. */
export type Field = 'collections' | ItemKind;

export const FIELDS: readonly Field[] = ['collections', 'assets', 'models'];

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

/**
 * New rows stand in front: of the first pages that are there, and of those that are on their way and cannot hold them.
 *
 * An item is brought only if a copy of it is known; there is nothing to show of it otherwise.
 */
export class News {
  /** When the rows came, the newest last: of the collections, and of the contents of each. */
  readonly #rows: Readonly<Record<Field, Map<string | undefined, Map<string, number>>>> = {
    collections: new Map(),
    ...forEachKind(() => new Map()),
  };
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
  bring({ field, id, of, at }: NewRow, isKept: boolean): void {
    const lists = this.#rows[field];
    lists.get(of)?.delete(id);
    if (isKept) lists.set(of, (lists.get(of) ?? new Map<string, number>()).set(id, at));
    if (!this.#isKnown(field, id)) return;
    const shelf = this.#shelf(field);
    for (const [page, its] of this.#firsts) {
      if (its !== field || (page.of && this.#idOf(page.of)) !== of) continue;
      if (page.sent >= at) continue;
      const isThere = page.landed && shelf.pagesOf(id).some(({ list, landed }) => list === page.list && landed);
      if (isThere || page.ids.includes(id)) continue;
      page.ids.unshift(id);
      shelf.holdRow(id, page);
    }
  }

  /** The ids that belong in front of a first page whose request left at a time, the newest first. */
  before(field: Field, of: string | undefined, sent: number, ids: readonly string[]): string[] {
    return [...(this.#rows[field].get(of) ?? [])]
      .filter(([id, at]) => at > sent && !ids.includes(id) && this.#isKnown(field, id))
      .map(([id]) => id)
      .reverse();
  }

  /** No page on its way has left before this time. */
  forgetBefore(time: number): void {
    for (const lists of Object.values(this.#rows))
      for (const [of, rows] of lists) {
        for (const [id, at] of rows) if (at < time) rows.delete(id);
        if (!rows.size) lists.delete(of);
      }
  }

  /** A row is no news: it is gone, or (`onlyPending`) nobody wishes it any more. */
  forget({ field, id, of }: Omit<NewRow, 'at'>, onlyPending = false): void {
    const rows = this.#rows[field].get(of);
    if (!rows || (onlyPending && rows.get(id) !== PENDING)) return;
    rows.delete(id);
    if (!rows.size) this.#rows[field].delete(of);
  }

  /** A collection has got its id. */
  rename(key: string, id: string): void {
    for (const lists of Object.values(this.#rows)) {
      const rows = lists.get(key);
      if (!rows) continue;
      lists.delete(key);
      lists.set(id, new Map([...(lists.get(id) ?? []), ...rows]));
    }
  }

  #isKnown(field: Field, id: string): boolean {
    return field === 'collections' || !!this.#shelf(field).find(id)?.copy;
  }
}
