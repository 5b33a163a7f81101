import { objectOf } from '../http/objectOf.ts';
import { checkId, checkIds, checkPageSize, checkToken } from './checks.ts';

/** An id as one segment of a path. */
export const segment = (argument: string, id: unknown): string => encodeURIComponent(checkId(argument, id));

/** The fields of what a caller gave that the API knows; of nothing, none. Others are not sent. */
export const pick = (given: object | null | undefined, ...names: string[]): Record<string, unknown> =>
  Object.fromEntries(
    names
      .map((name) => [name, (given as Record<string, unknown> | null | undefined)?.[name]])
      .filter(([, v]) => v !== undefined),
  );

/** The query of a list: `names` beside the page size and the token. */
export function listQuery(given: object | null | undefined, max: number, ...names: string[]): Record<string, unknown> {
  const query = pick(objectOf('query', given), 'pageSize', 'paginationToken', ...names);
  checkPageSize(query.pageSize, max);
  checkToken(query.paginationToken);
  if ('collectionId' in query) checkId('collectionId', query.collectionId);
  return query;
}

/** The one list of ids that a body holds, under its own name. */
export const idsBody = (name: string, given: object | null | undefined, max: number): Record<string, string[]> => ({
  [name]: checkIds(name, pick(given, name)[name], max),
});
