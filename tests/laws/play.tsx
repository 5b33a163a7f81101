import { hydrate, onlineManager, QueryClient, type QueryClientConfig } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';
import { Scenario } from '../../src/client.ts';
import { createScenarioEmulator, type ScenarioEmulator } from '../../src/testing.ts';
import { nextTimer, setClock, settle, startVirtualTime, stopVirtualTime, timeNow } from '../support/virtualTime.ts';
import { watchErrors } from '../support/watchErrors.ts';
import { type Change, describeWish, type Place, type Wish } from './Change.ts';
import { Clock, type Stamp } from './Clock.ts';
import { checkOutcomes } from './checkOutcomes.ts';
import { checkPromises } from './checkPromises.ts';
import { checkCaughtUp, checkQuiet } from './checkQuiet.ts';
import { checkShown } from './checkShown.ts';
import { type Moment, Oracle } from './Oracle.ts';
import { Replica } from './Replica.ts';
import { renderElsewhere } from './renderElsewhere.ts';
import { type Act, CHANGES, EASY, type Schedule, type ViewName } from './Schedule.ts';
import { pagesOf, readCache, type Shown } from './Shown.ts';
import { Screen, Stage } from './Stage.tsx';
import type { Subject } from './Subject.ts';
import { isOn } from './surroundings.ts';
import { Truth } from './Truth.ts';
import { isWrite, Wire } from './Wire.ts';

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
const ASSETS = [...numbered('a', 6), ...numbered('o', 7), ...numbered('x', 60)];

/** Seven collections. Of the seven assets and models that the schedules name, the last one does not exist. */
function createServer(
  { removingAbsent, touchOnMembership, cursorsAfterWrite = 'accepted' }: Schedule,
  now: () => Date,
): ScenarioEmulator {
  const assetIds = [['a0', 'a1', 'a2'], ['a1', 'a3'], ['a4'], ['a0'], [], ['x100', 'x101'], []];
  const modelIds = [['m0'], ['m1', 'm2'], [], ['m0'], [], [], []];
  return createScenarioEmulator({
    collections: ORDER.map((id, index) => ({
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
  startVirtualTime();
  // The client's waits are drawn at random; a replay must draw the same.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const errors = watchErrors();
  const run = new Run(subject, schedule);
  try {
    await run.start();
    for (const tick of ticksOf(schedule.acts)) await run.tick(tick);
    await run.finish();
  } finally {
    await run.stop();
    vi.mocked(Math.random).mockRestore();
    onlineManager.setOnline(true);
    stopVirtualTime();
    try {
      errors.end();
    } catch (error) {
      run.breakLaw(error instanceof Error ? error.message : String(error));
    }
  }
  return run.report;
}

/** `maxPages` is an option of infinite queries, and of the others a word without meaning. */
function defaultsOf({ maxPages }: Schedule): NonNullable<QueryClientConfig['defaultOptions']> {
  const gcTime = Number.POSITIVE_INFINITY;
  return {
    queries: { retry: false, gcTime, ...(maxPages === undefined ? {} : { maxPages }) },
    mutations: { gcTime },
  };
}

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
  readonly #replica: Replica | undefined;
  readonly #others: boolean;
  readonly #isTrimmed: boolean;
  readonly #clock = new Clock();
  readonly #server: ScenarioEmulator;
  readonly #truth: Truth;
  readonly #wire: Wire;
  readonly #oracle: Oracle;
  readonly #stage = new Stage();
  readonly #queryClient: QueryClient;
  readonly #root = createRoot(document.createElement('div'));
  readonly #client: Scenario;
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
  #checkDue = false;

  constructor(subject: Subject, schedule: Schedule) {
    this.#subject = subject;
    this.#schedule = schedule;
    this.#isTrimmed =
      schedule.maxPages !== undefined || schedule.acts.some((act) => act.do === 'hydrate' && act.middle === true);
    this.#others = schedule.acts.some((act) => act.do === 'elsewhere');
    this.#server = createServer(schedule, () => new Date(timeNow()));
    this.#truth = new Truth(this.#server, this.#clock);
    const isLagging = schedule.reads.some(({ lag }) => lag);
    this.#replica = isLagging ? new Replica((now) => createServer(schedule, now), this.#truth) : undefined;
    this.#stage.sorting = schedule.sorting;
    this.#queryClient = new QueryClient({ defaultOptions: defaultsOf(schedule) });
    this.#wire = new Wire({
      replica: this.#replica,
      server: this.#server,
      truth: this.#truth,
      clock: this.#clock,
      fateOf: (call) => {
        if (this.#easy) return EASY;
        const fate = isWrite(call) ? schedule.writes[this.#writesSent++] : schedule.reads[this.#readsSent++];
        return fate ?? EASY;
      },
      isCut: () => !onlineManager.isOnline(),
      onEnd: (flight) => this.#oracle.ended(flight),
      note: (line) => this.#note(line),
    });
    this.#oracle = new Oracle(this.#truth, this.#wire, this.#clock, schedule.maxRetries);
    this.#client = new Scenario({
      baseURL: 'https://api.example.test/v1',
      fetch: this.#wire.fetch,
      maxRetries: schedule.maxRetries,
    });
    for (const id of ORDER) this.#addPlace(id, id);
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

  async start(): Promise<void> {
    this.#queryClient.mount();
    this.#queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== 'added' && event.type !== 'removed' && event.type !== 'updated') return;
      if (event.type === 'updated') {
        const { action, query } = event;
        if (action.type === 'fetch') this.#fetches.set(query.queryHash, this.#clock.now);
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
    this.#stage.set({ mounted: new Set<ViewName>(['list2', 'list4', 'detail0', 'assets0']) });
    const { Around } = this.#subject;
    this.#root.render(
      <Around client={this.#client} queryClient={this.#queryClient}>
        <Screen
          stage={this.#stage}
          subject={this.#subject}
          onSettled={(variables) => this.#countCallback(variables)}
          onCommit={() => this.#glimpse(this.#stage.shown, true)}
        />
      </Around>,
    );
    await settle();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#judging = true;
    this.#easy = false;
  }

  /** One block of code, all that follows from it, and then some time. */
  async tick({ acts, wait }: Tick): Promise<void> {
    this.#clock.begin();
    this.#ticking = false;
    for (const act of acts) {
      this.#perform(act);
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
    onlineManager.setOnline(true);
    await settle();
    this.#endStep();
    await this.#drain(Number.POSITIVE_INFINITY);
    this.#note('-- quiet');
    const { changes } = this.#oracle;
    for (const law of checkOutcomes(this.#oracle, this.#wire, this.#truth, this.#others)) this.breakLaw(law);
    if (isOn('promises')) for (const law of checkPromises(this.#oracle, this.#truth)) this.breakLaw(law);
    for (const { id, status } of this.#stage.pending ?? []) {
      if (status !== 'failed') this.breakLaw(`quiet: change ${id} is still listed as ${status}`);
    }
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
    if (this.#schedule.cursorsAfterWrite === 'refused') await this.#loadAll();
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
    for (const view of ['list2', 'list4'] as const) {
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

  #endStep(): void {
    // Judged now, because only now is it known which changes have failed in this step.
    for (const { shown, moment } of this.#glimpses.splice(0)) this.#judge(shown, moment, false);
    if (!this.#judging) return;
    this.#nameNewPlaces();
    this.#judge(readCache(this.#queryClient), this.#moment(false), true);
    this.#judge(this.#stage.shown, this.#moment(true), false);
  }

  /** What is shown in the middle of a step. */
  #glimpse(shown: Shown, onScreen: boolean): void {
    if (!this.#judging) return;
    this.#nameNewPlaces();
    const { recent, begun } = this.#moment(onScreen);
    const { step } = this.#clock.now;
    this.#glimpses.push({ shown, moment: { begun, recent: (stamp) => stamp.step === step || recent(stamp) } });
  }

  /** React is told of what arrives by a timer of no length, so the screen may be late within one millisecond. */
  #moment(onScreen: boolean): Moment {
    const now = timeNow();
    return { recent: ({ ms }) => onScreen && ms === now, begun: this.#oracle.changes.length };
  }

  #judge(shown: Shown, moment: Moment, agree: boolean): void {
    const judge = {
      oracle: this.#oracle,
      truth: this.#truth,
      order: ORDER,
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
    this.#oracle.landed(from, ({ call }) => {
      if (call.type === 'list') return key.includes('list') && hash.includes(`"pageSize":${call.pageSize}`);
      return call.type === 'contents' && key.includes(call.collectionId) && key.includes(call.members);
    });
  }

  #perform(act: Act): void {
    switch (act.do) {
      case 'add':
      case 'remove': {
        const ids = act.items.map((item) => `${act.members === 'assets' ? 'a' : 'm'}${item}`);
        this.#changeMembers(this.#place(act.on), { kind: act.do, members: act.members, ids });
        break;
      }
      case 'addMany':
        this.#changeMembers(this.#place(act.on), { kind: 'add', members: 'assets', ids: numbered('x', 60) });
        break;
      case 'rename':
        this.#update(this.#place(act.on), { name: `Name ${++this.#names}` });
        break;
      case 'picture':
        this.#update(this.#place(act.on), { thumbnail: `a${act.item}` });
        break;
      case 'delete': {
        const place = this.#place(act.on);
        const variables = { collectionId: place.handle };
        this.#change(place, { kind: 'delete' }, variables, (writes) => writes.delete(variables));
        break;
      }
      case 'create':
        this.#create();
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
      case 'line':
        this.#note(act.up ? 'online' : 'offline');
        onlineManager.setOnline(act.up);
        break;
      case 'elsewhere':
        this.#actElsewhere(act);
        break;
      case 'clock':
        this.#note(`the clock is set: ${act.ahead} ms ahead`);
        setClock(act.ahead);
        break;
      case 'hydrate':
        void this.#hydrate(act);
        break;
      case 'wait':
        break;
    }
  }

  async #hydrate({ ahead, late, middle = false }: Act & { do: 'hydrate' }): Promise<void> {
    const { versions } = this.#truth;
    const state = await renderElsewhere(this.#server, timeNow() + ahead, middle);
    this.#note(`a server whose clock is ${ahead} ms ahead renders`);
    setTimeout(() => {
      this.#note('what the server has rendered lands');
      this.#oracle.hydrated(versions);
      hydrate(this.#queryClient, state);
    }, late);
  }

  #place(on: number): Place {
    const place = this.#oracle.places[on % this.#oracle.places.length];
    const [first] = this.#oracle.places;
    if (place === undefined || first === undefined) throw new Error('no places');
    return place.creation?.error === undefined && place.handle !== '' ? place : first;
  }

  #addPlace(handle: string, id: string | undefined, creation?: Change): Place {
    const place: Place = { number: this.#oracle.places.length, handle, id, changes: [] };
    if (creation) place.creation = creation;
    this.#oracle.places.push(place);
    return place;
  }

  #changeMembers(place: Place, wish: Wish & { kind: 'add' | 'remove' }): void {
    const collectionId = place.handle;
    const ids = [...wish.ids];
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

  #update(place: Place, fields: { name: string } | { thumbnail: string }): void {
    const variables = { collectionId: place.handle, ...fields };
    this.#change(place, { kind: 'update', ...fields }, variables, (writes) => writes.update(variables));
  }

  #create(): void {
    const variables = { name: `Made ${++this.#names}` };
    const place = this.#addPlace('', undefined);
    const wish: Wish = { kind: 'create', ...variables };
    place.creation = this.#change(place, wish, variables, (writes) => writes.create(variables));
    this.#nameNewPlaces();
  }

  /** The provisional ids are read from the cache, where the first of a tick stands at once, and the others when the tick ends. */
  #nameNewPlaces(): void {
    const unnamed = this.#oracle.places.filter(({ handle }) => handle === '');
    if (unnamed.length === 0) return;
    for (const row of readCache(this.#queryClient).lists.flatMap(({ rows }) => rows)) {
      const place = unnamed.find(({ creation }) => creation?.wish.kind === 'create' && creation.wish.name === row.name);
      if (place === undefined || !(row.clientKey ?? row.id).startsWith('new_')) continue;
      place.handle = row.clientKey ?? row.id;
      this.#stage.set({ newest: place.handle });
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
    this.#note(`change ${change.number}: ${describeWish(wish)} on ${place.handle}`);
    send(writes).then(
      (result) => {
        change.settled = this.#clock.now;
        this.#note(`change ${change.number} is settled`);
        if (wish.kind === 'create') place.id = (result as { id: string }).id;
      },
      (error: unknown) => {
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
    const { id } = this.#place(on);
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

function statusOf(error: unknown): number | undefined {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' ? status : undefined;
}
