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
   * Takes the lock of a tab. Resolves when it is held.
   *
   * `free` gives it back. `lost`: it is held no more. A browser takes the locks of a page that it puts to sleep.
   */
  hold(tab: string): Promise<{ readonly free: () => void; readonly lost: Promise<unknown> }> {
    return new Promise((resolve, reject) => {
      const held = this.#locks.request(
        `${this.#name}/${tab}`,
        () => new Promise<void>((free) => resolve({ free, lost: held.catch(() => undefined) })),
      );
      held.catch(reject);
    });
  }

  /** Does some work when a tab has ended, holding its lock meanwhile: of all who wait for that, one is first. `signal` ends the wait. */
  whenEnded(tab: string, work: () => Promise<unknown>, signal: AbortSignal): void {
    // The work reports its own errors. If the lock is refused, the next page takes over.
    this.#locks.request(`${this.#name}/${tab}`, { signal }, work).catch(() => undefined);
  }
}
