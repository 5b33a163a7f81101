import type { Outbox } from '../query/Outbox.ts';
import type { OutboxLink } from '../query/OutboxLink.ts';
import type { ConnectableOutbox, ScenarioStore } from '../query/ScenarioStore.ts';
import { IndexedDBStore } from './IndexedDBStore.ts';
import { inTime } from './inTime.ts';
import { localTabs } from './localTabs.ts';
import { isSince } from './lookups.ts';
import type { Envelope } from './messages.ts';
import { need } from './need.ts';
import { UNTOLD } from './OpenOutbox.ts';
import type { OutboxHost } from './OutboxHost.ts';
import { ANY_SCOPE, type OutboxRecord, SIGN_OUT, VERSION } from './OutboxRecord.ts';
import { OwnStore } from './OwnStore.ts';
import type { OutboxStorage, RecordStore } from './RecordStore.ts';
import { StoreHost } from './StoreHost.ts';
import { BrowserTab, type TabTools } from './Tab.ts';
import { TabLink } from './TabLink.ts';
import type { Locks } from './TabLocks.ts';
import { withoutRoom } from './withoutRoom.ts';

type Clients = ScenarioStore['writes']['clients'];

/** Who sends, by an outbox's name and a scope. All outboxes of a page have its one lock manager. */
const clientsOf = new WeakMap<Locks | DeviceOutbox, Map<string, Clients>>();

/** Where it was said that another outbox is passed over: one that is made anew at each render would say so each time. */
const told = new WeakSet<ScenarioStore>();

/** An outbox in IndexedDB, or in a storage of the user's own: opens it once, links the pages' changes to it, and says how it is. */
export class DeviceOutbox implements ConnectableOutbox {
  readonly #name: string;
  readonly #storage: OutboxStorage | undefined;
  /** None on a server, and beside a storage of the user's own. */
  readonly #tools: Partial<TabTools> | undefined;
  readonly #report: (problem: Error) => void;
  readonly #links: (readonly [scope: string, link: TabLink])[] = [];
  readonly #reported = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #openLocal = localTabs();
  #store: Promise<RecordStore | undefined> | undefined;
  status: Outbox['status'] = 'starting';
  problem: Error | undefined;

  constructor(name: string, storage: OutboxStorage | undefined, onProblem: ((problem: Error) => void) | undefined) {
    this.#name = name;
    this.#storage = storage;
    const warn = (problem: Error) => console.warn(problem.message, problem.cause ?? '');
    // An `onProblem` that throws must not lose a change.
    this.#report = (problem) => void (async () => (onProblem ?? warn)(problem))().catch(() => warn(problem));
    if (storage) return;
    if (typeof window === 'undefined' && typeof indexedDB === 'undefined') {
      this.status = 'memory';
      this.#store = Promise.resolve(undefined);
      return;
    }
    // Taken now: in tests, the globals may be another page's later.
    this.#tools = {
      locks: globalThis.navigator?.locks,
      Channel: globalThis.BroadcastChannel,
      listen: globalThis.addEventListener,
    };
    void this.#opened();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async clear(scope?: string): Promise<void> {
    need(scope === undefined || typeof scope === 'string', '`scope` has to be a string');
    const at = Date.now();
    const isIts = (its: unknown) => scope === undefined || its === scope;
    for (const [its, link] of this.#links) if (isIts(its)) link.clear(at);
    let channel: BroadcastChannel | undefined;
    try {
      channel = this.#tools?.Channel && new this.#tools.Channel(this.#name);
    } catch {
      // A browser that refuses a channel has no other page that hears it.
    }
    let keys: readonly number[] = [];
    const tell = (when: { at: number } | { before: number }) => {
      try {
        channel?.postMessage({
          outbox: VERSION,
          scope,
          message: { type: 'dropped', keys, ...when },
        } satisfies Envelope);
      } catch (error) {
        this.#onProblem(UNTOLD, error);
      }
    };
    // Each change is told by itself before, as far as it is known here.
    await undefined;
    tell({ at });
    // Who was asleep as that was told, or is opened now, would take what it asks for from here on for older, where it sleeps as this ends.
    if (channel)
      channel.onmessage = ({ data }: MessageEvent<unknown>) =>
        Object(Object(data).message).isNew && tell({ before: at });
    const store = await this.#opened();
    const signOut = { version: VERSION, scope: scope ?? ANY_SCOPE, of: SIGN_OUT, at } as const;
    const edit = (found: readonly unknown[], hasRoom: boolean) => {
      // Unreadable records go as well: they are some user's. What was asked for since the sign-out stays.
      keys = found.flatMap((record) => {
        const { key, scope: its, submittedAt } = Object(record) as Partial<OutboxRecord>;
        return isIts(its) && !isSince(Number(submittedAt), at + 1) && Number.isSafeInteger(key) ? (key as number) : [];
      });
      return { remove: keys, put: channel && hasRoom ? [signOut] : [] };
    };
    try {
      if (store) await withoutRoom(store, edit);
      tell({ before: at });
    } finally {
      channel?.close();
    }
  }

  connect(store: ScenarioStore): OutboxLink | undefined {
    const { outbox, scope, writes } = store;
    if (outbox && outbox !== this && !told.has(store)) {
      told.add(store);
      this.#onProblem('is passed over: a QueryClient stays with its first one');
    }
    if (outbox) return undefined;
    // All QueryClients of a scope send with the client that came last: of one that has left the screen, its own client may be of a session that has
    // ended, or of another user.
    const page = this.#tools?.locks ?? this;
    const clients = clientsOf.get(page) ?? new Map<string, Clients>();
    const name = JSON.stringify([this.#name, scope]);
    writes.shareClients(clients.get(name) ?? writes.clients);
    clientsOf.set(page, clients.set(name, writes.clients));
    return this.connectHost(new StoreHost(store));
  }

  connectHost(host: OutboxHost): OutboxLink {
    const link: TabLink = new TabLink(host, {
      store: this.#opened(),
      tabOf: (events) =>
        this.#tools
          ? new BrowserTab(this.#tools as TabTools, this.#name, host.scope, events)
          : this.#storage && this.#openLocal(host.scope, events),
      onKept: () => this.#setStatus('ready'),
      onLost: (what, cause) => this.#onProblem(what, cause, 'memory'),
      onProblem: (what, cause) => this.#onProblem(what, cause),
    });
    this.#links.push([host.scope, link]);
    return link;
  }

  #opened(): Promise<RecordStore | undefined> {
    this.#store ??= this.#open();
    return this.#store;
  }

  async #open(): Promise<RecordStore | undefined> {
    const onLost = (cause: unknown) =>
      this.#onProblem('keeps nothing, so that changes live as long as the page', cause, 'memory');
    const shared = new IndexedDBStore(this.#name, onLost);
    const open = () => (this.#storage ? OwnStore.open(this.#storage) : this.#openShared(shared, this.#tools));
    try {
      // Once more, as any write: a database may be locked for a moment, and a browser may have lost its own.
      const store = await inTime(open().catch(open));
      // A scope that was connected before, when it could not be opened, still keeps nothing.
      if (this.status === 'starting') this.#setStatus('ready');
      return store;
    } catch (error) {
      // The next `clear()` or newly connected scope tries again.
      this.#store = undefined;
      onLost(error);
      return undefined;
    }
  }

  async #openShared(store: IndexedDBStore, { locks, Channel }: Partial<TabTools> = {}): Promise<RecordStore> {
    if (typeof indexedDB === 'undefined') throw new Error('There is no IndexedDB.');
    // Without them two tabs would send one change.
    if (!locks) throw new Error('There are no Web Locks: is this page served over HTTPS?');
    if (!Channel) throw new Error('There is no BroadcastChannel.');
    return store.open();
  }

  #onProblem(what: string, cause?: unknown, status = this.status): void {
    const reason = cause instanceof Error ? ` ${cause.message}` : '';
    const problem = new Error(`scenario-react/outbox ${what}.${reason}`, { cause });
    this.#setStatus(status, problem);
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#report(problem);
  }

  #setStatus(status: Outbox['status'], problem?: Error): void {
    if (status === this.status && !problem) return;
    this.status = status;
    this.problem = problem ?? this.problem;
    // A listener that throws must not lose a change.
    for (const listener of this.#listeners) queueMicrotask(listener);
  }
}
