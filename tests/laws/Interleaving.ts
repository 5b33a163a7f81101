import { InfiniteQueryObserver, MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import {
  addAssetsMutationOptions,
  collectionQueryOptions,
  collectionsQueryOptions,
  deleteCollectionMutationOptions,
  removeAssetsMutationOptions,
  Scenario,
  updateCollectionMutationOptions,
} from '../../src/client.ts';
import { createScenarioEmulator } from '../../src/testing.ts';
import { passAll, settle, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import type { Change, Place, Wish } from './Change.ts';
import { describeWish } from './Change.ts';
import type { Choices } from './Choices.ts';
import { Clock } from './Clock.ts';
import { checkOutcomes } from './checkOutcomes.ts';
import { checkQuiet } from './checkQuiet.ts';
import { checkShown } from './checkShown.ts';
import { type Moment, Oracle } from './Oracle.ts';
import { readCache, type Shown } from './Shown.ts';
import { Truth } from './Truth.ts';
import { type Fate, type Flight, isWrite, Wire } from './Wire.ts';

/** What one interleaving does: these changes of one collection, in this order, and so many reads of it. */
export interface Scope {
  readonly changes: readonly Wish[];
  readonly reads: number;
}

export interface Outcome {
  readonly frames: number;
  readonly wrongFrames: number;
  readonly broken: readonly string[];
  readonly timeline: readonly string[];
}

const OPEN_ENDS: readonly Fate['end'][] = ['answer', 403, 'lose'];

/**
 * One interleaving of changes and reads of one collection, through the mutation and query options, without React.
 *
 * At each point one thing happens: a change begins, a read begins, or an answer comes back. Which one is a choice; so is what becomes of
 * each write, and for each read and each write that are on their way together, which of the two reached the server first. That is all
 * that can be told apart from here: when exactly the server looked and wrote is seen by nobody but a read, so a request reaches it no
 * sooner than somebody could know.
 */
export class Interleaving {
  readonly #choices: Choices;
  readonly #scope: Scope;
  readonly #clock = new Clock();
  readonly #server = createScenarioEmulator({
    collections: [
      { id: 'c0', name: 'Zero', assetIds: ['a0', 'a1'] },
      { id: 'c1', name: 'One' },
    ],
  });
  readonly #truth = new Truth(this.#server, this.#clock);
  readonly #queryClient = new QueryClient({
    defaultOptions: { queries: { gcTime: Number.POSITIVE_INFINITY }, mutations: { gcTime: Number.POSITIVE_INFINITY } },
  });
  readonly #wire: Wire;
  readonly #oracle: Oracle;
  readonly #client: Scenario;
  readonly #place: Place = { number: 0, handle: 'c0', id: 'c0', changes: [] };
  /** Requests on their way, each with what lets it go on: to the server, and from there back. */
  readonly #halts = new Map<Flight, () => void>();
  readonly #broken = new Set<string>();
  readonly #timeline: string[] = [];
  readonly #glimpses: { shown: Shown; moment: Moment }[] = [];
  readonly #stops: (() => void)[] = [];
  /** Those that have reached the server. */
  readonly #isThere = new Set<Flight>();
  readonly #ends = new Map<Flight, Fate['end']>();
  readonly #ownReads = new Set<Flight>();
  #lastEnd: Fate['end'] = 'answer';
  #isReading = false;
  #isClosing = true;
  #writes = 0;
  #frames = 0;
  #wrongFrames = 0;
  #glimpseDue = false;
  #readers: (() => void)[] = [];

  constructor(scope: Scope, choices: Choices) {
    this.#scope = scope;
    this.#choices = choices;
    this.#wire = new Wire({
      server: this.#server,
      truth: this.#truth,
      clock: this.#clock,
      fateOf: (call) => ({ before: 1, after: 1, end: isWrite(call) ? this.#chooseEnd() : 'answer' }),
      isCut: () => false,
      onEnd: (flight) => this.#oracle.ended(flight),
      note: (line) => this.#timeline.push(line),
      travel: (flight, _, signal) => this.#travel(flight, signal),
    });
    this.#oracle = new Oracle(this.#truth, this.#wire, this.#clock, 0);
    this.#oracle.places.push(this.#place, { number: 1, handle: 'c1', id: 'c1', changes: [] });
    this.#client = new Scenario({ baseURL: 'https://api.example.test/v1', fetch: this.#wire.fetch, maxRetries: 0 });
  }

  async run(): Promise<Outcome> {
    // After the date of the studio: a server whose own date goes back would look like one that lags.
    startVirtualTime('2026-07-01T00:00:00.000Z');
    try {
      await this.#start();
      await this.#explore();
      await this.#close();
    } finally {
      for (const stop of this.#stops) stop();
      this.#queryClient.clear();
      stopVirtualTime();
    }
    return {
      frames: this.#frames,
      wrongFrames: this.#wrongFrames,
      broken: [...this.#broken],
      timeline: this.#timeline,
    };
  }

  async #start(): Promise<void> {
    const list = new InfiniteQueryObserver(this.#queryClient, collectionsQueryOptions(this.#client, { pageSize: 5 }));
    const detail = new QueryObserver(this.#queryClient, collectionQueryOptions(this.#client, 'c0'));
    this.#stops.push(
      this.#queryClient.getQueryCache().subscribe((event) => {
        this.#oracle.saw('c0');
        this.#oracle.saw('c1');
        if (event.type === 'updated' && event.action.type === 'success' && !event.action.manual) {
          this.#oracle.landed(
            { step: 0, ms: 0 },
            ({ call }) => call.type === 'list' && event.query === list.getCurrentQuery(),
          );
        }
        if (this.#glimpseDue || this.#isClosing) return;
        this.#glimpseDue = true;
        queueMicrotask(() => {
          this.#glimpseDue = false;
          this.#glimpse();
        });
      }),
      list.subscribe(() => {}),
      detail.subscribe(() => {}),
    );
    await passAll();
    this.#isClosing = false;
    this.#readers = [() => void list.refetch(), () => void detail.refetch()].slice(0, this.#scope.reads);
  }

  async #explore(): Promise<void> {
    const changes = [...this.#scope.changes];
    for (;;) {
      const moves: (() => Promise<unknown>)[] = [];
      const [nextChange] = changes;
      const [nextReader] = this.#readers;
      if (nextChange) moves.push(async () => this.#begin(nextChange) && changes.shift());
      if (nextReader) {
        moves.push(async () => {
          this.#isReading = true;
          this.#readers.shift()?.();
        });
      }
      for (const flight of this.#halts.keys()) moves.push(() => this.#answer(flight));
      if (moves.length === 0) return;
      this.#clock.begin();
      await moves[moves.length > 1 ? this.#choices.choose(moves.length) : 0]?.();
      await settle(2);
      this.#isReading = false;
      this.#endStep();
    }
  }

  /** An answer comes back; before that the request has reached the server. */
  async #answer(flight: Flight): Promise<void> {
    if (!this.#isThere.has(flight)) {
      if (isWrite(flight.call)) await this.#apply(flight);
      else {
        for (const write of this.#onTheirWay(isWrite))
          if (this.#isApplied(write) && this.#choices.choose(2)) await this.#apply(write, flight);
        await this.#goOn(flight);
      }
    }
    this.#halts.get(flight)?.();
    this.#halts.delete(flight);
  }

  /** A write reaches the server, before or after each read that has not. */
  async #apply(write: Flight, later?: Flight): Promise<void> {
    if (this.#isApplied(write))
      for (const read of this.#onTheirWay((call) => !isWrite(call)))
        if (read !== later && this.#choices.choose(2)) await this.#goOn(read);
    await this.#goOn(write);
  }

  #onTheirWay(which: (call: Flight['call']) => boolean): Flight[] {
    return [...this.#halts.keys()].filter((flight) => which(flight.call) && !this.#isThere.has(flight));
  }

  #isApplied(write: Flight): boolean {
    return typeof this.#ends.get(write) !== 'number';
  }

  async #goOn(flight: Flight): Promise<void> {
    this.#isThere.add(flight);
    this.#halts.get(flight)?.();
    await settle(1);
  }

  #chooseEnd(): Fate['end'] {
    const isOpen = !this.#isClosing && this.#writes++ < this.#scope.changes.length;
    this.#lastEnd = isOpen ? (OPEN_ENDS[this.#choices.choose(OPEN_ENDS.length)] ?? 'answer') : 'answer';
    return this.#lastEnd;
  }

  #travel(flight: Flight, signal: AbortSignal | undefined): Promise<void> {
    if (this.#isClosing) return Promise.resolve();
    if (!this.#ends.has(flight)) this.#ends.set(flight, this.#lastEnd);
    // What the library reads back by itself meets no other write of ours.
    if (!isWrite(flight.call) && !this.#isThere.has(flight) && !this.#isReading) this.#ownReads.add(flight);
    if (this.#ownReads.has(flight)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#halts.set(flight, resolve);
      signal?.addEventListener(
        'abort',
        () => {
          this.#halts.delete(flight);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  #begin(wish: Wish): true {
    const began = this.#clock.now;
    const number = this.#oracle.changes.length;
    const change: Change = { number, place: this.#place, wish, began, firstOfTick: true, callbacks: 0 };
    this.#oracle.changes.push(change);
    this.#place.changes.push(change);
    this.#timeline.push(`change ${number}: ${describeWish(wish)}`);
    const onSettled = () => {
      change.callbacks++;
    };
    this.#send(wish, onSettled).then(
      () => {
        change.settled = this.#clock.now;
        this.#timeline.push(`change ${number} is settled`);
      },
      (error: unknown) => {
        change.settled = this.#clock.now;
        change.error = error ?? new Error('rejected with nothing');
        this.#timeline.push(`change ${number} fails: ${error}`);
      },
    );
    this.#glimpse();
    return true;
  }

  #send(wish: Wish, onSettled: () => void): Promise<unknown> {
    const collectionId = 'c0';
    const client = this.#queryClient;
    switch (wish.kind) {
      case 'add': {
        const options = { ...addAssetsMutationOptions(this.#client), onSettled };
        return new MutationObserver(client, options).mutate({ collectionId, assetIds: wish.ids });
      }
      case 'remove': {
        const options = { ...removeAssetsMutationOptions(this.#client), onSettled };
        return new MutationObserver(client, options).mutate({ collectionId, assetIds: wish.ids });
      }
      case 'update': {
        const options = { ...updateCollectionMutationOptions(this.#client), onSettled };
        return new MutationObserver(client, options).mutate({ collectionId, name: wish.name ?? '' });
      }
      case 'delete': {
        const options = { ...deleteCollectionMutationOptions(this.#client), onSettled };
        return new MutationObserver(client, options).mutate({ collectionId });
      }
      case 'create':
        throw new Error('A scope is of one collection');
    }
  }

  #glimpse(): void {
    const { step } = this.#clock.now;
    this.#glimpses.push({
      shown: readCache(this.#queryClient),
      moment: { recent: (stamp) => stamp.step === step, begun: this.#oracle.changes.length },
    });
  }

  #endStep(): void {
    for (const { shown, moment } of this.#glimpses.splice(0)) this.#judge(shown, moment, false);
    this.#judge(readCache(this.#queryClient), { recent: () => false, begun: this.#oracle.changes.length }, true);
  }

  #judge(shown: Shown, moment: Moment, agree: boolean): void {
    const judge = { oracle: this.#oracle, truth: this.#truth, order: ['c0', 'c1'], moment, agree, others: false };
    const wrong = checkShown(shown, judge);
    this.#frames++;
    if (wrong.length > 0) this.#wrongFrames++;
    for (const law of wrong) this.#break(law);
  }

  #break(law: string): void {
    if (!this.#broken.has(law)) this.#timeline.push(`!! ${law}`);
    this.#broken.add(law);
  }

  async #close(): Promise<void> {
    this.#clock.begin();
    this.#isClosing = true;
    for (const go of this.#halts.values()) go();
    await passAll();
    for (const law of checkOutcomes(this.#oracle, this.#wire, this.#truth, false)) this.#break(law);
    for (const law of checkQuiet(this.#queryClient, this.#server, this.#oracle, false)) this.#break(`quiet: ${law}`);
    const left = this.#queryClient
      .getQueryCache()
      .getAll()
      .filter(({ queryKey }) => queryKey.includes('ledger'));
    if (left.length > 0) this.#break('quiet: the ledger is still in the cache');
  }
}
