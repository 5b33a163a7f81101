import { describe, expectTypeOf, it } from 'vitest';
import {
  type APIPromise,
  type Asset,
  type Collection,
  type CollectionCreateResponse,
  type CollectionsCursor,
  isScenarioError,
  type Model,
  type PagePromise,
  type RateLimitError,
  Scenario,
} from '../../src/client.ts';

// Never called: what counts is that it compiles.
const typed = (client: Scenario) => ({
  create: client.collections.create({ name: 'n' }),
  list: client.collections.list({ pageSize: undefined }),
  assets: client.assets.list(),
  models: client.models.getBulk({ modelIds: [] }),
  unset: client.collections.update('c1', { thumbnail: null }),
  wrong: () => {
    // @ts-expect-error a page size is a number
    client.collections.list({ pageSize: '10' });
    // @ts-expect-error a name is due
    client.collections.create({});
    // @ts-expect-error an id is due
    client.collections.retrieve();
    // @ts-expect-error models are sorted by `createdAt` or `score`
    client.models.list({ sortBy: 'updatedAt' });
    // @ts-expect-error a list of ids is due
    client.collections.assets.add('c1', ['a']);
    // @ts-expect-error no such option
    new Scenario({ apikey: 'k' });
  },
});

describe('the types', () => {
  it('of results are those of the vendor’s names', () => {
    type Typed = ReturnType<typeof typed>;
    expectTypeOf<Typed['create']>().toEqualTypeOf<APIPromise<CollectionCreateResponse>>();
    expectTypeOf<Awaited<Typed['create']>>().toEqualTypeOf<{ collection: Collection }>();
    expectTypeOf<Typed['create']>().toExtend<Promise<CollectionCreateResponse>>();
    expectTypeOf<Typed['list']>().toEqualTypeOf<PagePromise<CollectionsCursor, Collection>>();
    expectTypeOf<Typed['list']>().toExtend<AsyncIterable<Collection>>();
    expectTypeOf<Awaited<Typed['assets']>['assets']>().toEqualTypeOf<Asset[]>();
    expectTypeOf<Awaited<ReturnType<Awaited<Typed['assets']>['getNextPage']>>['assets']>().toEqualTypeOf<Asset[]>();
    expectTypeOf<Awaited<Typed['models']>['models']>().toEqualTypeOf<Model[]>();
    expectTypeOf<Model['collectionIds' | 'createdAt']>().toEqualTypeOf<string[] | string | undefined>();
    expectTypeOf<Asset['collectionIds']>().toEqualTypeOf<string[]>();
  });

  it('of errors are told apart by name', () => {
    const wait = (error: unknown) => {
      if (!isScenarioError(error)) return undefined;
      if (error.name === 'RateLimitError') {
        expectTypeOf(error).toEqualTypeOf<RateLimitError>();
        return error.retryAfter;
      }
      if (error.name === 'PartialFailureError') expectTypeOf(error.collection).toEqualTypeOf<Collection | undefined>();
      return undefined;
    };
    expectTypeOf(wait).returns.toEqualTypeOf<number | undefined>();
  });
});
