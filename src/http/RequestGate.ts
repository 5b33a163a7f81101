import { onAbort } from './deadline.ts';
import { type APIError, APIUserAbortError, need } from './errors.ts';
import { Pace } from './Pace.ts';
import { Turn, type TurnOptions } from './Turn.ts';
import { Wait } from './Wait.ts';

/** The longest wait, in ms, that a server is believed. A date in years, or ms for seconds, would shut a page for as long as it is open. */
const LONGEST = 3_600_000;

export interface GateOptions {
  /** How many requests may be on their way side by side. Default: 6, as browsers have it. */
  concurrency?: number | undefined;
  /** How long a request that does not say waits for a spent limit, in ms. */
  maxWait?: number | undefined;
}

interface WaitingTurn {
  readonly turn: Turn;
  readonly end: (error?: APIError) => void;
}

const isBefore = (one: Turn, other: Turn): boolean =>
  one.priority < other.priority || (one.priority === other.priority && one.number < other.number);

/** A time to wait of less than nothing would refuse every request. */
export const checkMaxWait = (maxWait: number | undefined): void =>
  need(
    maxWait === undefined || (typeof maxWait === 'number' && maxWait >= 0),
    'maxWait must be a number of ms, 0 or more.',
  );

/**
 * Lets requests out: so many side by side, and none while the server's limit is spent.
 *
 * Law: where there is room and no limit in sight, a request passes in the same tick. A refusal by the limit closes the gate for all; when
 * the wait is over (an hour at most, whatever it says) one request tries, and once it is answered the others follow, a few more each time.
 * The higher priority goes first, and the earlier turn within one. Nothing is lost: each turn gets in, is aborted, or is told that its
 * `maxWait` is too short.
 *
 * It knows nothing of `fetch`, so that a proxy can keep one for each project.
 */
export class RequestGate {
  readonly maxWait: number | undefined;
  readonly #concurrency: number;
  readonly #pace: Pace;
  readonly #listeners = new Set<() => void>();
  readonly #places = {
    enter: (turn: Turn) => this.#enter(turn),
    leave: (turn: Turn, isAnswered: boolean) => this.#leave(turn, isAnswered),
    refuse: (turn: Turn, error: APIError) => this.#refuse(turn, error),
  };
  /** Who is in, and when it started, as the pace tells it. */
  readonly #inside = new Map<Turn, number>();
  /** In the order in which they go. */
  readonly #queue: WaitingTurn[] = [];
  /** Undefined: no limit is known to be spent. */
  #wait: Wait | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ concurrency = 6, maxWait }: GateOptions = {}) {
    need(
      concurrency === Infinity || (Number.isInteger(concurrency) && concurrency > 0),
      'concurrency must be a whole number, 1 or more.',
    );
    checkMaxWait(maxWait);
    this.maxWait = maxWait;
    this.#concurrency = concurrency;
    this.#pace = new Pace(concurrency);
  }

  /** When the server's limit lets requests out again, in ms since 1970; undefined where none is known to be spent. */
  get resumesAt(): number | undefined {
    return this.#left || this.#queue.length || this.#inside.size ? this.#wait?.end : undefined;
  }

  /** Tells whenever `resumesAt` has changed. Gives a function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A turn for one request, which has no place yet. */
  turn({ maxWait = this.maxWait, ...options }: TurnOptions = {}): Turn {
    return new Turn(this.#places, { ...options, maxWait });
  }

  #enter(turn: Turn): Promise<void> | undefined {
    if (this.#inside.has(turn)) return undefined;
    if (turn.signal?.aborted) return Promise.reject(new APIUserAbortError({ cause: turn.signal.reason }));
    const overdue = turn.isRefused || this.#left ? turn.overdue(this.#left) : undefined;
    if (overdue) return Promise.reject(overdue);
    if (!this.#queue.length && this.#hasRoom()) return void this.#start(turn);
    return new Promise((resolve, reject) => {
      const release = onAbort(turn.signal, () => {
        waiting.end(new APIUserAbortError({ cause: turn.signal?.reason }));
      });
      const waiting: WaitingTurn = {
        turn,
        end: (error) => {
          release();
          this.#queue.splice(this.#queue.indexOf(waiting), 1);
          if (error) {
            reject(error);
            this.#advance();
          } else {
            this.#start(turn);
            resolve();
          }
        },
      };
      // From the end: nearly always it is the last.
      let place = this.#queue.length;
      while (place && isBefore(turn, (this.#queue[place - 1] as WaitingTurn).turn)) place--;
      this.#queue.splice(place, 0, waiting);
      this.#advance();
    });
  }

  #start(turn: Turn): void {
    this.#inside.set(turn, this.#pace.start());
  }

  #leave(turn: Turn, isAnswered: boolean): void {
    const started = this.#inside.get(turn);
    if (started === undefined) return;
    this.#inside.delete(turn);
    if (this.#pace.end(started, isAnswered) && this.#wait) this.#tell();
    this.#advance();
  }

  #refuse(turn: Turn, { retryAfter }: APIError): void {
    const started = this.#inside.get(turn);
    if (started === undefined) return;
    this.#inside.delete(turn);
    const wait = this.#pace.refuse(started, retryAfter && Math.min(retryAfter * 1000, LONGEST));
    this.#tell(new Wait(Date.now() + Math.max(this.#left, wait)));
    for (const { turn: other, end } of [...this.#queue]) {
      const overdue = other.overdue(this.#left);
      if (overdue) end(overdue);
    }
    this.#advance();
  }

  /** Lets in whoever may go, and sees to it that the others are thought of in time. */
  #advance(): void {
    while (this.#queue.length && this.#hasRoom()) this.#queue[0]?.end();
    clearTimeout(this.#timer);
    // Only while somebody waits: a script that is done must not be kept alive.
    if (this.#queue.length && this.#left) this.#timer = setTimeout(() => this.#advance(), this.#left);
  }

  #hasRoom(): boolean {
    return this.#inside.size < this.#concurrency && !this.#left && this.#pace.allows();
  }

  /** The wait that is left, in ms. */
  get #left(): number {
    return this.#wait?.left ?? 0;
  }

  #tell(wait?: Wait): void {
    this.#wait = wait;
    for (const listener of this.#listeners) listener();
  }
}
