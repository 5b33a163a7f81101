import { timeNow } from '../../support/virtualTime.ts';
import { collectionOf, type Flight } from '../Wire.ts';
import { type Ask, isApplied, isUnsure, type Place, printWish } from './Ask.ts';
import { TAKE_OVER } from './Oracle.ts';
import { type Page, printsOf } from './Page.tsx';
import type { World } from './World.ts';

/** Whether a change was asked for after another, and wants something else of the same name or item. */
export const isOver = (later: Ask, { asked, wish }: Ask): boolean =>
  later.asked > asked &&
  ('item' in wish ? 'item' in later.wish && later.wish.item === wish.item : later.wish.kind === wish.kind);

/** What becomes of each change, read off the storage and the screens of all tabs. */
export class Outcomes {
  readonly #world: World;
  /** Tabs that were killed or put to sleep, as long as something of theirs is written down. */
  readonly #ending = new Set<Page>();

  constructor(world: World) {
    this.#world = world;
  }

  /** A tab was killed or put to sleep. */
  noteEnding(page: Page): void {
    this.#ending.add(page);
  }

  /** The order of all tabs is that in which the database has taken what they asked for. */
  readOrder(): void {
    // What has failed stands there until what was asked for in its place is written down.
    const records = this.#world.recordsNow().filter(({ kind }) => kind);
    const kept = new Map(records.flatMap((record) => printsOf(record).map((print) => [print, record])));
    for (const ask of this.#world.oracle.asks) {
      const found = kept.get(printWish(ask.wish));
      const isOld = found && (found.key === ask.replaces || (found.state === 'failed' && ask.phase === 'pending'));
      const record = isOld ? undefined : found;
      if (ask.isKept && !record) ask.unkeptMs = timeNow();
      ask.isKept = !!record;
      ask.isWritten = !!found && found.key !== ask.replaces;
      // That it has failed may be written down late, and have no room then.
      if (this.#world.wasFull && !['done', 'gone'].includes(ask.phase)) this.#readRoom(ask);
      if (!record) ask.untold = undefined;
      else if (ask.key !== record.key) {
        ask.key = record.key;
        ask.kept = this.#world.step;
        ask.page = [...(ask.rivals ?? [])].find((rival) => rival.hasBorne(record.tab)) ?? ask.page;
        ask.rivals = undefined;
        if (ask.page.wasKnownAs(record.tab)) ask.untold = record.tab;
        // Whoever has taken it over may have ended or slept as well before it could tell.
      } else if (ask.untold && ask.untold !== record.tab)
        ask.untold = this.#world.pages.some((page) => page.wasKnownAs(record.tab)) ? record.tab : undefined;
    }
  }

  /** Without room it is its page's alone, also where it was kept before. */
  #readRoom(ask: Ask): void {
    const print = printWish(ask.wish);
    const isIn = ({ now, pending }: Page) => !!now && !(pending.get(print)?.stored ?? true);
    const pages = ask.isKept ? [] : this.#world.open.filter(isIn);
    const [page] = pages;
    if (ask.isKept || page) ask.isUnkept = !!page;
    // Another may have taken it over, and had no room for it then.
    if (!page || (ask.key === undefined && pages.includes(ask.page))) return;
    ask.isAdopted = ask.page !== page;
    ask.page = page;
    ask.key = undefined;
    ask.stored = false;
  }

  /** What a tab has left behind: what was taken back in that very moment may be there still, and what is marked may have been sent. */
  readLeft(): void {
    if (!this.#ending.size) return;
    const kept = new Map(
      this.#world
        .recordsNow()
        .filter(({ kind }) => kind)
        .flatMap((each) => printsOf(each).map((print) => [print, each.state])),
    );
    const back = new Set<Place>();
    for (const ask of this.#world.oracle.asks) {
      const state = kept.get(printWish(ask.wish));
      const { discardedIn, page, place } = ask;
      ask.wasMarked ||= state === 'sent' && [...this.#ending].some(({ marked }) => marked.has(printWish(ask.wish)));
      if (!state || state === 'failed') continue;
      // That it had failed is not written down, and whoever was told has ended as well.
      if ((this.#ending.has(page) || !page.isOpen) && !page.isWriting) this.#takeUp(ask);
      // With its create goes whatever waits for it, and is there as long as that.
      if (back.has(place) && ask.phase === 'gone') ask.phase = 'pending';
      if (!discardedIn || !this.#ending.has(discardedIn) || discardedIn.isWriting) continue;
      const other = [...(ask.discarders ?? [])].find((its) => its.isOpen && !this.#ending.has(its));
      if (other) {
        ask.discardedIn = other;
        continue;
      }
      this.keepAfterAll(ask);
      ask.phase = 'pending';
      if (ask === place.creation) back.add(place);
    }
    for (const page of this.#ending) if (!page.isWriting) this.#ending.delete(page);
  }

  /** What has become of each change. */
  settleAsks(): void {
    const seen = this.#world.living.filter(
      ({ now, isOutdated, isHidden, hasRead, keepsNothing }) =>
        now && !isOutdated && !isHidden && hasRead && !keepsNothing,
    );
    const [first] = seen;
    for (const ask of this.#world.oracle.asks) {
      if (['done', 'gone'].includes(ask.phase) || ask.signOut) continue;
      const { creation } = ask.place;
      // What waits for a create goes with it.
      if (creation?.phase === 'gone' && creation.discardedIn && !ask.isKept) ask.discardedIn ??= creation.discardedIn;
      const { outcome, discardedIn } = ask;
      // Who has asked for it again tells of that, whatever it has not heard since it woke.
      const isAgain = ask.times > 1 && this.#world.living.includes(ask.page) && ask.page.now;
      const listed = first?.pending ?? (isAgain ? ask.page.pending : undefined);
      const all = new Set(ask.discarders).add(discardedIn as Page);
      const isUntold = [...all].some((its) => its && !this.isHeld(its) && !its.isWriting);
      if (isUntold && ask.phase === 'pending' && ask.key !== undefined && !ask.isKept) {
        this.#end(ask, this.#whatBecameOf(ask));
        continue;
      }
      // What is on the wire cannot be taken back: who has tried lists it still.
      const tried = discardedIn && this.#world.living.includes(discardedIn) ? discardedIn.pending : listed;
      if (tried?.has(printWish(ask.wish)) && !discardedIn?.isWriting) this.keepAfterAll(ask);
      // What is not kept its page alone knows of, whoever has asked for it.
      const isAsked = ask.phase === 'pending' || (ask.page.keepsNothing && !ask.page.isHidden);
      const isAlone = ask.isUnkept && isAsked && this.#world.living.includes(ask.page);
      const alone = isAlone ? ask.page.pending.get(printWish(ask.wish)) : undefined;
      if (alone && alone.status !== 'failed') {
        ask.outcome = undefined;
        continue;
      }
      if (outcome && ask.phase === 'pending') {
        const isTaken = (outcome.error as Error | undefined)?.name === 'APIUserAbortError';
        this.#end(
          ask,
          !('error' in outcome) || isApplied(ask, outcome.error)
            ? 'done'
            : isTaken
              ? this.#dropped(ask)
              : this.#failureOf(ask, outcome.error),
        );
        continue;
      }
      if (isAlone) {
        if (!alone) this.#end(ask, this.#whatBecameOf(ask));
        else this.#end(ask, isApplied(ask, alone.error) ? 'done' : this.#failureOf(ask, alone.error));
        continue;
      }
      if (!listed || (ask.phase === 'pending' && this.isHeld(ask.page) && ask.times === 1 && !ask.isAdopted)) continue;
      // It waits in a page that sleeps, which writes it down when it wakes, or cannot: it may have been on the wire as it was taken back.
      const isDoubted = ask.isContested || ask.discarded !== undefined;
      const isContested = isDoubted && !this.#isUnwritten(ask) && !(ask.page.keepsNothing && ask.page.isOpen);
      const isComing = ask.page.isOpen || ask.page.isWriting;
      if (ask.key === undefined && isComing && !isContested && ask.page !== first) continue;
      if (ask.phase === 'pending' && ((ask.key === undefined && isComing && !isContested) || ask.untold)) continue;
      // Who has asked for it again as well lists its own until that is written.
      const isRival = ask.times > 1 && first?.isWriting && seen.includes(ask.page);
      const line = (isRival ? ask.page.pending : listed).get(printWish(ask.wish));
      // What was asked for again in a tab that ended before it could tell is listed here as it was before, for a while.
      const isOld =
        line?.submittedAt !== ask.submittedAt && !this.isHeld(ask.page) && this.#isApplied(ask, ask.askedMs);
      if (line?.status === 'failed' && !isOld) {
        if (ask.phase === 'pending')
          this.#end(ask, isApplied(ask, line.error) ? 'done' : this.#failureOf(ask, line.error));
      } else if (!line || line.status === 'failed') this.#end(ask, this.#whatBecameOf(ask));
    }
  }

  /** A change was not taken back after all. */
  keepAfterAll(ask: Ask): void {
    delete ask.discarded;
    delete ask.discardedIn;
    delete ask.discarders;
  }

  /** Whether what a page has asked for is its own to send. */
  isHeld({ isOpen, hasSlept }: Page): boolean {
    return isOpen && !hasSlept;
  }

  /** What has failed in a tab that could not write that down is asked for still, unless another tab was told. */
  #takeUp(ask: Ask): void {
    const isTold = this.#world.living.some(
      ({ now, pending }) => now && pending.get(printWish(ask.wish))?.status === 'failed',
    );
    const hasFailed = ask.phase === 'failed' || ask.phase === 'unsure';
    if ((ask.outcome && 'error' in ask.outcome) || (hasFailed && !isTold)) ask.since = this.#world.step;
    if (ask.outcome && 'error' in ask.outcome) ask.outcome = undefined;
    if (hasFailed && !isTold) ask.phase = 'pending';
  }

  /** Whether a page whose database is slow shows what it has not written down: only then it finds out whether another has taken that back. */
  #isUnwritten({ page, key, wish }: Ask): boolean {
    const { status = 'failed' } = page.pending.get(printWish(wish)) ?? {};
    return page.isOpen && page.isSlow && key === undefined && status !== 'failed';
  }

  /** A limit that is spent and a session that has ended are no failures: a change waits for either. */
  #failureOf(ask: Ask, error: unknown): Ask['phase'] {
    if ([401, 429].includes((error as { status?: number }).status ?? 0))
      this.#world.breakLaw(`${printWish(ask.wish)} has failed, and had to wait: ${error}`);
    const { flights } = this.#world.wire;
    const { status } = error as { status?: number };
    const isLost = (flight: Flight) => !flight.ended || flight.isUnheard || flight.status === 0;
    const isReason = (flight: Flight) => (status === undefined ? isLost(flight) : flight.status === status);
    // That a collection was deleted is found out by any request, and what waits for a create fails with that.
    const ids = [ask.target, ...ask.place.ids];
    const isElsewhere = ({ call }: Flight) => status === 404 && ids.includes(collectionOf(call) as string);
    // What overrules it stands in its place in a request that it has asked for as well: without an answer nobody knows of either.
    const over = isUnsure(error) ? ask.place.asks.filter((other) => isOver(other, ask)) : [];
    const isIn = (flight: Flight) => [ask, ...over].some((each) => this.#world.carries(flight, each));
    const hasReason = flights.some((flight) => isReason(flight) && (isIn(flight) || isElsewhere(flight)));
    const hasFallen = ask.wasMarked || (status === undefined && this.#goesWithCreate(ask));
    if (ask.parts.length === 1 && !hasReason && !hasFallen)
      this.#world.lose(`${printWish(ask.wish)} has failed, and nobody has refused it: ${error}`);
    // An outbox has the time to ask what has become of it, until there is an answer.
    const isUnanswered = (flight: Flight) => flight.status === 0 || isUnsure({ status: flight.status });
    const unanswered = flights.filter((flight) => isUnanswered(flight) && isIn(flight)).length;
    if (isUnsure(error) && ask.wish.kind !== 'create' && ask.parts.length === 1 && !hasFallen && unanswered < 2)
      this.#world.breakLaw(`${printWish(ask.wish)} has failed before the server was asked about it: ${error}`);
    // Of a change in parts the first that was refused gives the error. Of each its own request tells.
    const last = ask.parts.length > 1 && flights.findLast((flight) => this.#world.carries(flight, ask));
    return isUnsure(last ? { status: last.status } : error) ? 'unsure' : 'failed';
  }

  /** Of one that is not kept nobody tells its page whether it was on the wire as its user signed out in another. */
  #dropped(ask: Ask): Ask['phase'] {
    const { flights } = this.#world.wire;
    const isSignedOut = ask.isSignedOut || (ask.key === undefined && ask.submittedAt < this.#world.signedOutAt);
    // There was no room to tell a page that slept what another has made of it. One that keeps nothing was told of the sign-out.
    const isUntold = this.#world.wasFull && ask.discarded === undefined && !(ask.page.keepsNothing && isSignedOut);
    if (isUntold && this.#isApplied(ask, ask.askedMs)) return 'done';
    const mayBeDone = ask.isUnkept || (isSignedOut && flights.some((flight) => this.#world.carries(flight, ask)));
    if (ask.discarded === undefined && mayBeDone) {
      ask.discarded = this.#world.step;
      return 'unsure';
    }
    if (ask.discarded === undefined && !isSignedOut && !this.#goesWithCreate(ask))
      this.#world.lose(`${printWish(ask.wish)} is dropped, and nobody has taken it back`);
    return 'gone';
  }

  /** Whether its create is over, or was as far as its page can tell: what a sign-out has made the storage forget nobody tells who slept. */
  #goesWithCreate({ page, place: { creation } }: Ask): boolean {
    if (!creation) return false;
    const hasFailed = creation.times > 1 || creation.isSignedOut || !['pending', 'done'].includes(creation.phase);
    return hasFailed || creation.discarded !== undefined || page.missedSignOut;
  }

  /** Of a change that no tab lists any more, and whose promise nobody is left to hear. */
  #whatBecameOf(ask: Ask): Ask['phase'] {
    const { place, wish, discarded, isContested } = ask;
    const { creation } = place;
    if (ask.phase !== 'pending') return ask.phase === 'unsure' ? 'unsure' : 'gone';
    // It was taken back as soon as it was asked for again: nobody knows of the first time still.
    if (ask.wasUnsure && discarded !== undefined) return 'unsure';
    // Whoever was told that its user has signed out has dropped it, and asks nobody what was on the wire.
    if (ask.cutOff !== undefined && !this.#isApplied(ask, ask.cutOff)) {
      ask.discarded = this.#world.step;
      return ask.wasMarked || this.#isApplied(ask) ? 'unsure' : 'gone';
    }
    if (this.#isApplied(ask)) return 'done';
    // Its user has signed out while it was on the wire.
    const isAfloat = this.#world.wire.flights.some((flight) => !flight.ended && this.#world.carries(flight, ask));
    if (ask.isSignedOut && isAfloat) {
      ask.discarded ??= this.#world.step;
      return 'unsure';
    }
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
    const isKept = ofItem.some((other) => other.stored && other.phase === 'done' && !this.#isApplied(other));
    if (isKept) return 'done';
    if (ask.stored) {
      this.#world.count.lost++;
      this.#world.breakLaw(`${printWish(wish)} was stored, and is lost`);
    }
    return 'gone';
  }

  /** Whether the server has done it, by a request that left at a time or later. */
  #isApplied(ask: Ask, since: number = 0): boolean {
    const { flights } = this.#world.wire;
    return flights.some((flight) => flight.applied && flight.left.ms >= since && this.#world.carries(flight, ask));
  }

  #end(ask: Ask, to: Ask['phase']): void {
    // Of a change in parts that is taken back, what is done is done.
    const phase = to === 'gone' && ask.parts.length > 1 && this.#isApplied(ask) ? 'done' : to;
    if (ask.phase === phase) return;
    this.#world.note(`change ${ask.number} (${printWish(ask.wish)}) is ${phase}`);
    ask.phase = phase;
    ask.since = this.#world.step;
    ask.sinceMs = timeNow();
    // Where databases are slow whoever sends it has not found out yet who sleeps, and leaves no word of it.
    for (const page of this.#world.open)
      if (!page.isAwake && timeNow() < page.asleepSince + TAKE_OVER && this.#world.open.some(({ isSlow }) => isSlow))
        page.unproven.add(ask);
  }
}
