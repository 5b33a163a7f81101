import type { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Asset, Collection, Model } from '../../src/api/types.ts';
import type { Scenario } from '../../src/client.ts';
import type { UpdateCollectionVariables } from '../../src/index.ts';
import type { Outbox } from '../../src/outbox.ts';
import type { Sorting } from './Schedule.ts';

interface Read<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  refetch(): Promise<unknown>;
}

interface ReadPages<T> extends Read<T[]> {
  readonly hasNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

/** What a screen may ask for beside what is there. */
export interface ReadOptions<T, TShown> {
  readonly select?: (data: T) => TShown;
  readonly refetchInterval?: number;
}

export interface Watch<V> {
  onSettled?: (data: unknown, error: unknown, variables: V) => void;
}

interface Write<V, R> {
  mutateAsync(variables: V): Promise<R>;
}

type UseWrite<V, R> = (options?: Watch<V>) => Write<V, R>;

export type AssetsOf = { collectionId: string; assetIds: readonly string[] };
export type ModelsOf = { collectionId: string; modelIds: readonly string[] };
export type Update = UpdateCollectionVariables;

/** What is put to the test: the hooks, by the library's own names, and what they need around them. */
export interface Subject {
  readonly name: string;
  readonly Around: (props: {
    client: Scenario;
    queryClient: QueryClient;
    outbox?: Outbox | undefined;
    children: ReactNode;
  }) => ReactNode;
  readonly useCollections: (
    params: { pageSize: number },
    options?: ReadOptions<Collection[], Collection[]>,
  ) => ReadPages<Collection>;
  readonly useCollection: <T = Collection>(
    collectionId: string | undefined,
    options?: ReadOptions<Collection, T>,
  ) => Read<T>;
  /** The same with Suspense. A subject may have none. */
  readonly useSuspenseCollections?: Subject['useCollections'];
  readonly useSuspenseCollection?: <T = Collection>(
    collectionId: string,
    options?: ReadOptions<Collection, T>,
  ) => Read<T>;
  readonly useCollectionAssets: (
    collectionId: string,
    params: Partial<Sorting> & { pageSize: number },
  ) => ReadPages<Asset>;
  readonly useCollectionModels: (collectionId: string, params: { pageSize: number }) => ReadPages<Model>;
  readonly useCreateCollection: UseWrite<{ name: string }, Collection>;
  readonly useUpdateCollection: UseWrite<Update, Collection>;
  readonly useDeleteCollection: UseWrite<{ collectionId: string }, unknown>;
  readonly useAddAssets: UseWrite<AssetsOf, Collection>;
  readonly useRemoveAssets: UseWrite<AssetsOf, Collection>;
  readonly useAddModels: UseWrite<ModelsOf, Collection>;
  readonly useRemoveModels: UseWrite<ModelsOf, Collection>;
  /** Undefined for a subject that keeps no such list. */
  readonly usePendingChanges: () => readonly { readonly id: string; readonly status: string }[] | undefined;
}
