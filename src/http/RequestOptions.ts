import type { HeadersLike } from './headers.ts';
import type { Priority, Turn } from './Turn.ts';

/** What can be set for one call. */
export interface RequestOptions {
  /** Ends the call at once, its waits too: it rejects with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
  /** How long one attempt may take, body and all, in ms. */
  timeout?: number | undefined;
  /** How often the call is sent again after a passing failure. 0: never. */
  maxRetries?: number | undefined;
  /**
   * How long the call waits while the API's limit of requests is spent, in ms, whatever `maxRetries` says. Past it: a `RateLimitError` at
   * once. Default: the client's, else 30,000; 0 where `maxRetries` is 0.
   */
  maxWait?: number | undefined;
  /** On top of the client's. `null` takes one away. */
  headers?: HeadersLike | undefined;
  /** On top of the call's own. `undefined` takes a parameter away. */
  query?: Record<string, unknown> | undefined;
}

/** What the library itself can ask for beside. */
export interface TracedOptions extends RequestOptions {
  /**
   * Called when a request leaves: the first one, and each after it. `lost`: the answer of an earlier one was lost, so that it may have been
   * carried out. A refusal by the limit or for a token that has run out is none: it did nothing.
   */
  onAttempt?: (lost: boolean) => void;
  /** Who goes first where requests wait. Default: the highest. */
  priority?: Priority | undefined;
  /** What `maxWait` is where neither the call nor the client says. */
  defaultMaxWait?: number | undefined;
  /** A turn that the caller has taken at the client's gate. A 429 then rejects; the caller waits for the next place. */
  turn?: Turn | undefined;
}
