import { onlineManager } from '@tanstack/react-query';
import { createScenarioEmulator, type ScenarioEmulator } from '../../../src/testing.ts';
import { FakeBrowser, type Faults, type KeptRecord } from '../../outbox/FakeBrowser.ts';
import { timeNow } from '../../support/virtualTime.ts';
import { Clock } from '../Clock.ts';
import { EASY } from '../Schedule.ts';
import { Truth } from '../Truth.ts';
import { type Flight, isWrite, Wire } from '../Wire.ts';
import { type Ask, printWish } from './Ask.ts';
import { Oracle } from './Oracle.ts';
import type { Page } from './Page.tsx';
import type { Outage, Schedule } from './Schedule.ts';

const items = (prefix: string, length: number) => Array.from({ length }, (_, i) => `${prefix}${i}`);

const PLACES = [
  { id: 'c0', name: 'Trees', assetIds: items('t', 8), modelIds: items('tm', 4) },
  { id: 'c1', name: 'Parks', assetIds: items('p', 8), modelIds: items('pm', 4) },
  { id: 'c2', name: 'Bins', assetIds: [], modelIds: [] },
];

/** A server, a network and a browser with its tabs, and all that has happened in them. */
export class World {
  readonly clock: Clock;
  readonly scope: string;
  /** Whether another user has pages in the same browser. */
  readonly isShared: boolean;
  /** Whether those are in the same tabs. */
  readonly isOneApp: boolean;
  readonly server: ScenarioEmulator;
  readonly wire: Wire;
  readonly oracle = new Oracle();
  readonly browser: FakeBrowser;
  readonly pages: Page[] = [];
  /** Who has sent what. */
  readonly pageOf = new WeakMap<Flight, Page>();
  readonly travellers = new Map<Flight, { arrive(): void; turnBack(): void }>();
  readonly count = { kills: 0, sleeps: 0, frames: 0, wrongFrames: 0, lost: 0, doubled: 0, stuck: 0 };
  /** What has happened, line by line. */
  readonly timeline: string[];
  /** Whether models are added or taken out. */
  readonly hasModels: boolean;
  /** A tab has ended while its user signed out: a create may be dropped, and what was asked of that just then left behind. */
  hasCutSignOut = false;
  /** When its user has signed out last, by the device's clock: who has not read what is kept takes what is of before for that user's. */
  signedOutAt = 0;
  /** Whether all requests go well. */
  isEasy = true;
  readonly #broken = new Map<string, number>();
  readonly #started = timeNow();
  #writes = 0;
  #reads = 0;
  #limit = { until: 0, isNamed: false };
  #outage: { until: number; end: Outage } = { until: 0, end: 'cut' };
  /** The token that the server takes, by its number, and the one that is given to who asks for one. */
  #token = { taken: 0, given: 0 };

  /** `first`: the world of another user of the same browser. */
  constructor(schedule: Schedule, faults: Faults, first?: World) {
    this.clock = first?.clock ?? new Clock();
    this.timeline = first?.timeline ?? [];
    this.scope = first ? 'another' : 'default';
    this.isShared = schedule.acts.some(({ user }) => user);
    this.isOneApp = this.isShared && !!schedule.isOneApp;
    this.hasModels = schedule.acts.some((act) => 'of' in act && act.of === 'models');
    const { messageTakes, paces, unopened, touchOnMembership } = schedule;
    this.server = createScenarioEmulator({ collections: PLACES, now: () => new Date(timeNow()), touchOnMembership });
    this.browser = first?.browser ?? new FakeBrowser({ messageTakes, paces, unopened, ...faults });
    this.wire = new Wire({
      server: this.server,
      hasShortDates: schedule.hasShortDates,
      truth: new Truth(this.server, this.clock),
      clock: this.clock,
      fateOf: (call, authorization) => {
        if (this.isEasy) return EASY;
        const fate = (isWrite(call) ? schedule.writes[this.#writes++] : schedule.reads[this.#reads++]) ?? EASY;
        if (timeNow() < this.#outage.until) return { ...fate, end: this.#outage.end };
        if (authorization !== `Bearer token-${this.#token.taken}`) return { ...fate, end: 401 };
        const { until, isNamed } = this.#limit;
        const left = until - timeNow();
        return left > 0 ? { ...fate, end: 429, retryAfter: isNamed ? left : undefined } : fate;
      },
      isCut: () => !onlineManager.isOnline(),
      onEnd: (flight) => {
        this.#nameMade(flight);
        this.#noteRefusal(flight);
      },
      note: (line) => this.note(line),
      travel: (flight, milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, milliseconds);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
          this.travellers.set(flight, {
            arrive: resolve,
            turnBack: () => reject(new TypeError('The page has ended.')),
          });
        }),
    });
    for (const { id, name, assetIds, modelIds } of PLACES) {
      const items = { assets: new Set(assetIds), models: new Set(modelIds) };
      this.oracle.places.push({ handle: '', ids: new Set([id]), name, items, asks: [] });
    }
  }

  /** What is kept of its user. */
  recordsNow(): KeptRecord[] {
    return this.browser.recordsNow().filter(({ scope }) => scope === this.scope);
  }

  /** The tabs that have not ended. */
  get open(): Page[] {
    return this.pages.filter(({ isOpen }) => isOpen);
  }

  /** The tabs that are awake, and whose user is signed in. */
  get living(): Page[] {
    return this.open.filter(({ isAwake, isSignedIn }) => isAwake && isSignedIn);
  }

  get step(): number {
    return this.clock.now.step;
  }

  /** The laws that were broken, each once, in the order of time. */
  get broken(): string[] {
    return [...this.#broken].map(([law, times]) => (times > 1 ? `${law} (${times} times)` : law));
  }

  note(line: string): void {
    const whose = this.scope === 'default' ? '' : `${this.scope}: `;
    this.timeline.push(`${String(timeNow() - this.#started).padStart(6)} ${whose}${line}`);
  }

  breakLaw(text: string): void {
    if (!this.#broken.has(text)) this.note(`!! ${text}`);
    this.#broken.set(text, (this.#broken.get(text) ?? 0) + 1);
  }

  get token(): string {
    return `token-${this.#token.given}`;
  }

  /** The token runs out that all tabs have. */
  expireToken(): void {
    this.note('the token runs out');
    this.#token = { ...this.#token, taken: this.#token.taken + 1 };
  }

  /** Who asks for a token is given one that the server takes. */
  renewToken(): void {
    this.note('there is a token');
    this.#token = { ...this.#token, given: this.#token.taken };
  }

  /** The server cannot be reached for so many ms. */
  cutOff(ms: number, end: Outage): void {
    this.note(`for ${ms} ms all requests end as: ${end}`);
    this.#outage = { until: timeNow() + ms, end };
  }

  /** The limit of requests is spent for so many ms. */
  spendLimit(ms: number, isNamed: boolean): void {
    this.note(`the limit is spent for ${ms} ms`);
    this.#limit = { until: timeNow() + ms, isNamed };
  }

  /** Whether the disk was full at some time: what was asked for then may not be kept. */
  get wasFull(): boolean {
    return this.oracle.fullUntil > 0;
  }

  fillDisk(isFull: boolean): void {
    if (isFull !== this.browser.isFull) this.note(isFull ? 'the disk is full' : 'the disk has room');
    if (isFull) this.oracle.fullUntil = Number.POSITIVE_INFINITY;
    else if (this.wasFull) this.oracle.fullUntil = Math.min(this.oracle.fullUntil, timeNow());
    this.browser.isFull = isFull;
  }

  lose(law: string): void {
    this.count.lost++;
    this.breakLaw(law);
  }

  double(law: string): void {
    this.count.doubled++;
    this.breakLaw(law);
  }

  carries(flight: Flight, { place, wish }: Ask): boolean {
    const { call } = flight;
    if (wish.kind === 'delete') return call.type === 'delete' && place.ids.has(call.collectionId);
    return wishesOf(flight).includes(printWish(wish));
  }

  /** Whether a request carries what is not kept, since the disk was full or its tab has no database: other tabs know nothing of it. */
  isUnkept(flight: Flight): boolean {
    const isUnkept = ({ isKept, page }: Ask) => page.keepsNothing || (this.wasFull && (!isKept || this.browser.isFull));
    return this.oracle.asks.some((ask) => isUnkept(ask) && this.carries(flight, ask));
  }

  /** What the server has made may be read by another tab before the answer has come. */
  nameMade(): void {
    for (const flight of this.wire.flights) this.#nameMade(flight);
  }

  /** What is refused leaves the view at once, while the rest of its change is sent. */
  #noteRefusal(flight: Flight): void {
    const { status = 0 } = flight;
    if (status < 400 || status >= 500 || status === 401 || status === 429) return;
    const prints = new Set(wishesOf(flight));
    const isIn = ({ wish }: Ask) => prints.has(printWish(wish));
    for (const ask of prints.size ? this.oracle.asks : [])
      if (ask.phase === 'pending' && isIn(ask) && !ask.parts.every(isIn)) ask.isPartRefused = true;
  }

  #nameMade({ call, applied, versions }: Flight): void {
    if (!applied || call.type !== 'create') return;
    const place = this.oracle.places.find(({ creation, name }) => creation && name === call.name);
    for (const id of versions.keys()) place?.ids.add(id);
  }
}

const KINDS = { assets: 'Assets', models: 'Models' } as const;

/** What a request carries, as changes are named. */
export function wishesOf({ call, name }: Flight): string[] {
  switch (call.type) {
    case 'create':
      return [`create ${call.name}`];
    case 'add':
      return call.ids.map((id) => `add${KINDS[call.members]} ${id}`);
    case 'remove':
      return call.ids.map((id) => `remove${KINDS[call.members]} ${id}`);
    case 'update':
      return [`update ${JSON.parse(name.slice(name.indexOf('{'))).name}`];
    case 'delete':
      return [`delete ${call.collectionId}`];
    default:
      return [];
  }
}
