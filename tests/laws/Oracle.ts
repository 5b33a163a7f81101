import type { Collection } from '../../src/api/types.ts';
import { appliedOf, type Change, type Place, type Wish } from './Change.ts';
import type { Clock, Stamp } from './Clock.ts';
import type { Truth, Version } from './Truth.ts';
import { collectionOf, type Flight, isWrite, type Members, type ParsedCall, type Wire } from './Wire.ts';

/** The moment of which something is asked. It may be asked later, when it is known what that step has led to. */
export interface Moment {
  /** Things that happened so close to it that it may be seen with or without them. */
  readonly recent: (stamp: Stamp) => boolean;
  /** How many changes had begun. */
  readonly begun: number;
}

interface Knowledge {
  /** Each version that an answer held, with when it was handed over. */
  readonly received: Map<number, Stamp>;
  /** From when on nothing older than this version may be shown. */
  atLeast: {
    readonly version: number;
    readonly since: Stamp;
    /** A read has told. */
    readonly read?: Flight;
    /** That it is not there, of what this page has never read: a server that lags behind may tell otherwise for some seconds. */
    readonly isUnread?: boolean;
  }[];
}

/** A number that must be this, or, where the rules leave it open, in this range. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What one copy of a collection may be, if the newest that is known of it is this version. */
export interface Allowed {
  readonly version: Version | undefined;
  readonly names: ReadonlySet<string | undefined>;
  readonly assets: Range;
  readonly models: Range;
}

/** What is wished of one item: by the first pending change that names it, and in the end, where undefined leaves it as it was. */
export interface ItemWish {
  readonly first: ReadonlySet<boolean>;
  readonly firstIsOpen: boolean;
  readonly last: ReadonlySet<boolean | undefined>;
}

/** From a version on it is known of these items whether they are in; of all, if none are named. */
interface ItemProof {
  readonly version: number;
  readonly since: Stamp;
  readonly members: Members;
  readonly items: readonly string[] | undefined;
}

/** What somebody else has done to a member of a collection. */
export interface Touch {
  readonly id: string;
  readonly item: string;
  readonly at: Stamp;
  /** What was on its way for one whose page has ended, or who has signed out: it is done when the server does it, if it does. */
  readonly by: Flight | undefined;
}

interface Standing {
  readonly wish: Wish;
  readonly began: Stamp;
  readonly settled?: Stamp | undefined;
  readonly standing: 'sure' | 'open' | 'done';
}

/** So long the client may wait before it sends a request again by itself. */
const RETRY_GAP = 40_000;

/** So long a page goes on asking what became of the requests of the one before it. */
const SECOND_LOOK = 3_000;

/** How many requests a client has on their way at once. */
const CONCURRENCY = 6;

/**
 * Computes what may be shown, from three things only: what the server held when, what was handed over on the wire when, and what was
 * asked for and settled when. It knows every member of every version, so it counts with sets, and never asks the code that it judges.
 *
 * The law: a copy is some version that was handed over, and not older than the newest that is proven, with the pending changes applied
 * in order. A version is proven by the answer of a write; by a read that no write of that collection overlapped, as of when
 * the read left. Where nothing was written from elsewhere every such version gives the same number, and so the law is exact.
 */
export class Oracle {
  readonly places: Place[] = [];
  readonly changes: Change[] = [];
  /** Items that somebody else has touched: what the client has learned of them may be stale. */
  readonly #touchedElsewhere = new Set<string>();
  /** Collections that somebody else has filled or emptied: when a count says so, the client may doubt all that it knew of their items. */
  readonly doubted: Set<string> = new Set();
  /** What somebody else has done to the members of collections. */
  readonly elsewhere: Touch[] = [];
  readonly truth: Truth;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #patience: number;
  /** The step in which a copy was in the cache for the first time. What was read before that is not kept. */
  readonly #seen = new Map<string, number>();
  readonly #known = new Map<string, Knowledge>();
  readonly #itemProofs = new Map<string, ItemProof[]>();
  /** Reads that count together with what was asked beside them. */
  readonly #readsOpen: Flight[] = [];
  /** The step in which the page began, or the user signed in. */
  #pageBegan: number;
  /** The steps of the pages that ended in the middle of their restore: what they have heard was not stored. */
  readonly #cutPages: { readonly from: number; readonly to: number }[] = [];
  /** When a write has changed a collection of which no page has heard. */
  readonly #untold = new Map<string, Stamp>();
  /** `collection/item` -> when the client was told. */
  readonly #told = new Map<string, Stamp[]>();

  constructor(truth: Truth, wire: Wire, clock: Clock, maxRetries: number) {
    this.truth = truth;
    this.#wire = wire;
    this.#clock = clock;
    this.#pageBegan = clock.now.step;
    this.#patience = maxRetries > 0 ? RETRY_GAP : 0;
  }

  // What it is told.

  /** An answer was handed over, or the news that none will come. */
  ended(flight: Flight): void {
    const { call, status } = flight;
    // Whatever has ended or left since may be what a read was waited with for.
    for (const read of this.#readsOpen.splice(0)) this.#proveByRead(read);
    if (status === 0 || flight.ended === undefined) return;
    const id = collectionOf(call);
    // The 404 of an add or a remove may be the item's, and that of an update its picture's.
    if (status === 404 && id !== undefined && !flight.isLate && (call.type === 'retrieve' || call.type === 'delete')) {
      // One that left before what is known may come from a server that had not heard of it: it is asked for again.
      if (isWrite(call) || !this.#isKnownSince(id, flight.left))
        this.#prove(id, this.truth.latest(id), this.#isUnread(id));
      else this.#receive(id, this.truth.latest(id));
    }
    if (status !== 200) return;
    for (const [of, version] of flight.versions) this.#receive(of, version);
    if (isWrite(call)) {
      for (const [of, version] of flight.versions) this.#prove(of, version);
      if (call.type === 'add' || call.type === 'remove') {
        for (const item of call.ids) this.#tell(call.collectionId, item);
        this.#proveItems(call.collectionId, flight.versions.get(call.collectionId), call.members, call.ids);
      }
    }
    if (call.type === 'retrieve') this.#proveByRead(flight);
  }

  /**
   * Whether what is known of a collection is newer than what left then: a read that left later, whether or not a refused write of ours had
   * just ended. A change that a read has proven is known as of when it is settled. Where nothing was known of it then, whatever was heard of it since is, also by who has signed out: which of two that left
   * side by side is the newer one, nobody can tell. Contents say nothing of whether it exists.
   */
  #isKnownSince(id: string, left: Stamp): boolean {
    const { atLeast } = this.#knowledge(id);
    const heard = this.#heardOf(id);
    const wasKnown =
      heard.some(({ ended, isOfAnother }) => !isOfAnother && (ended as Stamp).step < left.step) ||
      atLeast.some(({ since }) => since.step >= this.#pageBegan && since.step <= left.step);
    return (
      atLeast.some(({ since, read }) => (read?.left ?? since).step > left.step) ||
      heard.some(({ call, left: its, ended }) =>
        wasKnown ? !isWrite(call) && its.step > left.step : (ended as Stamp).step >= left.step,
      ) ||
      this.changes.some(({ place, settled, error }) => place.id === id && settled && !error && settled.step > left.step)
    );
  }

  /** Whether this page has never read a collection: what is told while it asks what became of an earlier page's changes is held. */
  #isUnread(id: string): boolean {
    return !this.#heardOf(id).some((flight) => !this.#wasOverlapped(flight, id));
  }

  /** What has told this page of a collection. */
  #heardOf(id: string): Flight[] {
    return this.#wire.flights.filter(
      ({ call, versions, status, ended, isUnheard }) =>
        status === 200 &&
        !isUnheard &&
        call.type !== 'contents' &&
        ended &&
        ended.step >= this.#pageBegan &&
        versions.has(id),
    );
  }

  /**
   * A collection and its items that were asked about together count together. They leave one behind the other; in a later step where
   * the client has as many requests on their way as it may have, or waits for a spent limit. Items that are asked about already, for
   * another collection, are not asked about again. Those that got no answer are sent once more.
   */
  #isAskedWithItems(read: Flight): boolean {
    if (read.call.type !== 'retrieve') return false;
    const { flights } = this.#wire;
    for (const [i, { call, left, ended, status }] of flights.entries()) {
      const isSentAgain = ended && status !== 200 && ended.ms + this.#patience > this.#clock.now.ms;
      if (call.type === 'bulk' && isSentAgain && this.#mayBeAbout(read.call, call.ids)) return true;
      if (left.step < read.left.step) continue;
      const isNext = left.step === read.left.step && i > flights.indexOf(read);
      if (call.type === 'bulk' && !ended && (isNext || this.#mayBeAbout(read.call, call.ids))) return true;
      if (call.type !== 'bulk' && left.step > read.left.step && !this.#wasFull(left)) return false;
    }
    return flights.at(-1)?.left.step === read.left.step && this.#isFull;
  }

  #mayBeAbout({ collectionId }: { collectionId: string }, ids: readonly string[]): boolean {
    return this.changes.some(
      ({ place, wish }) => place.id === collectionId && 'ids' in wish && wish.ids.some((id) => ids.includes(id)),
    );
  }

  /** Whether what the client asks for may have to wait before it leaves. */
  get #isFull(): boolean {
    return this.#wasFull(this.#clock.now);
  }

  /** Whether that was so when something left. */
  #wasFull(at: Stamp): boolean {
    const { flights } = this.#wire;
    const isOut = ({ left, ended }: Flight) => left.step <= at.step && !(ended && ended.step <= at.step);
    return flights.some(({ status }) => status === 429) || flights.filter(isOut).length >= CONCURRENCY - 1;
  }

  /** The pages that a query has read since `from` have reached its cache entry. */
  landed(from: Stamp, isOurs: (flight: Flight) => boolean): void {
    for (const flight of this.#wire.flights) {
      if (flight.status !== 200 || flight.landed || flight.left.step < from.step || !isOurs(flight)) continue;
      flight.landed = this.#clock.now;
      if (flight.call.type === 'list') this.#proveByRead(flight);
      if (flight.call.type === 'contents') this.#learn(flight);
    }
  }

  /**
   * Whether somebody else has added an item, or taken it out. So has a request of a page that has ended where it arrives after the server has
   * told the next page about the item, whether that has heard of it by then or not: no page can know of it.
   */
  isTouchedElsewhere(item: string): boolean {
    const { flights } = this.#wire;
    const isTold = ({ call, left, appliedAt }: Flight, after: Stamp, until: Stamp) =>
      call.type === 'bulk' &&
      call.ids.includes(item) &&
      left.step >= after.step &&
      !!appliedAt &&
      appliedAt.step < until.step;
    const cameLate = ({ call, isUnheard, left, appliedAt }: Flight) =>
      isWrite(call) &&
      'ids' in call &&
      call.ids.includes(item) &&
      isUnheard &&
      !!appliedAt &&
      flights.some((flight) => isTold(flight, left, appliedAt));
    return this.#touchedElsewhere.has(item) || flights.some(cameLate);
  }

  /** Somebody else adds an item to a collection, or takes it out. `by`: this request does, which is on its way. */
  touchElsewhere(id: string, item: string, by?: Flight): void {
    this.#touchedElsewhere.add(item);
    this.doubted.add(id);
    this.elsewhere.push({ id, item, at: this.#clock.now, by });
  }

  /**
   * The page is a new one: of single items it knows what it has stored, which is not more than this. `restored`: it begins with what the
   * last one knew of these. `isCut`: that one ended in the middle of its restore, and what it has heard beside it was not stored.
   */
  forget(restored: ReadonlySet<string>, isCut: boolean): void {
    const isStored = ({ since }: { since: Stamp }) => !isCut || since.step < this.#pageBegan;
    // What the last page has forgotten, it has not stored.
    const isKept = (proof: { since: Stamp }) => isStored(proof) && (isCut || !this.isForgotten(proof.since));
    for (const known of this.#known.values()) known.atLeast = known.atLeast.filter(isKept);
    for (const [id, proofs] of this.#itemProofs) this.#itemProofs.set(id, proofs.filter(isStored));
    // What it waited for is told to a page that has ended.
    this.#readsOpen.length = 0;
    if (isCut) this.#cutPages.push({ from: this.#pageBegan, to: this.#clock.now.step });
    this.#pageBegan = this.#clock.now.step;
    this.#told.clear();
    this.#seen.clear();
    for (const [id, { atLeast }] of this.#known) {
      if (!restored.has(id)) continue;
      const version = Math.max(-1, ...atLeast.map((proof) => proof.version));
      // No cache holds what is not there.
      if (this.truth.at(id, version).copy) atLeast.push({ version, since: this.#clock.now });
    }
  }

  /** The page ends that would have looked again for what a request of an earlier one has done. */
  endedUntold({ call, appliedAt }: Flight): void {
    const id = isWrite(call) ? collectionOf(call) : undefined;
    const isRecent = appliedAt && appliedAt.ms + SECOND_LOOK > this.#clock.now.ms;
    if (id !== undefined && isRecent && appliedAt.step >= this.#pageBegan) this.#untold.set(id, appliedAt);
  }

  /** What was rendered elsewhere has come into the cache. It may be older than what is known. */
  hydrated(versions: ReadonlyMap<string, number>): void {
    for (const [id, version] of versions) this.#receive(id, version);
  }

  /** Whether a server that lags behind has answered: what it says of items cannot be told from what is newer. */
  get isLate(): boolean {
    return this.#wire.flights.some((flight) => flight.isLate);
  }

  /**
   * What an earlier page has heard and this one was not given at its beginning, it is told of anew where a server lags behind. No cache holds
   * what is not there, and TanStack Query lets nothing older in that is restored later. One that ended in the middle of its restore has left
   * the cache of the page before it, which may hold what was deleted meanwhile and lack what was made.
   */
  isForgotten({ step }: Stamp): boolean {
    return (this.isLate && step < this.#pageBegan) || this.#cutPages.some(({ from, to }) => step >= from && step < to);
  }

  /** Whether a collection was changed by a write that nobody has heard of, and was not read since. */
  isUntold(id: string): boolean {
    const at = this.#untold.get(id);
    const tells = ({ left, status, isUnheard, versions }: Flight) =>
      at && left.step > at.step && status === 200 && !isUnheard && versions.has(id);
    return !!at && !this.#wire.flights.some(tells);
  }

  /** A copy is in the cache. */
  saw(id: string): void {
    if (!this.#seen.has(id)) this.#seen.set(id, this.#clock.now.step);
  }

  // What it says.

  /** What may be shown of this collection. `id`: that of the copy in question, for one whose creation is not settled yet. */
  allowed(place: Place, moment: Moment, id: string | undefined = place.id): Allowed[] {
    const bases: (Version | undefined)[] = [];
    const creation = place.creation;
    if (creation && (creation.settled === undefined || moment.recent(creation.settled))) bases.push(undefined);
    if (id !== undefined) for (const number of this.versions(id, moment)) bases.push(this.truth.at(id, number));
    return bases.map((version) => ({
      version,
      names: this.#names(place, version, moment),
      assets: this.#count(place, 'assets', id, version, moment),
      models: this.#count(place, 'models', id, version, moment),
    }));
  }

  /** The versions that may lie under what is shown. */
  versions(id: string, moment: Moment): number[] {
    const known = this.#known.get(id);
    if (known === undefined) return [];
    let least = 0;
    const { isLate } = this;
    for (const { version, since, read, isUnread } of known.atLeast)
      if (
        !moment.recent(since) &&
        !(read && this.#leftAsItEnded(read, id)) &&
        !this.isForgotten(since) &&
        !(isUnread && isLate)
      )
        least = Math.max(least, version);
    const oldest = this.truth.at(id, least).copy?.updatedAt;
    return [...known.received.keys()].filter((version) => {
      // What a server says that lags behind can be told from what is newer by its date, and by nothing else.
      const copy = isLate ? this.truth.at(id, version).copy : undefined;
      return version >= least || (copy && oldest !== undefined && copy.updatedAt >= oldest);
    });
  }

  /** Whether any version since the last one whose items are proven held it. A copy of the collection has counts, and no items. */
  mayHold(id: string, members: Members, item: string, moment: Moment): boolean {
    let version = 0;
    for (const proof of this.#itemProofs.get(id) ?? [])
      if (proof.members === members && !moment.recent(proof.since) && (proof.items?.includes(item) ?? true))
        version = Math.max(version, proof.version);
    for (; version <= this.truth.latest(id); version++) if (this.truth.at(id, version)[members].has(item)) return true;
    return false;
  }

  /** What is wished of each item of this collection, by the changes that are pending, in order. */
  wishes(place: Place, members: Members, moment: Moment): Map<string, ItemWish> {
    const wishes = new Map<string, ItemWish>();
    const done = new Map<string, Stamp>();
    for (const { wish, standing, began, settled } of this.#standing(place, moment)) {
      if ((wish.kind !== 'add' && wish.kind !== 'remove') || wish.members !== members) continue;
      const isIn = wish.kind === 'add';
      for (const item of wish.ids) {
        const isOpen =
          standing === 'open' ||
          this.#isPartRefused(place, wish, item, began) ||
          this.#isPartForgotten(place, wish, item, began);
        const before = wishes.get(item);
        const waitedWith = done.get(item);
        if (settled !== undefined) done.set(item, settled);
        if (standing === 'done' && before === undefined) continue;
        // It waited together with an earlier wish for the same item, and of that nothing was known: the two may have cancelled.
        const mayCancel =
          waitedWith !== undefined &&
          waitedWith.step >= began.step &&
          !(place.id !== undefined && this.isTold(place.id, item, moment));
        const last = isOpen || mayCancel ? new Set(before?.last ?? [undefined]) : new Set<boolean | undefined>();
        const isFirst = before === undefined || before.firstIsOpen;
        wishes.set(item, {
          first: isFirst ? new Set([...(before?.first ?? []), isIn]) : before.first,
          // What has settled a moment ago may have told, or be gone.
          firstIsOpen: isFirst && (isOpen || settled !== undefined),
          last: last.add(isIn),
        });
      }
    }
    return wishes;
  }

  /** Of a change that takes several requests, a part that was refused may have left before the whole has settled. */
  #isPartRefused(place: Place, wish: Wish & { kind: 'add' | 'remove' }, item: string, began: Stamp): boolean {
    if (wish.ids.length === 1) return false;
    return this.#answersTo(place, wish, item, began).some(
      ({ ids, status }) => status !== 200 && !wish.ids.every((id) => ids.includes(id)),
    );
  }

  /** Whether an item of a change that takes several requests is done, while others of it wait: from then on a read says where it stands. */
  isPartDone(place: Place, members: Members, item: string): boolean {
    return place.changes.some(
      ({ wish, began }) =>
        wish.kind === 'add' &&
        wish.members === members &&
        wish.ids.length > 1 &&
        wish.ids.includes(item) &&
        this.#answersTo(place, wish, item, began).some(({ status }) => status === 200),
    );
  }

  /** Of a change that takes several requests, a part that was done in an earlier page: a server that lags behind may not have heard of it. */
  #isPartForgotten(place: Place, wish: Wish & { kind: 'add' | 'remove' }, item: string, began: Stamp): boolean {
    return this.#answersTo(place, wish, item, began).some(
      ({ status, ended }) => status === 200 && this.isForgotten(ended),
    );
  }

  #answersTo(place: Place, wish: Wish & { kind: 'add' | 'remove' }, item: string, began: Stamp) {
    return this.#wire.flights.flatMap(({ call, ended, status, left }) =>
      'ids' in call &&
      call.type === wish.kind &&
      call.members === wish.members &&
      call.collectionId === place.id &&
      ended !== undefined &&
      left.step >= began.step &&
      call.ids.includes(item)
        ? [{ ids: call.ids, status, ended }]
        : [],
    );
  }

  /**
   * What the settled changes wished of an item that the pending ones have overlapped, one after the other: what was taken for granted at
   * the first of them may hold until the last has settled.
   */
  #wishesBefore(place: Place, members: Members, item: string): boolean[] {
    const naming = place.changes.filter(
      ({ wish }) => 'ids' in wish && wish.members === members && wish.ids.includes(item),
    );
    let since = Math.min(...naming.filter(({ settled }) => !settled).map(({ began }) => began.step));
    const before: boolean[] = [];
    for (const { wish, began, settled } of naming.reverse()) {
      if (settled === undefined || settled.step < since) continue;
      before.push(wish.kind === 'add');
      since = Math.min(since, began.step);
    }
    return before;
  }

  /**
   * The changes that count, in the order in which they were asked for.
   *
   * `open`: it may have begun, or failed, a moment ago. `done`: it has succeeded, but a change that was asked for before it is pending
   * still, and must not be seen to overrule it.
   */
  #standing(place: Place, moment: Moment): Standing[] {
    const standing: Standing[] = [];
    // The first copy that ever came may hold what was being sent: nothing is counted on top of it until it is known to be older.
    const isUnproven = place.id !== undefined && !this.#isProven(place.id, moment);
    for (const { wish, number, began, firstOfTick, settled, error } of place.changes) {
      if (wish.kind === 'create' || number >= moment.begun) continue;
      if (settled === undefined) {
        const isComing = !firstOfTick && moment.recent(began) && began.step === this.#clock.now.step;
        standing.push({ wish, began, standing: isComing || isUnproven ? 'open' : 'sure' });
      } else if (error === undefined) {
        // One that was asked for later may have undone it, and have failed without an answer.
        const isSure =
          moment.recent(settled) && !isUnproven && !place.changes.some((other) => isWithoutAnswer(other.error));
        standing.push({ wish, began, settled, standing: isSure ? 'sure' : moment.recent(settled) ? 'open' : 'done' });
      } else if (moment.recent(settled)) {
        standing.push({ wish, began, standing: 'open' });
      } else if ('ids' in wish) {
        // What was applied of a change that failed in part stands.
        standing.push({ wish: { ...wish, ids: appliedOf(error) }, began, settled, standing: 'done' });
      }
    }
    return standing;
  }

  /**
   * The ids of what this place's creation may have made, whether the client knows of it or not: all that the server has given to that name, but
   * for those of which it is known what made them.
   */
  createdBy(place: Place): string[] {
    if (place.id !== undefined) return [place.id];
    const taken = new Set(this.places.map(({ id }) => id));
    return this.#wire.flights.flatMap(({ call, applied, versions }) =>
      applied && call.type === 'create' && call.name === nameOf(place)
        ? [...versions.keys()].filter((id) => !taken.has(id))
        : [],
    );
  }

  /**
   * Whether an earlier page has made a collection, and this one had not been shown it when it asked for another one of that name: it may be what
   * is being made, and is not shown until that is known.
   */
  isLikeNew(place: Place, moment: Moment): boolean {
    const seen = this.#seen.get(place.id ?? '') ?? Number.POSITIVE_INFINITY;
    if (!place.creation?.settled || place.creation.settled.step >= this.#pageBegan) return false;
    return this.places.some(
      ({ creation }) =>
        creation &&
        creation.began.step <= seen &&
        !(creation.settled && !moment.recent(creation.settled)) &&
        creation.wish.kind === 'create' &&
        creation.wish.name === nameOf(place),
    );
  }

  /** How many others of the name of a collection that is being made have failed: what they may have made stands in the lists for itself. */
  givenUp(place: Place): number {
    return this.places.filter((other) => other.creation?.error !== undefined && nameOf(other) === nameOf(place)).length;
  }

  /** Whether the client has been told of an item whether this collection holds it. */
  isTold(id: string, item: string, moment: Moment): boolean {
    const told = this.#told.get(`${id}/${item}`) ?? [];
    return told.some((since) => !moment.recent(since) && !this.#isDoubtedSince(id, item, since));
  }

  /** A change that names it has failed since, and nobody knows whether it was carried out. */
  #isDoubtedSince(id: string, item: string, since: Stamp): boolean {
    return this.changes.some(
      ({ place, wish, settled, error }) =>
        place.id === id &&
        'ids' in wish &&
        wish.ids.includes(item) &&
        settled !== undefined &&
        settled.step >= since.step &&
        isWithoutAnswer(error),
    );
  }

  /** A change that names it has failed in an earlier page, which ended before it had read what became of it: what that has stored may be wrong. */
  #isLeftOpen(id: string, item: string): boolean {
    return this.changes.some(
      ({ place, wish, settled, error }) =>
        place.id === id &&
        'ids' in wish &&
        wish.ids.includes(item) &&
        settled !== undefined &&
        settled.step < this.#pageBegan &&
        isWithoutAnswer(error),
    );
  }

  /** What a copy is taken to hold that was asked for after a change, or a part of it, has failed without an answer: what that wished, done or not. */
  #takenFor(id: string, place: Place, members: Members, item: string): boolean[] {
    return place.changes.flatMap(({ wish, began, settled, error }) => {
      if (!('ids' in wish) || wish.members !== members || !wish.ids.includes(item)) return [];
      const last = this.#answersTo(place, wish, item, began).at(-1);
      const part = last && !wish.ids.every((each) => last.ids.includes(each)) ? last : undefined;
      const isOver = settled && isWithoutAnswer(error) && !appliedOf(error).includes(item);
      const end = part && isWithoutAnswer({ status: part.status }) ? part.ended : isOver ? settled : undefined;
      const isAfter = ({ left, ended, status, versions }: Flight) =>
        end && left.step >= end.step && ended && status === 200 && versions.has(id);
      return this.#wire.flights.some(isAfter) ? [wish.kind === 'add'] : [];
    });
  }

  /** Whether the client had been told of it before this change began. */
  wasTold(id: string, item: string, { began }: Change): boolean {
    return (this.#told.get(`${id}/${item}`) ?? []).some(({ step }) => step < began.step);
  }

  #names(place: Place, version: Version | undefined, moment: Moment): Set<string | undefined> {
    const first = place.creation?.wish;
    const names = new Set<string | undefined>();
    names.add(version === undefined && first?.kind === 'create' ? first.name : version?.copy?.name);
    let isPending = false;
    for (const { wish, standing, settled } of this.#standing(place, moment)) {
      if (wish.kind !== 'update' || wish.name === undefined || (standing === 'done' && !isPending)) continue;
      // Somebody else may have renamed it since.
      if (standing !== 'open' && !(settled && this.#wasNamedBefore(place, wish.name, version))) names.clear();
      names.add(wish.name);
      isPending = true;
    }
    return names;
  }

  /** Whether the server had given a collection a name before a version, and has answered so. */
  #wasNamedBefore({ id = '' }: Place, name: string, version: Version | undefined): boolean {
    return this.#wire.flights.some(({ call, status, versions }) => {
      const { copy } = this.truth.at(id, versions.get(id) ?? -1);
      const isIts = call.type === 'update' && status === 200 && copy?.name === name;
      return isIts && version?.copy !== undefined && version.copy.updatedAt > copy.updatedAt;
    });
  }

  #count(place: Place, members: Members, id: string | undefined, version: Version | undefined, moment: Moment): Range {
    const base = version?.[members] ?? new Set<string>();
    let low = base.size;
    let high = base.size;
    for (const [item, { first, last }] of this.wishes(place, members, moment)) {
      const starts = new Set([base.has(item)]);
      // An item that is read after the server has deleted the collection says that it is in none.
      const isGone = id !== undefined && this.truth.now(id).copy === undefined;
      if (this.isTouchedElsewhere(item) || isGone || this.isLate || (id !== undefined && this.#isLeftOpen(id, item)))
        starts.add(!base.has(item));
      // Of an item that nothing is known of, a first add says that it is out, and a first remove that it is in.
      else if (id !== undefined && (this.doubted.has(id) || !this.isTold(id, item, moment)))
        for (const isIn of [...first, ...this.#wishesBefore(place, members, item)]) starts.add(!isIn);
      if (id !== undefined && !this.isTold(id, item, moment))
        for (const isIn of this.#takenFor(id, place, members, item)) starts.add(isIn);
      const effects = [...starts].flatMap((start) => [...last].map((end) => Number(end ?? start) - Number(start)));
      low += Math.min(...effects);
      high += Math.max(...effects);
    }
    return { low: Math.max(0, low), high: Math.max(0, high) };
  }

  #isProven(id: string, moment: Moment): boolean {
    const seen = this.#seen.get(id);
    if (seen === undefined) return false;
    return this.#knowledge(id).atLeast.some(
      ({ since, read }) => since.step >= seen && !moment.recent(since) && !(read && this.#leftAsItEnded(read, id)),
    );
  }

  #knowledge(id: string): Knowledge {
    let known = this.#known.get(id);
    if (known === undefined) {
      known = { received: new Map(), atLeast: [] };
      this.#known.set(id, known);
    }
    return known;
  }

  #receive(id: string, version: number): void {
    const { received } = this.#knowledge(id);
    if (!received.has(version)) received.set(version, this.#clock.now);
  }

  #prove(id: string, version: number, isUnread = false): void {
    this.#receive(id, version);
    this.#knowledge(id).atLeast.push({ version, since: this.#clock.now, isUnread });
  }

  #proveByRead(flight: Flight): void {
    if (this.#isAskedWithItems(flight)) {
      this.#readsOpen.push(flight);
      return;
    }
    for (const id of flight.versions.keys()) {
      const version = flight.leftVersions.get(id);
      if (version === undefined || this.#wasOverlapped(flight, id)) continue;
      this.#knowledge(id).atLeast.push({ version, since: this.#clock.now, read: flight });
    }
  }

  /** A write that had waited for the place of a read leaves in the step in which that is answered: the client may not have looked at it yet. */
  #leftAsItEnded({ ended }: Flight, id: string): boolean {
    return this.#wire.flights.some(
      ({ call, left }) => isWrite(call) && collectionOf(call) === id && left.step === ended?.step,
    );
  }

  #wasOverlapped(read: Flight, id: string): boolean {
    return (
      this.#isInDoubtSince(read, id) ||
      this.#wire.flights.some((flight) => {
        if (!isWrite(flight.call) || collectionOf(flight.call) !== id) return false;
        if (flight.left.step > (read.ended?.step ?? 0)) return false;
        const wentWell = flight.status === 200 && !flight.isUnheard;
        return (
          flight.ended === undefined ||
          flight.ended.step >= read.left.step ||
          this.#isInDoubt(flight, id, read) ||
          (!wentWell && flight.ended.ms + this.#patience > read.left.ms)
        );
      })
    );
  }

  /** An earlier page may have sent it, as far as this one can know, until this one does. */
  #isInDoubtSince({ left }: Flight, id: string): boolean {
    return this.changes.some(
      (change) =>
        change.inDoubt &&
        change.place.id === id &&
        !(change.settled && change.settled.step < left.step) &&
        !this.#wire.flights.some(
          (flight) =>
            flight.left.step >= this.#pageBegan && flight.left.step <= left.step && isAskedBy(flight.call, change),
        ),
    );
  }

  /** Nothing was heard of it: until its change has settled it may still be on its way. */
  #isInDoubt({ status = 0, ended, isUnheard }: Flight, id: string, read: Flight): boolean {
    if (ended === undefined || (!isUnheard && status >= 200 && status < 500 && status !== 408)) return false;
    return this.changes.some(
      ({ place, began, settled }) =>
        place.id === id && began.step <= ended.step && (settled === undefined || settled.step >= read.left.step),
    );
  }

  #tell(collectionId: string, item: string): void {
    const key = `${collectionId}/${item}`;
    const told = this.#told.get(key);
    if (told) told.push(this.#clock.now);
    else this.#told.set(key, [this.#clock.now]);
  }

  /**
   * A contents list tells of its items. What get-bulk answers is not counted on: it says where an item is, and not which of the copies
   * knew of that; until the copy and the items agree, either number may be shown.
   */
  #learn(flight: Flight): void {
    for (const { id } of this.places) {
      // Read while a write was on its way, an item may be in because of that write.
      if (id === undefined || this.#wasOverlapped(flight, id)) continue;
      for (const item of flight.items) this.#tell(id, item.id);
      const { call } = flight;
      if (call.type === 'contents' && id === call.collectionId)
        this.#proveItems(id, flight.leftVersions.get(id), call.members);
    }
  }

  #proveItems(id: string, version: number | undefined, members: Members, items?: readonly string[]): void {
    if (version === undefined) return;
    const proofs = this.#itemProofs.get(id) ?? [];
    proofs.push({ version, since: this.#clock.now, members, items });
    this.#itemProofs.set(id, proofs);
  }
}

/** The name that a collection was made by. */
const nameOf = ({ creation }: Place): string | undefined =>
  creation?.wish.kind === 'create' ? creation.wish.name : undefined;

/** Whether a request carries what a change has asked for. */
export function isAskedBy(call: ParsedCall, { wish, place }: Change): boolean {
  if (call.type === 'create') return wish.kind === 'create' && wish.name === call.name;
  if (call.type !== wish.kind || !('collectionId' in call) || call.collectionId !== place.id) return false;
  return !('ids' in call) || ('ids' in wish && call.ids.some((id) => wish.ids.includes(id)));
}

/** An error that does not say whether anything was done. */
function isWithoutAnswer(error: unknown): boolean {
  const { status = 0, cause } = (error ?? {}) as { status?: number; cause?: unknown };
  if (appliedOf(error).length) return isWithoutAnswer(cause);
  // What is answered with 200 and is an error was no answer of the API's.
  return error !== undefined && (status < 400 || status === 408 || status >= 500);
}

/** Whether a copy is what one version allows. */
export function isAllowed(copy: Collection, { version, names, assets, models }: Allowed): boolean {
  return (
    names.has(copy.name) &&
    within(copy.assetCount, assets) &&
    within(copy.modelCount, models) &&
    copy.itemCount === copy.assetCount + copy.modelCount &&
    (version?.copy === undefined || Date.parse(copy.updatedAt) === Date.parse(version.copy.updatedAt))
  );
}

/** Whether a number is in a range. */
export const within = (value: number, { low, high }: Range): boolean => value >= low && value <= high;

export function describeAllowed(allowed: readonly Allowed[]): string {
  const range = ({ low, high }: Range) => (low === high ? String(low) : `${low}…${high}`);
  const texts = allowed.map(
    ({ names, assets, models, version }) =>
      `${[...names].join('|')} ${range(assets)}+${range(models)} @${version?.copy?.updatedAt.slice(14, 23) ?? '-'}`,
  );
  return [...new Set(texts)].join(' or ');
}
