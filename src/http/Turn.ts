import { type APIError, RateLimitError } from './errors.ts';

/** Who goes first where requests wait: what somebody looks at, then what somebody has asked for, then what is read again unasked. */
export const PRIORITY = { view: 0, change: 1, refetch: 2 } as const;
/** One of these. Spelled out: the declarations would tell of the names of all three. */
export type Priority = 0 | 1 | 2;

/** How a request waits for its place. */
export interface TurnOptions {
  /** Default: `PRIORITY.view`, the highest. */
  priority?: Priority | undefined;
  /** Ends the wait at once. */
  signal?: AbortSignal | null | undefined;
  /** How long the limit is waited for, in ms. 0: not at all. Default: the gate's, else without end. */
  maxWait?: number | undefined;
}

/** The gate's side of a turn. */
export interface Places {
  enter(turn: Turn): Promise<void> | undefined;
  leave(turn: Turn, isAnswered: boolean): void;
  refuse(turn: Turn, error: APIError): void;
}

let turns = 0;

/**
 * One request's turn at a gate, from the moment that it is asked for: it keeps its place in the order when the limit turns it away.
 *
 * A request whose body is not settled yet (changes that are merged while they wait) asks for its turn first, and is put together when
 * `enter` has let it in:
 *
 * ```ts
 * const turn = gate.turn({ priority: PRIORITY.change, maxWait, signal });
 * await turn.enter(); // rejects with a RateLimitError past maxWait, with an APIUserAbortError on abort
 * try {
 *   if (isSomethingLeftToSend()) await client.collections.update(id, body(), { turn });
 * } finally {
 *   turn.leave(); // a place that is not given back is lost to all others; to give it back twice does no harm
 * }
 * ```
 *
 * A call that is handed a turn does not wait for the limit by itself: a 429 rejects, `isRefused` is then true, and `enter` may be called
 * again.
 */
export class Turn {
  readonly priority: Priority;
  readonly maxWait: number;
  readonly signal: AbortSignal | null | undefined;
  /** Earlier turns go first within one priority. */
  readonly number: number = ++turns;
  readonly #places: Places;
  #since: number | undefined;
  #refusal: APIError | undefined;

  constructor(places: Places, { priority = PRIORITY.view, maxWait = Infinity, signal }: TurnOptions) {
    this.#places = places;
    this.priority = priority;
    this.maxWait = maxWait;
    this.signal = signal;
  }

  /** True from a refusal by the limit until `enter` is called again. */
  get isRefused(): boolean {
    return !!this.#refusal;
  }

  /** Takes a place. Undefined, and not a promise: it has one at once (or has it already), so that the request leaves in this tick. */
  enter(): Promise<void> | undefined {
    const entering = this.#places.enter(this);
    this.#refusal = undefined;
    return entering;
  }

  /** Gives the place back. `isAnswered`: a request was sent, and it was not the caller who ended it. */
  leave(isAnswered: boolean = false): void {
    this.#places.leave(this, isAnswered);
  }

  /** Gives the place back and closes the gate: the server refused the request because a limit is spent. */
  refuse(error: APIError): void {
    this.#refusal = error;
    this.#places.refuse(this, error);
  }

  /** Why it may not wait for the limit so many ms more, if it may not. What counts is the time since it first met the limit. */
  overdue(left: number): APIError | undefined {
    // The time that was waited is no date's: a clock that is set forward ends no wait.
    const now = performance.now();
    this.#since ??= now;
    if (this.maxWait > 0 && now - this.#since + left <= this.maxWait) return undefined;
    if (this.#refusal) return this.#refusal;
    const remainingSeconds = Math.ceil(left / 1000);
    const message = `The limit of requests is spent for another ${remainingSeconds} s, which is more than maxWait.`;
    return new RateLimitError(429, { message, remainingSeconds });
  }
}
