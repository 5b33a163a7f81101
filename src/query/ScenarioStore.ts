import type { QueryClient } from '@tanstack/react-query';
import type { Scenario } from '../api/Scenario.ts';
import { Ledger } from '../ledger/Ledger.ts';
import { LogicalClock } from '../ledger/LogicalClock.ts';
import { QueryCacheSync } from './cache/QueryCacheSync.ts';
import { Reader } from './cache/Reader.ts';
import { MutationCacheSync } from './mutations/MutationCacheSync.ts';
import { RestoredMutations } from './mutations/RestoredMutations.ts';
import type { Outbox } from './Outbox.ts';
import type { OutboxLink } from './OutboxLink.ts';
import { collectionKeys } from './options/keys.ts';
import type { Network } from './writes/NetworkStatus.ts';
import { WriteQueue } from './writes/WriteQueue.ts';

/** What a provider makes of an outbox: apart, so that its types are no part of the public ones. */
export interface ConnectableOutbox extends Outbox {
  /** Undefined where the store has an outbox already. */
  connect(store: ScenarioStore): OutboxLink | undefined;
}

/**
 * The ledger of one QueryClient and scope: what is cached goes into the ledger, what the ledger shows stands in the cache, what is asked
 * for is sent.
 */
export class ScenarioStore {
  readonly ledger: Ledger = new Ledger(new LogicalClock(Date.now, () => performance.now()), (id, since) =>
    this.writes.readOutdated(id, since),
  );
  readonly cache: QueryCacheSync;
  readonly writes: WriteQueue;
  readonly reader: Reader;
  readonly mutations: MutationCacheSync;
  readonly restored: RestoredMutations;
  readonly queryClient: QueryClient;
  readonly scope: string;
  /** The first that it was given: an outbox that comes later looks here, and says that it is passed over. */
  outbox: Outbox | undefined;

  constructor(queryClient: QueryClient, scope: string) {
    const { ledger } = this;
    this.queryClient = queryClient;
    this.scope = scope;
    // A hydrated promise is fetched with no other options than these. Tried again, a rejected one would say "loading" for seconds.
    const ours = collectionKeys.all(scope);
    queryClient.setQueryDefaults(ours, { retry: false, ...queryClient.getQueryDefaults(ours) });
    this.cache = new QueryCacheSync(queryClient, scope, ledger, () => this.restored?.restoreNow());
    this.writes = new WriteQueue(ledger, {
      flush: () => this.cache.writer.flush(),
      notify: () => this.cache.writer.notify(),
      contentsUnknown: (kind, id, isLater) => {
        for (const key of new Set([id, ledger.entities.ids.clientKeyOf(id) ?? id]))
          if (this.cache.isListed(key))
            this.cache.invalidateLists(collectionKeys[kind](key, {}, scope).slice(0, -1), isLater);
      },
      listsUnknown: () => this.cache.invalidateLists(collectionKeys.lists(scope)),
    });
    this.reader = new Reader(ledger, this.cache, () => this.writes.clients.trust());
    this.mutations = new MutationCacheSync(queryClient, scope, ledger, this.cache, this.writes);
    this.restored = new RestoredMutations(queryClient, scope, ledger, this.cache, this.mutations);
  }

  /** A provider of this client is on the screen. Gives what is to be called when it is not any more. */
  mount(client: Scenario, network: Network): () => void {
    this.writes.network.use(network);
    const unmount = this.writes.clients.mount(client);
    const deaf = network.onWake?.(() => this.writes.askAgain());
    this.writes.schedule();
    return () => {
      deaf?.();
      unmount();
    };
  }

  /** Keeps what is pending in an outbox from now on, in the first that comes. */
  keepIn(outbox: Outbox | undefined): void {
    const link = (outbox as ConnectableOutbox | undefined)?.connect(this);
    if (!link) return;
    this.outbox = outbox;
    this.reader.connect(link);
    this.writes.connect(link);
    this.mutations.connect(link);
  }

  /** A client asks or reads without waiting for a provider. */
  use(client: Scenario): this {
    this.writes.clients.use(client);
    return this;
  }
}
