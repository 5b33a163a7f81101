/** How many requests the server takes in how long a time. What is more is a 429, and is not applied. */
export interface RateLimit {
  /** A whole number from 1 up. */
  requests: number;
  /** Milliseconds. */
  per: number;
  /**
   * `'window'`: the first request begins a window, and when that is over all are free again. `'bucket'`: they come back one by one, each
   * after `per / requests`. Default: `'window'`.
   */
  kind?: 'window' | 'bucket';
  /** Where a refusal says how long to wait: as `retry-after`, as `remainingSeconds` in the body, or nowhere. Default: `'body'`. */
  retryAfter?: 'header' | 'body' | 'none';
}

/** Throws for a limit that cannot be meant. It may come from plain JavaScript. */
export function checkLimit(limit: RateLimit): void {
  const need = (right: boolean, what: string) => {
    if (!right) throw new TypeError(`createScenarioEmulator: limit${what}`);
  };
  need(typeof limit === 'object' && limit !== null, ' must be { requests, per }');
  const { requests, per, kind = 'window', retryAfter = 'body' } = limit;
  need(Number.isSafeInteger(requests) && requests > 0, '.requests must be a whole number from 1 up');
  need(Number.isFinite(per) && per > 0, '.per must be a number of milliseconds greater than 0');
  need(['window', 'bucket'].includes(kind), ".kind must be 'window' or 'bucket'");
  need(['header', 'body', 'none'].includes(retryAfter), ".retryAfter must be 'header', 'body' or 'none'");
}

/** Counts the requests of one project against a limit. A refused one does not count. */
export class RateMeter {
  readonly #limit: RateLimit;
  /** In requests times milliseconds: whole numbers, so that a bucket that is waited for is never a hair short of a request. */
  #credit: number;
  /** When the window began, or the bucket was last filled. */
  #since = Number.NEGATIVE_INFINITY;

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#credit = limit.requests * limit.per;
  }

  /** The milliseconds after which a request would pass. 0: this one has passed. */
  take(now: number): number {
    const { requests, per, kind } = this.#limit;
    const elapsed = now - this.#since;
    // A clock that was set back begins anew, else nothing would pass until it is where it was.
    const isOver = elapsed >= per || elapsed < 0;
    if (isOver) this.#credit = requests * per;
    else if (kind === 'bucket') this.#credit = Math.min(requests * per, this.#credit + elapsed * requests);
    if (isOver || kind === 'bucket') this.#since = now;
    if (this.#credit < per) return kind === 'bucket' ? (per - this.#credit) / requests : per - elapsed;
    this.#credit -= per;
    return 0;
  }
}
