/** By so much a device's clock runs unevenly by itself, in milliseconds. What moves it further has set it, or the device has slept. */
const UNEVEN = 1_000;

/**
 * A clock in milliseconds that grows with every event, and the reads that are on their way.
 *
 * A read is stamped when its request leaves. It is newer than a copy if it left at or after the time from which that copy holds.
 */
export class LogicalClock {
  readonly #clock: () => number;
  readonly #stopwatch: () => number;
  #now = 0;
  #offset = 0;
  /** From when on the device's clock was not set forward. */
  #steadySince = 0;
  readonly #reads = new Set<number>();

  /** `clock` gives milliseconds since 1970; `stopwatch` those that have passed since any time, whatever the clock is set to. */
  constructor(clock: () => number, stopwatch: () => number) {
    this.#clock = clock;
    this.#stopwatch = stopwatch;
  }

  /** The time now, which every event moves on. It goes with the stopwatch, and catches up where the clock is ahead. */
  tick(): number {
    const passed = this.#stopwatch();
    const ahead = this.#clock() - passed - this.#offset;
    this.#now ||= passed;
    if (ahead > UNEVEN) {
      this.#offset += ahead;
      this.#steadySince = this.#now + ahead;
    }
    this.#now = Math.max(this.#now + 0.001, passed + this.#offset);
    return this.#now;
  }

  /** The time now, or one before the reads that are on their way. */
  tickBeforeReads(): number {
    return Math.min(this.tick(), this.oldestRead - 0.001);
  }

  /** Whether no more than a span has passed from one time to another. A device that has slept counts as one whose clock was set forward. */
  isWithin(span: number, from: number, to: number): boolean {
    return to < Math.max(from, this.#steadySince) + span;
  }

  /** The stamp of a read whose request leaves now. */
  startRead(): number {
    const requestedAt = this.tick();
    this.#reads.add(requestedAt);
    return requestedAt;
  }

  /** A read is over, whatever came of it. */
  endRead(requestedAt: number): void {
    this.#reads.delete(requestedAt);
  }

  get isReading(): boolean {
    return this.#reads.size > 0;
  }

  /** When the oldest of the reads on their way has left; infinitely late where there is none. */
  get oldestRead(): number {
    return Math.min(...this.#reads);
  }
}
