import type { CollectionStore, ItemKind } from './CollectionStore.ts';
import { decodeCursor, encodeCursor } from './cursors.ts';
import type { EmulatorRequest } from './EmulatorRequest.ts';
import { readIds, readObject, readPageSize, readText, readWord } from './inputs.ts';
import { itemsInBulk, pageOfItems } from './items.ts';
import { badRequest } from './Refusal.ts';
import type { SortKey } from './SortedBy.ts';

/** What carries a request out. It gives the body of a 200 or throws a `Refusal`. */
type Handle = (store: CollectionStore, request: EmulatorRequest, usualPageSize: number) => object;

/** A call of the API. In a path, a segment that begins with a colon stands for any one. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly handle: Handle;
}

const MOST_MEMBERS = 49;
const MOST_IN_BULK = 200;
const FIELD = { assets: 'assetIds', models: 'modelIds' } as const;

/** Every call that the emulator knows. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/collections', handle: listCollections },
  {
    method: 'POST',
    path: '/collections',
    handle: (store, { body }) => {
      const { name } = readObject(body, ['name']);
      return { collection: store.create(readText(name, 'name')) };
    },
  },
  {
    method: 'GET',
    path: '/collections/:collectionId',
    handle: (store, request) => ({ collection: store.retrieve(collectionId(request)) }),
  },
  { method: 'PUT', path: '/collections/:collectionId', handle: updateCollection },
  {
    method: 'DELETE',
    path: '/collections/:collectionId',
    handle: (store, request) => {
      store.delete(collectionId(request));
      return {};
    },
  },
  ...itemRoutes('assets'),
  ...itemRoutes('models'),
];

function itemRoutes(kind: ItemKind): Route[] {
  const path = `/collections/:collectionId/${kind}`;
  return [
    {
      method: 'PUT',
      path,
      handle: (store, request) => ({ collection: store.add(collectionId(request), kind, memberIds(request, kind)) }),
    },
    {
      method: 'DELETE',
      path,
      handle: (store, request) => ({ collection: store.remove(collectionId(request), kind, memberIds(request, kind)) }),
    },
    { method: 'GET', path: `/${kind}`, handle: (store, request) => listItems(store, request, kind) },
    {
      method: 'POST',
      path: `/${kind}/get-bulk`,
      handle: (store, { body }) => {
        const field = FIELD[kind];
        const fields = readObject(body, kind === 'models' ? [field, 'thumbnail', 'minimal'] : [field]);
        return { [kind]: itemsInBulk(store, kind, readIds(fields[field], field, MOST_IN_BULK)) };
      },
    },
  ];
}

function listCollections(store: CollectionStore, { query }: EmulatorRequest, usualPageSize: number): object {
  const size = readPageSize(query, usualPageSize, 100);
  const { collections, next } = store.page(size, sortKeyIn(query, 'collections', store.version));
  return { collections, ...tokenFor(next, 'collections', store.version) };
}

function updateCollection(store: CollectionStore, request: EmulatorRequest): object {
  const { name, thumbnail } = readObject(request.body, ['name', 'thumbnail']);
  if (name === undefined && thumbnail === undefined) throw badRequest('name or thumbnail must be given');
  const fields = {
    ...(name === undefined ? {} : { name: readText(name, 'name') }),
    ...(thumbnail === undefined ? {} : { thumbnail: thumbnail === null ? null : readText(thumbnail, 'thumbnail') }),
  };
  return { collection: store.update(collectionId(request), fields) };
}

function listItems(store: CollectionStore, { query }: EmulatorRequest, kind: ItemKind): object {
  const size = kind === 'assets' ? readPageSize(query, 50, 100) : readPageSize(query, 100, 500);
  const orders = ['createdAt', 'updatedAt', ...(kind === 'models' ? (['score'] as const) : [])] as const;
  const by = readWord(query, 'sortBy', orders) ?? 'createdAt';
  const direction = readWord(query, 'sortDirection', ['asc', 'desc']) ?? 'desc';
  const asked = kind === 'models' ? readWord(query, 'privacy', ['private', 'public']) : undefined;
  // The documented default hides public models. A collection's contents are shown whole, else they would not match its count.
  const privacy = asked ?? (kind === 'models' && query.collectionId === undefined ? 'private' : undefined);
  const filter = { collectionId: query.collectionId, privacy };
  const list = JSON.stringify([kind, filter.collectionId, privacy, by, direction]);
  const after = sortKeyIn(query, list, store.version);
  const { items, next } = pageOfItems(store, kind, filter, { by, direction }, size, after);
  return { [kind]: items, ...tokenFor(next, list, store.version) };
}

function sortKeyIn(query: Readonly<Record<string, string>>, list: string, version: number): SortKey | undefined {
  return query.paginationToken === undefined ? undefined : decodeCursor(query.paginationToken, list, version);
}

function tokenFor(next: SortKey | undefined, list: string, version: number): { nextPaginationToken?: string } {
  return next === undefined ? {} : { nextPaginationToken: encodeCursor(list, next, version) };
}

function memberIds({ body }: EmulatorRequest, kind: ItemKind): Set<string> {
  const field = FIELD[kind];
  return readIds(readObject(body, [field])[field], field, MOST_MEMBERS);
}

function collectionId({ path }: EmulatorRequest): string {
  const segment = path.split('/')[2] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The collection id is not encoded well');
  }
}
