import type { Collection } from '../api/types.ts';
import { EmulatedServer } from './EmulatedServer.ts';
import type { EmulatorFault } from './EmulatorFault.ts';
import type { ScenarioEmulatorOptions } from './EmulatorOptions.ts';
import type { EmulatorRecord } from './EmulatorRequest.ts';
import { FaultBook } from './FaultBook.ts';
import { createHandlers, type MswHttp } from './handlers.ts';
import { checkLimit } from './RateLimit.ts';
import { createRandom } from './random.ts';
import type { Input } from './readRequest.ts';
import { Wire } from './Wire.ts';

type Fetch = (input: Input, init?: RequestInit) => Promise<Response>;

/** A stand-in for the API's collections part, for tests, stories and demos. */
export interface ScenarioEmulator {
  /** The API as a `fetch`: `new Scenario({ fetch: emulator.fetch })`. Every base URL will do. */
  readonly fetch: Fetch;
  /**
   * The same server, as somebody else's browser uses it: without latency, faults or limit, and not in the log. What it does is done when
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
  if (typeof options !== 'object' || !options || Array.isArray(options))
    throw new TypeError('createScenarioEmulator: options must be an object');
  const { pageSize = 10, latency = 0, limit, seed = 1 } = options;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100) {
    throw new TypeError('createScenarioEmulator: pageSize must be a whole number from 1 to 100');
  }
  if (limit !== undefined && typeof limit !== 'function') checkLimit(limit);
  const begin = () => {
    const server = new EmulatedServer(options);
    const faults = new FaultBook();
    return { server, faults, wire: new Wire({ server, faults, latency, limit, random: createRandom(seed + 2) }) };
  };
  let parts = begin();
  const fetch: Fetch = (input, init) => parts.wire.fetch(input, init);

  return {
    fetch,
    elsewhere: (input, init) =>
      new Wire({
        server: parts.server,
        faults: new FaultBook(),
        latency: 0,
        limit: undefined,
        random: createRandom(1),
      }).fetch(input, init),
    handlers: (http, baseURL) => createHandlers(http, baseURL, fetch),
    get collections() {
      return parts.server.store.collections;
    },
    members: (collectionId) => ({
      assetIds: parts.server.store.members(collectionId, 'assets'),
      modelIds: parts.server.store.members(collectionId, 'models'),
    }),
    get requests() {
      return [...parts.wire.records];
    },
    fault: (fault) => parts.faults.set(fault),
    reset: () => {
      parts.wire.cut();
      parts = begin();
    },
  };
}
