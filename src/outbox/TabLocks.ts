/** What is used of the Web Locks API. */
export type Locks = Pick<LockManager, 'request'>;

/**
 * Which tabs live: each holds a lock of its own name as long as it does. The browser frees it with the tab, however that ends; a
 * heartbeat would be late, and a tab in the background would miss it.
 */
export class TabLocks {
  readonly #locks: Locks;
  readonly #name: string;

  constructor(locks: Locks, name: string) {
    this.#locks = locks;
    this.#name = name;
  }

  /**
   * Takes the lock of a tab. Resolves when it is held, to the function that frees it.
   *
   * `onLost`: it is held no more, though nobody has freed it. A browser takes the locks of a page that it puts to sleep.
   */
  hold(tab: string, onLost: () => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      let isFree = false;
      const held = this.#locks.request(`${this.#name}/${tab}`, () => {
        return new Promise<void>((free) => {
          resolve(() => {
            isFree = true;
            free();
          });
        });
      });
      held.then(
        () => isFree || onLost(),
        (error) => {
          reject(error);
          if (!isFree) onLost();
        },
      );
    });
  }

  /** Does some work when a tab has ended, holding its lock meanwhile: of all who wait for that, one is first. `signal` ends the wait. */
  whenEnded(tab: string, work: () => Promise<unknown>, signal: AbortSignal): void {
    // What could not be done is told by the work itself; a lock that is refused leaves everything to the next page.
    Promise.resolve(this.#locks.request(`${this.#name}/${tab}`, { signal }, work)).catch(() => undefined);
  }
}
