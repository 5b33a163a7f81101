import type { Fetch } from '../http/Fetch.ts';
import type { Authorize } from './admit.ts';
import type { Gate, GateLimit } from './Gate.ts';

/** What `createScenarioProxy` takes. */
export interface ScenarioProxyOptions {
  /** The API key, with `apiSecret`. Default: `SCENARIO_SDK_API_KEY`, where `process.env` exists. */
  apiKey?: string | undefined;
  /** Default: `SCENARIO_SDK_API_SECRET`. */
  apiSecret?: string | undefined;
  /**
   * In place of key and secret: a token, or what gives one. Asked for every call, and once more, for all calls that wait for it, where a
   * token has run out.
   */
  bearerAuth?: string | (() => string | Promise<string>) | undefined;
  /** The API's address, absolute. Default: `SCENARIO_BASE_URL`, else `https://api.cloud.scenario.com/v1`. */
  baseURL?: string | undefined;
  /** The project of every call, whatever the request says. Default: the request's own `projectId`. */
  projectId?: string | undefined;
  /** Where the app mounts the proxy: `'/api/scenario'`. Default: at the root. */
  basePath?: string | undefined;
  /**
   * Who may use the proxy. Asked first, with the user's own request: `true` lets through; `false` or nothing is a 403; a
   * `Response`, returned or thrown, is the answer; anything else thrown is a 401. A check that needs the body reads `request.clone()`.
   *
   * Whoever is let through may do whatever the credentials may do, within the documented calls.
   */
  authorize: Authorize;
  /**
   * The app's own origins, as `'https://app.example.com'`: their pages may write. Needed only where something in front changes the `Host`
   * header, and only for browsers that send no `Sec-Fetch-Site`. It opens no CORS. Default: none but the request's own.
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * How many requests may go up for each project; more are a 429 at once, which says when to come back. As numbers it is kept in memory,
   * for this process; where several share a project, give a `Gate` over a store that they share. Default: what the API publishes,
   * `{ requests: 100, per: 60_000 }`.
   */
  gate?: Gate | GateLimit | undefined;
  /** The longest request body in bytes. Default: 256 * 1024. */
  maxBodyBytes?: number | undefined;
  /** Milliseconds for one call to the API, its answer's body included; and for the visitor's body to come. Default: 60_000. */
  timeout?: number | undefined;
  /** A `fetch` of the app's own for calls to the API. Default: the global one. */
  fetch?: Fetch | undefined;
  /**
   * Told what went wrong behind a 401, 500 or 502: what `authorize` or `bearerAuth` threw, and why the API could not be reached. For the
   * server's log: the visitor is told none of it. Default: nobody.
   */
  onError?: ((error: unknown) => void) | undefined;
}
