import type { Collection } from '../api/types.ts';

/** Whether the server has changed a copy after another, by its own dates. */
export const isNewer = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && a.updatedAt > b.updatedAt;
