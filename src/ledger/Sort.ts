import type { Item } from '../api/types.ts';

/** The order that a list was asked for. */
export interface Sort {
  readonly by: 'createdAt' | 'updatedAt';
  readonly isAscending: boolean;
}

/** Whether an item stands before another, or where the other stands. False where a date is missing. */
export const isBefore = (a: Item | undefined, b: Item | undefined, { by, isAscending }: Sort): boolean => {
  const [x, y] = [Date.parse(a?.[by] ?? ''), Date.parse(b?.[by] ?? '')];
  return isAscending ? x < y : x > y;
};
