import type { Asset, Collection, Model } from '../api/types.ts';
import type { Latency } from './latency.ts';
import type { RateLimit } from './RateLimit.ts';

/**
 * A collection to begin with. Everything may be left out.
 *
 * With ids, it holds these and counts these. With a count and no ids, it holds that many made-up items.
 * A thumbnail with an empty `url` gets a signed one. Without `createdAt` they count as made one minute before the one that stands before them, so that the list shows them as given.
 */
export type GivenCollection = Partial<Collection> & {
  assetIds?: readonly string[];
  modelIds?: readonly string[];
};

/** An item that exists: its id, or more of it. `collectionIds` puts it into those collections. */
export type GivenItem<T> = string | (Partial<T> & { id: string });

/**
 * What `createScenarioEmulator` takes.
 *
 * No source of the API settles `order`, `removingAbsent`, `touchOnMembership`, `readdingStatus`, `thumbnailOfRemoved` and
 * `cursorsAfterWrite`.
 */
export interface ScenarioEmulatorOptions {
  /**
   * A believable game studio: some 240 collections, 3,000 assets, 400 models; the same for the same seed. `collections`, `assets` and
   * `models`, where given, each replace that part of it. It is also the seed of new ids and of a random latency.
   */
  seed?: number | undefined;
  /** Exactly these. Default: none. */
  collections?: readonly GivenCollection[] | undefined;
  /** The assets that exist, beside those that a collection holds. Default: every id that is named exists. */
  assets?: readonly GivenItem<Asset>[] | undefined;
  /** The models that exist, beside those that a collection holds. Default: every id that is named exists. */
  models?: readonly GivenItem<Model>[] | undefined;
  /** How many collections a page holds when the request does not say, 1 to 100. Default: 10. */
  pageSize?: number | undefined;
  /**
   * How long a request takes: milliseconds, a range to draw from, or a function of the request. Default: 0. It is waited with
   * `setTimeout`, so a fake clock drives it; 0 needs no timer.
   */
  latency?: Latency | undefined;
  /**
   * The most requests that each project may send, or a function that gives it anew for each request. `elsewhere` is not limited. It
   * goes by the server's clock. Default: none.
   */
  limit?: RateLimit | (() => RateLimit | undefined) | undefined;
  /** What happens to a request that removes an item that is not there. Default: `'noop'`. */
  removingAbsent?: 'noop' | 'error' | undefined;
  /** Whether a collection's `updatedAt` moves when its members change. Default: true. */
  touchOnMembership?: boolean | undefined;
  /** The order of the list: newest first, last changed first, or oldest first. Default: `'createdAt'`. */
  order?: 'createdAt' | 'updatedAt' | 'inserted' | undefined;
  /** The server's clock. Default: the real one, which a fake `Date` replaces too. */
  now?: (() => Date) | undefined;
  /** The status of a refusal to add what is there already. Default: 400. */
  readdingStatus?: number | undefined;
  /** What becomes of a collection's thumbnail whose asset is removed from it. Default: `'kept'`. */
  thumbnailOfRemoved?: 'kept' | 'cleared' | undefined;
  /** Whether a pagination token outlives a write. `'refused'` makes it a 400. Default: `'accepted'`. */
  cursorsAfterWrite?: 'accepted' | 'refused' | undefined;
  /** Models asked for in bulk: whole, or with nothing but what is sure of them, `id`, `privacy` and `type`. Default: `'whole'`. */
  bulkModels?: 'whole' | 'bare' | undefined;
}
