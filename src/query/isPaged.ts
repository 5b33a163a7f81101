/** The data of an infinite query. */
export interface Paged {
  readonly pages: readonly object[];
  readonly pageParams: readonly unknown[];
}

/** Tells the data of an infinite query from anything that a user's `select` may give. */
export const isPaged = (data: unknown): data is Paged =>
  typeof data === 'object' &&
  data !== null &&
  Array.isArray((data as Paged).pages) &&
  Array.isArray((data as Paged).pageParams);
