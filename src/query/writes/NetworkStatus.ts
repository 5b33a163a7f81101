/** Whether there is a network: what is used of TanStack Query's `onlineManager`. */
export interface Network {
  isOnline(): boolean;
  /** Calls back when it changes. */
  subscribe(listener: (isOnline: boolean) => void): () => void;
  /** Calls back when the page wakes after a time in which nothing of it ran: an answer may have come for nobody. */
  onWake?(listener: () => void): () => void;
}

/** Where nobody can tell, a request tells. */
const alwaysOnline: Network = { isOnline: () => true, subscribe: () => () => undefined };

/**
 * Whether there is a network, as far as somebody can tell.
 *
 * The React floor brings TanStack Query's `onlineManager`, which the floors below do not import. Until it does, there is one.
 */
export class NetworkStatus implements Network {
  #source = alwaysOnline;
  readonly #listeners = new Set<(isOnline: boolean) => void>();
  #stop: () => void = () => undefined;

  /** Asks this source from now on. */
  use(source: Network): void {
    if (source === this.#source) return;
    this.#source = source;
    if (!this.#listeners.size) return;
    this.#stop();
    this.#listen();
    this.#notify();
  }

  isOnline(): boolean {
    return this.#source.isOnline();
  }

  // The source is listened to only while somebody listens here: it outlives every page, and would keep all of this alive.
  subscribe(listener: (isOnline: boolean) => void): () => void {
    if (!this.#listeners.size) this.#listen();
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener) && !this.#listeners.size) this.#stop();
    };
  }

  /** Waits for the network; not even a microtask if it is there. */
  untilOnline(): Promise<void> | undefined {
    if (this.isOnline()) return undefined;
    return new Promise((resolve) => {
      const stop = this.subscribe((isOnline) => {
        if (!isOnline) return;
        stop();
        resolve();
      });
    });
  }

  #listen(): void {
    this.#stop = this.#source.subscribe(() => this.#notify());
  }

  #notify(): void {
    const isOnline = this.isOnline();
    for (const listener of [...this.#listeners]) listener(isOnline);
  }
}
