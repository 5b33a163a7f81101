import type { PageBody } from '../http/CursorPage.ts';
import { ResponseValidationError } from '../http/errors.ts';
import type { Asset, Collection, CollectionDeleteResponse, Model } from './types.ts';

type JSONObject = Record<string, unknown>;
/** Checks one thing of an answer that stands at `path`, and gives it back with its type. */
export type Check<T> = (value: unknown, path: string) => T;

const fail = (path: string, expected: string): never => {
  throw new ResponseValidationError(path, expected);
};

const within = (path: string, name: string) => (path ? `${path}.${name}` : name);

const object: Check<JSONObject> = (value, path) =>
  typeof value === 'object' && value && !Array.isArray(value) ? (value as JSONObject) : fail(path, 'a JSON object');

const array: Check<unknown[]> = (value, path) => (Array.isArray(value) ? value : fail(path, 'an array'));

/** Something with an id. Without one, two rows would share a key. */
const identified: Check<JSONObject> = (value, path) => {
  const fields = object(value, path);
  if (typeof fields.id !== 'string' || !fields.id) fail(within(path, 'id'), 'an id');
  return fields;
};

/** Whoever adds a count to `Collection` is told by the compiler to name it here: what is not named here is not checked. */
const COUNTED: { readonly [F in Extract<keyof Collection, `${string}Count`>]: true } = {
  assetCount: true,
  modelCount: true,
  itemCount: true,
};

/** The counts of a collection. */
export const COUNTS: readonly string[] = Object.keys(COUNTED);

/**
 * A collection, as far as this library relies on it: its id, and counts that can be added up.
 *
 * Whatever else is missing or odd is kept as it came: one odd row must not take its whole page with it.
 */
export const checkCollection: Check<Collection> = (value, path) => {
  const fields = identified(value, path);
  for (const name of COUNTS)
    if (!Number.isFinite(fields[name]) || (fields[name] as number) < 0)
      fail(within(path, name), 'a number of 0 or more');
  return fields as JSONObject & Collection;
};

/** An asset or a model, as far as this library relies on it. Null counts as left out, and so do ids that are no list. */
const checkItem: Check<unknown> = (value, path) => {
  const fields = identified(value, path);
  for (const name of ['createdAt', 'updatedAt', 'name']) if (fields[name] === null) delete fields[name];
  if (!Array.isArray(fields.collectionIds)) delete fields.collectionIds;
  return fields;
};

export const checkAsset: Check<Asset> = checkItem as Check<Asset>;
export const checkModel: Check<Model> = checkItem as Check<Model>;

/** `{ collection }`. */
export const checkEnvelope = (body: unknown): { collection: Collection } => {
  const fields = object(body, '');
  checkCollection(fields.collection, 'collection');
  return fields as JSONObject & { collection: Collection };
};

/** What a delete answers: an object. */
export const checkEmpty = (body: unknown): CollectionDeleteResponse => object(body, '') as CollectionDeleteResponse;

/** A body that holds a list of items under `name`, and perhaps a token. */
export const checkList =
  <N extends string, T>(name: N, check: Check<T>) =>
  (body: unknown): Record<N, T[]> & PageBody => {
    const fields = object(body, '');
    for (const [i, one] of array(fields[name], name).entries()) check(one, `${name}[${i}]`);
    // Null and nothing mean the end.
    if (fields.nextPaginationToken != null && typeof fields.nextPaginationToken !== 'string')
      fail('nextPaginationToken', 'a string');
    return fields as Record<N, T[]> & PageBody;
  };

/** Such a body as a page takes it. */
export const checkPage =
  <T>(name: string, check: Check<T>) =>
  (body: unknown): [PageBody, T[]] => {
    const page = checkList(name, check)(body);
    return [page, page[name] as T[]];
  };
