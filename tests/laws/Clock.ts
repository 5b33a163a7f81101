import { timeNow } from '../support/virtualTime.ts';

/** When something happened: in which step of the run, and at which moment of virtual time. */
export interface Stamp {
  readonly step: number;
  readonly ms: number;
}

/**
 * Counts the steps of a run. A step is what one timer sets off, or one block of code of the user's, with all promises that follow.
 *
 * Two things of one step can have happened in either order; of two steps, the order is known.
 */
export class Clock {
  #step = 0;

  begin(): void {
    this.#step++;
  }

  get now(): Stamp {
    return { step: this.#step, ms: timeNow() };
  }
}
