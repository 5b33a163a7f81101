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

const object: Check<Fields> = (value, path) =>
  typeof value === 'object' && value && !Array.isArray(value) ? (value as Fields) : fail(path, 'a JSON object');

const string: Check<unknown> = (value, path) => typeof value === 'string' || fail(path, 'a string');

/** A count that is not one would make every sum with it wrong. */
const count: Check<unknown> = (value, path) =>
  (Number.isFinite(value) && (value as number) >= 0) || fail(path, 'a number of 0 or more');

function array<T>(value: unknown, path: string, check: Check<T>): T[] {
  if (!Array.isArray(value)) return fail(path, 'an array');
  return value.map((one, i) => check(one, `${path}[${i}]`));
}

const each = (value: Fields, path: string, names: string[], check: Check<unknown>) => {
  for (const name of names) check(value[name], within(path, name));
};

/** Something with an id. Without one, two rows would share a key. */
export const checkIdentified: Check<{ id: string } & Fields> = (value, path) => {
  const fields = object(value, path);
  if (typeof fields.id !== 'string' || !fields.id) fail(within(path, 'id'), 'an id');
  return fields as { id: string } & Fields;
};

/** A collection as the API promises it. Fields beyond that are kept. */
export const checkCollection: Check<Collection> = (value, path) => {
  const fields = checkIdentified(value, path);
  each(fields, path, ['name', 'ownerId', 'createdAt', 'updatedAt'], string);
  each(fields, path, ['assetCount', 'modelCount', 'itemCount'], count);
  const at = within(path, 'thumbnail');
  each(object(fields.thumbnail ?? { assetId: '', url: '' }, at), at, ['assetId', 'url'], string);
  return fields as unknown as Collection;
};

const checkItem: Check<unknown> = (value, path) => {
  const fields = checkIdentified(value, path);
  each(fields, path, ['createdAt', 'updatedAt'], string);
  array(fields.collectionIds, within(path, 'collectionIds'), string);
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
    array(fields[name], name, check);
    // Null and nothing mean the end.
    string(fields.nextPaginationToken ?? '', 'nextPaginationToken');
    return fields as Record<N, T[]> & PageBody;
  };

/** Such a body as a page takes it. */
export const checkPage =
  <T>(name: string, check: Check<T>) =>
  (body: unknown): [PageBody, T[]] => {
    const page = checkList(name, check)(body);
    return [page, page[name] as T[]];
  };
