import type { Item } from '../api/types.ts';
import { forEachKind, type MemberKind, memberKinds } from './changeKinds.ts';
import type { EntityTable } from './EntityTable.ts';
import type { Page } from './Page.ts';

/** The kinds of entities that are shown, by the API's name for them. */
export type EntityKind = 'collections' | MemberKind;

export const ENTITY_KINDS: readonly EntityKind[] = ['collections', ...memberKinds];

/** A row that a page on its way cannot hold yet. */
export interface NewRow {
  readonly kind: EntityKind;
  readonly id: string;
  /** The collection whose contents it is new in. */
  readonly collectionId: string | undefined;
  /** Pages whose request left before do not hold it. */
  readonly at: number;
}

/** The time of a row that the server does not know yet. */
export const PENDING: number = Number.POSITIVE_INFINITY;

/**
 * Rows that lists have to show before the server lists them: in front of the first pages that are there, and of those that are on
 * their way and cannot hold them.
 *
 * An item is inserted only if a copy of it is known; there is nothing to show of it otherwise.
 */
export class PendingInserts {
  /** When the rows came, the newest last: of the collections, and of the contents of each. */
  readonly #rows: Readonly<Record<EntityKind, Map<string | undefined, Map<string, number>>>> = {
    collections: new Map(),
    ...forEachKind(() => new Map()),
  };
  readonly #firstPages = new Map<Page, EntityKind>();
  readonly #table: (kind: EntityKind) => EntityTable<EntityKind, Item>;
  readonly #serverIdOf: (id: string) => string;

  constructor(table: (kind: EntityKind) => EntityTable<EntityKind, Item>, serverIdOf: (id: string) => string) {
    this.#table = table;
    this.#serverIdOf = serverIdOf;
  }

  /** A page on which new rows are to be put. */
  watch(kind: EntityKind, page: Page): void {
    if (page.isFirst) this.#firstPages.set(page, kind);
  }

  unwatch(page: Page): void {
    this.#firstPages.delete(page);
  }

  /** Puts a row in front. It is kept for the pages that are on their way, if there are any. */
  insert({ kind, id, collectionId, at }: NewRow, isKept: boolean): void {
    const lists = this.#rows[kind];
    lists.get(collectionId)?.delete(id);
    if (isKept) lists.set(collectionId, (lists.get(collectionId) ?? new Map<string, number>()).set(id, at));
    if (!this.#isKnown(kind, id)) return;
    const table = this.#table(kind);
    for (const [page, its] of this.#firstPages) {
      if (its !== kind || (page.collectionId && this.#serverIdOf(page.collectionId)) !== collectionId) continue;
      if (page.requestedAt >= at) continue;
      const isThere = page.inCache && table.pagesOf(id).some((on) => on.queryHash === page.queryHash && on.inCache);
      if (isThere || page.ids.includes(id)) continue;
      page.ids.unshift(id);
      table.retainRow(id, page);
    }
  }

  /** The ids that belong in front of a first page whose request left at a time, the newest first. */
  inFrontOf(kind: EntityKind, collectionId: string | undefined, requestedAt: number, ids: readonly string[]): string[] {
    return [...(this.#rows[kind].get(collectionId) ?? [])]
      .filter(([id, at]) => at > requestedAt && !ids.includes(id) && this.#isKnown(kind, id))
      .map(([id]) => id)
      .reverse();
  }

  /** No page on its way has left before this time. */
  forgetBefore(time: number): void {
    for (const lists of Object.values(this.#rows))
      for (const [collectionId, rows] of lists) {
        for (const [id, at] of rows) if (at < time) rows.delete(id);
        if (!rows.size) lists.delete(collectionId);
      }
  }

  /** A row is not to be inserted any more: it is gone, or (`onlyPending`) no pending change adds it. */
  forget({ kind, id, collectionId }: Omit<NewRow, 'at'>, onlyPending = false): void {
    const rows = this.#rows[kind].get(collectionId);
    if (!rows || (onlyPending && rows.get(id) !== PENDING)) return;
    rows.delete(id);
    if (!rows.size) this.#rows[kind].delete(collectionId);
  }

  /** A collection has got its id. */
  rename(clientKey: string, id: string): void {
    for (const lists of Object.values(this.#rows)) {
      const rows = lists.get(clientKey);
      if (!rows) continue;
      lists.delete(clientKey);
      lists.set(id, new Map([...(lists.get(id) ?? []), ...rows]));
    }
  }

  #isKnown(kind: EntityKind, id: string): boolean {
    return kind === 'collections' || !!this.#table(kind).materialize(id)?.copy;
  }
}
