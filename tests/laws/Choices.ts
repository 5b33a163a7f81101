/**
 * The choices of one run, and all runs, one after another.
 *
 * A run asks for a choice wherever things could go one way or another. When it is over, the last choice that had another way is
 * taken that way, and all before it as before; when none is left, every run has been made, and none twice.
 */
export class Choices {
  #due: number[] = [];
  #made: { pick: number; of: number }[] = [];

  /** One of so many, from 0. */
  choose(of: number): number {
    const pick = this.#due[this.#made.length] ?? 0;
    this.#made.push({ pick, of });
    return pick;
  }

  get path(): string {
    return this.#made.map(({ pick }) => pick).join('.');
  }

  /** Sets up the next run. False if there is none. */
  next(): boolean {
    const made = this.#made;
    this.#made = [];
    for (let last = made.pop(); last !== undefined; last = made.pop()) {
      if (last.pick + 1 < last.of) {
        this.#due = [...made.map(({ pick }) => pick), last.pick + 1];
        return true;
      }
    }
    return false;
  }
}
