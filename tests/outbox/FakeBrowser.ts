import 'fake-indexeddb/auto';
import { AsyncLocalStorage } from 'node:async_hooks';
import { IDBFactory } from 'fake-indexeddb';
import { delayTimers } from '../support/virtualTime.ts';

const SLEEP_EVENTS = ['freeze', 'resume', 'pagehide', 'pageshow'];
const realListen = globalThis.addEventListener?.bind(globalThis);

/** The tab whose JavaScript runs. */
const running = new AsyncLocalStorage<FakeTab | undefined>();
delayTimers(() => running.getStore()?.lateFor);

/** A tab that opens its database again finds its own. */
let shared = globalThis.indexedDB;
Object.defineProperty(globalThis, 'indexedDB', {
  get: () => running.getStore()?.indexedDB ?? shared,
  set: (another) => {
    shared = another;
  },
  configurable: true,
});

/** A tab that closes itself says so before it has ended. */
Object.defineProperty(globalThis, 'closed', { get: () => !!running.getStore()?.isClosing, configurable: true });

/** A tab whose app is rendered anew is told of its sleep still. */
if (realListen)
  globalThis.addEventListener = (...given: Parameters<typeof addEventListener>) =>
    (running.getStore()?.listen ?? realListen)(...given);

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
  readonly key: number;
  readonly scope?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly tab?: string;
  readonly sentIds?: readonly string[];
  readonly variables: Record<string, never>;
}

/** How long a tab's database and locks take, in ms. */
export interface Pace {
  /** Until a lock that is asked for reaches the others. */
  readonly lock: number;
  /** Until a transaction has read what there is. */
  readonly read: number;
  /** Until what it writes is written, once it has the database for itself. */
  readonly write: number;
}

interface Greeting {
  readonly scope?: string;
  readonly message?: { readonly isNew?: boolean; readonly tab: string };
}

/** A database from within. */
interface Raw {
  readonly _databases: ReadonlyMap<
    string,
    {
      readonly rawObjectStores: ReadonlyMap<
        string,
        { readonly records: { values(): Iterable<{ readonly value: KeptRecord }> } }
      >;
    }
  >;
}

/** A transaction from within: each call of `_start` does one of its requests, the last one ends it. */
interface RawTransaction {
  _started: boolean;
  _state: 'active' | 'inactive' | 'committing' | 'finished';
  _start(): void;
}

/** Why a tab cannot open its database: it is told so, or nothing at all. */
export type Unopened = 'refused' | 'blocked';

/** What is slow, or broken on purpose. */
export interface Faults {
  /** Of the tabs in the order in which they are opened, counted round. Default: nothing takes any time. */
  readonly paces?: readonly Pace[] | undefined;
  /** The tabs that cannot open their databases, in the order in which they are opened, counted round. Default: none. */
  readonly unopened?: readonly (Unopened | undefined)[] | undefined;
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
  #opened = 0;
  /** How many messages were posted. */
  posted = 0;
  /** Whether every tab that is opened from now on can open its database. */
  opensAll = false;
  /** Whether a lock that is free is given to who asks for it, or nobody is told anything. */
  givesLocks = true;
  /** Whether its channels are closed, of which nobody was told. */
  channelsAreClosed = false;
  /** The disk has no room: no transaction that puts something there is ever complete. */
  isFull = false;

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
    const { paces, unopened } = this.#faults;
    const number = this.#opened++;
    const tab = new FakeTab(this, paces?.[number % paces.length]);
    if (!this.opensAll) tab.unopened = unopened?.[number % unopened.length];
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
  records(): Promise<KeptRecord[]> {
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

  /** It crashes: no tab outlives another, and what is promised to be written is lost as well. Gives one that finds what was complete by then. */
  crash(): Promise<FakeBrowser> {
    this.#queue = [];
    const records = this.recordsNow();
    const next = new FakeBrowser(this.#faults);
    return new Promise((resolve) => {
      const opening = next.indexedDB.open('scenario-react', 1);
      opening.onupgradeneeded = () => {
        const store = opening.result.createObjectStore('records', { keyPath: 'key', autoIncrement: true });
        for (const record of records) store.add(record);
      };
      opening.onsuccess = () => {
        opening.result.close();
        resolve(next);
      };
    });
  }

  /** The same at once, whatever is under way: what a transaction has written is complete when a step ends. */
  recordsNow(): KeptRecord[] {
    const { _databases } = this.indexedDB as unknown as Raw;
    const records = _databases.get('scenario-react')?.rawObjectStores.get('records')?.records.values() ?? [];
    return [...records].map(({ value }) => structuredClone(value));
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
    if (!this.givesLocks) return new Promise(() => undefined);
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
      const { pace } = tab;
      if (pace) {
        const ask = () => {
          if (signal?.aborted || tab.isClosed) return;
          this.#queue.push({ name, tab, run });
          this.grant();
        };
        return void outside(() => setTimeout(ask, pace.lock));
      }
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
  /** How many of its databases are being opened. */
  #opening = 0;
  readonly #events = new EventTarget();
  readonly #onWake: (() => void)[] = [];
  readonly #given = new Set<string>();
  readonly pace: Pace | undefined;
  #span = 1;
  #asleep: 'frozen' | 'left' | undefined;
  isClosed = false;
  /** Its `window.closed`. */
  isClosing = false;
  readonly #presences = new Map<string, FakePresence>();
  /** How many transactions it has begun. */
  transactions = 0;
  /** Why it cannot open its database from now on, if it cannot. */
  unopened: Unopened | undefined;
  /** Told of every record that it writes. */
  readonly onPut: ((record: Partial<KeptRecord>) => void)[] = [];

  constructor(browser: FakeBrowser, pace: Pace | undefined) {
    this.#browser = browser;
    this.pace = pace;
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
    if (SLEEP_EVENTS.includes(type)) this.#events.addEventListener(type, listener, ...rest);
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
    this.tell(how === 'frozen' ? 'freeze' : 'pagehide');
    this.#asleep = how;
    for (const presence of this.#presences.values()) presence.end();
  }

  /** It is about to end: it goes to another page, of which it is told, or closes itself, which it can only find out. */
  leave(how: 'goes' | 'closes'): void {
    if (how === 'goes') this.tell('pagehide', false);
    else this.isClosing = true;
  }

  wake(): void {
    const how = this.#asleep;
    if (!how) return;
    this.#asleep = undefined;
    this.tell(how === 'frozen' ? 'resume' : 'pageshow');
    for (const goOn of this.#onWake.splice(0)) goOn();
  }

  /** What a browser tells its window. */
  tell(type: string, persisted: boolean = true): void {
    this.run(() => this.#events.dispatchEvent(Object.assign(new Event(type), { persisted })));
  }

  get Channel(): new (
    name: string,
  ) => FakeChannel {
    const register = (channel: FakeChannel) => this.#channels.add(channel);
    const post = (from: FakeChannel, data: unknown) => {
      if (this.isClosed) return;
      if (this.#browser.channelsAreClosed) throw new DOMException('Channel is closed', 'InvalidStateError');
      const { scope, message } = Object(data) as Greeting;
      // It tells the others that it is there, and is about to read what is kept.
      if (scope !== undefined && message?.isNew) this.presence(scope).begin(message.tab);
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
        // A page that has ended is told nothing more.
        if (this.isClosed || this.unopened === 'blocked') return new IDBOpenDBRequest();
        if (this.unopened) return openNewer(name, version);
        const request = this.#browser.indexedDB.open(name, version);
        this.#opening++;
        for (const type of ['success', 'error']) request.addEventListener(type, () => this.#opening--);
        request.addEventListener('success', () => this.#watch(request.result));
        if (this.pace) openLate(request, this.pace);
        return request;
      },
    };
  }

  /** What it is to the other tabs, in a scope. */
  presence(scope: string): FakePresence {
    const presence = this.#presences.get(scope) ?? new FakePresence();
    this.#presences.set(scope, presence);
    return presence;
  }

  /** Whether something of it is under way in the database. */
  get isBusy(): boolean {
    return this.#transactions.size + this.#opening > 0;
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
    let isClosed = false;
    // The implementation asks again and again whether the last transaction of all has ended, and no time would pass.
    if (this.pace)
      db.close = () => {
        isClosed = true;
      };
    db.transaction = (...given) => {
      if (this.isClosed) throw new DOMException('The page has ended.', 'InvalidStateError');
      if (isClosed) throw new DOMException('The connection is closing.', 'InvalidStateError');
      const transaction = begin(...given);
      this.transactions++;
      this.#transactions.add(transaction);
      const end = () => this.#transactions.delete(transaction);
      for (const type of ['complete', 'abort']) transaction.addEventListener(type, end);
      if (this.pace) slowDown(transaction, this.pace);
      for (const presence of this.#presences.values()) presence.noteRead(transaction);
      onPut(transaction, (record) => {
        if (this.#browser.isFull) {
          transaction.commit = () => {
            Object.assign(transaction, { error: new DOMException('The disk is full.', 'QuotaExceededError') });
            transaction.abort();
          };
          return record;
        }
        for (const tell of this.onPut) tell(record);
        return this.#browser.faults.marksAreLost && record.state === 'sent' ? { ...record, state: 'queued' } : record;
      });
      return transaction;
    };
  }
}

/** What a tab is to the others of a scope. */
export class FakePresence {
  /** What it was known by, in the order of time: it is another after each sleep. */
  readonly ids: string[] = [];
  /** It has told the others what it is known by since it was opened, or woke. */
  isKnown = false;
  /** What it reads of what is kept in the turn in which it tells the others that it is there: when all is read, it knows what there is. */
  #reads: { left: number; isOver: boolean } | undefined;

  /** Whether it has read what is kept since it was opened, or woke. */
  get hasRead(): boolean {
    return !!this.#reads?.isOver && !this.#reads.left;
  }

  begin(id: string): void {
    this.ids.push(id);
    this.isKnown = true;
    const reads = { left: 0, isOver: false };
    this.#reads = reads;
    setImmediate(() => {
      // What it reads later is about something else.
      reads.isOver ||= reads.left > 0;
    });
  }

  /** It sleeps. */
  end(): void {
    this.isKnown = false;
    this.#reads = undefined;
  }

  noteRead(transaction: IDBTransaction): void {
    const reads = this.#reads;
    if (!reads || reads.isOver) return;
    const end = () => {
      reads.isOver = true;
      reads.left--;
    };
    onRead(transaction, () => {
      reads.left++;
      // What was read is known when the transaction is complete.
      transaction.addEventListener('complete', end);
    });
  }
}

/** Opens a database that is of a newer version. */
function openNewer(name: string, version: number = 1): IDBOpenDBRequest {
  const databases = new IDBFactory();
  databases.open(name, version + 1);
  return databases.open(name, version);
}

function onPut(transaction: IDBTransaction, change: (record: Partial<KeptRecord>) => Partial<KeptRecord>): void {
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

function onRead(transaction: IDBTransaction, work: () => void): void {
  const open = transaction.objectStore.bind(transaction);
  transaction.objectStore = (name) => {
    const store = open(name);
    const read = store.getAll.bind(store);
    store.getAll = (...given) => {
      work();
      return read(...given);
    };
    return store;
  };
}

/** A disk that takes its time: first to read, and then to do all that a transaction writes, in one go. */
function slowDown(transaction: IDBTransaction, { read, write }: Pace): void {
  const raw = transaction as unknown as RawTransaction;
  const start = raw._start.bind(raw);
  const done = new Set<string>();
  raw._start = () => {
    const phase = raw._state === 'committing' ? 'write' : 'read';
    if (raw._state === 'finished' || done.has(phase)) return start();
    done.add(phase);
    // The others wait from now on.
    raw._started = true;
    outside(() => setTimeout(start, phase === 'write' ? write : read));
  };
}

/** A disk that takes its time to open a database, too. */
function openLate(request: IDBOpenDBRequest, { read }: Pace): void {
  const tell = request.dispatchEvent.bind(request);
  request.dispatchEvent = (event) => {
    if (event.type !== 'success') return tell(event);
    outside(() => setTimeout(() => tell(event), read));
    return true;
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
