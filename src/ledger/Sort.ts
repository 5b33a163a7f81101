import type { Item } from '../api/types.ts';

/** The order that a list was asked for. */
export interface Sort {
  /** A date, or what nobody but the server can compare. */
  readonly by: 'createdAt' | 'updatedAt' | 'score';
  readonly isAscending: boolean;
}

/** Whether an item stands surely before another. Not where a date is missing, or both have the same. */
export const isBefore = (a: Item | undefined, b: Item | undefined, { by, isAscending }: Sort): boolean => {
  if (by === 'score') return false;
  const [x, y] = [Date.parse(a?.[by] ?? ''), Date.parse(b?.[by] ?? '')];
  return isAscending ? x < y : x > y;
};
