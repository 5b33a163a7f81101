import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';

/** Who has a lock, until it is let go or the page that has it is left. */
const held = new Map<string, Promise<unknown>>();
let leave: () => void = () => undefined;
let left: Promise<void> = Promise.resolve();

const locks = {
  // The work comes last, after options where there are some.
  request(name: string, ...rest: unknown[]) {
    const work = rest.at(-1) as (lock: { name: string }) => unknown;
    const done = Promise.resolve(held.get(name)).then(() => work({ name }));
    held.set(name, Promise.race([done.catch(() => undefined), left]));
    return done;
  },
};

/** There is one page at a time, so that nobody is there to be told. */
class SilentChannel {
  onmessage = null;
  postMessage() {}
  close() {}
}

/** Gives jsdom what an outbox needs and jsdom lacks. Nothing is kept in it. */
export function freshBrowser() {
  Object.assign(globalThis, { indexedDB: new IDBFactory(), BroadcastChannel: SilentChannel });
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  nextPage();
}

/** The page is left, and its locks are free. What it has kept stays. */
export function nextPage() {
  leave();
  left = new Promise((resolve) => {
    leave = resolve;
  });
}
