/** A wait that ends at a time of the device's clock, which may be set meanwhile. */
export class Wait {
  readonly #until: number;
  readonly #length: number;

  constructor(until: number) {
    this.#until = until;
    this.#length = until - Date.now();
  }

  /** When it ends or has ended, in ms since 1970; undefined where more is left than there was: the clock was set back, and the time says nothing. */
  get end(): number | undefined {
    return this.#until - Date.now() > this.#length ? undefined : this.#until;
  }

  /** In ms. */
  get left(): number {
    return Math.max(0, (this.end ?? 0) - Date.now());
  }
}
