import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { Ledger } from '../ledger/Ledger.ts';
import { CacheBond } from './CacheBond.ts';
import { collectionKeys } from './keys.ts';
import { MutationBond } from './MutationBond.ts';
import { Reader } from './Reader.ts';
import { readAgain } from './readAgain.ts';
import { WriteQueue } from './WriteQueue.ts';

/**
 * A ledger bound to a QueryClient: what is cached goes into the ledger, what the ledger shows stands in the cache, what is asked for
 * is sent.
 */
export class Attachment {
  readonly ledger: Ledger = new Ledger(Date.now);
  readonly cache: CacheBond;
  readonly queue: WriteQueue;
  readonly reader: Reader;
  readonly mutations: MutationBond;
  readonly queryClient: QueryClient;

  constructor(queryClient: QueryClient, scenario: Scenario) {
    const { scope } = scenario;
    this.queryClient = queryClient;
    // A hydrated promise is fetched with no other options than these. Tried again, a rejected one would say "loading" for seconds.
    const ours = collectionKeys.all(scope);
    queryClient.setQueryDefaults(ours, { retry: false, ...queryClient.getQueryDefaults(ours) });
    this.cache = new CacheBond(queryClient, scope, this.ledger);
    this.queue = new WriteQueue(scenario, this.ledger, {
      flush: () => this.cache.views.flush(),
      tell: () => this.cache.views.tell(),
      contentsUnknown: (kind, id) => {
        for (const key of new Set([id, this.ledger.copies.names.keyOf(id) ?? id]))
          readAgain(queryClient, collectionKeys[kind](key, {}, scope).slice(0, -1));
      },
      listsUnknown: () => readAgain(queryClient, collectionKeys.lists(scope)),
    });
    this.reader = new Reader(this.queue, this.ledger.copies, this.cache);
    this.mutations = new MutationBond(queryClient, scope, this.ledger, this.cache, this.queue);
  }
}
