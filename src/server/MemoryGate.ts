import type { Gate, GateLimit } from './Gate.ts';
import { Turnstile } from './Turnstile.ts';

/**
 * The gate of one process. It forgets everything when that ends, and knows nothing of what others send.
 *
 * Users are told apart by `authorization`, else by `cookie`; what sends neither is one user.
 */
export class MemoryGate implements Gate {
  readonly #limit: GateLimit;
  readonly #turnstiles = new Map<string, Turnstile>();

  constructor(limit: GateLimit) {
    this.#limit = limit;
  }

  enter(project: string, { headers }: Request): number {
    return this.#of(project).enter(hash(headers.get('authorization') ?? headers.get('cookie') ?? ''), Date.now());
  }

  close(project: string, wait: number | undefined): void {
    this.#of(project).close(wait, Date.now());
  }

  #of(project: string): Turnstile {
    const known = this.#turnstiles.get(project);
    if (known) return known;
    // A visitor can name any project; those that nobody asks for any more are let go.
    for (const [other, turnstile] of this.#turnstiles) if (turnstile.isIdle(Date.now())) this.#turnstiles.delete(other);
    const made = new Turnstile(this.#limit);
    this.#turnstiles.set(project, made);
    return made;
  }
}

/** A number in a user's place: what a visitor signs in with is kept nowhere. */
function hash(text: string): number {
  let state = 0;
  for (let i = 0; i < text.length; i++) state = (Math.imul(state, 31) + text.charCodeAt(i)) | 0;
  return state;
}
