import type { Query } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';

interface SharedRead {
  readonly client: Scenario;
  /** How often data had come into the query before. */
  readonly updates: number;
  readonly controller: AbortController;
  readonly answer: Promise<unknown>;
  /** Runs while its screens are gone and it is not aborted yet. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The requests of queries, which outlive their screens for a tick.
 *
 * TanStack Query ends a fetch with the last screen that shows it. Where the next one comes in the same tick (a route, another `key`,
 * StrictMode), its fetch takes over the request that is on its way, so that one page costs one request.
 */
export class SharedReads {
  readonly #reads = new WeakMap<Query, SharedRead>();

  /** Sends a request for a query, or takes over the one that its screens have just left. One that was set, invalidated or removed meanwhile is asked anew. */
  share<T>(
    query: Query,
    client: Scenario,
    signal: AbortSignal,
    request: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (signal.aborted) return request(signal);
    const { isInvalidated, dataUpdateCount } = query.state;
    const left = this.#reads.get(query);
    const isCurrent = left?.timer && left.client === client && left.updates === dataUpdateCount && !isInvalidated;
    const read = isCurrent ? left : this.#send(query, client, request);
    clearTimeout(read.timer);
    read.timer = undefined;
    const abort = () => read.controller.abort(signal.reason);
    signal.addEventListener('abort', () => {
      // With screens that stay, it is a newer fetch that ends this one.
      if (query.getObserversCount()) abort();
      else read.timer = setTimeout(abort);
    });
    return read.answer as Promise<T>;
  }

  #send(query: Query, client: Scenario, request: (signal: AbortSignal) => Promise<unknown>): SharedRead {
    const controller = new AbortController();
    const read: SharedRead = {
      client,
      updates: query.state.dataUpdateCount,
      controller,
      answer: request(controller.signal).finally(() => {
        if (this.#reads.get(query) === read) this.#reads.delete(query);
      }),
    };
    this.#reads.set(query, read);
    return read;
  }
}
