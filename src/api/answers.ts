import type { PageBody } from '../http/CursorPage.ts';
import { ResponseValidationError } from '../http/errors.ts';
import type { Asset, Collection, CollectionDeleteResponse, Model } from './types.ts';

type Fields = Record<string, unknown>;
/** Checks one thing of an answer that stands at `path`, and gives it back with its type. */
export type Check<T> = (value: unknown, path: string) => T;

const fail = (path: string, expected: string): never => {
  throw new ResponseValidationError(path, expected);
};

const within = (path: string, name: string) => (path ? `${path}.${name}` : name);

/** Something simple: how it is told, and what it is called. */
type Kind = readonly [is: (value: unknown) => boolean, expected: string];

const STRING: Kind = [(value) => typeof value === 'string', 'a string'];
/** A count that is not one would make every sum with it wrong. */
const COUNT: Kind = [(value) => Number.isFinite(value) && (value as number) >= 0, 'a number of 0 or more'];

const object: Check<Fields> = (value, path) =>
  typeof value === 'object' && value && !Array.isArray(value) ? (value as Fields) : fail(path, 'a JSON object');

const array: Check<unknown[]> = (value, path) => (Array.isArray(value) ? value : fail(path, 'an array'));

/** Names are put together only where something is wrong: a page has hundreds of fields. */
function each(value: Fields, path: string, names: readonly string[], [is, expected]: Kind): void {
  for (const name of names) if (!is(value[name])) fail(within(path, name), expected);
}

/** Something with an id. Without one, two rows would share a key. */
export const checkIdentified: Check<{ id: string } & Fields> = (value, path) => {
  const fields = object(value, path);
  if (typeof fields.id !== 'string' || !fields.id) fail(within(path, 'id'), 'an id');
  return fields as { id: string } & Fields;
};

const COLLECTION = ['name', 'ownerId', 'createdAt', 'updatedAt'];
const COUNTS = ['assetCount', 'modelCount', 'itemCount'];
const THUMBNAIL = ['assetId', 'url'];
const ITEM = ['createdAt', 'updatedAt'];

/** A collection as the API promises it. Fields beyond that are kept. */
export const checkCollection: Check<Collection> = (value, path) => {
  const fields = checkIdentified(value, path);
  each(fields, path, COLLECTION, STRING);
  each(fields, path, COUNTS, COUNT);
  // Null and nothing mean that there is none.
  if (fields.thumbnail != null) {
    const at = within(path, 'thumbnail');
    each(object(fields.thumbnail, at), at, THUMBNAIL, STRING);
  }
  return fields as unknown as Collection;
};

const checkItem: Check<unknown> = (value, path) => {
  const fields = checkIdentified(value, path);
  each(fields, path, ITEM, STRING);
  const at = within(path, 'collectionIds');
  for (const [i, id] of array(fields.collectionIds, at).entries())
    if (typeof id !== 'string') fail(`${at}[${i}]`, 'a string');
  return fields;
};

/** An asset, as far as this library relies on it. */
export const checkAsset: Check<Asset> = checkItem as Check<Asset>;
/** A model, as far as this library relies on it. */
export const checkModel: Check<Model> = checkItem as Check<Model>;

/** `{ collection }`. */
export const checkEnvelope = (body: unknown): { collection: Collection } => {
  const fields = object(body, '');
  checkCollection(fields.collection, 'collection');
  return fields as unknown as { collection: Collection };
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
    if (fields.nextPaginationToken != null) each(fields, '', ['nextPaginationToken'], STRING);
    return fields as Record<N, T[]> & PageBody;
  };

/** Such a body as a page takes it. */
export const checkPage =
  <T>(name: string, check: Check<T>) =>
  (body: unknown): [PageBody, T[]] => {
    const page = checkList(name, check)(body);
    return [page, page[name] as T[]];
  };
