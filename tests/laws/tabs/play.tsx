import { onlineManager } from '@tanstack/react-query';
import type { PendingChange } from '../../../src/index.ts';
import type { Faults } from '../../outbox/FakeBrowser.ts';
import { turns, untilIdle } from '../../support/immediates.ts';
import { nextTimer, setClock, timeNow } from '../../support/virtualTime.ts';
import { playOut } from '../playOut.ts';
import { readCache, type Shown } from '../Shown.ts';
import { collectionOf, type Flight, isWrite, type Members } from '../Wire.ts';
import { type Ask, isAdd, isApplied, type MemberWish, membersOf, type Place, printWish, type Wish } from './Ask.ts';
import { checkQuiet } from './checkQuiet.ts';
import { checkRead } from './checkRead.ts';
import { type Glimpse, INDEX_LAG, Knowledge } from './Knowledge.ts';
import { isOver, Outcomes } from './Outcomes.ts';
import { Page, printsOf } from './Page.tsx';
import { type Act, CHANGES, type Schedule, TAB_EVENTS } from './Schedule.ts';
import { SignOuts } from './SignOuts.ts';
import { World, wishesOf } from './World.ts';

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

const MOST_TABS = 3;

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
  readonly #world: World;
  readonly #knowledge: Knowledge;
  readonly #outcomes: Outcomes;
  readonly #signOuts: SignOuts;
  readonly #glimpses: Glimpse[] = [];
  /** Those of all users of the browser, the first one first. */
  readonly #runs: Run[];
  #names = 0;
  #asked = 0;
  /** Whether pages are given other clients when there is another token. */
  #hasClient = false;
  /** Acts since the last step. */
  #isBusy = false;

  constructor(schedule: Schedule, faults: Faults, runs: Run[] = []) {
    const [first] = runs;
    this.#world = new World(schedule, faults, first ? first.#world : undefined);
    this.#knowledge = new Knowledge(this.#world);
    this.#outcomes = new Outcomes(this.#world);
    this.#signOuts = new SignOuts(this.#world);
    this.#runs = runs;
    runs.push(this);
    if (this.#world.isShared && !first) new Run(schedule, faults, runs);
  }

  get report(): Report {
    const worlds = this.#runs.map((run) => run.#world);
    const sum = (countOf: (world: World) => number) => worlds.reduce((total, world) => total + countOf(world), 0);
    return {
      kills: sum(({ count }) => count.kills),
      sleeps: sum(({ count }) => count.sleeps),
      frames: sum(({ count }) => count.frames),
      wrongFrames: sum(({ count }) => count.wrongFrames),
      lost: sum(({ count }) => count.lost),
      doubled: sum(({ count }) => count.doubled),
      stuck: sum(({ count }) => count.stuck),
      tabs: sum(({ pages }) => pages.length),
      changes: sum(({ oracle }) => oracle.asks.length),
      requests: sum(({ wire }) => wire.flights.length),
      broken: worlds.flatMap(({ broken }) => broken),
      timeline: this.#world.timeline,
    };
  }

  breakLaw(text: string): void {
    this.#world.breakLaw(text);
  }

  async start(): Promise<void> {
    await this.#step((run) => run.#openTab());
    for (const run of this.#runs) run.#world.isEasy = false;
  }

  async perform(act: Act): Promise<void> {
    if (!this.#isBusy) this.#world.clock.begin();
    this.#isBusy = true;
    if (act.do === 'wait') {
      await this.#endStep();
      return this.#drain(timeNow() + act.ms);
    }
    if (act.do === 'line') {
      this.#world.note(act.up ? 'online' : 'offline');
      return onlineManager.setOnline(act.up);
    }
    if (act.do === 'clock') {
      this.#world.note(`the clock is set: ${act.ahead} ms ahead`);
      for (const run of this.#runs) run.#signOuts.noteClock();
      return setClock(act.ahead);
    }
    if (act.do === 'disk') {
      for (const run of this.#runs) run.#world.fillDisk(act.isFull);
      return undefined;
    }
    const hasNoTab = !('tab' in act) && act.do !== 'open';
    const own = this.#runs[act.user ?? 0] as Run;
    const isOfAll = hasNoTab || (this.#world.isOneApp && TAB_EVENTS.has(act.do));
    const concerned = isOfAll ? this.#runs : [own];
    const page = 'tab' in act ? own.#pageOf(act) : undefined;
    const pageIn = (run: Run) => (run === own ? page : run.#world.pages[page?.number ?? -1]);
    if (act.do === 'kill' || act.do === 'sleep') {
      await turns(page?.now ? act.turns : 0);
      for (const run of concerned) run.#noteEnding(act, pageIn(run));
    }
    for (const run of concerned) run.#perform(act, pageIn(run));
  }

  /** The page that an act is about. */
  #pageOf(act: Extract<Act, { tab: number }>): Page | undefined {
    const isEnding = act.do === 'kill' || act.do === 'sleep';
    // Also while its user signs out.
    const able = this.#world.open.filter(
      (tab) => tab.isAwake === (act.do !== 'wake') && (tab.isSignedIn || isEnding || act.do === 'wake'),
    );
    return able[act.tab % Math.max(1, able.length)];
  }

  #perform(act: Act, page: Page | undefined): void {
    if (act.do === 'open' && this.#world.open.length < MOST_TABS) this.#openTab();
    if (act.do === 'outage') this.#world.cutOff(act.ms, act.end);
    if (act.do === 'limit') this.#world.spendLimit(act.ms, act.isNamed);
    if (act.do === 'expire') {
      this.#world.expireToken();
      if (act.isRenewed) this.#world.renewToken();
    }
    if (act.do === 'renew') {
      this.#world.renewToken();
      this.#hasClient ||= act.hasClient;
      if (act.hasClient) this.#renewClients();
    }
    if (page?.now) this.#performIn(page, act);
  }

  #performIn(page: Page, act: Act): void {
    switch (act.do) {
      case 'kill':
        this.#kill(page, act.turns);
        break;
      case 'sleep':
        this.#sleep(page, act);
        break;
      case 'wake':
        this.#wake(page);
        break;
      case 'hide':
        this.#world.note(`tab ${page.number} is in the background: ${act.span} ms`);
        page.hide(act.span);
        break;
      case 'show':
        this.#world.note(`tab ${page.number} is seen again`);
        page.show();
        break;
      case 'disconnect':
        this.#world.note(`tab ${page.number} loses its connections`);
        page.disconnect();
        break;
      case 'signOut':
        this.#signOuts.begin(page);
        break;
      case 'refetch':
        this.#world.note(`tab ${page.number} reads its list again`);
        void page.run(() => page.now.list.refetch());
        break;
      case 'retry':
      case 'discard':
        this.#press(page, act.do);
        break;
      default:
        if (CHANGES.has(act.do)) this.#change(page, act);
    }
  }

  /** The line comes back, nothing goes wrong any more, and one more tab is opened. */
  async finish(): Promise<void> {
    await this.perform({ do: 'wait', ms: 0 });
    await this.#step((run) => run.#calm());
    for (const run of this.#runs) if (run.#hasClient) run.#checkGoesOn();
    this.#world.note('-- the last tab');
    await this.#step((run) => run.#openTab());
    for (let turn = 0; turn < 2; turn++) {
      // A session that had ended is back: a read shows that.
      this.#world.note('-- read again');
      await this.#step((run) => {
        for (const page of run.#world.living) void page.queryClient.refetchQueries();
      });
    }
    this.#world.note('-- quiet');
    for (const run of this.#runs) checkQuiet(run.#world);
  }

  #calm(): void {
    this.#world.isEasy = true;
    this.#world.browser.opensAll = true;
    this.#world.fillDisk(false);
    this.#world.renewToken();
    onlineManager.setOnline(true);
    for (const page of this.#world.open) page.show();
    for (const page of this.#world.open) if (!page.isAwake) this.#wake(page);
    if (!this.#world.living.length) this.#openTab();
    if (this.#hasClient) this.#renewClients();
  }

  /** Does something for each user, and waits until all that follows has happened. */
  async #step(work: (run: Run) => void): Promise<void> {
    this.#world.clock.begin();
    for (const run of this.#runs) work(run);
    await this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
  }

  async stop(): Promise<void> {
    for (const run of this.#runs) for (const page of run.#world.pages) page.close();
    await untilIdle();
  }

  #renewClients(): void {
    for (const page of this.#world.living) page.renewClient();
  }

  /** What had to wait for other credentials needs nothing else. */
  #checkGoesOn(): void {
    for (const page of this.#world.living)
      for (const [print, { status }] of page.pending)
        if (status !== 'failed')
          this.#world.breakLaw(`tab ${page.number}: ${print} waits still, and there is a client`);
  }

  #openTab(): void {
    const number = this.#world.pages.length;
    const [first] = this.#runs as [Run];
    this.#world.note(`tab ${number} is opened`);
    this.#world.pages.push(
      new Page({
        number,
        browser: this.#world.browser,
        beside: this.#world.isOneApp && this !== first ? first.#world.pages[number] : undefined,
        scope: this.#world.scope,
        isShared: this.#world.isShared,
        hasModels: this.#world.hasModels,
        token: () => this.#world.token,
        fetch: (page, input, init) => {
          // As a browser does it: what is aborted before it leaves never does.
          if (init?.signal?.aborted) return Promise.reject(init.signal.reason);
          const answer = this.#world.wire.fetch(input, init);
          const flight = this.#world.wire.flights.at(-1) as Flight;
          this.#world.note(`   (tab ${page.number})`);
          this.#world.pageOf.set(flight, page);
          // Nothing runs in a tab that sleeps: what it sends is as if it had left just before.
          flight.isUnheard = !page.isAwake;
          if (isWrite(flight.call)) this.#checkWrite(page, flight);
          return answer;
        },
        // In the moment in which it wakes it shows what it has shown before.
        onFrame: (page, shown) => page.wokeIn !== this.#world.step && this.#glimpses.push({ page, shown }),
        onProblem: (page, problem) => {
          this.#world.note(`tab ${page.number} tells: ${problem.message}`);
          const isExpected =
            (page.keepsNothing && problem.message.includes('keeps nothing')) ||
            (this.#world.hasCutSignOut && problem.message.includes('cannot be sent'));
          if (!this.#world.wasFull && !isExpected) this.#world.breakLaw(`tab ${page.number}: ${problem.message}`);
        },
      }),
    );
  }

  /** What is known of it is noted before any page in that tab is told. */
  #noteEnding(act: Extract<Act, { do: 'kill' | 'sleep' }>, page: Page | undefined): void {
    if (!page?.now) return;
    const what = act.do === 'kill' ? 'is killed' : `sleeps (${act.how})`;
    this.#world.note(`tab ${page.number} ${what}, ${act.turns} turns later`);
    this.#noteStored(page);
    if (act.do === 'sleep') this.#knowledge.noteKnown();
  }

  #kill(page: Page, after: number): void {
    page.kill();
    this.#world.count.kills++;
    this.#loseFlights(page, after);
  }

  #sleep(page: Page, { turns: after, how }: Extract<Act, { do: 'sleep' }>): void {
    // It was told of what is over.
    for (const ask of this.#world.oracle.asks)
      if (page.hasRead && !page.isOutdated && ask.phase !== 'pending') page.known.add(ask);
    // What it was answered when it woke before counts, as long as it has not read again.
    if (!page.isOutdated) page.sleptAt = timeNow();
    // Until it has read what is kept it hears nothing.
    if (page.hasRead) page.toldUntil = timeNow();
    // It may have read for the first time what it shows, a moment ago.
    if (page.isSignedIn && !page.isOutdated) this.#glimpses.push({ page, shown: readCache(page.queryClient) });
    page.sleep(how);
    this.#world.count.sleeps++;
    this.#loseFlights(page, after);
  }

  /** Nothing is shown of who signs out. */
  #noteStored({ isOutdated, isSignedIn, keepsNothing, pending }: Page): void {
    for (const ask of isSignedIn ? this.#world.oracle.asks : []) {
      // Who has taken it over while this page slept had no room for it any more: this page shows what it knew before.
      if (ask.isUnkept && isOutdated) continue;
      const { stored } = pending.get(printWish(ask.wish)) ?? {};
      const isUnkept = (this.#world.wasFull || keepsNothing) && stored === false;
      ask.stored = !isUnkept && (ask.stored || !!stored);
      ask.isUnkept ||= isUnkept;
    }
  }

  #wake(page: Page): void {
    this.#world.note(`tab ${page.number} wakes`);
    page.wokeIn = this.#world.step;
    page.sentByThen = this.#world.wire.flights.length;
    page.wokeAt = timeNow();
    const { asks } = this.#world.oracle;
    const { flights } = this.#world.wire;
    // Nobody may have seen yet that it is done.
    const isUnseen = (ask: Ask) =>
      ask.phase === 'pending' && flights.some((flight) => flight.applied && this.#world.carries(flight, ask));
    const isLate = (ask: Ask) => isUnseen(ask) || (ask.phase === 'done' && timeNow() < (ask.sinceMs ?? 0) + INDEX_LAG);
    // It knows of what it has taken out itself.
    const isKnown = (item: string) =>
      asks.some((ask) => ask.page === page && 'item' in ask.wish && !isAdd(ask.wish) && ask.wish.item === item);
    const items = asks.filter(isLate).flatMap(({ wish }) => ('item' in wish ? wish.item : []));
    page.addedLately = new Set(items.filter((item) => !isKnown(item)));
    page.wake();
  }

  /** Another tab may ask what has become of a page's requests. */
  #loseFlights(page: Page, after: number): void {
    this.#outcomes.noteEnding(page);
    for (const flight of this.#world.wire.flights) {
      if (flight.ended || this.#world.pageOf.get(flight) !== page) continue;
      flight.isUnheard = true;
      // A create is looked for some seconds long. Any other write has arrived by now or never does: nobody can ask about what comes later.
      const isLooked = flight.call.type === 'create' && !this.#world.isUnkept(flight);
      if (!isWrite(flight.call) || flight.applied || isLooked) continue;
      const traveller = this.#world.travellers.get(flight);
      if (after % 2) traveller?.arrive();
      else traveller?.turnBack();
    }
  }

  #press(page: Page, what: 'retry' | 'discard'): void {
    const able = what === 'retry' ? ['failed'] : ['failed', 'queued', 'paused'];
    const all = [...page.pending.values()];
    const first = all.find(({ status }) => able.includes(status));
    if (!first) return;
    // What waits for a create that has failed waits until that is asked for again. It may stand before it, where the clock was set back.
    const isItsCreate = ({ collectionId, kind, status }: PendingChange) =>
      kind === 'create' && status === 'failed' && collectionId === first.collectionId;
    const change = all.find(isItsCreate) ?? first;
    const prints = printsOf(change);
    const asks = this.#world.oracle.asks.filter(
      (ask) => prints.includes(printWish(ask.wish)) && !isApplied(ask, change.error),
    );
    // It is about to go.
    if (!asks.length || asks.some(({ signOut }) => signOut)) return;
    this.#world.note(`tab ${page.number}: ${what} ${prints}`);
    const listed = page.queryClient.getMutationCache().getAll().length;
    page.run(() => change[what]());
    // Of what is kept nowhere it is known at once whether it was taken back: what may have been sent is not.
    const isRefused = listed === page.queryClient.getMutationCache().getAll().length;
    if (what === 'discard' && isRefused && asks.every(({ isUnkept }) => isUnkept)) return;
    for (const ask of asks)
      if (what === 'retry') {
        // A part that was asked to be otherwise since, and is, was settled by that, if its failure names what is left without it.
        const isOverruled = (other: Ask) => other.phase === 'done' && isOver(other, ask);
        const { refusedIds } = Object(change.error) as { refusedIds?: readonly string[] };
        const isLeft = !refusedIds || ('item' in ask.wish && refusedIds.includes(ask.wish.item));
        if (!isLeft && ask.place.asks.some(isOverruled)) ask.phase = 'done';
        // Of one that was retried in another tab, which this one has not heard, nothing is asked: what it lists is of the time before.
        else if (ask.phase !== 'pending' || ask.key === undefined || ask.submittedAt === change.submittedAt)
          this.#askAgain(page, ask);
      } else {
        ask.discarded = this.#world.step;
        ask.discardedIn = page;
        ask.discarders = new Set(ask.discarders).add(page);
      }
  }

  #askAgain(page: Page, ask: Ask): void {
    ask.times++;
    ask.isPartRefused = false;
    ask.isSignedOut = this.#signOuts.isUntold(page);
    delete ask.isAdopted;
    ask.asked = this.#asked++;
    ask.askedMs = timeNow();
    ask.submittedAt = Date.now();
    // It is another change, which the others are to be told of.
    for (const other of this.#world.open) other.known.delete(ask);
    // In a tab that has slept it may be listed still.
    ask.isContested = ask.discarded !== undefined || ask.phase === 'gone';
    this.#outcomes.keepAfterAll(ask);
    ask.wasUnsure ||= ask.phase === 'unsure';
    if (ask.phase === 'pending' && ask.key === undefined) ask.rivals = new Set([...(ask.rivals ?? [ask.page]), page]);
    ask.page = page;
    page.written.delete(printWish(ask.wish));
    ask.phase = 'pending';
    ask.since = this.#world.step;
    ask.outcome = undefined;
    ask.replaces = ask.key ?? ask.replaces;
    ask.key = undefined;
  }

  #change(page: Page, act: Act): void {
    const rows = page.now.list.data ?? [];
    const row = rows['on' in act ? act.on % Math.max(1, rows.length) : 0];
    if (!row) return;
    const place = this.#world.oracle.placeOf(row.id);
    const { asks } = this.#world.oracle;
    const collectionId = row.id;
    const name = `N${++this.#names}`;
    if (act.do === 'create')
      return void this.#ask(page, this.#newPlace(name), '', [{ kind: 'create', name }], () =>
        page.now.create({ name }),
      );
    if (act.do === 'takeBack') {
      const isFree = ({ wish: its }: Ask) =>
        'item' in its &&
        isAdd(its) &&
        !asks.some(({ wish }) => 'item' in wish && !isAdd(wish) && wish.item === its.item);
      const added = asks.find(
        (ask) =>
          isFree(ask) &&
          !ask.signOut &&
          ask.began < this.#world.step &&
          (ask.page === page || (ask.key !== undefined && page.hasRead && !page.keepsNothing)) &&
          rows.some(({ id }) => this.#world.oracle.placeOf(id) === ask.place),
      );
      if (!added) return;
      const { id } = rows.find((each) => this.#world.oracle.placeOf(each.id) === added.place) as { id: string };
      const its = added.wish as MemberWish;
      this.#takeOut(page, added.place, id, [its.item], membersOf(its));
      return;
    }
    if (!place || place.asks.some(({ wish }) => wish.kind === 'delete')) return;
    if (act.do === 'add') {
      const kind = act.of === 'models' ? 'addModels' : 'addAssets';
      const items = Array.from({ length: act.items ?? 1 }, (_, i) => (i ? `${name}.${i}` : name));
      const wishes = items.map((item) => ({ kind, item }) as const);
      this.#ask(page, place, collectionId, wishes, () =>
        kind === 'addModels'
          ? page.now.addModels({ collectionId, modelIds: items })
          : page.now.add({ collectionId, assetIds: items }),
      );
    } else if (act.do === 'remove') {
      const named = new Set(place.asks.map(({ wish }) => ('item' in wish ? wish.item : '')));
      const free = [...place.items[act.of ?? 'assets']].filter((each) => !named.has(each));
      if (free.length) this.#takeOut(page, place, collectionId, free.slice(0, act.items ?? 1), act.of);
    } else if (act.do === 'rename') {
      this.#ask(page, place, collectionId, [{ kind: 'update', name }], () => page.now.update({ collectionId, name }));
    } else if (act.do === 'delete') {
      this.#ask(page, place, collectionId, [{ kind: 'delete', id: collectionId }], () =>
        page.now.remove({ collectionId }),
      );
    }
  }

  #takeOut(page: Page, place: Place, collectionId: string, items: string[], members: Members = 'assets'): void {
    const kind = members === 'models' ? 'removeModels' : 'removeAssets';
    const wishes = items.map((item) => ({ kind, item }) as const);
    this.#ask(page, place, collectionId, wishes, () =>
      kind === 'removeModels'
        ? page.now.takeOutModels({ collectionId, modelIds: items })
        : page.now.takeOut({ collectionId, assetIds: items }),
    );
  }

  #newPlace(name: string): Place {
    const items = { assets: new Set<string>(), models: new Set<string>() };
    const place: Place = { handle: '', ids: new Set(), name, items, asks: [] };
    this.#world.oracle.places.push(place);
    return place;
  }

  #ask(page: Page, place: Place, target: string, wishes: readonly Wish[], send: () => Promise<unknown>): void {
    const step = this.#world.step;
    const { asks: all } = this.#world.oracle;
    const asks: Ask[] = [];
    for (const wish of wishes)
      asks.push({
        number: all.length + asks.length,
        place,
        wish,
        target,
        asked: this.#asked++,
        askedMs: timeNow(),
        submittedAt: Date.now(),
        began: step,
        page,
        phase: 'pending',
        since: step,
        stored: false,
        isUnkept: page.keepsNothing,
        times: 1,
        parts: asks,
        ...(this.#signOuts.isUntold(page) && { isSignedOut: true }),
      });
    const [first] = asks as [Ask];
    const { wish } = first;
    this.#world.note(`tab ${page.number}: change ${first.number}: ${asks.map((ask) => printWish(ask.wish))}`);
    all.push(...asks);
    if (wish.kind === 'create') place.creation = first;
    else place.asks.push(...asks);
    const settle = (outcome: { error?: unknown }) => {
      // Who was told nothing knows nothing: the others do.
      if (String(outcome.error).includes('nobody knows here')) return;
      // Another has taken it over, and had no room for it then: this page knows nothing of what has become of it, kept again since or not.
      const isElsewhere = (ask: Ask) => ask.page !== page;
      if (page.isOpen) for (const ask of asks) if (ask.times === 1 && !isElsewhere(ask)) ask.outcome = outcome;
    };
    page.run(send).then(
      () => settle({}),
      (error) => settle({ error: error ?? new Error('nothing') }),
    );
    this.#nameNewPlaces(page);
    // It stands in the cache when `mutate` returns.
    const shown = readCache(page.queryClient);
    const presence = this.#world.oracle.presence(place, { page, step: -1, isMiddle: false });
    // Of two that one create has made, the other is there still.
    if (presence !== 'in' && (wish.kind !== 'delete' || presence === 'open')) return;
    const wrong = shown.lists.flatMap(({ rows }) => {
      const its = rows.filter(({ id }) => this.#world.oracle.placeOf(id) === place);
      // Of two that one create has made, it is asked of one.
      const isOther = ({ id }: { id: string }) => id !== target && (place.ids.has(target) || its.length > 1);
      const row = its.find((each) => !isOther(each));
      if (wish.kind === 'delete') return row ? ['is still there'] : [];
      if (!row) return ['is not there'];
      return wish.kind === 'update' && row.name !== wish.name ? [`is still called ${row.name}`] : [];
    });
    for (const text of wrong)
      this.#world.breakLaw(`tab ${page.number}: ${place.name} ${text} when mutate has returned`);
  }

  /** The provisional ids are read from the cache of who has made a collection. */
  #nameNewPlaces(page: Page): void {
    for (const place of this.#world.oracle.places) {
      if (place.handle || !place.creation) continue;
      for (const { rows } of readCache(page.queryClient).lists)
        place.handle ||= rows.find(({ name, id }) => name === place.name && id.startsWith('new_'))?.id ?? '';
    }
  }

  /** Nothing is sent twice, or by another tab than its own; and one write at a time is on its way for one collection. */
  #checkWrite(page: Page, flight: Flight): void {
    for (const ask of this.#world.oracle.asks) ask.wasSent ||= this.#world.carries(flight, ask);
    for (const ask of this.#world.oracle.asks)
      if (this.#signOuts.isLate(ask, page) && this.#world.carries(flight, ask))
        this.#world.double(`${flight.name} is sent by tab ${page.number}, and its user has signed out`);
      else if (
        ask.page !== page &&
        !ask.rivals?.has(page) &&
        this.#outcomes.isHeld(ask.page) &&
        this.#world.carries(flight, ask)
      )
        this.#world.breakLaw(
          `${flight.name} is sent by tab ${page.number}, and tab ${ask.page.number} lives that asked for it`,
        );
    const id = collectionOf(flight.call);
    for (const other of this.#world.wire.flights) {
      if (other === flight || other.isUnheard || !isWrite(other.call) || this.#signOuts.isForeign(other)) continue;
      const isUnknown = [flight, other].some((each) => this.#world.isUnkept(each));
      if (!other.ended && id && collectionOf(other.call) === id && !isUnknown)
        this.#world.breakLaw(`${flight.name} leaves while ${other.name} is on its way`);
      const both = wishesOf(flight).filter((wish) => wishesOf(other).includes(wish));
      // What was done of a collection that is gone since is refused.
      const isGone = id && !this.#world.server.collections.some((each) => each.id === id);
      if (!both.length || isGone || (other.ended && other.status !== 200)) continue;
      this.#world.count.doubled++;
      this.#world.breakLaw(`${flight.name} is sent again: ${both}`);
    }
  }

  async #drain(until: number): Promise<void> {
    const limit = timeNow() + 3_600_000;
    for (;;) {
      this.#world.clock.begin();
      this.#isBusy = true;
      if (!(await nextTimer(until))) break;
      await this.#endStep();
      if (timeNow() > limit) {
        this.#world.breakLaw('never quiet: a timer comes again and again');
        break;
      }
    }
    this.#isBusy = false;
  }

  async #endStep(): Promise<void> {
    await untilIdle();
    for (const run of this.#runs) run.#judgeStep();
    this.#isBusy = false;
  }

  #judgeStep(): void {
    this.#world.nameMade();
    for (const page of this.#world.living) this.#nameNewPlaces(page);
    this.#outcomes.readOrder();
    const step = this.#world.step;
    this.#outcomes.readLeft();
    this.#signOuts.settle();
    this.#knowledge.noteKnown();
    this.#outcomes.settleAsks();
    this.#knowledge.noteFirstReads(this.#glimpses);
    // What has become of each change is read off the screen of a tab that is seen.
    const isSeen = this.#world.living.some(({ isOutdated, isHidden }) => !isOutdated && !isHidden);
    for (const { page, shown } of this.#glimpses.splice(0))
      if (isSeen || !(page.isHidden || page.wasHidden)) this.#judge(page, shown, true, step);
    for (const page of this.#world.living) {
      if (!page.now?.list.data || (page.isHidden && !isSeen)) continue;
      this.#judge(page, readCache(page.queryClient), false, step);
      // Nobody sees what is painted late.
      if (page.isHidden || page.isOutdated) continue;
      this.#judge(page, page.shown, false, step);
      for (const law of this.#world.oracle.checkPending(page)) this.#world.breakLaw(`tab ${page.number}: ${law}`);
    }
    for (const page of this.#world.living) {
      page.noteTold(step);
      for (const law of checkRead(page, this.#world)) this.#world.breakLaw(`tab ${page.number}: ${law}`);
    }
    for (const page of this.#world.open) page.wasHidden = page.isHidden;
    // React is told of what was read by a timer.
    for (const page of this.#world.living)
      if (page.addedLately.size && (page.isHidden || page.isPainted) && this.#knowledge.hasAskedIndex(page))
        page.addedLately = new Set();
    for (const page of this.#world.living) {
      if (page.isOutdated)
        page.isOutdated = !(page.isHidden || page.isPainted) || !page.hasRead || !this.#knowledge.hasReadAgain(page);
      if (page.isOutdated) continue;
      this.#world.oracle.keepUnproven(page);
      page.unproven.clear();
      page.missedSignOut = false;
    }
    // It may be put to sleep again before the next step ends, and has told by now what had failed meanwhile.
    this.#outcomes.settleAsks();
  }

  #judge(page: Page, shown: Shown, isMiddle: boolean, step: number): void {
    const wrong = this.#world.oracle.check(shown, { page, step, isMiddle });
    this.#world.count.frames++;
    if (wrong.length) this.#world.count.wrongFrames++;
    for (const law of wrong) this.#world.breakLaw(`tab ${page.number}: ${law}`);
  }
}
