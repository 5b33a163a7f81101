import { readCache, type Shown } from '../Shown.ts';
import { type Flight, isWrite } from '../Wire.ts';
import { type Ask, printWish } from './Ask.ts';
import { PAGE_SIZE, type Page, printsOf } from './Page.tsx';
import type { World } from './World.ts';

/** So long an index may lack what was added, in ms. */
export const INDEX_LAG = 5_000;

/** Whether a request is for the list that a tab shows. */
export const isOfList = ({ call }: Flight) => call.type === 'list' && call.pageSize === PAGE_SIZE;

/** What a tab has shown in the middle of a step. */
export interface Glimpse {
  readonly page: Page;
  readonly shown: Shown;
}

/** What each tab can know: what it has read, was told, or has slept through. */
export class Knowledge {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** What a page that has woken lists, it knows of; what it lists no more, it alone. */
  noteKnown(): void {
    for (const page of this.#world.living.filter(({ now }) => now)) {
      const { pending } = page;
      for (const ask of this.#world.oracle.asks)
        if (ask.page === page || (pending.get(printWish(ask.wish))?.status ?? 'failed') !== 'failed')
          page.known.add(ask);
        // It is the first to know what has become of it, and nobody is asked who has not read again.
        else if (page.isOutdated && ask.phase === 'pending') page.known.delete(ask);
    }
  }

  /** What was on the wire when a tab read for the first time may be in what it has read, or not. */
  noteFirstReads(glimpses: readonly Glimpse[]): void {
    const wasSent = (ask: Ask) =>
      ask.wasMarked || this.#world.wire.flights.some((flight) => this.#world.carries(flight, ask));
    // By then it may have read what the server holds.
    const kept = this.#world.recordsNow();
    const isMarked = (ask: Ask) =>
      kept.some((record) => record.kind && record.state === 'sent' && printsOf(record).includes(printWish(ask.wish)));
    for (const page of this.#world.living) {
      if (!page.isSlow || page.keepsNothing || !page.hasRead || page.hadRead) continue;
      this.#world.oracle.markFound(page, (ask) => wasSent(ask) || isMarked(ask), this.#world.step);
      this.#noteMissed(page);
    }
    const living = this.#world.living.filter(({ isOutdated }) => !isOutdated);
    const shown = living.map((page) => ({ page, shown: readCache(page.queryClient) }));
    // One that was killed in this step, or put to sleep, has shown something in it.
    const placesIn = ({ lists, details }: Shown) =>
      [...lists.flatMap(({ rows }) => rows), ...details.map(({ copy }) => copy)].map(({ id }) =>
        this.#world.oracle.placeOf(id),
      );
    for (const { page, shown: its } of [...glimpses, ...shown])
      for (const place of placesIn(its))
        if (place) this.#world.oracle.markFirstRead(page, place, wasSent, this.#world.step);
    for (const { page, shown: its } of shown) this.#world.oracle.keepReads(page, new Set(placesIn(its)));
    this.#noteUnproven(wasSent);
    // What is read from here on is read for the first time again.
    for (const page of this.#world.living)
      if (page.wokeIn === this.#world.step || page.signedInIn === this.#world.step)
        this.#world.oracle.forgetReads(page);
  }

  /** Whether a page has read its list since it woke, and nothing of it is on its way any more. */
  hasReadAgain(page: Page): boolean {
    const flights = this.#world.wire.flights.filter((flight) => this.#world.pageOf.get(flight) === page);
    // What had left before it woke, perhaps in the same step, says nothing of what it was not told.
    const later = new Set(this.#world.wire.flights.slice(page.sentByThen));
    const isRead = (flight: Flight) => isOfList(flight) && later.has(flight) && flight.status === 200;
    return flights.every(({ ended }) => ended) && flights.some(isRead);
  }

  /** Whether a page has read contents so late that they list whatever was added before it woke. */
  hasAskedIndex(page: Page): boolean {
    const isLate = ({ call, ended, left }: Flight) =>
      call.type === 'contents' && ended && left.ms >= page.wokeAt + INDEX_LAG;
    return this.#world.wire.flights.some((flight) => this.#world.pageOf.get(flight) === page && isLate(flight));
  }

  /** What is on the wire while a page that has woken reads again may be in that; what was lost there, in whatever it is told. */
  #noteUnproven(wasSent: (ask: Ask) => boolean): void {
    const wasLost = (ask: Ask) =>
      this.#world.wire.flights.some((each) => each.isUnheard && this.#world.carries(each, ask));
    for (const page of this.#world.living.filter(({ isOutdated }) => isOutdated)) {
      const hasRead = this.#world.wire.flights.some((flight) => this.#isReadSince(flight, page));
      // So may a copy that comes with what was done while it slept.
      const isTold = ({ place }: Ask) =>
        place.asks.some(({ phase, sinceMs = 0 }) => phase === 'done' && sinceMs >= page.asleepSince);
      for (const ask of this.#world.oracle.asks)
        if ('item' in ask.wish && (ask.phase === 'pending' || ask.since === this.#world.step))
          if (hasRead || isTold(ask) ? wasSent(ask) : wasLost(ask)) page.unproven.add(ask);
    }
  }

  /** Whether a page was answered since it fell asleep. */
  #isReadSince(flight: Flight, page: Page): boolean {
    const { call, ended, status } = flight;
    return (
      this.#world.pageOf.get(flight) === page && !isWrite(call) && status === 200 && (ended?.ms ?? 0) >= page.sleptAt
    );
  }

  /** What was done, or told, before a tab had read what is kept it learns too late: it reads again what it shows. */
  #noteMissed(page: Page): void {
    const { flights } = this.#world.wire;
    const isReading = ({ call, ended }: Flight) => call.type === 'list' && !ended;
    const reads = flights.filter((flight) => this.#world.pageOf.get(flight) === page && isReading(flight));
    const isMissed = ({ page: its, phase, sinceMs = 0 }: Ask) =>
      its !== page && phase === 'done' && sinceMs >= page.toldUntil;
    const isAgain = reads.some(({ left }) => left.step === this.#world.step);
    if (!isAgain && !(reads.length && this.#world.oracle.asks.some(isMissed))) return;
    page.isOutdated = true;
    this.#world.oracle.forgetReads(page);
    // What has left before that says nothing of it.
    page.sentByThen = flights.filter(({ left }) => left.step < this.#world.step).length;
  }
}
