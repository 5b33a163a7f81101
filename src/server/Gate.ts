/**
 * What keeps a proxy from asking more than the API's limit allows. Yours, where several processes share a project: with a store that they
 * share.
 *
 * What it throws is told to `onError`, and the call goes up: a store that is down must not take the app with it.
 */
export interface Gate {
  /**
   * Asked before each call to the API. Gives the milliseconds until it may go up, or 0: it may now, and counts. `project` is the project's
   * id, or empty where none is named. The request is the visitor's; its body is not to be read.
   */
  enter(project: string, request: Request): number | Promise<number>;
  /** Told of a 429 of the API: for so many milliseconds nothing may go up. Undefined, where it named no wait. */
  close(project: string, wait: number | undefined): void | Promise<void>;
}

/** How many requests the API takes from one project in how long a time. */
export interface GateLimit {
  /** A whole number from 1 up. */
  requests: number;
  /** Milliseconds. */
  per: number;
}
