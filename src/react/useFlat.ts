import { useCallback } from 'react';
import { flatten } from '../query/cache/flatten.ts';
import type { Paged } from '../query/cache/isPaged.ts';

/** A `select` that gives the rows of all pages as one array, no id twice, and then what the user's own `select` makes of it. */
export function useFlat<TRow extends { id: string }, TData>(
  select: ((rows: TRow[]) => TData) | undefined,
): (data: Paged) => TData {
  return useCallback(
    (data: Paged) => {
      const rows = flatten(data) as TRow[];
      // All lists of a query share the array, and many a `select` sorts in place.
      return select ? select(rows.slice()) : (rows as TData);
    },
    [select],
  );
}
