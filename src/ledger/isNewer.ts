import type { Collection } from '../api/types.ts';

/** Whether the server has changed a copy after another. Its own date tells, where it moves. */
export const isNewer = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && Date.parse(a.updatedAt) > Date.parse(b.updatedAt);
