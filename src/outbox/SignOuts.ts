import type { Entry } from './EntryTable.ts';
import { isSince } from './lookups.ts';

/** How a page has heard of a sign-out. */
export interface Heard {
  /** Drops written changes, too: without it, the storage has them removed. */
  readonly isKept?: boolean;
  /** All that the page knows of comes before it, whatever the clock says. */
  readonly isNow?: boolean;
}

/**
 * The sign-outs that a page knows of.
 *
 * Law: one ends what was asked for before it. For unwritten changes it counts once: what is asked for when the page knows of it comes after it.
 */
export class SignOuts {
  /** By their times. */
  readonly #known = new Set<number>();
  /** What was asked for before this page was last put to sleep. */
  #slept: readonly Entry[] = [];
  /** What was asked for before its first sleep since it has read the storage: older than any sign-out that it finds there. */
  #old: readonly Entry[] = [];
  #isBehind = false;

  /** Whether the page has slept, and not read the storage since. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Whether what was asked for at a time was asked for before one of them, by the device's clock. */
  isAfter(time: number): boolean {
    return [...this.#known].some((at) => at >= time);
  }

  isKnown(at: number): boolean {
    return this.#known.has(at);
  }

  /** One that ends nothing here. */
  add(at: number): void {
    this.#known.add(at);
  }

  /** One that may end some of these entries: gives those. `isOpen`: the page hears what the other tabs tell. */
  endedBy(at: number, entries: readonly Entry[], isOpen: boolean, { isKept, isNow }: Heard = {}): Entry[] {
    const isKnown = this.isKnown(at);
    this.#known.add(at);
    return entries.filter((entry) => {
      const { key, submittedAt } = entry.record;
      if (key === undefined ? isKnown : !isKept || (isNow && isKnown)) return false;
      // What the page had asked for before it slept is older than a sign-out that it first hears of afterwards. Its unwritten changes of since are
      // younger: it would have been told before. For the others, only the clock tells.
      const isTold = isOpen && key === undefined && !this.#slept.includes(entry);
      return isNow || (!isKnown && this.#old.includes(entry)) || !(isTold || isSince(submittedAt, at));
    });
  }

  /** The page is put to sleep, and has asked for these. */
  sleep(entries: readonly Entry[], isOpen: boolean): void {
    this.#slept = entries;
    // What it asks for before it has read the storage again may come after a sign-out that it finds there. In one that never has, anything may.
    if (isOpen && !this.#isBehind) this.#old = entries;
    this.#isBehind = true;
  }

  /** The page has read the storage, awake. */
  catchUp(): void {
    this.#isBehind = false;
  }
}
