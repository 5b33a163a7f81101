import type { EmulatorRequest } from './EmulatorRequest.ts';

/** Which requests a fault meets, and how often. */
interface FaultReach {
  /**
   * `'PUT /collections/:collectionId/assets'`, `'PUT'`, `'* /collections'`, or a function. `:name` and `*` stand for one segment of the
   * path, `*` as the method for every method. Default: every request.
   */
  on?: string | ((request: EmulatorRequest) => boolean) | undefined;
  /** How many requests it meets; then it is over. Default: until it is ended. */
  times?: number | undefined;
}

/** What goes wrong. */
export type EmulatorFault = FaultReach &
  (
    | {
        /** Answered with this status (default 403) and body, and not applied. */
        kind: 'refuse';
        status?: number | undefined;
        body?: unknown;
        headers?: Record<string, string> | undefined;
      }
    | {
        /** Applied; then the connection breaks, as a `TypeError`. */
        kind: 'loseAnswer';
      }
    | {
        /** Applied in time; the answer comes so many milliseconds later. */
        kind: 'slow';
        ms: number;
      }
    | {
        /** Fails at once, as a `TypeError`, and reaches no server. */
        kind: 'offline';
      }
    | {
        /** 429, with the wait in the `retry-after` header and as `remainingSeconds` in the body, and not applied. */
        kind: 'rateLimit';
        /** Default: 1. */
        seconds?: number | undefined;
      }
    | {
        /**
         * A lagging copy or index: a read is answered with what the server held so many milliseconds ago. It meets no writes; `on:
         * 'GET /assets'` narrows it to the lists of assets.
         */
        kind: 'lag';
        ms: number;
      }
    | {
        /** Applied, and answered with 200 and a login page, as some networks do. */
        kind: 'garbage';
      }
  );
