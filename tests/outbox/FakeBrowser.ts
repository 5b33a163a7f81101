import 'fake-indexeddb/auto';
import { AsyncLocalStorage } from 'node:async_hooks';
import { IDBFactory } from 'fake-indexeddb';
import { delayTimers } from '../support/virtualTime.ts';

const SLEEP_EVENTS = ['freeze', 'resume', 'pagehide', 'pageshow'];
const realListen = globalThis.addEventListener?.bind(globalThis);

/** The tab whose JavaScript runs. */
const running = new AsyncLocalStorage<FakeTab | undefined>();
delayTimers(() => running.getStore()?.lateFor);

/** Runs something as no tab's: a server's. */
export const outside = <T>(work: () => T): T => running.run(undefined, work);

type Callback = (lock: unknown) => unknown;

interface LockOptions {
  readonly signal?: AbortSignal;
}

interface Request {
  readonly name: string;
  readonly tab: FakeTab;
  readonly run: () => void;
}

/** What a record says of its change. */
export interface KeptRecord {
  readonly kind?: string;
  readonly variables: Record<string, never>;
}

/** What is slow, or broken on purpose. */
export interface Faults {
  /** How many turns of the event loop a message takes. Default: 1. */
  readonly messageTakes?: number;
  /** How many turns a lock takes that is free. Default: none. */
  readonly lockTakes?: number;
  /** A lock is given to everybody who asks, once: tabs that take over from each other would do so again and again. */
  readonly locksAreOpen?: boolean;
  /** That a change may have been sent is never written down. */
  readonly marksAreLost?: boolean;
}

/**
 * One origin of a browser: a database, locks and channels that its tabs share.
 *
 * The database is a real implementation. Locks and channels keep the rules that the standards give: a lock has one holder and is handed on in the
 * order of the requests, it is free when its tab ends; a message reaches all other tabs, those of one tab in order.
 */
export class FakeBrowser {
  readonly indexedDB: IDBFactory = new IDBFactory();
  readonly tabs: Set<FakeTab> = new Set();
  readonly #held = new Map<string, FakeTab>();
  readonly #rejects = new Map<string, (error: Error) => void>();
  #queue: Request[] = [];
  #before: (readonly [name: string, was: PropertyDescriptor | undefined])[] = [];
  readonly #faults: Faults;
  /** How many messages were posted. */
  posted = 0;

  constructor(faults: Faults = {}) {
    this.#faults = faults;
  }

  get faults(): Faults {
    return this.#faults;
  }

  /** A tab whose JavaScript is run by `open`: what it takes from the browser there is its own. */
  openTab<T>(open: (tab: FakeTab) => T): T {
    const tab = this.openHere();
    try {
      return tab.run(() => open(tab));
    } finally {
      this.closeHere();
    }
  }

  /** A tab for whatever is run from here on. */
  openHere(): FakeTab {
    this.closeHere();
    const tab = new FakeTab(this);
    this.tabs.add(tab);
    const own = {
      navigator: { locks: tab.locks, onLine: true },
      BroadcastChannel: tab.Channel,
      indexedDB: tab.indexedDB,
      ...('addEventListener' in globalThis && { addEventListener: tab.listen }),
    };
    this.#before = Object.keys(own).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    for (const [name, value] of Object.entries(own))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    return tab;
  }

  /** What is run from here on has the world's own. */
  closeHere(): void {
    for (const [name, descriptor] of this.#before)
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    this.#before = [];
  }

  /** All that is kept, as far as there is a database by now. */
  records(): Promise<(KeptRecord & { readonly key: number; readonly state?: string })[]> {
    return new Promise((resolve) => {
      const opening = this.indexedDB.open('scenario-react');
      opening.onsuccess = () => {
        const db = opening.result;
        const all = db.transaction('records').objectStore('records').getAll();
        all.onsuccess = () => {
          db.close();
          resolve(all.result);
        };
      };
    });
  }

  /** Puts a record there that no tab has written. */
  put(record: object): Promise<void> {
    return new Promise((resolve) => {
      const opening = this.indexedDB.open('scenario-react');
      opening.onsuccess = () => {
        const db = opening.result;
        const transaction = db.transaction('records', 'readwrite');
        transaction.objectStore('records').put(record);
        transaction.oncomplete = () => {
          db.close();
          resolve();
        };
      };
    });
  }

  /** Whether somebody holds a lock or waits for it. */
  isAsked(name: string): boolean {
    return this.#held.has(name) || this.#queue.some((request) => request.name === name);
  }

  /** How many locks a tab holds. */
  locksOf(tab: FakeTab): number {
    return [...this.#held.values()].filter((holder) => holder === tab).length;
  }

  request(tab: FakeTab, name: string, { signal }: LockOptions, callback: Callback): Promise<unknown> {
    if (this.#faults.locksAreOpen)
      return tab.isGiven(name) ? new Promise(() => undefined) : Promise.resolve({ name }).then(callback);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => {
        this.#queue = this.#queue.filter((request) => request.run !== run);
        reject(signal.reason);
      });
      const run = () => {
        this.#held.set(name, tab);
        this.#rejects.set(name, reject);
        const free = () => {
          if (this.#held.get(name) === tab) this.#held.delete(name);
          this.grant();
        };
        tab
          .whenAwake()
          .then(() => tab.run(() => callback({ name })))
          .then(resolve, reject)
          .finally(free);
      };
      this.#queue.push({ name, tab, run });
      const { lockTakes } = this.#faults;
      if (lockTakes) afterTurns(lockTakes, () => this.grant());
      else queueMicrotask(() => this.grant());
    });
  }

  /** Takes the locks of a tab that lives on, as a browser does with a page that it puts to sleep. */
  takeLocks(tab: FakeTab): void {
    for (const [name, holder] of [...this.#held])
      if (holder === tab) {
        this.#held.delete(name);
        this.#rejects.get(name)?.(new DOMException('The lock was taken.', 'AbortError'));
      }
    this.grant();
  }

  grant(): void {
    for (const request of [...this.#queue]) {
      if (this.#held.has(request.name)) continue;
      this.#queue = this.#queue.filter((other) => other !== request);
      request.run();
    }
  }

  /** The tab ends, and with it what it holds and waits for. */
  end(tab: FakeTab): void {
    this.tabs.delete(tab);
    for (const [name, holder] of this.#held) if (holder === tab) this.#held.delete(name);
    this.#queue = this.#queue.filter((request) => request.tab !== tab);
    this.grant();
  }
}

export class FakeTab {
  readonly #browser: FakeBrowser;
  readonly #channels = new Set<FakeChannel>();
  readonly #transactions = new Set<IDBTransaction>();
  readonly #databases = new Set<IDBDatabase>();
  readonly #events = new EventTarget();
  readonly #onWake: (() => void)[] = [];
  readonly #given = new Set<string>();
  #span = 1;
  #asleep: 'frozen' | 'left' | undefined;
  isClosed = false;
  /** How many transactions it has begun. */
  transactions = 0;
  /** Told of every record that it writes. */
  onPut: ((record: Put) => void) | undefined;

  constructor(browser: FakeBrowser) {
    this.#browser = browser;
  }

  readonly locks = {
    request: (name: string, ...given: [Callback] | [LockOptions, Callback]): Promise<unknown> => {
      const [options, callback] = given.length === 1 ? [{}, given[0]] : given;
      return this.isClosed ? new Promise(() => undefined) : this.#browser.request(this, name, options, callback);
    },
  };

  /** Runs something as its JavaScript. */
  run<T>(work: () => T): T {
    return running.run(this, work);
  }

  /** In the background its timers go off at whole spans, as a browser does it: seconds, after five minutes minutes. */
  hide(span: number): void {
    this.#span = span;
  }

  show(): void {
    this.#span = 1;
  }

  readonly lateFor = (at: number): number => Math.ceil(at / this.#span) * this.#span;

  /** Whether it was given a lock before. */
  isGiven(name: string): boolean {
    return this.#given.size === this.#given.add(name).size;
  }

  /** What its window is told of its sleep, it is told alone. */
  readonly listen = (...[type, listener, ...rest]: Parameters<typeof addEventListener>): void => {
    if (SLEEP_EVENTS.includes(type)) this.#events.addEventListener(type, listener);
    else realListen?.(type, listener, ...rest);
  };

  /** Resolves when it does not sleep. */
  async whenAwake(): Promise<void> {
    if (this.#asleep) await new Promise<void>((resolve) => this.#onWake.push(resolve));
  }

  /**
   * Puts it to sleep. Nothing of it runs but what its database has begun; it is given no lock and told nothing. What is sent to a page
   * that is `frozen` reaches it when it wakes, if its channel is open still; what is sent to one that is `left` never does.
   */
  sleep(how: 'frozen' | 'left'): void {
    this.#tell(how === 'frozen' ? 'freeze' : 'pagehide');
    this.#asleep = how;
  }

  wake(): void {
    const how = this.#asleep;
    this.#asleep = undefined;
    this.#tell(how === 'frozen' ? 'resume' : 'pageshow');
    for (const goOn of this.#onWake.splice(0)) goOn();
  }

  #tell(type: string): void {
    this.#events.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
  }

  get Channel(): new (
    name: string,
  ) => FakeChannel {
    const register = (channel: FakeChannel) => this.#channels.add(channel);
    const post = (from: FakeChannel, data: unknown) => {
      if (this.isClosed) return;
      this.#browser.posted++;
      const copy = structuredClone(data);
      for (const tab of this.#browser.tabs) tab.deliver(from, copy);
    };
    return class extends FakeChannel {
      constructor(name: string) {
        super(name, post);
        register(this);
      }
    };
  }

  /** The database that all tabs share. What a tab has not finished when it ends is as if it had never begun. */
  get indexedDB(): Pick<IDBFactory, 'open'> {
    return {
      open: (name, version) => {
        const request = this.#browser.indexedDB.open(name, version);
        request.addEventListener('success', () => this.#watch(request.result));
        return request;
      },
    };
  }

  deliver(from: FakeChannel, data: unknown): void {
    for (const channel of this.#channels)
      if (channel !== from && channel.name === from.name)
        afterTurns(this.#browser.faults.messageTakes ?? 1, () => {
          if (this.#asleep === 'left') return;
          const hear = () => {
            if (!this.isClosed && !channel.isClosed)
              this.run(() => channel.onmessage?.({ data: structuredClone(data) }));
          };
          if (this.#asleep) this.#onWake.push(hear);
          else hear();
        });
  }

  /** Ends the tab at this very instant: nothing of it reaches anybody any more. */
  kill(): void {
    this.isClosed = true;
    for (const transaction of this.#transactions)
      try {
        transaction.abort();
      } catch {
        // It was committed in so many words, and goes on without its tab.
      }
    this.#browser.end(this);
  }

  /** Its connections are closed, without a word to it. */
  closeDatabases(): void {
    for (const db of this.#databases) db.close();
  }

  #watch(db: IDBDatabase): void {
    this.#databases.add(db);
    const begin = db.transaction.bind(db);
    db.transaction = (...given) => {
      if (this.isClosed) throw new DOMException('The page has ended.', 'InvalidStateError');
      const transaction = begin(...given);
      this.transactions++;
      this.#transactions.add(transaction);
      const end = () => this.#transactions.delete(transaction);
      for (const type of ['complete', 'abort']) transaction.addEventListener(type, end);
      onPut(transaction, (record) => {
        this.onPut?.(record);
        return this.#browser.faults.marksAreLost && record.state === 'sent' ? { ...record, state: 'queued' } : record;
      });
      return transaction;
    };
  }
}

interface Put {
  readonly state?: string;
}

function onPut(transaction: IDBTransaction, change: (record: Put) => Put): void {
  const open = transaction.objectStore.bind(transaction);
  const seen = new Set<IDBObjectStore>();
  transaction.objectStore = (name) => {
    const store = open(name);
    if (seen.has(store)) return store;
    seen.add(store);
    const put = store.put.bind(store);
    store.put = (record) => put(change(record));
    return store;
  };
}

function afterTurns(count: number, call: () => void): void {
  setImmediate(() => (count > 1 ? afterTurns(count - 1, call) : call()));
}

class FakeChannel {
  readonly name: string;
  readonly #post: (from: FakeChannel, data: unknown) => void;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  isClosed = false;

  constructor(name: string, post: (from: FakeChannel, data: unknown) => void) {
    this.name = name;
    this.#post = post;
  }

  postMessage(data: unknown): void {
    if (this.isClosed) throw new DOMException('Channel is closed', 'InvalidStateError');
    this.#post(this, data);
  }

  close(): void {
    this.isClosed = true;
  }
}
