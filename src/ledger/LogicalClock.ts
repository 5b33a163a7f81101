/**
 * A clock in milliseconds that grows with every event, and the reads that are on their way.
 *
 * A read is stamped when its request leaves. It is newer than a copy if it left at or after the time from which that copy holds.
 */
export class LogicalClock {
  readonly #clock: () => number;
  #now = 0;
  readonly #reads = new Set<number>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The time now, which every event moves on. */
  tick(): number {
    this.#now = Math.max(this.#now + 0.001, this.#clock());
    return this.#now;
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
