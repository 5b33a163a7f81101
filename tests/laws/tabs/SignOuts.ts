import { timeNow } from '../../support/virtualTime.ts';
import type { Flight } from '../Wire.ts';
import { type Ask, printWish, type SignOut } from './Ask.ts';
import type { Page } from './Page.tsx';
import type { World } from './World.ts';

/** What another tab asks for while the storage forgets what there was: in the same millisecond it goes if it was written down before. */
const isMeanwhile = (ask: Ask, { page, since }: SignOut) => ask.page !== page && ask.askedMs >= since;

/** Who slept as it was told never hears of it, though it may be awake when that step ends. Who signs out knows. */
const hears = (page: Page, { asleep = [], page: teller }: SignOut) =>
  page === teller || (page.isAwake && !asleep.includes(page));

/** The clock was set back between the two, and has caught up before the storage was asked: then it was asked for since, as far as anybody can tell. */
const isCaughtUp = ({ submittedAt }: Ask, { at }: SignOut) => submittedAt > at && submittedAt <= Date.now();

/**
 * What becomes of the changes of a user who signs out in one tab.
 *
 * The law: what was asked for before is dropped in every tab, and nobody sends it any more. What was on the wire may have been done.
 */
export class SignOuts {
  readonly #world: World;
  readonly #underWay = new Set<SignOut>();
  /** How often each page had told the others that it is there, by the last step. */
  readonly #greetings = new Map<Page, number>();

  constructor(world: World) {
    this.#world = world;
  }

  begin(page: Page): void {
    this.#world.note(`tab ${page.number}: its user signs out`);
    const told = new Set(this.#world.open.filter(({ isAwake }) => isAwake));
    const signOut: SignOut = { page, since: timeNow(), at: Date.now(), told };
    this.#underWay.add(signOut);
    this.#world.signedOutAt = Math.max(this.#world.signedOutAt, signOut.at);
    for (const ask of this.#world.oracle.asks) {
      if (!this.#isLeft(ask)) continue;
      ask.isSignedOut = true;
      if (this.#isTold(ask, signOut)) ask.signOut = signOut;
    }
    page
      .signOut(() => {
        signOut.over = this.#world.step;
        page.signedInIn = this.#world.step;
        signOut.asleep = this.#world.open.filter(({ isAwake }) => !isAwake);
        for (const other of this.#world.open) other.missedSignOut ||= other.isOutdated;
        this.#world.note(`tab ${page.number}: its user is signed out`);
      })
      .catch((error) => page.isOpen && this.#world.breakLaw(`tab ${page.number}: ${error}`));
  }

  /**
   * Whether what a page asks for may be dropped as what was asked for before: its user signs out in another tab, and it could not be told so yet. What
   * waits goes along with who signs out. Who comes while that tab sleeps is told by nobody.
   */
  isUntold(page: Page): boolean {
    return [...this.#underWay].some(
      (signOut) => signOut.page !== page && (signOut.since === timeNow() || !signOut.told.has(page)),
    );
  }

  /** Who tells the others that it is there is told that a user signs out, if the tab in which that happens is awake. */
  #tell(): void {
    for (const page of this.#world.open) {
      if (page.greetings === this.#greetings.get(page)) continue;
      this.#greetings.set(page, page.greetings);
      for (const { told, page: teller } of this.#underWay) if (teller.isAwake) told.add(page);
    }
  }

  /** The device's clock is set: what was asked for before a sign-out that is under way can be told from nothing. */
  noteClock(): void {
    for (const signOut of this.#underWay) signOut.isTorn = true;
    for (const ask of this.#world.oracle.asks) ask.isSignedOut ||= this.#underWay.size > 0;
  }

  /** A step ends. */
  settle(): void {
    this.#tell();
    for (const signOut of this.#underWay) {
      const { page } = signOut;
      const isUnderWay = page.isOpen || this.#world.pages.some(({ isWriting }) => isWriting);
      if (signOut.over === undefined && isUnderWay) continue;
      signOut.isCut = signOut.over === undefined;
      this.#world.hasCutSignOut ||= signOut.isCut;
      // It may have forgotten something before.
      if (signOut.isCut) for (const other of this.#world.open) other.missedSignOut ||= other.isOutdated;
      signOut.over ??= this.#world.step;
      this.#underWay.delete(signOut);
      for (const ask of this.#world.oracle.asks) this.#drop(ask, signOut);
    }
  }

  /** Whether a tab that sends a change now does so after its user has signed out. What it has marked as sent leaves in that moment. */
  isLate(ask: Ask, page: Page): boolean {
    const { signOut } = ask;
    if (!signOut) return false;
    return (signOut.over ?? Infinity) < this.#world.step || (page === signOut.page && !isMeanwhile(ask, signOut));
  }

  /** Whether a request is as if somebody else had sent it: its user has signed out. */
  isForeign(flight: Flight): boolean {
    const isLeft = (ask: Ask) => ask.signOut || [...this.#underWay].some((signOut) => isMeanwhile(ask, signOut));
    return this.#world.oracle.asks.some((ask) => isLeft(ask) && this.#world.carries(flight, ask));
  }

  /** Nobody can tell a page that sleeps, and there may be no room to write it down. Who signs out knows, and so does who lists it no more. */
  #isTold({ isUnkept, page, wish }: Ask, signOut: SignOut): boolean {
    return !isUnkept || hears(page, signOut) || !page.pending.has(printWish(wish));
  }

  /** Its tab has ended before it could tell anybody, or can tell only those who are awake. */
  #isCut({ page }: Ask, signOut: SignOut): boolean {
    return signOut.isCut || (signOut.page.keepsNothing && !(page.isOpen && hears(page, signOut)));
  }

  #drop(ask: Ask, signOut: SignOut): void {
    const isTold = this.#isTold(ask, signOut);
    if (!isTold) delete ask.signOut;
    // Nor does it find that written down.
    if (!isTold && signOut.page.keepsNothing) return;
    if (signOut.isTorn) ask.isSignedOut = true;
    // What a tab has not forgotten when it ends stays.
    const isLate = this.#isCut(ask, signOut) || signOut.isTorn || isMeanwhile(ask, signOut) || isCaughtUp(ask, signOut);
    const isSince = isLate && ask.askedMs > signOut.since && ask.times === 1;
    // It was asked for again in a tab that has ended before that was written: it has failed as before.
    const isOld = this.#world.recordsNow().some(({ key }) => key === ask.replaces);
    if (isLate && (isSince || ask.isWritten || isOld || this.#isComing(ask))) {
      if (ask.signOut === signOut) this.#keep(ask, signOut);
      // What had failed is asked for again only as long as it is kept.
      ask.isContested ||= ask.times > 1 && !ask.isWritten;
      return;
    }
    // Its page slept as that began, and has heard of it now.
    const isHeard = !ask.signOut && ask.askedMs < signOut.since && isTold;
    if (ask.signOut !== signOut && !((isLate || isHeard) && this.#isLeft(ask))) return;
    const its = this.#world.wire.flights.filter((flight) => this.#world.carries(flight, ask));
    const wasSent = ask.wasMarked || its.length > 0;
    ask.isAfloat = its.some(({ applied, ended }) => !applied && !ended);
    ask.signOut = signOut;
    ask.discarded = this.#world.step;
    ask.phase = wasSent || ask.phase === 'unsure' ? 'unsure' : 'gone';
    ask.since = this.#world.step;
    ask.sinceMs = timeNow();
    this.#world.note(`change ${ask.number} (${printWish(ask.wish)}) is dropped: ${ask.phase}`);
  }

  /** It was not dropped after all. */
  #keep(ask: Ask, signOut: SignOut): void {
    const { page, since } = signOut;
    delete ask.signOut;
    if (!this.#isCut(ask, signOut)) return;
    // Whoever has signed out was shown nothing of it since.
    ask.stored = false;
    ask.cutOff = since;
    // It was told as dropped in a tab that has ended.
    if (ask.page === page) ask.outcome = undefined;
    const next = [...this.#underWay].find((other) => !isMeanwhile(ask, other));
    if (next) ask.signOut = next;
  }

  /** It is not written down yet. Of a page that keeps nothing, it was not told yet as its user signed out. */
  #isComing({ key, page, times, wish }: Ask): boolean {
    const print = printWish(wish);
    if (page.keepsNothing) return page.pending.has(print);
    const isLost = times > 1 && page.isAwake && !page.pending.has(print);
    if (key !== undefined) return false;
    // What it had begun to write when it ended is written.
    return page.isOpen ? !page.written.has(print) && !isLost : page.isWriting;
  }

  #isLeft({ phase, signOut }: Ask): boolean {
    return !signOut && (phase === 'pending' || phase === 'failed' || phase === 'unsure');
  }
}
