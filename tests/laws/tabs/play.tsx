import { onlineManager } from '@tanstack/react-query';
import { createScenarioEmulator, type ScenarioEmulator } from '../../../src/testing.ts';
import { FakeBrowser, type Faults } from '../../outbox/FakeBrowser.ts';
import { turns, untilIdle } from '../../support/immediates.ts';
import { nextTimer, timeNow } from '../../support/virtualTime.ts';
import { Clock } from '../Clock.ts';
import { playOut } from '../playOut.ts';
import { EASY } from '../Schedule.ts';
import { readCache, type Shown } from '../Shown.ts';
import { Truth } from '../Truth.ts';
import { collectionOf, type Flight, isWrite, Wire } from '../Wire.ts';
import { type Ask, isUnsure, type Place, printWish, type Wish } from './Ask.ts';
import { Oracle } from './Oracle.ts';
import { Page, wishOf } from './Page.tsx';
import { type Act, CHANGES, type Schedule } from './Schedule.ts';

/** What one run has come to. */
export interface Report {
  readonly tabs: number;
  readonly kills: number;
  readonly sleeps: number;
  readonly changes: number;
  readonly requests: number;
  readonly frames: number;
  readonly wrongFrames: number;
  readonly lost: number;
  readonly doubled: number;
  readonly stuck: number;
  /** The laws that were broken, each once, in the order of time. */
  readonly broken: readonly string[];
  readonly timeline: readonly string[];
}

const PLACES = [
  { id: 'c0', name: 'Trees', assetIds: Array.from({ length: 8 }, (_, i) => `t${i}`) },
  { id: 'c1', name: 'Parks', assetIds: Array.from({ length: 8 }, (_, i) => `p${i}`) },
  { id: 'c2', name: 'Bins', assetIds: [] },
];
const MOST_TABS = 3;
/** So long an index may lack what was added, in ms. */
const INDEX_LAG = 5_000;

/** Runs a schedule in a browser of several tabs, in virtual time, and judges every frame of each, and every request. */
export async function play(schedule: Schedule, faults: Faults = {}): Promise<Report> {
  const begin = () => new Run(schedule, faults);
  const { report } = await playOut(drawn(), begin, async (run) => {
    try {
      await run.start();
      for (const act of schedule.acts) await run.perform(act);
      await run.finish();
    } catch (error) {
      run.breakLaw(error instanceof Error ? error.message : String(error));
    }
  });
  return report;
}

/** Ids are drawn: a replay must draw the same, and no two tabs one. */
function drawn(): () => number {
  let count = 0;
  return () => (0.5 + 0.01 * ++count) % 1;
}

class Run {
  readonly #clock = new Clock();
  readonly #server: ScenarioEmulator = createScenarioEmulator({ collections: PLACES, now: () => new Date(timeNow()) });
  readonly #truth = new Truth(this.#server, this.#clock);
  readonly #wire: Wire;
  readonly #pageOf = new WeakMap<Flight, Page>();
  readonly #oracle = new Oracle();
  readonly #browser: FakeBrowser;
  readonly #pages: Page[] = [];
  readonly #travellers = new Map<Flight, { arrive(): void; turnBack(): void }>();
  readonly #glimpses: { page: Page; shown: Shown }[] = [];
  readonly #broken = new Map<string, number>();
  readonly #timeline: string[] = [];
  readonly #started = timeNow();
  /** Tabs that were killed or put to sleep, as long as something of theirs is written down. */
  readonly #ending = new Set<Page>();
  readonly #count = { kills: 0, sleeps: 0, frames: 0, wrongFrames: 0, lost: 0, doubled: 0, stuck: 0 };
  #writes = 0;
  #reads = 0;
  #names = 0;
  #asked = 0;
  #isEasy = true;
  /** Acts since the last step. */
  #isBusy = false;

  constructor(schedule: Schedule, faults: Faults) {
    this.#browser = new FakeBrowser({ messageTakes: schedule.messageTakes, paces: schedule.paces, ...faults });
    this.#wire = new Wire({
      server: this.#server,
      truth: this.#truth,
      clock: this.#clock,
      fateOf: (call) => {
        if (this.#isEasy) return EASY;
        return (isWrite(call) ? schedule.writes[this.#writes++] : schedule.reads[this.#reads++]) ?? EASY;
      },
      isCut: () => !onlineManager.isOnline(),
      onEnd: (flight) => this.#onAnswer(flight),
      note: (line) => this.#note(line),
      travel: (flight, milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, milliseconds);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
          this.#travellers.set(flight, {
            arrive: resolve,
            turnBack: () => reject(new TypeError('The page has ended.')),
          });
        }),
    });
    for (const { id, name, assetIds } of PLACES)
      this.#oracle.places.push({ handle: '', ids: new Set([id]), name, items: new Set(assetIds), asks: [] });
  }

  get report(): Report {
    return {
      ...this.#count,
      tabs: this.#pages.length,
      changes: this.#oracle.asks.length,
      requests: this.#wire.flights.length,
      broken: [...this.#broken].map(([law, times]) => (times > 1 ? `${law} (${times} times)` : law)),
      timeline: this.#timeline,
    };
  }

  breakLaw(text: string): void {
    if (!this.#broken.has(text)) this.#note(`!! ${text}`);
    this.#broken.set(text, (this.#broken.get(text) ?? 0) + 1);
  }

  async start(): Promise<void> {
    this.#clock.begin();
    this.#openTab();
    await this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#isEasy = false;
  }

  async perform(act: Act): Promise<void> {
    if (!this.#isBusy) this.#clock.begin();
    this.#isBusy = true;
    const able = act.do === 'wake' ? this.#open.filter(({ isAwake }) => !isAwake) : this.#living;
    const page = 'tab' in act ? able[act.tab % Math.max(1, able.length)] : undefined;
    if (act.do === 'wait') {
      await this.#endStep();
      return this.#drain(timeNow() + act.ms);
    }
    if (act.do === 'open') return this.#open.length < MOST_TABS ? this.#openTab() : undefined;
    if (act.do === 'line') {
      this.#note(act.up ? 'online' : 'offline');
      return onlineManager.setOnline(act.up);
    }
    if (!page?.now) return undefined;
    if (act.do === 'wake') return this.#wake(page);
    if (act.do === 'hide' || act.do === 'show') {
      this.#note(`tab ${page.number} ${act.do === 'hide' ? `is in the background: ${act.span} ms` : 'is seen again'}`);
      return act.do === 'hide' ? page.hide(act.span) : page.show();
    }
    if (act.do === 'sleep') return this.#sleep(page, act);
    if (act.do === 'kill') return this.#kill(page, act.turns);
    if (act.do === 'refetch') {
      this.#note(`tab ${page.number} reads its list again`);
      return void page.run(() => page.now.list.refetch());
    }
    if (act.do === 'retry' || act.do === 'discard') return this.#press(page, act.do);
    if (CHANGES.has(act.do)) this.#change(page, act);
    return undefined;
  }

  /** The line comes back, nothing goes wrong any more, and one more tab is opened. */
  async finish(): Promise<void> {
    await this.perform({ do: 'wait', ms: 0 });
    this.#isEasy = true;
    this.#clock.begin();
    onlineManager.setOnline(true);
    for (const page of this.#open) page.show();
    for (const page of this.#open) if (!page.isAwake) this.#wake(page);
    if (!this.#living.length) this.#openTab();
    await this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#note('-- the last tab');
    this.#clock.begin();
    this.#openTab();
    await this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    for (let turn = 0; turn < 2; turn++) {
      // A session that had ended is back: a read shows that.
      this.#note('-- read again');
      this.#clock.begin();
      for (const page of this.#living) void page.queryClient.refetchQueries();
      await this.#endStep();
      await this.#drain(Number.POSITIVE_INFINITY);
    }
    this.#note('-- quiet');
    this.#checkQuiet();
  }

  async stop(): Promise<void> {
    for (const page of this.#pages) page.close();
    await untilIdle();
  }

  get #open(): Page[] {
    return this.#pages.filter(({ isOpen }) => isOpen);
  }

  /** The tabs that are awake. */
  get #living(): Page[] {
    return this.#open.filter(({ isAwake }) => isAwake);
  }

  get #step(): number {
    return this.#clock.now.step;
  }

  #openTab(): void {
    this.#note(`tab ${this.#pages.length} is opened`);
    this.#pages.push(
      new Page({
        number: this.#pages.length,
        browser: this.#browser,
        fetch: (page, input, init) => {
          const answer = this.#wire.fetch(input, init);
          const flight = this.#wire.flights.at(-1) as Flight;
          this.#note(`   (tab ${page.number})`);
          this.#pageOf.set(flight, page);
          if (isWrite(flight.call)) this.#checkWrite(page, flight);
          return answer;
        },
        // In the moment in which it wakes it shows what it has shown before.
        onFrame: (page, shown) =>
          page.wokeIn !== this.#step && !(page.isOutdated && page.isSlow) && this.#glimpses.push({ page, shown }),
        onProblem: (page, problem) => this.breakLaw(`tab ${page.number}: ${problem.message}`),
      }),
    );
  }

  async #kill(page: Page, after: number): Promise<void> {
    await turns(after);
    this.#note(`tab ${page.number} is killed, ${after} turns later`);
    const kept = page.pending;
    for (const ask of this.#oracle.asks) if (kept.get(printWish(ask.wish))?.stored) ask.stored = true;
    page.kill();
    this.#count.kills++;
    this.#loseFlights(page, after);
  }

  async #sleep(page: Page, { turns: after, how }: Extract<Act, { do: 'sleep' }>): Promise<void> {
    await turns(after);
    this.#note(`tab ${page.number} sleeps (${how}), ${after} turns later`);
    const kept = page.pending;
    for (const ask of this.#oracle.asks) if (kept.get(printWish(ask.wish))?.stored) ask.stored = true;
    this.#noteKnown();
    // It was told of what is over.
    for (const ask of this.#oracle.asks)
      if (page.hasRead && !page.isOutdated && ask.phase !== 'pending') page.known.add(ask);
    page.sleptAt = timeNow();
    // Until it has read what is kept it hears nothing.
    if (page.hasRead) page.toldUntil = page.sleptAt;
    page.sleep(how);
    this.#count.sleeps++;
    this.#loseFlights(page, after);
  }

  #wake(page: Page): void {
    this.#note(`tab ${page.number} wakes`);
    page.wokeIn = this.#step;
    page.sentByThen = this.#wire.flights.length;
    page.wokeAt = timeNow();
    const { asks } = this.#oracle;
    const isLate = ({ phase, sinceMs = 0 }: Ask) => phase === 'done' && timeNow() < sinceMs + INDEX_LAG;
    // It knows of what it has taken out itself.
    const isKnown = (item: string) =>
      asks.some((ask) => ask.page === page && ask.wish.kind === 'removeAssets' && ask.wish.item === item);
    const items = asks.filter(isLate).flatMap(({ wish }) => ('item' in wish ? wish.item : []));
    page.addedLately = new Set(items.filter((item) => !isKnown(item)));
    page.wake();
  }

  /** Another tab may ask what has become of a page's requests. */
  #loseFlights(page: Page, after: number): void {
    this.#ending.add(page);
    for (const flight of this.#wire.flights) {
      if (flight.ended || this.#pageOf.get(flight) !== page) continue;
      flight.isUnheard = true;
      // A create is looked for some seconds long. Any other write has arrived by now or never does: nobody can ask about what comes later.
      if (!isWrite(flight.call) || flight.applied || flight.call.type === 'create') continue;
      const traveller = this.#travellers.get(flight);
      if (after % 2) traveller?.arrive();
      else traveller?.turnBack();
    }
  }

  #press(page: Page, what: 'retry' | 'discard'): void {
    const able = what === 'retry' ? ['failed'] : ['failed', 'queued', 'paused'];
    const line = [...page.pending].find(([, { status }]) => able.includes(status));
    const ask = line && this.#oracle.asks.find(({ wish }) => printWish(wish) === line[0]);
    if (!line || !ask) return;
    this.#note(`tab ${page.number}: ${what} ${line[0]}`);
    page.run(() => line[1][what]());
    if (what === 'discard') {
      ask.discarded = this.#step;
      ask.discardedIn = page;
      return;
    }
    ask.times++;
    ask.asked = this.#asked++;
    // It is another change, which the others are to be told of.
    for (const other of this.#open) other.known.delete(ask);
    // In a tab that has slept it may be listed still.
    ask.isContested = ask.discarded !== undefined || ask.phase === 'gone';
    this.#keepAfterAll(ask);
    ask.wasUnsure ||= ask.phase === 'unsure';
    if (ask.phase === 'pending' && ask.key === undefined) ask.rivals = new Set([...(ask.rivals ?? [ask.page]), page]);
    ask.page = page;
    ask.phase = 'pending';
    ask.since = this.#step;
    ask.outcome = undefined;
    ask.replaces = ask.key ?? ask.replaces;
    ask.key = undefined;
  }

  #change(page: Page, act: Act): void {
    const rows = page.now.list.data ?? [];
    const row = rows['on' in act ? act.on % Math.max(1, rows.length) : 0];
    if (!row) return;
    const place = this.#oracle.placeOf(row.id);
    const { asks } = this.#oracle;
    const collectionId = row.id;
    const name = `N${++this.#names}`;
    if (act.do === 'create')
      return void this.#ask(page, this.#newPlace(name), '', { kind: 'create', name }, () => page.now.create({ name }));
    if (act.do === 'takeBack') {
      const isFree = ({ wish: { kind, item } }: { wish: { kind: string; item?: string } }) =>
        kind === 'addAssets' && !asks.some(({ wish }) => wish.kind === 'removeAssets' && wish.item === item);
      const added = asks.find(
        (ask) =>
          isFree(ask) &&
          ask.began < this.#step &&
          (ask.page === page || (ask.key !== undefined && page.hasRead)) &&
          rows.some(({ id }) => this.#oracle.placeOf(id) === ask.place),
      );
      if (!added) return;
      const { item } = added.wish as { item: string };
      const { id } = rows.find((each) => this.#oracle.placeOf(each.id) === added.place) as { id: string };
      const wish: Wish = { kind: 'removeAssets', item };
      return void this.#ask(page, added.place, id, wish, () =>
        page.now.takeOut({ collectionId: id, assetIds: [item] }),
      );
    }
    if (!place || place.asks.some(({ wish }) => wish.kind === 'delete')) return;
    if (act.do === 'add') {
      const wish: Wish = { kind: 'addAssets', item: name };
      this.#ask(page, place, collectionId, wish, () => page.now.add({ collectionId, assetIds: [name] }));
    } else if (act.do === 'remove') {
      const named = new Set(place.asks.map(({ wish }) => ('item' in wish ? wish.item : '')));
      const item = [...place.items].find((each) => !named.has(each));
      if (!item) return;
      const wish: Wish = { kind: 'removeAssets', item };
      this.#ask(page, place, collectionId, wish, () => page.now.takeOut({ collectionId, assetIds: [item] }));
    } else if (act.do === 'rename') {
      this.#ask(page, place, collectionId, { kind: 'update', name }, () => page.now.update({ collectionId, name }));
    } else if (act.do === 'delete') {
      this.#ask(page, place, collectionId, { kind: 'delete', id: collectionId }, () =>
        page.now.remove({ collectionId }),
      );
    }
  }

  #newPlace(name: string): Place {
    const place: Place = { handle: '', ids: new Set(), name, items: new Set(), asks: [] };
    this.#oracle.places.push(place);
    return place;
  }

  #ask(page: Page, place: Place, target: string, wish: Wish, send: () => Promise<unknown>): void {
    const step = this.#step;
    const ask: Ask = {
      number: this.#oracle.asks.length,
      place,
      wish,
      target,
      asked: this.#asked++,
      began: step,
      page,
      phase: 'pending',
      since: step,
      stored: false,
      times: 1,
    };
    this.#note(`tab ${page.number}: change ${ask.number}: ${printWish(wish)}`);
    this.#oracle.asks.push(ask);
    if (wish.kind === 'create') place.creation = ask;
    else place.asks.push(ask);
    const { times } = ask;
    const settle = (outcome: { error?: unknown }) => {
      // Who was told nothing knows nothing: the others do.
      if (String(outcome.error).includes('nobody knows here')) return;
      if (page.isOpen && ask.times === times) ask.outcome = outcome;
    };
    page.run(send).then(
      () => settle({}),
      (error) => settle({ error: error ?? new Error('nothing') }),
    );
    this.#nameNewPlaces(page);
    // It stands in the cache when `mutate` returns.
    const shown = readCache(page.queryClient);
    const presence = this.#oracle.presence(place, { page, step: -1, isMiddle: false });
    // Of two that one create has made, the other is there still.
    if (presence !== 'in' && (wish.kind !== 'delete' || presence === 'open')) return;
    const wrong = shown.lists.flatMap(({ rows }) => {
      const its = rows.filter(({ id }) => this.#oracle.placeOf(id) === place);
      // Of two that one create has made, it is asked of one.
      const isOther = ({ id }: { id: string }) => id !== target && (place.ids.has(target) || its.length > 1);
      const row = its.find((each) => !isOther(each));
      if (wish.kind === 'delete') return row ? ['is still there'] : [];
      if (!row) return ['is not there'];
      return wish.kind === 'update' && row.name !== wish.name ? [`is still called ${row.name}`] : [];
    });
    for (const text of wrong) this.breakLaw(`tab ${page.number}: ${place.name} ${text} when mutate has returned`);
  }

  /** The provisional ids are read from the cache of who has made a collection. */
  #nameNewPlaces(page: Page): void {
    for (const place of this.#oracle.places) {
      if (place.handle || !place.creation) continue;
      for (const { rows } of readCache(page.queryClient).lists)
        place.handle ||= rows.find(({ name, id }) => name === place.name && id.startsWith('new_'))?.id ?? '';
    }
  }

  /** Nothing is sent twice, or by another tab than its own; and one write at a time is on its way for one collection. */
  #checkWrite(page: Page, flight: Flight): void {
    for (const ask of this.#oracle.asks)
      if (ask.page !== page && !ask.rivals?.has(page) && this.#isHeld(ask.page) && this.#carries(flight, ask))
        this.breakLaw(
          `${flight.name} is sent by tab ${page.number}, and tab ${ask.page.number} lives that asked for it`,
        );
    const id = collectionOf(flight.call);
    for (const other of this.#wire.flights) {
      if (other === flight || other.isUnheard || !isWrite(other.call)) continue;
      if (!other.ended && id && collectionOf(other.call) === id)
        this.breakLaw(`${flight.name} leaves while ${other.name} is on its way`);
      const both = wishesOf(flight).filter((wish) => wishesOf(other).includes(wish));
      if (!both.length || (other.ended && other.status !== 200)) continue;
      this.#count.doubled++;
      this.breakLaw(`${flight.name} is sent again: ${both}`);
    }
  }

  #onAnswer(flight: Flight): void {
    const { call, applied } = flight;
    if (!applied || call.type !== 'create') return;
    const place = this.#oracle.places.find(({ creation, name }) => creation && name === call.name);
    for (const id of flight.versions.keys()) place?.ids.add(id);
  }

  async #drain(until: number): Promise<void> {
    const limit = timeNow() + 3_600_000;
    for (;;) {
      this.#clock.begin();
      this.#isBusy = true;
      if (!(await nextTimer(until))) break;
      await this.#endStep();
      if (timeNow() > limit) {
        this.breakLaw('never quiet: a timer comes again and again');
        break;
      }
    }
    this.#isBusy = false;
  }

  async #endStep(): Promise<void> {
    await untilIdle();
    this.#nameMade();
    for (const page of this.#living) this.#nameNewPlaces(page);
    this.#readOrder();
    const step = this.#step;
    this.#readLeft();
    this.#noteKnown();
    this.#settleAsks();
    this.#noteFirstReads();
    // What has become of each change is read off the screen of a tab that is seen.
    const isSeen = this.#living.some(({ isOutdated, isHidden }) => !isOutdated && !isHidden);
    for (const { page, shown } of this.#glimpses.splice(0))
      if (isSeen || !page.isHidden) this.#judge(page, shown, true, step);
    for (const page of this.#living) {
      if (!page.now?.list.data || (page.isHidden && !isSeen) || this.#isAnsweredLate(page)) continue;
      this.#judge(page, readCache(page.queryClient), false, step);
      // Nobody sees what is painted late.
      if (page.isHidden || page.isOutdated) continue;
      this.#judge(page, page.shown, false, step);
      for (const law of this.#oracle.checkPending(page)) this.breakLaw(`tab ${page.number}: ${law}`);
    }
    for (const page of this.#living) page.hadRead = page.hasRead;
    this.#isBusy = false;
    // React is told of what was read by a timer.
    for (const page of this.#living)
      if (page.addedLately.size && (page.isHidden || page.isPainted) && this.#hasAskedIndex(page))
        page.addedLately = new Set();
    for (const page of this.#living) {
      if (page.isOutdated)
        page.isOutdated = !(page.isHidden || page.isPainted) || !page.hasRead || !this.#hasReadAgain(page);
      if (!page.isOutdated) page.unproven.clear();
    }
    // It may be put to sleep again before the next step ends, and has told by now what had failed meanwhile.
    this.#settleAsks();
  }

  /** Whether a page has read its list since it woke, and nothing of it is on its way any more. */
  #hasReadAgain(page: Page): boolean {
    const flights = this.#wire.flights.filter((flight) => this.#pageOf.get(flight) === page);
    // What had left before it woke, perhaps in the same step, says nothing of what it was not told.
    const later = new Set(this.#wire.flights.slice(page.sentByThen));
    const isRead = (flight: Flight) => flight.call.type === 'list' && later.has(flight) && flight.status === 200;
    return flights.every(({ ended }) => ended) && flights.some(isRead);
  }

  /** What is on the wire while a page that has woken reads again may be in that; what was lost there, in whatever it is told. */
  #noteUnproven(wasSent: (ask: Ask) => boolean): void {
    const wasLost = (ask: Ask) => this.#wire.flights.some((each) => each.isUnheard && this.#carries(each, ask));
    for (const page of this.#living.filter(({ isOutdated }) => isOutdated)) {
      const hasRead = this.#wire.flights.some((flight) => this.#isReadSince(flight, page));
      for (const ask of this.#oracle.asks)
        if ('item' in ask.wish && (ask.phase === 'pending' || ask.since === this.#step))
          if (hasRead ? wasSent(ask) : wasLost(ask)) page.unproven.add(ask);
    }
  }

  /** Whether a page shows what it had asked for before it slept, and was answered only when it woke: it was told nothing of what that may hold. */
  #isAnsweredLate(page: Page): boolean {
    const before = this.#wire.flights.slice(0, page.sentByThen);
    // Where the database is slow, it is told of by that and by the server in either order.
    return page.isOutdated && (page.isSlow || before.some((flight) => this.#isReadSince(flight, page)));
  }

  /** Whether a page was answered since it fell asleep. */
  #isReadSince(flight: Flight, page: Page): boolean {
    const { call, ended, status } = flight;
    return this.#pageOf.get(flight) === page && !isWrite(call) && status === 200 && (ended?.ms ?? 0) >= page.sleptAt;
  }

  /** Whether a page has read contents so late that they list whatever was added before it woke. */
  #hasAskedIndex(page: Page): boolean {
    const isLate = ({ call, ended, left }: Flight) =>
      call.type === 'contents' && ended && left.ms >= page.wokeAt + INDEX_LAG;
    return this.#wire.flights.some((flight) => this.#pageOf.get(flight) === page && isLate(flight));
  }

  /** What a page that has woken lists, it knows of. */
  #noteKnown(): void {
    for (const page of this.#living.filter(({ now }) => now)) {
      const { pending } = page;
      for (const ask of this.#oracle.asks)
        if (ask.page === page || (pending.get(printWish(ask.wish))?.status ?? 'failed') !== 'failed')
          page.known.add(ask);
    }
  }

  /** What was on the wire when a tab read for the first time may be in what it has read, or not. */
  #noteFirstReads(): void {
    const wasSent = (ask: Ask) => ask.wasMarked || this.#wire.flights.some((flight) => this.#carries(flight, ask));
    // By then it may have read what the server holds.
    const kept = this.#browser.recordsNow();
    const isMarked = (ask: Ask) =>
      kept.some(
        (record) => record.kind && record.state === 'sent' && printWish(wishOf(record)) === printWish(ask.wish),
      );
    for (const page of this.#living) {
      if (!page.isSlow || !page.hasRead || page.hadRead) continue;
      this.#oracle.markFound(page, (ask) => wasSent(ask) || isMarked(ask), this.#step);
      this.#noteMissed(page);
    }
    const living = this.#living.filter(({ isOutdated }) => !isOutdated);
    const shown = living.map((page) => ({ page, shown: readCache(page.queryClient) }));
    // One that was killed in this step, or put to sleep, has shown something in it.
    const placesIn = ({ lists, details }: Shown) =>
      [...lists.flatMap(({ rows }) => rows), ...details.map(({ copy }) => copy)].map(({ id }) =>
        this.#oracle.placeOf(id),
      );
    for (const { page, shown: its } of [...this.#glimpses, ...shown])
      for (const place of placesIn(its)) if (place) this.#oracle.markFirstRead(page, place, wasSent, this.#step);
    for (const { page, shown: its } of shown) this.#oracle.keepReads(page, new Set(placesIn(its)));
    this.#noteUnproven(wasSent);
    // What is read from here on is read for the first time again.
    for (const page of this.#living) if (page.wokeIn === this.#step) this.#oracle.forgetReads(page);
  }

  /** What was done before a tab had read what is kept it was told too late: it reads again what it shows. */
  #noteMissed(page: Page): void {
    const isMissed = ({ page: its, phase, sinceMs = 0 }: Ask) =>
      its !== page && phase === 'done' && sinceMs >= page.toldUntil;
    const isReading = this.#wire.flights.some((flight) => this.#pageOf.get(flight) === page && !flight.ended);
    if (!isReading || !this.#oracle.asks.some(isMissed)) return;
    page.isOutdated = true;
    // When nothing of it is on its way any more, what it shows is right.
    page.sentByThen = 0;
  }

  #carries(flight: Flight, { place, wish }: Ask): boolean {
    const { call } = flight;
    if (wish.kind === 'delete') return call.type === 'delete' && place.ids.has(call.collectionId);
    return wishesOf(flight).includes(printWish(wish));
  }

  #judge(page: Page, shown: Shown, isMiddle: boolean, step: number): void {
    const wrong = this.#oracle.check(shown, { page, step, isMiddle });
    this.#count.frames++;
    if (wrong.length) this.#count.wrongFrames++;
    for (const law of wrong) this.breakLaw(`tab ${page.number}: ${law}`);
  }

  /** What the server has made may be read by another tab before the answer has come. */
  #nameMade(): void {
    for (const flight of this.#wire.flights) this.#onAnswer(flight);
  }

  /** The order of all tabs is that in which the database has taken what they asked for. */
  #readOrder(): void {
    // What has failed stands there until what was asked for in its place is written down.
    const records = this.#browser.recordsNow().filter(({ kind }) => kind);
    const kept = new Map(records.map((record) => [printWish(wishOf(record)), record]));
    for (const ask of this.#oracle.asks) {
      const found = kept.get(printWish(ask.wish));
      const isOld = found && (found.key === ask.replaces || (found.state === 'failed' && ask.phase === 'pending'));
      const record = isOld ? undefined : found;
      ask.isKept = !!record;
      if (!record) ask.untold = undefined;
      else if (ask.key !== record.key) {
        ask.key = record.key;
        ask.kept = this.#step;
        ask.page = [...(ask.rivals ?? [])].find((rival) => rival.hasBorne(record.tab)) ?? ask.page;
        ask.rivals = undefined;
        if (ask.page.wasKnownAs(record.tab)) ask.untold = record.tab;
      } else if (ask.untold !== record.tab) ask.untold = undefined;
    }
  }

  /** What a tab has left behind: what was taken back in that very moment may be there still, and what is marked may have been sent. */
  #readLeft(): void {
    if (!this.#ending.size) return;
    const kept = new Map(
      this.#browser
        .recordsNow()
        .filter(({ kind }) => kind)
        .map((each) => [printWish(wishOf(each)), each.state]),
    );
    for (const ask of this.#oracle.asks) {
      const state = kept.get(printWish(ask.wish));
      const { discardedIn, page } = ask;
      ask.wasMarked ||= state === 'sent' && [...this.#ending].some(({ marked }) => marked.has(printWish(ask.wish)));
      if (!state || state === 'failed') continue;
      // That it had failed was told in that very moment, and is not written down.
      if (this.#ending.has(page) && !page.isWriting) this.#takeUp(ask);
      if (!discardedIn || !this.#ending.has(discardedIn) || discardedIn.isWriting) continue;
      this.#keepAfterAll(ask);
      ask.phase = 'pending';
    }
    for (const page of this.#ending) if (!page.isWriting) this.#ending.delete(page);
  }

  /** What has failed in a tab that could not write that down is asked for still, unless another tab was told. */
  #takeUp(ask: Ask): void {
    const isTold = this.#living.some(
      ({ now, pending }) => now && pending.get(printWish(ask.wish))?.status === 'failed',
    );
    const hasFailed = ask.phase === 'failed' || ask.phase === 'unsure';
    if ((ask.outcome && 'error' in ask.outcome) || (hasFailed && !isTold)) ask.since = this.#step;
    if (ask.outcome && 'error' in ask.outcome) ask.outcome = undefined;
    if (hasFailed && !isTold) ask.phase = 'pending';
  }

  /** A change was not taken back after all. */
  #keepAfterAll(ask: Ask): void {
    delete ask.discarded;
    delete ask.discardedIn;
  }

  /** Whether a page whose database is slow shows what it has not written down: only then it finds out whether another has taken that back. */
  #isUnwritten({ page, key, wish }: Ask): boolean {
    const { status = 'failed' } = page.pending.get(printWish(wish)) ?? {};
    return page.isOpen && page.isSlow && key === undefined && status !== 'failed';
  }

  /** Whether what a page has asked for is its own to send. */
  #isHeld({ isOpen, hasSlept }: Page): boolean {
    return isOpen && !hasSlept;
  }

  /** What has become of each change. */
  #settleAsks(): void {
    const [first] = this.#living.filter(
      ({ now, isOutdated, isHidden, hasRead }) => now && !isOutdated && !isHidden && hasRead,
    );
    const listed = first?.pending;
    for (const ask of this.#oracle.asks) {
      if (['done', 'gone'].includes(ask.phase)) continue;
      const { outcome, discardedIn } = ask;
      const isUntold = discardedIn && !this.#isHeld(discardedIn) && !discardedIn.isWriting;
      if (isUntold && ask.phase === 'pending' && ask.key !== undefined && !ask.isKept) {
        this.#end(ask, this.#whatBecameOf(ask));
        continue;
      }
      // What is on the wire cannot be taken back.
      if (listed?.has(printWish(ask.wish)) && !ask.discardedIn?.isWriting) this.#keepAfterAll(ask);
      if (outcome && ask.phase === 'pending') {
        const isTaken = (outcome.error as Error | undefined)?.name === 'APIUserAbortError';
        this.#end(
          ask,
          !('error' in outcome) ? 'done' : isTaken ? 'gone' : isUnsure(outcome.error) ? 'unsure' : 'failed',
        );
        continue;
      }
      if (!listed || (ask.phase === 'pending' && this.#isHeld(ask.page) && ask.times === 1)) continue;
      // It waits in a page that sleeps, which writes it down when it wakes.
      const isContested = (ask.isContested || ask.discarded !== undefined) && !this.#isUnwritten(ask);
      const isComing = ask.page.isOpen || ask.page.isWriting;
      if (ask.key === undefined && isComing && !isContested && ask.page !== first) continue;
      if (ask.phase === 'pending' && ((ask.key === undefined && isComing && !isContested) || ask.untold)) continue;
      const line = listed.get(printWish(ask.wish));
      if (line?.status === 'failed') {
        if (ask.phase === 'pending') this.#end(ask, isUnsure(line.error) ? 'unsure' : 'failed');
      } else if (!line) this.#end(ask, this.#whatBecameOf(ask));
    }
  }

  /** Of a change that no tab lists any more, and whose promise nobody is left to hear. */
  #whatBecameOf(ask: Ask): Ask['phase'] {
    const { place, wish, discarded, isContested } = ask;
    const { creation } = place;
    if (ask.phase !== 'pending') return ask.phase === 'unsure' ? 'unsure' : 'gone';
    // It was taken back as soon as it was asked for again: nobody knows of the first time still.
    if (ask.wasUnsure && discarded !== undefined) return 'unsure';
    if (this.#wire.flights.some((flight) => flight.applied && this.#carries(flight, ask))) return 'done';
    if (
      discarded !== undefined ||
      isContested ||
      (creation && creation.phase !== 'pending' && creation.phase !== 'done')
    )
      return 'gone';
    const ofItem = place.asks.filter(
      (other) => other !== ask && 'item' in wish && 'item' in other.wish && wish.item === other.wish.item,
    );
    const isOverruled = place.asks.some(
      (other) => wish.kind === 'update' && other.wish.kind === 'update' && (other.key ?? 0) > (ask.key ?? 0),
    );
    if ((isOverruled || ofItem.length) && ask.stored) return 'done';
    // Its page ended before it heard that this is kept: what this overrules needed no request.
    const isKept = ofItem.some(
      (other) =>
        other.stored &&
        other.phase === 'done' &&
        !this.#wire.flights.some((flight) => flight.applied && this.#carries(flight, other)),
    );
    if (isKept) return 'done';
    if (ask.stored) {
      this.#count.lost++;
      this.breakLaw(`${printWish(wish)} was stored, and is lost`);
    }
    return 'gone';
  }

  #end(ask: Ask, phase: Ask['phase']): void {
    if (ask.phase === phase) return;
    this.#note(`change ${ask.number} (${printWish(ask.wish)}) is ${phase}`);
    ask.phase = phase;
    ask.since = this.#step;
    ask.sinceMs = timeNow();
  }

  /** When all is quiet the server holds what was asked for, and so does every tab. */
  #checkQuiet(): void {
    const moment = { page: undefined, step: this.#step, isMiddle: false };
    for (const ask of this.#oracle.asks)
      if (ask.phase === 'pending') {
        this.#count.stuck++;
        this.breakLaw(`quiet: ${printWish(ask.wish)} is pending still`);
      }
    const held = this.#server.collections;
    for (const place of this.#oracle.places) {
      const its = held.filter(({ id }) => place.ids.has(id));
      const presence = this.#oracle.presence(place, moment);
      if (!its.length && presence === 'in') this.#lose(`quiet: ${place.name} is not on the server`);
      if (its.length && presence === 'out') this.#double(`quiet: ${place.name} is on the server`);
      if (its.length > (place.creation?.times ?? 1)) this.#double(`quiet: ${place.name} was made ${its.length} times`);
      if (place.ids.size !== 1) continue;
      for (const { id, name } of its) {
        if (!this.#oracle.allowed(place, id, moment).names.has(name))
          this.#lose(`quiet: the server calls ${place.name} ${name}`);
        const { sure, open } = this.#oracle.members(place, moment);
        const members = new Set(this.#server.members(id).assetIds);
        for (const item of sure)
          if (!members.has(item) && !open.has(item)) this.#lose(`quiet: ${place.name} lacks ${item}`);
        for (const item of members)
          if (!sure.has(item) && !open.has(item)) this.#double(`quiet: ${place.name} holds ${item}`);
      }
    }
    const order = held.map(({ id, name, assetCount }) => `${id} ${name} ${assetCount}`).join(', ');
    for (const page of this.#living) {
      const rows = page.now.list.data?.map(({ id, name, assetCount }) => `${id} ${name} ${assetCount}`).join(', ');
      if (rows !== order) this.breakLaw(`quiet: tab ${page.number} shows ${rows}, and the server has ${order}`);
    }
  }

  #lose(law: string): void {
    this.#count.lost++;
    this.breakLaw(law);
  }

  #double(law: string): void {
    this.#count.doubled++;
    this.breakLaw(law);
  }

  #note(line: string): void {
    this.#timeline.push(`${String(timeNow() - this.#started).padStart(6)} ${line}`);
  }
}

/** What a request carries, as changes are named. */
function wishesOf({ call, name }: Flight): string[] {
  switch (call.type) {
    case 'create':
      return [`create ${call.name}`];
    case 'add':
      return call.ids.map((id) => `addAssets ${id}`);
    case 'remove':
      return call.ids.map((id) => `removeAssets ${id}`);
    case 'update':
      return [`update ${JSON.parse(name.slice(name.indexOf('{'))).name}`];
    case 'delete':
      return [`delete ${call.collectionId}`];
    default:
      return [];
  }
}
