import type { ScenarioEmulator } from '../../src/testing.ts';
import { timeNow } from '../support/virtualTime.ts';
import type { Truth } from './Truth.ts';

interface Write {
  readonly url: string;
  readonly init: RequestInit;
  readonly at: number;
  /** The versions that stood after it. */
  readonly versions: ReadonlyMap<string, number>;
}

/** A server that hears of writes late: it answers reads from a state that the first one held a while ago. */
export class Replica {
  readonly #begin: (now: () => Date) => ScenarioEmulator;
  readonly #truth: Truth;
  readonly #startedAt = timeNow();
  readonly #first: ReadonlyMap<string, number>;
  readonly #writes: Write[] = [];

  /** `begin` makes a server as the first one was in the beginning. */
  constructor(begin: (now: () => Date) => ScenarioEmulator, truth: Truth) {
    this.#begin = begin;
    this.#truth = truth;
    this.#first = truth.versions;
  }

  /** The first server has carried out a request. */
  note(url: string, init: RequestInit): void {
    this.#writes.push({ url, init, at: timeNow(), versions: this.#truth.versions });
  }

  /** A server in the state of so long ago, and its versions. Undefined: nothing has happened since. */
  at(lag: number): { server: ScenarioEmulator; versions: ReadonlyMap<string, number> } | undefined {
    const known = this.#writes.filter(({ at }) => at <= timeNow() - lag);
    if (known.length === this.#writes.length) return undefined;
    let now = this.#startedAt;
    const server = this.#begin(() => new Date(now));
    // What is there from the beginning is dated when a server is first looked at.
    void server.collections;
    for (const { url, init, at } of known) {
      now = at;
      void server.elsewhere(url, init);
    }
    now = timeNow();
    return { server, versions: known.at(-1)?.versions ?? this.#first };
  }
}
