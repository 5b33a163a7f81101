import type { DataTag, InfiniteData } from '@tanstack/react-query';
import type { Asset, Collection, Model } from '../../api/types.ts';
import type { PageView } from '../../ledger/Page.ts';

/** What a cached list of collections is asked with. */
export interface CollectionsParams {
  /** A whole number from 1 to 100. The API's default is 10. */
  pageSize?: number | undefined;
}

/** What a cached list of a collection's assets is asked with. */
export interface AssetsParams {
  /** A whole number from 1 to 100. The API's default is 50. */
  pageSize?: number | undefined;
  sortBy?: 'createdAt' | 'updatedAt' | undefined;
  sortDirection?: 'asc' | 'desc' | undefined;
}

/** What a cached list of a collection's models is asked with. */
export interface ModelsParams {
  /** A whole number from 1 to 500. The API's default is 100. */
  pageSize?: number | undefined;
  sortBy?: 'createdAt' | 'score' | undefined;
  sortDirection?: 'asc' | 'desc' | undefined;
}

/** What is cached for a list: its pages, under the API's own name for their rows. The param of a page is its token, null for the first. */
export type ListData<F extends string, T> = InfiniteData<PageView<F, T>, string | null>;

type Key<T extends readonly unknown[]> = readonly ['scenario', string, 'collections', ...T];

/** A key that knows what is cached under it. */
type Tagged<T extends readonly unknown[], TData> = DataTag<Key<T>, TData, Error>;

/** The tag of a key is a type alone. */
const key = <const T extends readonly unknown[], K extends Key<T>>(scope: string | undefined, ...rest: T): K =>
  ['scenario', scope ?? 'default', 'collections', ...rest] as readonly unknown[] as K;

/**
 * The keys of everything that this library caches: the one place where they are made.
 *
 * `scope` is `client.scope`: two users or two projects never share a key. No key holds a secret. A key knows the type of what is cached
 * under it, so that `getQueryData` and `setQueryData` are typed.
 *
 * @example
 * ```ts
 * await queryClient.invalidateQueries({ queryKey: collectionKeys.lists(client.scope) });
 * ```
 */
export const collectionKeys: {
  all(scope?: string): Key<[]>;
  lists(scope?: string): Key<['list']>;
  list(
    params?: CollectionsParams,
    scope?: string,
  ): Tagged<['list', CollectionsParams], ListData<'collections', Collection>>;
  details(scope?: string): Key<['detail']>;
  detail(collectionId: string, scope?: string): Tagged<['detail', string], Collection>;
  assets(
    collectionId: string,
    params?: AssetsParams,
    scope?: string,
  ): Tagged<['assets', string, AssetsParams], ListData<'assets', Asset>>;
  models(
    collectionId: string,
    params?: ModelsParams,
    scope?: string,
  ): Tagged<['models', string, ModelsParams], ListData<'models', Model>>;
  mutations(scope?: string): Key<['mutation']>;
} = {
  all: (scope) => key(scope),
  lists: (scope) => key(scope, 'list'),
  list: (params, scope) => key(scope, 'list', { ...params }),
  details: (scope) => key(scope, 'detail'),
  detail: (collectionId, scope) => key(scope, 'detail', collectionId),
  assets: (collectionId, params, scope) => key(scope, 'assets', collectionId, { ...params }),
  models: (collectionId, params, scope) => key(scope, 'models', collectionId, { ...params }),
  mutations: (scope) => key(scope, 'mutation'),
};
