import type {
  DataTag,
  InfiniteData,
  UnusedSkipTokenInfiniteOptions,
  UnusedSkipTokenOptions,
} from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import type { Asset, Collection, Model } from '../api/types.ts';
import type { RequestOptions } from '../http/RequestOptions.ts';
import type { Field } from '../ledger/News.ts';
import type { PageView } from '../ledger/Page.ts';
import { attach } from './attach.ts';
import { type CollectionsParams, type ContentsParams, collectionKeys } from './keys.ts';
import { share } from './share.ts';

/** The token of a page; null for the first. */
type Token = string | null;

/** The options of an infinite query over pages of `T`, named `F` as the API names them. */
type ListOptions<F extends string, T, K extends readonly unknown[]> = UnusedSkipTokenInfiniteOptions<
  PageView<F, T>,
  Error,
  InfiniteData<PageView<F, T>, Token>,
  K,
  Token
> & {
  queryKey: DataTag<K, InfiniteData<PageView<F, T>, Token>, Error>;
};

type ListKey = ReturnType<typeof collectionKeys.list>;
type AssetsKey = ReturnType<typeof collectionKeys.assets>;
type ModelsKey = ReturnType<typeof collectionKeys.models>;
type DetailKey = ReturnType<typeof collectionKeys.detail>;

export type CollectionsQueryOptions = ListOptions<'collections', Collection, ListKey>;
export type CollectionAssetsQueryOptions = ListOptions<'assets', Asset, AssetsKey>;
export type CollectionModelsQueryOptions = ListOptions<'models', Model, ModelsKey>;
export type CollectionQueryOptions = UnusedSkipTokenOptions<Collection, Error, Collection, DetailKey> & {
  queryKey: DataTag<DetailKey, Collection, Error>;
};

interface PageContext<K> {
  readonly client: Parameters<typeof attach>[0];
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

function listOptions<F extends Field, T, K extends readonly unknown[]>(
  scenario: Scenario,
  field: F,
  queryKey: K,
  fetch: (queryKey: K, of: string, page: object, options: RequestOptions) => PromiseLike<ClientPage>,
): ListOptions<F, T, K> {
  const options = {
    queryKey,
    // The arguments are read from the key, so that what is asked and what is cached cannot drift apart.
    queryFn: ({ client, queryKey: key, pageParam, signal }: PageContext<K>) => {
      const of = field === 'collections' ? undefined : (key[4] as string);
      return attach(client, scenario).reader.page(field, key, pageParam, of, signal, async (id, read) => {
        const page = await fetch(key, id, pageParam === null ? {} : { paginationToken: pageParam }, read);
        return { rows: page.getPaginatedItems(), token: page.nextPaginationToken };
      });
    },
    initialPageParam: null,
    getNextPageParam: nextToken,
    // The client has retried already.
    retry: false,
    structuralSharing: share,
  };
  return options as unknown as ListOptions<F, T, K>;
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
    ([, , , , asked], _, page, options) => client.collections.list({ ...asked, ...page } as object, options),
  );
}

/** The options of a list of the assets in a collection. Cached: pages `{ assets, nextPaginationToken? }`. */
export function collectionAssetsQueryOptions(
  client: Scenario,
  collectionId: string,
  params?: ContentsParams,
): CollectionAssetsQueryOptions {
  const queryKey = collectionKeys.assets(collectionId, params, client.scope);
  return listOptions(client, 'assets', queryKey, ([, , , , , asked], id, page, options) =>
    client.assets.list({ ...asked, ...page, collectionId: id } as object, options),
  );
}

/** The options of a list of the models in a collection. Cached: pages `{ models, nextPaginationToken? }`. */
export function collectionModelsQueryOptions(
  client: Scenario,
  collectionId: string,
  params?: ContentsParams,
): CollectionModelsQueryOptions {
  const queryKey = collectionKeys.models(collectionId, params, client.scope);
  return listOptions(client, 'models', queryKey, ([, , , , , asked], id, page, options) =>
    client.models.list({ ...asked, ...page, collectionId: id } as object, options),
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
    queryFn: ({ client: queryClient, queryKey: [, , , , id], signal }: Omit<PageContext<DetailKey>, 'pageParam'>) =>
      attach(queryClient, client).reader.collection(id, signal),
    retry: false,
    structuralSharing: share,
  };
  return options as unknown as CollectionQueryOptions;
}
