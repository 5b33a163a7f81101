import type { UnusedSkipTokenInfiniteOptions, UnusedSkipTokenOptions } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Asset, Collection, Model } from '../../api/types.ts';
import type { RequestOptions } from '../../http/RequestOptions.ts';
import type { PageView } from '../../ledger/Page.ts';
import type { EntityKind } from '../../ledger/PendingInserts.ts';
import { listReaderOf } from '../cache/ListReader.ts';
import { shareList } from '../cache/shareList.ts';
import { shareOne } from '../cache/shareOne.ts';
import { getStore } from '../getStore.ts';
import { type AssetsParams, type CollectionsParams, collectionKeys, type ListData, type ModelsParams } from './keys.ts';

/** The token of a page; null for the first. */
export type Token = string | null;

/** The options of an infinite query over pages of `T`, named `F` as the API names them, under a key `K`. */
export type ListQueryOptions<F extends string, T, K extends readonly unknown[]> = UnusedSkipTokenInfiniteOptions<
  PageView<F, T>,
  Error,
  ListData<F, T>,
  K,
  Token
> & { queryKey: K };

export type DetailKey = ReturnType<typeof collectionKeys.detail>;

export type CollectionsQueryOptions = ListQueryOptions<
  'collections',
  Collection,
  ReturnType<typeof collectionKeys.list>
>;
export type CollectionAssetsQueryOptions = ListQueryOptions<'assets', Asset, ReturnType<typeof collectionKeys.assets>>;
export type CollectionModelsQueryOptions = ListQueryOptions<'models', Model, ReturnType<typeof collectionKeys.models>>;
export type CollectionQueryOptions = UnusedSkipTokenOptions<Collection, Error, Collection, DetailKey> & {
  queryKey: DetailKey;
};

interface PageContext<K> {
  readonly client: Parameters<typeof getStore>[0];
  readonly queryKey: K;
  readonly pageParam: Token;
  readonly signal: AbortSignal;
}

/** A page of the client's, whichever list it is of. */
interface ClientPage {
  readonly nextPaginationToken?: string | null | undefined;
  getPaginatedItems(): readonly { id: string }[];
}

/** By the tokens that led to a page: TanStack Query asks for the next one at every look, and there may be thousands. */
const ends = new WeakMap<object, { token: Token | undefined; isEnd: boolean }>();

/** The API's own clients end at no token, an empty one, and one that was there before. */
function nextToken(
  { nextPaginationToken: token }: { nextPaginationToken?: string },
  _: unknown,
  __: Token,
  seen: Token[],
): Token | undefined {
  let end = ends.get(seen);
  if (end?.token !== token || !end) {
    end = { token, isEnd: !token || seen.includes(token) };
    ends.set(seen, end);
  }
  return end.isEnd ? undefined : token;
}

function listOptions<F extends EntityKind, T, K extends readonly unknown[]>(
  scenario: Scenario,
  kind: F,
  queryKey: K,
  /** How many rows a page holds where nobody says, and how many it can hold. */
  [usual, most]: readonly [usual: number, most: number],
  fetch: (queryKey: K, collectionId: string, page: object, options: RequestOptions) => PromiseLike<ClientPage>,
): ListQueryOptions<F, T, K> {
  const options = {
    queryKey,
    // The arguments are read from the key, so that what is asked and what is cached cannot drift apart.
    queryFn: ({ client, queryKey: key, pageParam: token, signal }: PageContext<K>) => {
      const collectionId = kind === 'collections' ? undefined : (key[4] as string);
      const reader = listReaderOf(getStore(client, scenario).use(scenario));
      const { pageSize: keySize } = key.at(-1) as { pageSize?: number };
      const sizes = { asked: keySize, usual, most };
      const request = { kind, client: scenario, queryKey: key, token, collectionId, signal, sizes };
      return reader.page(request, async (id, at, read, pageSize) => {
        const page = { ...(at !== null && { paginationToken: at }), ...(pageSize && { pageSize }) };
        const answer = await fetch(key, id, page, read);
        return { rows: answer.getPaginatedItems(), token: answer.nextPaginationToken };
      });
    },
    initialPageParam: null,
    getNextPageParam: nextToken,
    // A page that a client's default lets go of could not be read again: the API's tokens lead forwards only.
    maxPages: undefined,
    // The client has retried already.
    retry: false,
    structuralSharing: shareList,
  };
  return options as object as ListQueryOptions<F, T, K>;
}

/**
 * The options of the list of collections, for `useInfiniteQuery`, `prefetchInfiniteQuery` and loaders.
 *
 * Cached: `InfiniteData` with pages `{ collections, nextPaginationToken? }`, plain JSON. A page size that is no whole number from 1 to
 * 100 rejects with an `InvalidInputError`.
 *
 * @example
 * ```ts
 * await queryClient.prefetchInfiniteQuery(collectionsQueryOptions(client, { pageSize: 50 }));
 * ```
 */
export function collectionsQueryOptions(client: Scenario, params?: CollectionsParams): CollectionsQueryOptions {
  return listOptions(
    client,
    'collections',
    collectionKeys.list(params, client.scope),
    [10, 100],
    ([, , , , params], _, page, options) => client.collections.list({ ...params, ...page }, options),
  );
}

/** The options of a list of the assets in a collection. Cached: pages `{ assets, nextPaginationToken? }`. */
export function collectionAssetsQueryOptions(
  client: Scenario,
  collectionId: string,
  params?: AssetsParams,
): CollectionAssetsQueryOptions {
  const queryKey = collectionKeys.assets(collectionId, params, client.scope);
  return listOptions(client, 'assets', queryKey, [50, 100], ([, , , , , params], id, page, options) =>
    client.assets.list({ ...params, ...page, collectionId: id }, options),
  );
}

/** The options of a list of the models in a collection. Cached: pages `{ models, nextPaginationToken? }`. */
export function collectionModelsQueryOptions(
  client: Scenario,
  collectionId: string,
  params?: ModelsParams,
): CollectionModelsQueryOptions {
  const queryKey = collectionKeys.models(collectionId, params, client.scope);
  return listOptions(client, 'models', queryKey, [100, 500], ([, , , , , params], id, page, options) =>
    client.models.list({ ...params, ...page, collectionId: id }, options),
  );
}

/**
 * The options of one collection, for `useQuery`, `prefetchQuery` and `ensureQueryData`.
 *
 * Cached: a `Collection`. A collection that does not exist (any more) rejects with a `NotFoundError`, and leaves every cached list.
 *
 * @example
 * ```ts
 * const collection = await queryClient.ensureQueryData(collectionQueryOptions(client, collectionId));
 * ```
 */
export function collectionQueryOptions(client: Scenario, collectionId: string): CollectionQueryOptions {
  const options = {
    queryKey: collectionKeys.detail(collectionId, client.scope),
    queryFn: ({ client: queryClient, queryKey, signal }: Omit<PageContext<DetailKey>, 'pageParam'>) =>
      getStore(queryClient, client).use(client).reader.collection({ client, queryKey, signal }, queryKey[4]),
    retry: false,
    structuralSharing: shareOne,
  };
  return options;
}
