import { need } from '../http/errors.ts';
import type { CollectionUpdateParams } from './types.ts';

const isFilled = (value: unknown): value is string => typeof value === 'string' && !!value.trim();

/** What can stand as one segment of a path: `.` and `..` would name another path, and half a surrogate pair cannot be encoded. */
const isId = (value: unknown): value is string => isFilled(value) && !/^\.\.?$|[\ud800-\udfff]/u.test(value);

/** An id. `undefined` where one is due is the commonest slip: a route parameter that is not there yet. */
export function checkId(argument: string, value: unknown): string {
  need(isId(value), `${argument} must be an id: a string that is not empty, "." or "..".`);
  return value;
}

/** Ids as a set: each once, in the order of their first place, counted only then. */
export function checkIds(argument: string, value: unknown, max: number = Infinity): string[] {
  need(Array.isArray(value), `${argument} must be an array of ids.`);
  const ids = new Set<string>();
  // By index, which also visits the holes of a sparse array.
  for (let i = 0; i < value.length; i++) {
    const id: unknown = value[i];
    ids.add(isId(id) ? id : checkId(`${argument}[${i}]`, id));
  }
  need(ids.size, `${argument} is empty; give at least one id.`);
  need(ids.size <= max, `${argument} holds ${ids.size} ids; one request takes at most ${max}, so split them.`);
  return [...ids];
}

/** A name that a person can see. */
export function checkName(value: unknown): string {
  need(isFilled(value), 'name must be a string that is not empty or blank.');
  return value;
}

/** A page size, or undefined for the API's default. A string is refused: it would make a second cache key for the same list. */
export function checkPageSize(value: unknown, max: number = 100): number | undefined {
  const size = value as number | undefined;
  const right = size === undefined || (Number.isInteger(size) && size > 0 && size <= max);
  need(right, `pageSize must be a whole number from 1 to ${max}.`);
  return size;
}

/** The token of a page. An empty one would ask for the first page again. */
export function checkToken(value: unknown): void {
  need(value === undefined || isFilled(value), 'paginationToken must be the token of an earlier page, or left out.');
}

type UpdateFields = Required<CollectionUpdateParams>;

/** Whoever adds a field to `CollectionUpdateParams` is told by the compiler to check it here: what is not named here is not sent. */
const UPDATE_CHECKS: { readonly [F in keyof UpdateFields]: (value: unknown) => UpdateFields[F] } = {
  name: checkName,
  thumbnail: (value) => (value === null ? null : checkId('thumbnail', value)),
};

/** The body of an update: what is known of it, and at least one field. */
export function checkUpdate(body: unknown): CollectionUpdateParams {
  const given = Object(body) as Record<string, unknown>;
  const named = Object.entries(UPDATE_CHECKS).filter(([field]) => given[field] !== undefined);
  need(named.length, 'An update must give name, thumbnail (an asset id, or null for none), or both.');
  return Object.fromEntries(named.map(([field, check]) => [field, check(given[field])]));
}
