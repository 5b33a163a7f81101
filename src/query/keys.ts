/** What a cached list of collections is asked with. */
export interface CollectionsParams {
  /** A whole number from 1 to 100. The API's default is 10. */
  pageSize?: number | undefined;
}

/** What a cached list of a collection's contents is asked with. */
export interface ContentsParams {
  /** Assets: a whole number from 1 to 100, the API's default is 50. Models: from 1 to 500, the API's default is 100. */
  pageSize?: number | undefined;
  /** Assets only. */
  sortBy?: 'createdAt' | 'updatedAt' | undefined;
  /** Assets only. */
  sortDirection?: 'asc' | 'desc' | undefined;
}

type Key<T extends readonly unknown[]> = readonly ['scenario', string, 'collections', ...T];

const key = <const T extends readonly unknown[]>(scope: string | undefined, ...rest: T): Key<T> => [
  'scenario',
  scope ?? 'default',
  'collections',
  ...rest,
];

/**
 * The keys of everything that this library caches: the one place where they are made.
 *
 * `scope` is `client.scope`: two users or two projects never share a key. No key holds a secret.
 *
 * @example
 * ```ts
 * await queryClient.invalidateQueries({ queryKey: collectionKeys.lists(client.scope) });
 * ```
 */
export const collectionKeys: {
  all(scope?: string): Key<[]>;
  lists(scope?: string): Key<['list']>;
  list(params?: CollectionsParams, scope?: string): Key<['list', CollectionsParams]>;
  details(scope?: string): Key<['detail']>;
  detail(collectionId: string, scope?: string): Key<['detail', string]>;
  assets(collectionId: string, params?: ContentsParams, scope?: string): Key<['assets', string, ContentsParams]>;
  models(collectionId: string, params?: ContentsParams, scope?: string): Key<['models', string, ContentsParams]>;
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
