import { inTime } from './inTime.ts';
import type { Envelope, Message } from './messages.ts';
import { VERSION } from './OutboxRecord.ts';
import { type Locks, TabLocks } from './TabLocks.ts';

/** One tab among those that share an outbox: its id, its messages, and the end of the others. */
export interface Tab {
  /** Whether this tab has an id, or had it before. */
  isOwn(id: string): boolean;
  /** Whether this tab sends now what is written under an id. */
  isSender(id: string): boolean;
  /** Whether it holds the lock of a tab of this id that has ended. */
  inherits(id: string): boolean;
  /**
   * The id that this tab has now. Resolves when its lock is held: for a tab that sleeps, when it wakes. Rejects where that is not to be had: after
   * a sleep, who asks again tries again.
   */
  id(): Promise<string>;
  /**
   * Does some work when a tab has ended. Of all tabs that wait for that, one is first, and the others wait until it has done its work. One
   * that calls `inherit` has that tab's id from then on, and the others wait for its own end too.
   */
  whenEnded(id: string, work: (inherit: () => void) => Promise<unknown>): void;
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
  /** It has lost its lock: any tab may take its changes over. `id` resolves when it has another. `hadLock`: false where it had none yet. */
  onAsleep(hadLock: boolean): void;
  onMessage(message: Message): void;
}

/** Of a tab. */
export const newId = (): string => `${Date.now().toString(36)}-${Math.random().toString(36)}`;

/**
 * One of several tabs of an origin.
 *
 * Law: a tab lives as long as it holds its lock. One that is put to sleep, or loses its lock in some other way, ends as if it were closed.
 * When it wakes it is a new tab: with another id, without the messages of meanwhile, watching no other tab.
 */
export class BrowserTab implements Tab {
  readonly #locks: TabLocks;
  readonly #openChannel: () => BroadcastChannel;
  readonly #events: TabEvents;
  readonly #ids = new Set<string>();
  #life = new AbortController();
  /** Undefined: its lock was not to be had. */
  #id: Promise<string> | undefined;
  #resolveId: (id: Promise<string>) => void = () => undefined;
  #channel: BroadcastChannel | undefined;
  /** The id whose lock is held. */
  #current: string | undefined;
  /** The ids of tabs that have ended, whose locks are held as well. */
  readonly #inherited = new Set<string>();

  constructor({ locks, Channel, listen }: TabTools, name: string, scope: string, events: TabEvents) {
    this.#locks = new TabLocks(locks, name);
    this.#events = events;
    this.#openChannel = () => {
      const channel = new Channel(name);
      // The app may have a channel of this name, too.
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const { outbox, scope: to = scope, message } = Object(data) as Envelope;
        if (outbox === VERSION && to === scope) events.onMessage(message);
      };
      return channel;
    };
    // A page that is put to sleep lets the others take over at once: it may never wake. So does one that is left for good: its requests
    // are cut off before it has ended, which is no failure. `freeze` and `resume` go to the document: captured.
    let isRefused = false;
    const on = (types: readonly string[], work: () => void) => {
      for (const type of types) listen?.(type, () => isRefused || work(), true);
    };
    on(['pagehide', 'freeze'], () => this.#sleep());
    on(['pageshow', 'resume'], () => this.#wake());
    this.#id = this.#begin();
    // Where locks or channels are refused nothing is kept, nobody asks for the id, and there is nothing to leave to others.
    this.#id.catch(() => {
      isRefused = true;
    });
  }

  isOwn(id: string): boolean {
    return this.#ids.has(id);
  }

  isSender(id: string): boolean {
    return id === this.#current || this.#inherited.has(id);
  }

  inherits(id: string): boolean {
    return this.#inherited.has(id);
  }

  id(): Promise<string> {
    this.#id ??= this.#begin();
    return this.#id;
  }

  whenEnded(id: string, work: (inherit: () => void) => Promise<unknown>): void {
    const { signal } = this.#life;
    const inherit = () => {
      if (signal.aborted) return;
      this.#ids.add(id);
      this.#inherited.add(id);
    };
    const end = async () => {
      await work(inherit);
      if (this.#inherited.has(id)) await new Promise((free) => signal.addEventListener('abort', free));
    };
    this.#locks.whenEnded(id, end, signal);
  }

  post(scope: string, message: Message): void {
    this.#channel?.postMessage({ outbox: VERSION, scope, message } satisfies Envelope);
  }

  async #begin(): Promise<string> {
    const { signal } = this.#life;
    const id = newId();
    this.#ids.add(id);
    this.#channel ??= this.#openChannel();
    try {
      const { free, lost } = await inTime(this.#locks.hold(id), 'lock');
      if (!signal.aborted) {
        signal.addEventListener('abort', free);
        this.#current = id;
        void lost.then(() => {
          if (signal.aborted) return;
          this.#sleep();
          this.#wake();
        });
        return id;
      }
      free();
    } catch (error) {
      if (!signal.aborted) {
        // It has slept before: who asks again tries again. A page that has none at first keeps nothing.
        if (this.#ids.size > 1) this.#id = undefined;
        throw error;
      }
    }
    // It was put to sleep while it waited.
    return this.id();
  }

  #sleep(): void {
    if (this.#life.signal.aborted) return;
    this.#channel?.close();
    this.#channel = undefined;
    // Whoever needs the id waits until there is another.
    this.#id = new Promise((resolve) => {
      this.#resolveId = resolve;
    });
    // Perhaps nobody needs it.
    this.#id.catch(() => undefined);
    this.#life.abort();
    this.#events.onAsleep(!!this.#current);
    this.#current = undefined;
    this.#inherited.clear();
  }

  #wake(): void {
    if (!this.#life.signal.aborted) return;
    this.#life = new AbortController();
    this.#resolveId(this.#begin());
  }
}
