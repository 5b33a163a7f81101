import {
  type DehydratedState,
  dehydrate,
  hydrate,
  type Mutation,
  onlineManager,
  QueryClient,
  type QueryClientConfig,
} from '@tanstack/react-query';
import { version } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { collectionQueryOptions, collectionsQueryOptions, Scenario } from '../../src/client.ts';
import { createOutbox, type Outbox } from '../../src/outbox.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { dropTimers, nextTimer, setClock, settle, timeNow } from '../support/virtualTime.ts';
import { type Change, describeWish, type Place, type Wish } from './Change.ts';
import { Clock, type Stamp } from './Clock.ts';
import { checkOutcomes } from './checkOutcomes.ts';
import { checkPromises } from './checkPromises.ts';
import { checkCaughtUp, checkQuiet } from './checkQuiet.ts';
import { checkShown } from './checkShown.ts';
import { MemoryStorage } from './MemoryStorage.ts';
import { isAskedBy, type Moment, Oracle } from './Oracle.ts';
import { playOut } from './playOut.ts';
import { Replica } from './Replica.ts';
import { renderElsewhere } from './renderElsewhere.ts';
import { type Act, CHANGES, EASY, type Habit, type Outage, type Schedule, type ViewName } from './Schedule.ts';
import { pagesOf, readCache, type Shown } from './Shown.ts';
import { Screen, Stage } from './Stage.tsx';
import type { Subject } from './Subject.ts';
import { isOn } from './surroundings.ts';
import { Truth } from './Truth.ts';
import { type Fate, isWrite, Wire } from './Wire.ts';

/** What one run has shown. */
export interface Report {
  readonly frames: number;
  readonly wrongFrames: number;
  /** Copies that differed from the server's when all was quiet. */
  readonly wrongCopies: number;
  readonly changes: number;
  readonly requests: number;
  /** The laws that were broken, each once, in the order of time. */
  readonly broken: readonly string[];
  readonly timeline: readonly string[];
}

const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
const ORDER = numbered('c', 7);
/** Longer than a client waits for an answer. */
const SLOW = 65_000;
/** How many rows are asked for where a create is looked for, which no list shows. */
const LOOK_FOR_CREATE = 100;
const ASSETS = [...numbered('a', 6), ...numbered('o', 7), ...numbered('x', 60)];

/** Seven collections. Of the seven assets and models that the schedules name, the last one does not exist. */
function createServer(
  { removingAbsent, touchOnMembership, cursorsAfterWrite = 'accepted', isEmpty = false }: Schedule,
  now: () => Date,
): ScenarioEmulator {
  const assetIds = [['a0', 'a1', 'a2'], ['a1', 'a3'], ['a4'], ['a0'], [], ['x100', 'x101'], []];
  const modelIds = [['m0'], ['m1', 'm2'], [], ['m0'], [], [], []];
  return createScenarioEmulator({
    collections: (isEmpty ? [] : ORDER).map((id, index) => ({
      id,
      name: `Collection ${index}`,
      assetIds: assetIds[index] ?? [],
      modelIds: modelIds[index] ?? [],
    })),
    assets: ASSETS,
    models: [...numbered('m', 6)],
    removingAbsent,
    touchOnMembership,
    cursorsAfterWrite,
    now,
  });
}

/** Runs a schedule against a subject, in virtual time, and judges every frame. */
export async function play(subject: Subject, schedule: Schedule): Promise<Report> {
  const begin = () => new Run(subject, schedule);
  const { report } = await playOut(
    () => 0.5,
    begin,
    async (run) => {
      await run.start();
      for (const tick of ticksOf(schedule.acts)) await run.tick(tick);
      await run.finish();
    },
  );
  return report;
}

/** `maxPages` is an option of infinite queries, and of the others a word without meaning. */
function defaultsOf({ maxPages }: Schedule): NonNullable<QueryClientConfig['defaultOptions']> {
  const gcTime = Number.POSITIVE_INFINITY;
  return {
    queries: { retry: false, gcTime, ...(maxPages === undefined ? {} : { maxPages }) },
    mutations: { gcTime },
  };
}

/** What a boundary has caught is no news. */
const newRoot = () => createRoot(document.createElement('div'), { onCaughtError: () => undefined });

interface Tick {
  readonly acts: Act[];
  readonly wait: number;
}

function ticksOf(acts: readonly Act[]): Tick[] {
  const ticks: Tick[] = [];
  let block: Act[] = [];
  for (const act of acts) {
    if (act.do !== 'wait') block.push(act);
    else {
      ticks.push({ acts: block, wait: act.ms });
      block = [];
    }
  }
  if (block.length > 0) ticks.push({ acts: block, wait: 0 });
  return ticks;
}

class Run {
  readonly #subject: Subject;
  readonly #schedule: Schedule;
  #scope = 'default';
  #order: readonly string[];
  /** What is to be restored. While there is something, what is shown is not what it will be. */
  #restoring: { readonly state: DehydratedState; readonly changes: Map<string, Change[]> } | undefined;
  #page = { isOver: false };
  readonly #replica: Replica | undefined;
  #others: boolean;
  readonly #isTrimmed: boolean;
  readonly #habits: readonly Habit[];
  readonly #clock = new Clock();
  readonly #server: ScenarioEmulator;
  readonly #truth: Truth;
  readonly #wire: Wire;
  #oracle: Oracle;
  #stage = new Stage();
  #queryClient: QueryClient;
  #root = newRoot();
  #client: Scenario;
  /** Who writes has one of their own, in some of the schedules. */
  #writer: Scenario | undefined;
  /** Where pages keep what waits, if any of them ends. */
  readonly #storage = new MemoryStorage();
  #outbox: Outbox | undefined;
  readonly #fetches = new Map<string, Stamp>();
  readonly #started = timeNow();
  readonly #changeOf = new Map<object, Change>();
  readonly #broken = new Map<string, number>();
  readonly #glimpses: { shown: Shown; moment: Moment }[] = [];
  readonly #timeline: string[] = [];
  #frames = 0;
  #wrongFrames = 0;
  #wrongCopies = 0;
  #writesSent = 0;
  #readsSent = 0;
  #judging = false;
  #easy = true;
  #ticking = false;
  #names = 0;
  /** The name of what was made last. */
  #made = '';
  #checkDue = false;
  #landedAt = -1;
  /** How many requests had left when the user signed out. */
  #signedOut = 0;
  #outage: { until: number; end: Outage; isNamed: boolean } = { until: 0, end: 'cut', isNamed: false };

  constructor(subject: Subject, schedule: Schedule) {
    this.#subject = subject;
    this.#schedule = schedule;
    this.#isTrimmed =
      schedule.maxPages !== undefined || schedule.acts.some((act) => act.do === 'hydrate' && act.middle === true);
    // React 18 logs whatever a boundary catches, and cannot be told not to.
    this.#habits = (schedule.habits ?? []).filter((habit) => habit !== 'suspend' || !version.startsWith('18'));
    this.#order = schedule.isEmpty ? [] : ORDER;
    this.#others = schedule.acts.some((act) => act.do === 'elsewhere');
    this.#server = createServer(schedule, () => new Date(timeNow()));
    this.#truth = new Truth(this.#server, this.#clock);
    const isLagging = schedule.reads.some(({ lag }) => lag);
    this.#replica = isLagging ? new Replica((now) => createServer(schedule, now), this.#truth) : undefined;
    this.#stage.sorting = schedule.sorting;
    this.#queryClient = new QueryClient({ defaultOptions: defaultsOf(schedule) });
    this.#wire = new Wire({
      replica: this.#replica,
      hasShortDates: schedule.hasShortDates,
      server: this.#server,
      truth: this.#truth,
      clock: this.#clock,
      fateOf: (call) => {
        if (this.#easy) return EASY;
        const fate = isWrite(call) ? schedule.writes[this.#writesSent++] : schedule.reads[this.#readsSent++];
        return this.#withOutage(fate ?? EASY);
      },
      isCut: () => !onlineManager.isOnline(),
      onEnd: (flight) => {
        // Whether the answer to somebody who has signed out is used, is left open.
        if (flight.isOfAnother && flight.status === 200) this.#oracle.hydrated(flight.versions);
        if (!flight.isUnheard && !flight.isOfAnother) this.#oracle.ended(flight);
      },
      note: (line) => this.#note(line),
    });
    this.#oracle = new Oracle(this.#truth, this.#wire, this.#clock, schedule.maxRetries);
    this.#client = this.#newClient();
    this.#openWriter();
    if (schedule.acts.some((act) => act.do === 'reload'))
      this.#outbox = createOutbox({ storage: this.#storage.openFor(this.#page) });
    for (const id of this.#order) this.#addPlace(id, id);
  }

  get report(): Report {
    return {
      frames: this.#frames,
      wrongFrames: this.#wrongFrames,
      wrongCopies: this.#wrongCopies,
      changes: this.#oracle.changes.length,
      requests: this.#wire.flights.length,
      broken: [...this.#broken].map(([law, times]) => (times > 1 ? `${law} (${times} times)` : law)),
      timeline: this.#timeline,
    };
  }

  breakLaw(text: string): void {
    if (!this.#broken.has(text)) this.#note(`!! ${text}`);
    this.#broken.set(text, (this.#broken.get(text) ?? 0) + 1);
  }

  #withOutage(fate: Fate): Fate {
    const { until, end, isNamed } = this.#outage;
    if (timeNow() >= until) return fate;
    if (end === 'slow') return { ...fate, after: SLOW };
    return { ...fate, end, ...(end === 429 && isNamed && { retryAfter: until - timeNow(), isDated: true }) };
  }

  /** A client of this page: what is on its way when the page ends is heard by nobody, and nothing leaves after that. */
  #newClient(): Scenario {
    const page = this.#page;
    const never = new Promise<Response>(() => undefined);
    return new Scenario({
      baseURL: 'https://api.example.test/v1',
      fetch: (input, init) => {
        if (page.isOver) return never;
        return this.#wire.fetch(input, init).then(
          (response) => (page.isOver ? never : response),
          (error) => (page.isOver ? never : Promise.reject(error)),
        );
      },
      maxRetries: this.#schedule.maxRetries,
      scope: this.#scope,
    });
  }

  #openWriter(): void {
    this.#writer = this.#habits.includes('provide') ? this.#newClient() : undefined;
  }

  #watch(): void {
    this.#queryClient.mount();
    const client = this.#queryClient;
    client.getMutationCache().subscribe((event) => {
      if (client !== this.#queryClient) return;
      if (event.type === 'added') this.#restored(event.mutation);
      if (event.type === 'updated' && (event.action.type === 'success' || event.action.type === 'error')) {
        const change = this.#changeOf.get(event.mutation.state.variables as object);
        if (change?.restored && change.settled === undefined) this.#settleRestored(change, event.mutation);
      }
    });
    client.getQueryCache().subscribe((event) => {
      if (client !== this.#queryClient) return;
      if (event.type !== 'added' && event.type !== 'removed' && event.type !== 'updated') return;
      if (event.type === 'updated') {
        const { action, query } = event;
        if (action.type === 'fetch') this.#fetches.set(query.queryHash, this.#clock.now);
        if (action.type === 'error' || (action.type === 'success' && !action.manual)) this.#landedAt = timeNow();
        if (action.type === 'success') this.#see();
        if (action.type === 'success' && !action.manual)
          this.#land(query.queryHash, query.queryKey, pagesOf(query) !== undefined);
      }
      if (this.#checkDue || !this.#judging) return;
      this.#checkDue = true;
      queueMicrotask(() => {
        this.#checkDue = false;
        this.#glimpse(readCache(this.#queryClient), false);
      });
    });
  }

  #render(): void {
    const { Around } = this.#subject;
    const stage = this.#stage;
    this.#root.render(
      <Around key={this.#signedOut} client={this.#client} queryClient={this.#queryClient} outbox={this.#outbox}>
        <Screen
          stage={stage}
          subject={this.#subject}
          around={(writer) =>
            this.#writer ? (
              <Around client={this.#writer} queryClient={this.#queryClient} outbox={this.#outbox}>
                {writer}
              </Around>
            ) : (
              writer
            )
          }
          onSettled={(variables) => stage === this.#stage && this.#countCallback(variables)}
          onCommit={() => stage === this.#stage && this.#glimpse(stage.shown, true)}
        />
      </Around>,
    );
  }

  async start(): Promise<void> {
    this.#watch();
    this.#stage.set({ mounted: new Set<ViewName>(['list2', 'list7', 'detail0', 'assets0']) });
    this.#render();
    await settle();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#stage.set({ habits: new Set(this.#habits) });
    await settle();
    this.#judging = true;
    this.#easy = false;
  }

  /** One block of code, all that follows from it, and then some time. */
  async tick({ acts, wait }: Tick): Promise<void> {
    this.#clock.begin();
    this.#ticking = false;
    for (const act of acts) {
      if (act.do === 'reload') await this.#reload(act.late);
      else this.#perform(act);
      // The first of a tick must stand at once, before anything else can run.
      if (CHANGES.has(act.do)) this.#glimpse(readCache(this.#queryClient), false);
    }
    await settle();
    this.#endStep();
    await this.#drain(timeNow() + wait);
  }

  /** The line comes back, and nothing goes wrong any more. */
  async finish(): Promise<void> {
    this.#clock.begin();
    this.#easy = true;
    // What is read again and again is never quiet.
    this.#stage.set({ habits: new Set(this.#habits.filter((habit) => habit !== 'poll')) });
    onlineManager.setOnline(true);
    await settle();
    this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    if (this.#outbox && this.#wire.flights.some(({ status }) => status === 401)) {
      // What is kept waits for a read to show that there is a session again: of a collection, or of the list where there is none.
      this.#clock.begin();
      const [first] = this.#server.collections;
      const options = collectionQueryOptions(this.#client, first?.id ?? '');
      // Where the device's clock was set back, what was read before counts as fresh.
      void this.#queryClient.invalidateQueries({ queryKey: options.queryKey, refetchType: 'none' });
      const read = first
        ? this.#queryClient.fetchQuery(options)
        : this.#queryClient.fetchInfiniteQuery(collectionsQueryOptions(this.#client, { pageSize: 7 }));
      void read.catch(() => undefined);
      await settle();
      this.#endStep();
      await this.#drain(Number.POSITIVE_INFINITY);
    }
    this.#note('-- quiet');
    const { changes } = this.#oracle;
    for (const law of checkOutcomes(this.#oracle, this.#wire, this.#truth, this.#others)) this.breakLaw(law);
    if (isOn('promises')) for (const law of checkPromises(this.#oracle, this.#truth)) this.breakLaw(law);
    for (const { id, status } of this.#stage.pending ?? []) {
      if (status !== 'failed') this.breakLaw(`quiet: change ${id} is still listed as ${status}`);
    }
    for (const flight of this.#wire.flights.slice(this.#signedOut))
      if (this.#signedOut > 0 && isWrite(flight.call) && !changes.some((change) => isAskedBy(flight.call, change)))
        this.breakLaw(`${flight.name} was sent as the next user, who asked for nothing of the kind`);
    const unheard =
      this.#oracle.isLate || changes.some(({ error }) => error !== undefined && (statusOf(error) ?? 500) >= 408);
    if (!this.#others && !unheard) this.#checkCopies('quiet', false);
    else if (isOn('colleague') && !unheard) {
      const wrong = checkCaughtUp(this.#queryClient, this.#server, this.#oracle, this.#wire);
      this.#wrongCopies += wrong.length;
      for (const law of wrong) this.breakLaw(`quiet: ${law}`);
    }
    for (const query of this.#queryClient.getQueryCache().getAll()) {
      if (query.queryKey.includes('ledger')) this.breakLaw('quiet: the ledger is still in the cache');
    }
    // A limit that is spent is spent for the reads below, too.
    if (this.#wire.flights.some(({ status }) => status === 429)) await this.#drain(timeNow() + 120_000);
    if (this.#schedule.cursorsAfterWrite === 'refused') await this.#loadAll();
    // What was restored and is on no screen, nobody can read again.
    this.#queryClient.removeQueries({ predicate: (query) => query.isDisabled() || !query.options.queryFn });
    // Where others write too, or where an answer was never heard, one reading must do.
    this.#clock.begin();
    void this.#queryClient.invalidateQueries({ refetchType: 'all' });
    await settle();
    this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#note('-- read again');
    this.#checkCopies('read again', true);
  }

  /** Whoever asks for more gets more, until there is no more. */
  async #loadAll(): Promise<void> {
    for (const view of ['list2', 'list7'] as const) {
      for (let turn = 0; turn < 40 && this.#stage.handles.get(view)?.more; turn++) {
        this.#clock.begin();
        this.#note(`more of ${view}`);
        void this.#stage.handles.get(view)?.more?.();
        await settle();
        this.#endStep();
        await this.#drain(Number.POSITIVE_INFINITY);
      }
      if (this.#stage.handles.get(view)?.more) this.breakLaw(`quiet: more of ${view} leads nowhere`);
    }
  }

  async stop(): Promise<void> {
    this.#judging = false;
    this.#root.unmount();
    await settle();
    this.#queryClient.unmount();
    this.#queryClient.clear();
    await settle();
  }

  #checkCopies(when: string, isReadAgain: boolean): void {
    const wrong = checkQuiet(this.#queryClient, this.#server, this.#oracle, isReadAgain);
    this.#wrongCopies += wrong.length;
    for (const law of wrong) this.breakLaw(`${when}: ${law}`);
  }

  async #drain(until: number): Promise<void> {
    const limit = timeNow() + 3_600_000;
    for (;;) {
      this.#clock.begin();
      if (!(await nextTimer(until))) return;
      this.#endStep();
      if (timeNow() > limit) {
        this.breakLaw('never quiet: a timer comes again and again');
        return;
      }
    }
  }

  #flushGlimpses(): void {
    // Judged now, because only now is it known which changes have failed in this step.
    for (const { shown, moment } of this.#glimpses.splice(0)) this.#judge(shown, moment, false);
  }

  #endStep(): void {
    this.#flushGlimpses();
    if (!this.#judging) return;
    this.#nameNewPlaces();
    if (this.#restoring) return;
    this.#judge(readCache(this.#queryClient), this.#moment(false), true);
    this.#judge(this.#stage.shown, this.#moment(true), false);
  }

  /** What is shown in the middle of a step. */
  #glimpse(shown: Shown, onScreen: boolean): void {
    if (!this.#judging) return;
    this.#nameNewPlaces();
    if (this.#restoring) return;
    const { recent, begun } = this.#moment(onScreen);
    const { step } = this.#clock.now;
    this.#glimpses.push({ shown, moment: { begun, recent: (stamp) => stamp.step === step || recent(stamp) } });
  }

  /**
   * React hears at once of what is asked for and of what becomes of it. Of a read or a hydration TanStack Query tells it by a timer of no
   * length: within the millisecond in which one has landed the screen may be late.
   */
  #moment(onScreen: boolean): Moment {
    const now = timeNow();
    return { recent: ({ ms }) => onScreen && ms === now && ms === this.#landedAt, begun: this.#oracle.changes.length };
  }

  #judge(shown: Shown, moment: Moment, agree: boolean): void {
    const judge = {
      oracle: this.#oracle,
      truth: this.#truth,
      order: this.#order,
      moment,
      agree,
      others: this.#others,
      isTrimmed: this.#isTrimmed,
    };
    const wrong = checkShown(shown, judge);
    this.#frames++;
    if (wrong.length > 0) this.#wrongFrames++;
    for (const law of wrong) this.breakLaw(law);
  }

  /** What is in the cache now is what the client knows. */
  #see(): void {
    const { lists, details } = readCache(this.#queryClient);
    for (const { id } of [...lists.flatMap(({ rows }) => rows), ...details.map(({ copy }) => copy)])
      this.#oracle.saw(id);
  }

  #land(hash: string, key: readonly unknown[], isPaged: boolean): void {
    const from = this.#fetches.get(hash);
    if (from === undefined || !isPaged) return;
    const { pageSize = 1 } = key.at(-1) as { pageSize?: number };
    this.#oracle.landed(from, ({ call }) => {
      // Several pages may be asked for in one request, and no number of the one list's is one of the other's.
      if (call.type === 'list')
        return key.includes('list') && call.pageSize % pageSize === 0 && call.pageSize < LOOK_FOR_CREATE;
      return call.type === 'contents' && key.includes(call.collectionId) && key.includes(call.members);
    });
  }

  #perform(act: Act): void {
    switch (act.do) {
      case 'add':
      case 'remove': {
        const ids = act.items.map((item) => `${act.members === 'assets' ? 'a' : 'm'}${item}`);
        this.#changeMembers(this.#place(act.on), { kind: act.do, members: act.members, ids }, act.isTwice);
        break;
      }
      case 'addMany':
        this.#changeMembers(this.#place(act.on), { kind: 'add', members: 'assets', ids: numbered('x', 60) });
        break;
      case 'rename': {
        const place = this.#place(act.on);
        const now = act.isSame && place?.id !== undefined ? this.#truth.now(place.id).copy?.name : undefined;
        this.#update(place, { name: now ?? `Name ${++this.#names}` });
        break;
      }
      case 'picture':
        this.#update(this.#place(act.on), { thumbnail: `a${act.item}` });
        break;
      case 'delete': {
        const place = this.#place(act.on);
        if (!place) break;
        const variables = { collectionId: place.handle };
        this.#change(place, { kind: 'delete' }, variables, (writes) => writes.delete(variables));
        break;
      }
      case 'create':
        this.#create(act.named === 'again');
        if (act.named === 'twice') this.#create(true);
        break;
      case 'refetch':
        this.#note(`refetch ${act.view}`);
        void this.#stage.handles.get(act.view)?.refetch();
        break;
      case 'more':
        this.#note(`more of ${act.view}`);
        void this.#stage.handles.get(act.view)?.more?.();
        break;
      case 'toggle': {
        const mounted = new Set(this.#stage.state.mounted);
        this.#note(`${mounted.has(act.view) ? 'unmount' : 'mount'} ${act.view}`);
        if (!mounted.delete(act.view)) mounted.add(act.view);
        this.#stage.set({ mounted });
        break;
      }
      case 'remount':
        this.#note(`another screen takes the place of ${act.view}`);
        this.#stage.remount(act.view);
        break;
      case 'line':
        this.#note(act.up ? 'online' : 'offline');
        onlineManager.setOnline(act.up);
        break;
      case 'elsewhere':
        this.#actElsewhere(act);
        break;
      case 'outage':
        this.#note(`for ${act.ms} ms all requests end as: ${act.end}`);
        this.#outage = { until: timeNow() + act.ms, end: act.end, isNamed: !!act.isNamed };
        break;
      case 'clock':
        this.#note(`the clock is set: ${act.ahead} ms ahead`);
        setClock(act.ahead);
        break;
      case 'hydrate':
        void this.#hydrate(act);
        break;
      case 'signOut':
        this.#signOut(act.sameScope);
        break;
      case 'reload':
      case 'wait':
        break;
    }
  }

  async #hydrate({ ahead, late, middle = false }: Act & { do: 'hydrate' }): Promise<void> {
    const { versions: before } = this.#truth;
    const user = this.#oracle;
    const state = await renderElsewhere(this.#server, timeNow() + ahead, middle, this.#scope);
    this.#note(`a server whose clock is ${ahead} ms ahead renders`);
    const { versions: after } = this.#truth;
    setTimeout(() => {
      // It was rendered for somebody who has signed out.
      if (user !== this.#oracle) return;
      this.#note('what the server has rendered lands');
      // Somebody may write between two of its reads.
      for (const versions of [before, after]) this.#oracle.hydrated(versions);
      this.#put(state);
    }, late);
  }

  #put(state: DehydratedState): void {
    this.#landedAt = timeNow();
    hydrate(this.#queryClient, state);
  }

  /** The page ends, whatever is on its way, and another one begins with what was stored of it. */
  async #reload(late: number): Promise<void> {
    // What was begun at once is done, also where the page is closed right after.
    await settle();
    this.#flushGlimpses();
    this.#note(`reload: restored ${late} ms later`);
    const old = this.#queryClient;
    const changes = new Map<string, Change[]>();
    const stored = this.#storage.waiting.map(({ kind, submittedAt, variables, state }) => ({
      print: JSON.stringify([kind, submittedAt, variables]),
      state,
    }));
    for (const { state, options } of old.getMutationCache().getAll()) {
      const change = this.#changeOf.get(state.variables as object);
      if (change === undefined || change.settled !== undefined) continue;
      const print = printMutation({ state, options });
      const at = stored.findIndex((record) => record.print === print);
      // What its user was not told to be kept may be lost.
      if (at < 0) this.#lose(change);
      else {
        const [record] = stored.splice(at, 1);
        change.restored = true;
        change.inDoubt = record?.state === 'sent';
        changes.set(print, [...(changes.get(print) ?? []), change]);
      }
    }
    // A page that ends in the middle of a restore leaves what was to be restored.
    const isCut = this.#restoring !== undefined;
    const state: DehydratedState = this.#restoring?.state ?? JSON.parse(JSON.stringify(dehydrate(old)));
    for (const [print, its] of this.#restoring?.changes ?? [])
      changes.set(print, [...(changes.get(print) ?? []), ...its]);
    this.#restoring = { state, changes };
    this.#page.isOver = true;
    for (const flight of this.#wire.flights) {
      if (flight.isUnheard) this.#oracle.endedUntold(flight);
      if (!flight.ended) flight.isUnheard = true;
    }
    this.#page = { isOver: false };
    this.#outbox = createOutbox({ storage: this.#storage.openFor(this.#page) });
    const root = this.#root;
    const { mounted, newest, habits } = this.#stage.state;
    this.#queryClient = new QueryClient({ defaultOptions: defaultsOf(this.#schedule) });
    this.#stage = new Stage();
    root.unmount();
    old.unmount();
    // What the old page had begun comes to nothing before the new one begins.
    await settle();
    dropTimers();
    // Nobody listens any more; there is no other word for it.
    Reflect.get(onlineManager, 'listeners').clear();
    this.#clock.begin();
    this.#ticking = false;
    this.#stage.sorting = this.#schedule.sorting;
    this.#stage.set({ mounted, newest, habits });
    this.#root = newRoot();
    this.#client = this.#newClient();
    this.#openWriter();
    this.#oracle.forget(new Set(late === 0 ? collectionsIn(state) : []), isCut);
    const restoring = this.#restoring;
    const restore = () => {
      if (restoring !== this.#restoring) return;
      this.#note('the cache is restored');
      this.#put(state);
    };
    // Until then nothing is shown, or not yet what was waiting.
    const end = () => {
      if (restoring === this.#restoring) this.#restoring = undefined;
    };
    this.#watch();
    if (late === 0) restore();
    flushSync(() => this.#render());
    await settle();
    if (late === 0) end();
    else
      setTimeout(() => {
        restore();
        end();
      }, late);
  }

  /** Its page has ended before it was kept: nobody will hear of it again. */
  #lose(change: Change): void {
    this.#note(`change ${change.number} is lost`);
    change.lost = true;
    change.settled = this.#clock.now;
    change.error = new Error('Its page has ended.');
  }

  #restored(mutation: Mutation): void {
    // A kept failure is listed again, and may look like one that waits: two deletes of one collection, asked for in the same instant.
    if (mutation.state.status === 'error') return;
    const change = this.#restoring?.changes.get(printMutation(mutation))?.shift();
    if (change) this.#changeOf.set(mutation.state.variables as object, change);
  }

  #settleRestored(change: Change, { state }: Mutation): void {
    change.settled = this.#clock.now;
    change.callbacks = 1;
    if (state.status === 'error') change.error = state.error ?? new Error('rejected with nothing');
    else if (change.wish.kind === 'create') change.place.id = (state.data as { id: string }).id;
    this.#note(
      `change ${change.number}, restored, ${state.status === 'error' ? `fails: ${state.error}` : 'is settled'}`,
    );
  }

  /** Whatever waited is dropped, and what is on its way is as if somebody else had asked for it. */
  #signOut(sameScope: boolean): void {
    this.#flushGlimpses();
    this.#note('sign out, and the next one in');
    void this.#outbox?.clear();
    this.#queryClient.clear();
    const before = this.#oracle;
    this.#signedOut = this.#wire.flights.length;
    this.#oracle = new Oracle(this.#truth, this.#wire, this.#clock, this.#schedule.maxRetries);
    for (const flight of this.#wire.flights) {
      const { call, ended } = flight;
      if (ended) continue;
      if (sameScope) flight.isOfAnother = true;
      else flight.isUnheard = true;
      if (!isWrite(call)) continue;
      this.#others = true;
      if ('ids' in call && 'collectionId' in call)
        for (const id of call.ids) this.#oracle.touchElsewhere(call.collectionId, id, flight);
    }
    for (const { id, item, by } of before.elsewhere) this.#oracle.touchElsewhere(id, item, by);
    const ids = this.#server.collections.map(({ id }) => id);
    // What was made meanwhile may be missing where a server lags behind.
    this.#order = ORDER.filter((id) => ids.includes(id));
    for (const id of ids) this.#addPlace(id, id);
    this.#restoring = undefined;
    if (!sameScope) this.#scope = `user ${this.#signedOut}`;
    this.#stage.set({ newest: undefined });
    this.#made = '';
    this.#client = this.#newClient();
    this.#openWriter();
    flushSync(() => this.#render());
  }

  /** What an act is about: another one, where that was not made. Undefined where there is nothing. */
  #place(on: number): Place | undefined {
    const { places } = this.#oracle;
    const isThere = (place: Place) => place.creation?.error === undefined && place.handle !== '';
    const place = places[on % places.length];
    return place && isThere(place) ? place : places.find(isThere);
  }

  #addPlace(handle: string, id: string | undefined, creation?: Change): Place {
    const from = id === undefined ? 0 : this.#truth.latest(id);
    const place: Place = { number: this.#oracle.places.length, handle, id, changes: [], from };
    if (creation) place.creation = creation;
    this.#oracle.places.push(place);
    return place;
  }

  #changeMembers(place: Place | undefined, wish: Wish & { kind: 'add' | 'remove' }, isTwice = false): void {
    if (!place) return;
    const collectionId = place.handle;
    const ids = [...wish.ids, ...wish.ids.slice(0, isTwice ? 1 : 0)];
    if (wish.members === 'assets') {
      const variables = { collectionId, assetIds: ids };
      this.#change(place, wish, variables, (writes) =>
        wish.kind === 'add' ? writes.addAssets(variables) : writes.removeAssets(variables),
      );
    } else {
      const variables = { collectionId, modelIds: ids };
      this.#change(place, wish, variables, (writes) =>
        wish.kind === 'add' ? writes.addModels(variables) : writes.removeModels(variables),
      );
    }
  }

  #update(place: Place | undefined, fields: { name: string } | { thumbnail: string }): void {
    if (!place) return;
    const variables = { collectionId: place.handle, ...fields };
    this.#change(place, { kind: 'update', ...fields }, variables, (writes) => writes.update(variables));
  }

  /** `isAgain`: by the name of the one before it. */
  #create(isAgain: boolean): void {
    if (!isAgain || !this.#made) this.#made = `Made ${++this.#names}`;
    const variables = { name: this.#made };
    const place = this.#addPlace('', undefined);
    const wish: Wish = { kind: 'create', ...variables };
    place.creation = this.#change(place, wish, variables, (writes) => writes.create(variables));
    this.#nameNewPlaces();
  }

  /** The provisional ids are read from the cache, where the first of a tick stands at once, and the others when the tick ends. */
  #nameNewPlaces(): void {
    const unnamed = this.#oracle.places.filter(({ handle }) => handle === '');
    if (unnamed.length === 0) return;
    const named = new Set(this.#oracle.places.map(({ handle }) => handle));
    // Of two of one name the first that was asked for is the last in a list.
    for (const row of readCache(this.#queryClient).lists.flatMap(({ rows }) => rows.toReversed())) {
      const handle = row.clientKey ?? row.id;
      const place = unnamed.find(
        ({ handle: its, id = row.id, creation }) =>
          its === '' &&
          id === row.id &&
          creation?.error === undefined &&
          creation?.wish.kind === 'create' &&
          creation.wish.name === row.name,
      );
      if (place === undefined || named.has(handle) || !handle.startsWith('new_')) continue;
      named.add(handle);
      place.handle = handle;
      this.#stage.set({ newest: handle });
    }
  }

  #change(
    place: Place,
    wish: Wish,
    variables: object,
    send: (writes: NonNullable<Stage['writes']>) => Promise<unknown>,
  ): Change {
    const { writes } = this.#stage;
    if (writes === undefined) throw new Error('The writer is not mounted');
    const { changes } = this.#oracle;
    const began = this.#clock.now;
    const change: Change = { number: changes.length, place, wish, began, firstOfTick: !this.#ticking, callbacks: 0 };
    this.#ticking = true;
    changes.push(change);
    place.changes.push(change);
    this.#changeOf.set(variables, change);
    const client = this.#queryClient;
    this.#note(`change ${change.number}: ${describeWish(wish)} on ${place.handle}`);
    send(writes).then(
      (result) => {
        if (client !== this.#queryClient) return;
        change.settled = this.#clock.now;
        this.#note(`change ${change.number} is settled`);
        if (wish.kind === 'create') place.id = (result as { id: string }).id;
      },
      (error: unknown) => {
        if (client !== this.#queryClient) return;
        change.settled = this.#clock.now;
        change.error = error ?? new Error('rejected with nothing');
        this.#note(`change ${change.number} fails: ${error}`);
      },
    );
    return change;
  }

  #countCallback(variables: object): void {
    const change = this.#changeOf.get(variables);
    if (change === undefined) this.breakLaw('a callback with variables that nobody gave');
    else change.callbacks++;
  }

  #actElsewhere({ what, on, item, ours = item < 3 }: Act & { do: 'elsewhere' }): void {
    const id = this.#place(on)?.id;
    const url = 'https://elsewhere.example.test/v1/collections';
    const asset = ours ? `a${item}` : `o${item}`;
    const send = (method: string, path: string, body: object) => {
      const init = { method, body: JSON.stringify(body) };
      void this.#server.elsewhere(url + path, init);
      this.#truth.look();
      this.#replica?.note(url + path, init);
    };
    const move = (method: 'PUT' | 'DELETE', itemId: string) => {
      this.#oracle.touchElsewhere(id ?? '', itemId);
      send(method, `/${id}/assets`, { assetIds: [itemId] });
    };
    this.#note(`elsewhere: ${what} ${asset} on ${id}`);
    if (what === 'create') send('POST', '', { name: `Theirs ${++this.#names}` });
    else if (id === undefined) return;
    else if (what === 'rename') send('PUT', `/${id}`, { name: `Theirs ${++this.#names}` });
    else if (what === 'delete') send('DELETE', `/${id}`, {});
    else move(what === 'add' ? 'PUT' : 'DELETE', asset);
    // The count is what it was.
    if (what === 'exchange') move('PUT', `a${(item + 1) % 6}`);
  }

  #note(line: string): void {
    this.#timeline.push(`${String(timeNow() - this.#started).padStart(5)} ${line}`);
  }
}

/** The collections that a stored cache holds a copy of. */
const collectionsIn = ({ queries }: DehydratedState): string[] =>
  queries.flatMap(({ state: { data } }) => {
    const { id, pages } = data as { id?: string; pages?: { collections?: { id: string }[] }[] };
    return id ?? pages?.flatMap(({ collections = [] }) => collections.map((row) => row.id)) ?? [];
  });

const printMutation = ({ state, options }: Pick<Mutation, 'state' | 'options'>): string =>
  JSON.stringify([options.mutationKey?.at(-1), state.submittedAt, state.variables]);

/** Of an answer that cannot be read, the status says nothing. */
function statusOf(error: unknown): number | undefined {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
