import { type CredentialOptions, credentials } from '../http/credentials.ts';
import { env } from '../http/env.ts';
import { need } from '../http/errors.ts';
import type { Fetch } from '../http/Fetch.ts';
import type { HeadersLike } from '../http/headers.ts';
import { objectOf } from '../http/objectOf.ts';
import { RequestGate } from '../http/RequestGate.ts';
import { checkRetries, checkTimeout, createSend } from '../http/transport.ts';
import { Assets } from './Assets.ts';
import { Collections } from './Collections.ts';
import { Models } from './Models.ts';

/** What a client is made with. Everything has a default. */
export interface ScenarioOptions extends CredentialOptions {
  /** Where the API or the proxy is. A path will do in a browser. Default: `SCENARIO_BASE_URL`, else the vendor's address. */
  baseURL?: string | undefined;
  /** Sent with every call as the query parameter `projectId`, and part of every query key. */
  projectId?: string | undefined;
  /** Parts the caches of two clients that share one QueryClient: of two users, say. Default: `default`. */
  scope?: string | undefined;
  /** How long one attempt may take, body and all, in ms. Default: 60,000. */
  timeout?: number | undefined;
  /** How often a call is sent again after a passing failure. Default: 2. */
  maxRetries?: number | undefined;
  /**
   * How long a call waits while the API's limit of requests is spent (100 a minute for a whole team), in ms. Past it, it is a
   * `RateLimitError` at once. Default: 600,000 for what the hooks read and change, 30,000 for a call of the client.
   */
  maxWait?: number | undefined;
  /** How many requests are on their way side by side; more wait for their turn. Default: 6. */
  concurrency?: number | undefined;
  /** Sent with every call. `null` takes one of the client's own away. */
  defaultHeaders?: HeadersLike | undefined;
  /** Sent with every call. */
  defaultQuery?: Record<string, unknown> | undefined;
  /** A `fetch` of your own: a test's, or one that logs. */
  fetch?: Fetch | undefined;
}

/** The gate that all requests of a client pass: for the library itself. */
export const gateOf = (client: Scenario): RequestGate => gates.get(client) as RequestGate;

const gates = new WeakMap<Scenario, RequestGate>();

/** Credentials in an address would be refused by every `fetch`, in a message that quotes them. */
function checkBaseURL(value: unknown): string {
  let right = typeof value === 'string' && !/[?#\s\ud800-\udfff]|\/\/[^/]*@/u.test(value);
  try {
    // Older Workers have no `URL.canParse`.
    if (right) new URL(value as string, 'http://localhost');
  } catch {
    right = false;
  }
  need(right, 'baseURL must be an address without credentials, query or hash.');
  return (value as string).replace(/\/+$/, '');
}

/**
 * A client of the Scenario API.
 *
 * Law: the constructor throws at once on what cannot work; a call never throws, it rejects. No secret is a property of it.
 *
 * @example
 * ```ts
 * const client = new Scenario({ baseURL: '/api/scenario' });
 * for await (const collection of client.collections.list()) console.log(collection.name, collection.itemCount);
 * ```
 */
export class Scenario {
  /** Part of every query key: `scope`, with the project id when there is one. No two pairs of the two give the same. */
  readonly scope: string;
  readonly collections: Collections;
  readonly assets: Assets;
  readonly models: Models;
  constructor(options: ScenarioOptions = {}) {
    const {
      projectId,
      scope = 'default',
      timeout = 60_000,
      maxRetries = 2,
      defaultQuery,
    } = objectOf('options', options);
    checkTimeout(timeout);
    checkRetries(maxRetries);
    for (const name of ['projectId', 'scope'] as const)
      need(['string', 'undefined'].includes(typeof options[name]), `${name} must be a string.`);
    need(['function', 'undefined'].includes(typeof options.fetch), 'fetch must be a function.');
    const gate = new RequestGate(options);
    gates.set(this, gate);
    const send = createSend({
      gate,
      baseURL: checkBaseURL(options.baseURL || env('SCENARIO_BASE_URL') || 'https://api.cloud.scenario.com/v1'),
      timeout,
      maxRetries,
      headers: options.defaultHeaders,
      query: { ...objectOf('defaultQuery', defaultQuery), ...(projectId && { projectId }) },
      credentials: credentials(options),
      fetch: options.fetch,
    });
    // A slash of the scope's own must not look like the one before a project.
    const own = scope.replace(/[%/]/g, encodeURIComponent);
    this.scope = projectId ? `${own}/${projectId}` : own;
    this.collections = new Collections(send);
    this.assets = new Assets(send);
    this.models = new Models(send);
  }
}
