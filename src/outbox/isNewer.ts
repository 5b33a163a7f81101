import type { Collection } from '../api/types.ts';

/** Whether the server has changed a copy after another, by its own dates. As text they have no order: not all servers write all the digits. */
export const isNewer = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && Date.parse(a.updatedAt) > Date.parse(b.updatedAt);
