import type { QueryKey } from '@tanstack/react-query';
import type { Sort } from '../../ledger/Sort.ts';
import type { AssetsParams, ModelsParams } from '../options/keys.ts';

/** The order that a list is asked for by its key. Undefined: the API's own, which nobody knows. */
export function sortOf(queryKey: QueryKey): Sort | undefined {
  const { sortBy, sortDirection } = Object(queryKey.at(-1)) as AssetsParams | ModelsParams;
  return sortBy || sortDirection ? { by: sortBy ?? 'createdAt', isAscending: sortDirection === 'asc' } : undefined;
}
