import type { HeadersLike } from './headers.ts';

/** What can be set for one call. */
export interface RequestOptions {
  /** Ends the call at once, its waits too: it rejects with an `APIUserAbortError`. */
  signal?: AbortSignal | null | undefined;
  /** How long one attempt may take, body and all, in ms. */
  timeout?: number | undefined;
  /** How often the call is sent again after a passing failure. 0: never. */
  maxRetries?: number | undefined;
  /** On top of the client's. `null` takes one away. */
  headers?: HeadersLike | undefined;
  /** On top of the call's own. `undefined` takes a parameter away. */
  query?: Record<string, unknown> | undefined;
}

/** What the library itself can ask for beside. */
export interface TracedOptions extends RequestOptions {
  /** Called when an attempt leaves: the first one, and each after it. */
  onAttempt?: () => void;
}
