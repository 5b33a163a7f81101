import type { GateLimit } from './Gate.ts';

/** How long a user who was told to come back may be late, and still finds a place. */
const GRACE = 2000;
/** How long one call is tried alone after the API had refused one. */
const TRIAL = 1000;

/**
 * One project's calls, counted.
 *
 * Law: no more pass in any span of `per` than `requests`, whoever asks. Where several users ask, an equal share is kept for each who was
 * turned away, and of it twice what they sent in the last `per` for each who was not: one user's five hundred changes do not lock out who
 * clicks now and then. Whoever is alone may have all.
 */
export class Turnstile {
  readonly #limit: GateLimit;
  /** What has passed in the last `per`, oldest first. */
  #passed: { at: number; user: number }[] = [];
  /** Who was turned away, and until when a share is kept for them: who is let in once mostly has more to ask. */
  readonly #turnedAway = new Map<number, number>();
  #closedUntil = Number.NEGATIVE_INFINITY;
  /** When a call passed that tries whether the API takes any again. Infinity: none has yet. Undefined: nothing is tried. */
  #trial: number | undefined;
  #refusals = 0;
  /** The latest time that it was told. */
  #now = Number.NEGATIVE_INFINITY;

  constructor(limit: GateLimit) {
    this.#limit = limit;
  }

  /** Milliseconds until a call of this user may pass; 0: this one has passed. */
  enter(user: number, now: number): number {
    this.#forget(now);
    const wait = this.#waitOf(user, now);
    if (wait > 0) {
      this.#turnedAway.set(user, now + Math.max(wait + GRACE, this.#limit.per));
      return wait;
    }
    this.#passed.push({ at: now, user });
    if (this.#trial === Number.POSITIVE_INFINITY) this.#trial = now;
    return 0;
  }

  /** The API has refused a call. Where it names no wait, ours grows from refusal to refusal, up to the whole time. */
  close(wait: number | undefined, now: number): void {
    this.#forget(now);
    const { per } = this.#limit;
    // Several that were on their way together are refused together, and that is one refusal.
    const isAnother = now >= this.#closedUntil;
    if (isAnother && now > this.#closedUntil + per) this.#refusals = 0;
    const until = now + (wait ?? (isAnother ? Math.min(1000 * 2 ** this.#refusals++, per) : 0));
    this.#closedUntil = Math.max(this.#closedUntil, until);
    this.#trial = Number.POSITIVE_INFINITY;
  }

  isIdle(now: number): boolean {
    this.#forget(now);
    return this.#passed.length === 0 && this.#turnedAway.size === 0 && now > this.#closedUntil + this.#limit.per;
  }

  #waitOf(user: number, now: number): number {
    const { requests, per } = this.#limit;
    if (now < this.#closedUntil) return this.#closedUntil - now;
    if (this.#trial !== undefined && this.#trial !== Number.POSITIVE_INFINITY) {
      if (now < this.#trial + TRIAL) return this.#trial + TRIAL - now;
      this.#trial = undefined;
    }
    const [oldest] = this.#passed;
    if (oldest && this.#passed.length >= requests) return oldest.at + per + 1 - now;
    return this.#waitForShare(user, now);
  }

  /** Beyond an equal share, what is left free for others: the whole share for who waits, for who does not as much again as they sent. */
  #waitForShare(user: number, now: number): number {
    const { requests, per } = this.#limit;
    const sent = new Map([...this.#turnedAway.keys()].map((other) => [other, 0]));
    for (const call of this.#passed) sent.set(call.user, (sent.get(call.user) ?? 0) + 1);
    const own = sent.get(user) ?? 0;
    sent.delete(user);
    const share = Math.ceil(requests / (sent.size + 1));
    if (own < share) return 0;
    let kept = 0;
    for (const [other, count] of sent)
      kept += Math.max(0, this.#turnedAway.has(other) ? share - count : Math.min(share - count, count));
    if (this.#passed.length + kept < requests) return 0;
    const leaving = this.#passed.filter((call) => call.user === user)[own - share];
    return leaving ? leaving.at + per + 1 - now : 0;
  }

  #forget(now: number): void {
    const { per } = this.#limit;
    const back = this.#now - now;
    this.#now = now;
    if (back > 0) this.#setBack(back);
    this.#passed = this.#passed.filter(({ at }) => now - at <= per);
    for (const [user, until] of this.#turnedAway) if (until < now) this.#turnedAway.delete(user);
  }

  /** The clock was set back: every time that is remembered with it, so that no wait is longer and no minute bears more. */
  #setBack(by: number): void {
    this.#closedUntil -= by;
    if (this.#trial !== undefined) this.#trial -= by;
    for (const call of this.#passed) call.at -= by;
    for (const [user, until] of this.#turnedAway) this.#turnedAway.set(user, until - by);
  }
}
