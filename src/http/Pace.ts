const MINUTE = 60_000;
/** Requests a minute for one project. Source: the vendor's documentation. */
const PUBLISHED = 100;
/** The first wait where the server names none, in ms. */
const FIRST_WAIT = 2_000;
/** A window that bore no more was hardly worth its wait, and tells little: others may have spent it. */
const FEW = 6;

/**
 * How many requests may leave side by side, and how long to wait after a refusal: what is learned of a limit that the server does not tell.
 *
 * Law: past what a minute is taken to bear, one request goes at a time. So the end of a budget costs one refused request and not six, and
 * a server that bears more costs one request that goes alone; then twice as many are taken to be fine. After a refusal the width starts at
 * one again, and each answer widens it.
 */
export class Pace {
  readonly #concurrency: number;
  #width: number;
  #budget = PUBLISHED;
  /** What left since the window began, and how much of it is on its way. */
  #sent = 0;
  #running = 0;
  #windowStart = 0;
  /** Counts the refusals: what left before one says nothing of the time after it. */
  #epoch = 0;
  #isOpening = false;
  /** Windows in a row that bore next to nothing. */
  #inVain = 0;
  #wait = -1;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
    this.#width = concurrency;
  }

  /** Whether one more may leave beside those that are on their way. */
  allows(): boolean {
    return !this.#running || (this.#running < this.#width && (this.#sent < this.#budget || this.#isOver()));
  }

  /** One leaves. Gives what `end` and `refuse` are to be told. */
  start(): number {
    if (this.#isOpening || this.#isOver()) {
      if (!this.#isOpening) this.#budget = Math.max(this.#budget, PUBLISHED);
      this.#isOpening = false;
      this.#windowStart = Date.now();
      this.#sent = this.#running;
    }
    this.#sent++;
    this.#running++;
    return this.#epoch;
  }

  /** One has ended, and not by the limit. True: it left after the last refusal, and was answered. */
  end(epoch: number, isAnswered: boolean): boolean {
    // It left before the refusal and got through: the budget was that much larger.
    if (epoch !== this.#epoch) {
      if (isAnswered) this.#budget++;
      return false;
    }
    this.#running--;
    if (!isAnswered) return false;
    if (this.#width < this.#concurrency) this.#width++;
    if (this.#sent > this.#budget) this.#budget *= 2;
    return true;
  }

  /**
   * One was refused. Gives the wait in ms.
   *
   * A named wait is kept to; one that proves too short again and again grows, since a server that says "at once" each time would be asked
   * without end.
   */
  refuse(epoch: number, named: number | undefined): number {
    // It left beside the one that was refused first, and tells nothing new.
    if (epoch !== this.#epoch && (this.#isOpening || named === undefined)) return named ?? 0;
    const passed = this.#sent - this.#running;
    const isInVain = passed <= FEW && this.#isWithin(this.#wait + 1);
    this.#inVain = isInVain ? this.#inVain + 1 : 0;
    this.#budget = Math.max(FEW, passed);
    this.#width = 1;
    this.#running = 0;
    this.#epoch++;
    this.#isOpening = true;
    const growth = 2 ** this.#inVain;
    // The random part keeps many clients that were refused together from coming back together.
    const own = Math.min(FIRST_WAIT * growth * (1 + Math.random() / 4), MINUTE);
    const floor = this.#inVain ? Math.min(500 * growth, MINUTE) : 0;
    this.#wait = Math.ceil(named === undefined ? own : Math.max(named, floor));
    return this.#wait;
  }

  /** Whether the window began less than so long ago. A clock that was set back has begun another. */
  #isWithin(wait: number): boolean {
    const passed = Date.now() - this.#windowStart;
    return passed >= 0 && passed < wait;
  }

  #isOver(): boolean {
    return !this.#isWithin(MINUTE);
  }
}
