import { isPlain } from '../../ledger/same.ts';

/** The data of an infinite query. */
export interface Paged {
  readonly pages: readonly object[];
  readonly pageParams: readonly unknown[];
}

/** Tells the data of an infinite query from anything that a user's `select` may give. */
export const isPaged = (data: unknown): data is Paged =>
  isPlain(data) && Array.isArray(data.pages) && Array.isArray(data.pageParams);
