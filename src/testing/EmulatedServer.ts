import { apply, type EmulatorAnswer } from './answers.ts';
import { CollectionStore } from './CollectionStore.ts';
import type { ScenarioEmulatorOptions } from './EmulatorOptions.ts';
import { type EmulatorRequest, isRead } from './EmulatorRequest.ts';
import { createRandom } from './random.ts';
import type { ServerClock } from './ServerClock.ts';
import { createStudio } from './Studio.ts';

/** Nothing that is there from the beginning is newer than this (or than the clock, where that is behind), so that a studio has the same dates on every day. */
const STUDIO_DATE = Date.UTC(2026, 5, 30, 12);

/**
 * The server: what it holds, and what it held at any earlier moment.
 *
 * What is there from the beginning is dated when the server is first used. Where an emulator is made at the top of a module, the clock
 * may stand at 0: a Worker's does.
 */
export class EmulatedServer {
  readonly #options: ScenarioEmulatorOptions;
  readonly #clock: ServerClock;
  /** Every request that may have changed something. Carried out anew, they lead to any moment in between. */
  readonly #journal: { at: number; request: EmulatorRequest }[] = [];
  #newest: number;
  #store: CollectionStore;
  #isUsed = false;

  constructor(options: ScenarioEmulatorOptions) {
    this.#options = options;
    this.#clock = { startedAt: 0, now: () => (options.now?.() ?? new Date()).getTime() };
    this.#newest = Math.min(STUDIO_DATE, this.now());
    // Built at once all the same, so that an option that makes no sense throws where it is given.
    this.#store = this.#build(this.#clock);
  }

  now(): number {
    return this.#clock.now();
  }

  get store(): CollectionStore {
    if (!this.#isUsed) {
      this.#isUsed = true;
      this.#clock.startedAt = this.now();
      const newest = Math.min(STUDIO_DATE, this.now());
      if (newest !== this.#newest) {
        this.#newest = newest;
        this.#store = this.#build(this.#clock);
      }
    }
    return this.#store;
  }

  /** Carries a request out. A read can be answered as it would have been so many milliseconds ago. */
  answer(request: EmulatorRequest, lag: number): EmulatorAnswer {
    const { store } = this;
    const size = this.#options.pageSize ?? 10;
    if (lag > 0 && isRead(request)) return apply(this.#asOf(this.now() - lag), request, size);
    // A read in bulk is one too: an id that nobody has named before exists from then on.
    if (request.method !== 'GET') this.#journal.push({ at: this.now(), request });
    return apply(store, request, size);
  }

  #asOf(moment: number): CollectionStore {
    let now = this.#clock.startedAt;
    const store = this.#build({ startedAt: this.#clock.startedAt, now: () => now });
    for (const { at, request } of this.#journal) {
      if (at > moment) break;
      now = at;
      apply(store, request, 1);
    }
    // Only what it holds is old: the addresses that it signs are not.
    now = this.now();
    return store;
  }

  #build(clock: ServerClock): CollectionStore {
    const { seed } = this.#options;
    const studio = seed === undefined ? {} : createStudio(seed, this.#newest);
    // A generator of its own, so that the ids do not depend on how many delays were drawn.
    return new CollectionStore({ ...studio, ...this.#options }, createRandom((seed ?? 1) + 1), this.#newest, clock);
  }
}
