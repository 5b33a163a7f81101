import type { Collection } from '../api/types.ts';
import { CollectionStore } from './CollectionStore.ts';
import type { EmulatorFault } from './EmulatorFault.ts';
import type { ScenarioEmulatorOptions } from './EmulatorOptions.ts';
import type { EmulatorRecord } from './EmulatorRequest.ts';
import { FaultBook } from './FaultBook.ts';
import { createHandlers, type MswHttp } from './handlers.ts';
import { createRandom } from './random.ts';
import { createStudio } from './Studio.ts';
import { Wire } from './Wire.ts';

type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** A stand-in for the API's collections part, for tests, stories and demos. */
export interface ScenarioEmulator {
  /** The API as a `fetch`: `new Scenario({ fetch: emulator.fetch })`. Every base URL will do. */
  readonly fetch: Fetch;
  /**
   * The same server, as somebody else's browser uses it: without latency, without faults, and not in the log. What it does is done when
   * the call returns.
   */
  readonly elsewhere: Fetch;
  /** The API as MSW handlers. `http` is MSW's own: `setupServer(...emulator.handlers(http, baseURL))`. */
  handlers<Handler>(http: MswHttp<Handler>, baseURL: string): Handler[];
  /** What the server holds now, in list order. */
  readonly collections: Collection[];
  /** What a collection holds now. Throws if there is none of that id. */
  members(collectionId: string): { assetIds: string[]; modelIds: string[] };
  /** The requests in the order of their arrival, refused ones too. The status of one that is on its way comes later. */
  readonly requests: readonly EmulatorRecord[];
  /** Sets a fault, for the requests that arrive from now on. Gives a function that ends it. */
  fault(fault: EmulatorFault): () => void;
  /** Everything as it was in the beginning: no faults, no log. What is on its way fails, and is not applied. */
  reset(): void;
}

/** Nothing that is there from the beginning is newer than this (or than the clock, where that is behind), so that a studio has the same dates on every day. */
const STUDIO_DATE = Date.UTC(2026, 5, 30, 12);

/**
 * A stand-in for the API's collections part, that lives in memory.
 *
 * It keeps the API's hard edges: at most 49 ids in one change, an item that is in already refuses the whole request, pages and tokens are
 * checked, addresses of pictures are signed and expire. With the same options, the same requests get the same answers.
 *
 * @example
 * ```ts
 * const emulator = createScenarioEmulator({ collections: [{ id: 'c1', name: 'Frost Golem', assetCount: 3 }] });
 * const client = new Scenario({ fetch: emulator.fetch });
 * ```
 */
export function createScenarioEmulator(options: ScenarioEmulatorOptions = {}): ScenarioEmulator {
  const { pageSize = 10, latency = 0, seed } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100) {
    throw new TypeError('createScenarioEmulator: pageSize must be a whole number from 1 to 100');
  }
  const begin = () => {
    const newest = Math.min(STUDIO_DATE, (options.now?.() ?? new Date()).getTime());
    const studio = seed === undefined ? {} : createStudio(seed, newest);
    // Generators of their own, so that the ids do not depend on how many delays were drawn.
    const store = new CollectionStore({ ...studio, ...options }, createRandom((seed ?? 1) + 1), newest);
    const faults = new FaultBook();
    return {
      store,
      faults,
      wire: new Wire({ store, faults, latency, random: createRandom((seed ?? 1) + 2), usualPageSize: pageSize }),
    };
  };
  let server = begin();
  const fetch: Fetch = (input, init) => server.wire.fetch(input, init);

  return {
    fetch,
    elsewhere: (input, init) => {
      const { store } = server;
      return new Wire({
        store,
        faults: new FaultBook(),
        latency: 0,
        random: createRandom(1),
        usualPageSize: pageSize,
      }).fetch(input, init);
    },
    handlers: (http, baseURL) => createHandlers(http, baseURL, fetch),
    get collections() {
      return server.store.collections;
    },
    members: (collectionId) => ({
      assetIds: server.store.members(collectionId, 'assets'),
      modelIds: server.store.members(collectionId, 'models'),
    }),
    get requests() {
      return [...server.wire.records];
    },
    fault: (fault) => server.faults.set(fault),
    reset: () => {
      server.wire.cut();
      server = begin();
    },
  };
}
