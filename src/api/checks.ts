import { InvalidInputError } from '../http/errors.ts';
import type { CollectionUpdateParams } from './types.ts';

const refuse = (message: string): never => {
  throw new InvalidInputError(message);
};

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : value === null ? 'null' : typeof value;

/**
 * An id that can stand as one segment of a path.
 *
 * `.` and `..` would name another path, and half a surrogate pair cannot be encoded. `undefined` where an id is due is the commonest
 * slip: a route parameter that is not there yet.
 */
export function checkId(argument: string, value: unknown): string {
  if (typeof value !== 'string' || !value.trim() || /^\.\.?$|[\ud800-\udfff]/u.test(value))
    return refuse(`${argument} must be an id, a non-empty string other than "." and ".."; it is ${shown(value)}.`);
  return value;
}

/** Ids as a set: each once, in the order of their first place, counted only then. */
export function checkIds(argument: string, value: unknown, max?: number): string[] {
  if (!Array.isArray(value)) return refuse(`${argument} must be an array of ids; it is ${shown(value)}.`);
  const ids = [...new Set(Array.from(value, (id, i) => checkId(`${argument}[${i}]`, id)))];
  if (!ids.length) refuse(`${argument} is empty; give at least one id.`);
  if (max && ids.length > max)
    refuse(`${argument} holds ${ids.length} ids; one request takes at most ${max}, so split them over several.`);
  return ids;
}

/** A name that a person can see. */
export function checkName(value: unknown): string {
  if (typeof value !== 'string' || !value.trim())
    return refuse(`name must be a string that is not empty or blank; it is ${shown(value)}.`);
  return value;
}

/** A page size, or undefined for the API's default. A string is refused: it would make a second cache key for the same list. */
export function checkPageSize(value: unknown, max = 100): number | undefined {
  if (value !== undefined && !(Number.isInteger(value) && (value as number) > 0 && (value as number) <= max))
    refuse(
      `pageSize must be a whole number from 1 to ${max}; it is ${typeof value === 'number' ? value : shown(value)}.`,
    );
  return value as number | undefined;
}

/** The token of a page. An empty one would ask for the first page again. */
export function checkToken(value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || !value))
    refuse(`paginationToken must be the token of an earlier page, or left out; it is ${shown(value)}.`);
}

/** The body of an update: what is known of it, and at least one field. */
export function checkUpdate(body: unknown): CollectionUpdateParams {
  const { name, thumbnail } = (body ?? {}) as Record<string, unknown>;
  if (name === undefined && thumbnail === undefined)
    refuse('The update changes nothing; give name, thumbnail (an asset id), or both.');
  return {
    ...(name !== undefined && { name: checkName(name) }),
    ...(thumbnail !== undefined && { thumbnail: checkId('thumbnail', thumbnail) }),
  };
}
