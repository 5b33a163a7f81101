import { COUNTS } from '../../api/answers.ts';
import type { Collection, Item } from '../../api/types.ts';
import type { EntityKind } from '../../ledger/PendingInserts.ts';
import { isPlain } from '../../ledger/same.ts';

/** The data of an infinite query. */
export interface Paged {
  readonly pages: readonly object[];
  readonly pageParams: readonly unknown[];
}

/** Tells the data of an infinite query from anything that a user's `select` may give. */
export const isPaged = (data: unknown): data is Paged =>
  isPlain(data) && Array.isArray(data.pages) && Array.isArray(data.pageParams);

/** Whether data that came into the cache by any door is a list of a kind. It may have been written by an older version of the app. */
export const isListOf = (kind: EntityKind, data: unknown): data is Paged =>
  isPaged(data) && data.pages.every((page) => isPlain(page) && Array.isArray(page[kind]));

/** What stands in a list of a kind. */
type RowOf<K extends EntityKind> = K extends 'collections' ? Collection : Item;

/** Whether something can stand in a list: what bears no id, or cannot be counted, cannot. */
export function isRow<K extends EntityKind>(kind: K, row: unknown): row is RowOf<K> {
  if (!isPlain(row) || typeof row.id !== 'string') return false;
  if (kind === 'collections') return COUNTS.every((count) => Number.isFinite(row[count]));
  return row.collectionIds === undefined || row.collectionIds === null || Array.isArray(row.collectionIds);
}
