import type { Envelope, Message } from './messages.ts';
import { type Locks, TabLocks } from './TabLocks.ts';

/** What a tab is known by, and hears from the others. */
export interface Tab {
  /** Whether this tab bears an id, or has borne it. */
  isOwn(id: string): boolean;
  /** Whether what is written under an id is this tab's to send, as of now. */
  isSender(id: string): boolean;
  /**
   * The id that this tab bears now. Resolves when its lock is held.
   *
   * A tab that has lost its lock is another one from then on: what it had asked for may have been taken over. `onReborn` is told so. It waits
   * for the end of no tab any more.
   */
  id(): Promise<string>;
  /** Does some work when a tab has ended: of all who wait for that, one is first, and the others wait for it. */
  whenEnded(id: string, work: () => Promise<unknown>): void;
  post(scope: string, message: Message): void;
}

/** What a browser has for tabs that share something. */
export interface TabTools {
  readonly locks: Locks;
  readonly Channel: typeof BroadcastChannel;
  /** Undefined outside of a browser. */
  readonly listen: typeof addEventListener | undefined;
}

/** Who is to hear of what happens to a tab. */
export interface TabEvents {
  /** It has lost its lock, and has another id by now. */
  onReborn(): void;
  onMessage(message: Message): void;
}

/** Of a tab. */
export const newId = (): string => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

/** One of several tabs of an origin. */
export class BrowserTab implements Tab {
  readonly #locks: TabLocks;
  readonly #channel: BroadcastChannel;
  readonly #ids = new Set<string>();
  readonly #onReborn: () => void;
  #id: Promise<string> | undefined;
  #isBegun = false;
  /** The id whose lock is held. */
  #current: string | undefined;
  #free: (() => void) | undefined;
  /** Of the waits for other tabs. */
  #waits = new AbortController();

  constructor({ locks, Channel, listen }: TabTools, name: string, scope: string, { onReborn, onMessage }: TabEvents) {
    this.#locks = new TabLocks(locks, name);
    this.#channel = new Channel(name);
    this.#onReborn = onReborn;
    this.#channel.onmessage = ({ data }: MessageEvent<Envelope>) => {
      if (data.scope === undefined || data.scope === scope) onMessage(data.message);
    };
    // A page that is put to sleep keeps nobody waiting. It may never wake. The window captures what is told to the document.
    const on = (types: readonly string[], work: () => void) => {
      for (const type of types)
        listen?.(type, (event) => (event as PageTransitionEvent).persisted !== false && work(), true);
    };
    on(['pagehide', 'freeze'], () => this.#sleep());
    on(['pageshow', 'resume'], () => this.#wake());
  }

  isOwn(id: string): boolean {
    return this.#ids.has(id);
  }

  isSender(id: string): boolean {
    return id === this.#current;
  }

  id(): Promise<string> {
    this.#id ??= this.#begin();
    return this.#id;
  }

  whenEnded(id: string, work: () => Promise<unknown>): void {
    this.#locks.whenEnded(id, work, this.#waits.signal);
  }

  post(scope: string, message: Message): void {
    this.#channel.postMessage({ scope, message } satisfies Envelope);
  }

  async #begin(): Promise<string> {
    const id = newId();
    const isReborn = this.#isBegun;
    this.#isBegun = true;
    this.#free = await this.#locks.hold(id, () => {
      this.#sleep();
      this.#wake();
    });
    this.#current = id;
    this.#ids.add(id);
    if (isReborn) this.#onReborn();
    return id;
  }

  #sleep(): void {
    this.#free?.();
    this.#free = this.#current = this.#id = undefined;
    // It would be given the lock of a tab that ends, and do nothing about it.
    this.#waits.abort();
    this.#waits = new AbortController();
  }

  #wake(): void {
    // Whoever needs the id next is told why there is none.
    this.id().catch(() => undefined);
  }
}
