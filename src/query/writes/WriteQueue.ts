import { gateOf, type Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { APIUserAbortError, ScenarioError } from '../../http/errors.ts';
import type { Turn } from '../../http/Turn.ts';
import type { Change, MemberChange } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import type { MemberKind } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { MAX_IDS } from '../../ledger/planNext.ts';
import { isProvisional } from '../../ledger/provisionalId.ts';
import { remainingOf } from '../../ledger/remainingOf.ts';
import type { WriteRequest } from '../../ledger/WriteRequest.ts';
import type { OutboxLink } from '../OutboxLink.ts';
import { ActiveClients } from './ActiveClients.ts';
import { isUncertain, statusOf } from './errorPolicy.ts';
import { GateTurns } from './GateTurns.ts';
import { NetworkStatus } from './NetworkStatus.ts';
import type { QueueEvents } from './QueueEvents.ts';
import { RestoredChanges, SECOND_LOOK } from './RestoredChanges.ts';
import { ServerCheck } from './ServerCheck.ts';
import { type SettledElsewhere, Settlement } from './Settlement.ts';
import { sendRequest } from './sendRequest.ts';
import { sleep } from './sleep.ts';
import { TAKEN_OVER } from './unlessTaken.ts';
import { untilAnswered } from './untilAnswered.ts';
import { WriteRecovery } from './WriteRecovery.ts';

/**
 * Sends the pending changes: one request at a time for one collection, different collections side by side.
 *
 * A spent limit is waited for. A request is put together when the client's gate lets it in, so that what was asked for meanwhile goes
 * along and what was discarded does not.
 */
export class WriteQueue {
  readonly network: NetworkStatus = new NetworkStatus();
  readonly turns: GateTurns;
  #clients = new ActiveClients();
  readonly #ledger: Ledger;
  readonly #events: QueueEvents;
  readonly #settlement: Settlement;
  readonly #recovery: WriteRecovery;
  readonly #restored: RestoredChanges;
  readonly #running = new Set<CollectionQueue>();
  /** The requests on the wire. */
  readonly #sending = new Set<AbortController>();
  #link: OutboxLink | undefined;
  /** Collections whose copy cannot count what was learned of their members since a time. */
  readonly #outdated = new Map<string, number>();
  #isScheduled = false;
  /** The server has answered what was asked before a create since the page was opened, or woke. */
  #isReached = false;

  constructor(ledger: Ledger, events: QueueEvents) {
    this.#ledger = ledger;
    this.#events = events;
    this.turns = new GateTurns(ledger, events);
    const flush = () => events.flush();
    this.#settlement = new Settlement(ledger, flush);
    const check = new ServerCheck(ledger, this.network, this.#settlement, flush);
    this.#recovery = new WriteRecovery(ledger, this.network, events, check, this.#settlement);
    this.#restored = new RestoredChanges(ledger, this.network, events, check, this.#settlement);
  }

  get clients(): ActiveClients {
    return this.#clients;
  }

  /** An outbox has one for all QueryClients of a scope. */
  shareClients(clients: ActiveClients): void {
    this.#clients = clients;
  }

  /** Writes down what leaves from now on, and what comes of it. */
  connect(link: OutboxLink): void {
    this.#link = link;
    this.#settlement.connect(link);
  }

  /** Changes are settled together without a request of this page's: by another tab, or because there is nothing to be sent. */
  settleElsewhere(settled: readonly SettledElsewhere[]): void {
    this.#settlement.settleElsewhere(settled);
    for (const { change, error } of settled) {
      const { collectionId: id, kind, memberKind } = change;
      // Nobody knows whether it was done.
      if (error && kind === 'create') this.#events.listsUnknown();
      else if (isUncertain(error)) {
        this.readOutdated(id, this.#ledger.markUncertain({ id }));
        if (memberKind) this.#events.contentsUnknown(memberKind, id);
      }
    }
    this.schedule();
  }

  /** Whether a failure leaves it open what the server did. */
  isUncertain(error: unknown): boolean {
    return isUncertain(error);
  }

  /** A request of another tab's is over, and nothing was accepted. */
  endElsewhere(queue: CollectionQueue, error: unknown): void {
    if (queue.inFlight && isUncertain(error))
      this.#ledger.forgetMemberships(queue, queue.inFlight, this.#ledger.markUncertain(queue));
    this.#ledger.releaseDeferredRead(queue);
  }

  /** The server has accepted a request of another tab's. */
  acceptElsewhere(queue: CollectionQueue, request: WriteRequest, copy: Collection | undefined): void {
    // The session of one tab is that of all.
    this.#clients.trust();
    this.#ledger.accept(queue, request, copy);
    this.#events.flush();
    this.#noteUnlisted(queue, request);
    for (const kind of queue.takeKindsToRefetch()) this.#events.contentsUnknown(kind, queue.id);
    this.schedule();
  }

  /** The page has slept: what became of the requests that were on the wire is asked at once. */
  askAgain(): void {
    this.#isReached = false;
    for (const abort of this.#sending) abort.abort();
  }

  /** The promise of a change: settles once, with its own result. */
  promiseOf(change: Change): Promise<Collection | undefined> {
    return this.#settlement.promiseOf(change);
  }

  /** Takes back changes that are not on the wire; with a create, whatever waits for its id. */
  discard(...changes: readonly Change[]): void {
    this.#settlement.discard(changes);
    this.schedule();
  }

  /** Whether a change leaves, whole and with nothing beside it, as soon as it is ready. */
  isNext(change: Change): boolean {
    const queue = this.#ledger.queues.get(change.collectionId);
    return (
      queue?.changes[0] === change &&
      queue.changes.length === 1 &&
      !queue.inFlight &&
      change.total <= MAX_IDS &&
      !change.mayHaveBeenSent &&
      this.network.isOnline() &&
      !!this.#clients.senderFor(undefined) &&
      this.#isItsTurn(queue)
    );
  }

  /** Sends what waits, of every collection, as soon as all that was asked for together is there. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const queue of this.#ledger.queues.values()) if (!this.#running.has(queue)) void this.#run(queue);
    });
  }

  /** Reads a collection whose copy is from before a time, unless a write is about to tell. */
  readOutdated(id: string, since: number): void {
    this.#outdated.set(id, since);
    queueMicrotask(() => this.#readOutdatedNow(id));
  }

  #readOutdatedNow(id: string): void {
    const since = this.#outdated.get(id);
    const queue = this.#ledger.queues.get(id);
    if (since === undefined || (queue && this.#running.has(queue))) return;
    this.#outdated.delete(id);
    const row = this.#ledger.entities.collections.materialize(id);
    const client = this.#clients.senderFor(undefined);
    if (client && row?.copy && row.asOf < since) void this.#recovery.readRepair(client, id);
  }

  async #run(queue: CollectionQueue): Promise<void> {
    const { create } = queue;
    const sender = () => this.#clients.senderFor(queue.changes[0]?.sender);
    let client: Scenario | undefined;
    this.#running.add(queue);
    try {
      do client = sender();
      while (await this.#step(queue, client));
    } catch (error) {
      if (error !== TAKEN_OVER) {
        if (statusOf(error) !== 401) throw error;
        // A session that has ended did nothing. What may have been sent before may be in what is read until somebody may ask.
        if (!queue.unverified.length) {
          this.#ledger.releaseDeferredRead(queue);
          this.#link?.cleared(queue.changes);
        }
        this.#events.flush();
        // What is kept waits for another session, or for a read to show that this one is back. What is asked for behind it would ask nobody.
        if (client === sender())
          await this.#clients.untilTrusted(
            (asked) => asked.collectionId === queue.id || asked.kind === queue.create?.kind,
          );
      }
      this.schedule();
    } finally {
      this.#running.delete(queue);
      for (const kind of queue.takeKindsToRefetch()) this.#events.contentsUnknown(kind, queue.id);
      // What was kept for it may be let go of.
      if (this.#ledger.releaseIfEmpty(queue) && !this.#ledger.queues.size) this.#events.flush();
      this.#readOutdatedNow(queue.id);
      // The next create waits for this one, whatever has become of it.
      if (create && queue.create !== create) this.schedule();
    }
  }

  /** Does what is next for a collection. False: there is nothing to be done by now. */
  async #step(queue: CollectionQueue, client: Scenario | undefined): Promise<boolean> {
    // Nobody is there yet who could send what an earlier page has left. What waits for a create that has failed waits for its retry.
    if (!client || (isProvisional(queue.id) && !queue.create)) return false;
    // Another tab's request is on its way: two answers could be taken in the wrong order.
    if (queue.inFlight?.settles.some(({ isReady }) => !isReady)) return false;
    const restored = queue.unverified;
    if (restored.length) {
      await this.#restored.verify(client, queue);
      this.#link?.cleared(restored.filter((change) => queue.changes.includes(change)));
    }
    if (!this.#isItsTurn(queue)) return false;
    const { noops, unproven, request } = this.#ledger.plan(queue);
    if (restored.length) void this.#lookAgain(queue, new Set([...restored, request].map((sent) => sent?.memberKind)));
    // What needs no request needs no network. What is left may wait for something else by now.
    if (noops.length) await this.#settleNoops(client, queue, noops);
    else if (!request && !unproven.length) return false;
    else if (!this.network.isOnline() || (queue.create?.isShared && !this.#isReached))
      await this.#untilOnline(client, queue);
    else if (request) await this.#sendInTurn(queue, request);
    else await this.#recovery.verifyNoops(client, queue, unproven);
    return true;
  }

  async #untilOnline({ collections }: Scenario, queue: CollectionQueue): Promise<void> {
    const { create } = queue;
    if (!create) return this.network.untilOnline();
    // A network that is just back may lose what is sent over it. All but a create can be asked about then.
    const ping = async () => {
      await this.network.untilOnline();
      // A spent limit is an answer, too: the create waits for it where that is shown.
      if (queue.create === create) await collections.list({ pageSize: 1 }, { maxWait: 0 });
    };
    // A refusal is an answer.
    await untilAnswered(ping).catch(() => undefined);
    this.#isReached = true;
  }

  /** Of changes of the same items another tab may have taken back the last: that is asked as before a request. */
  async #settleNoops(client: Scenario, queue: CollectionQueue, changes: readonly MemberChange[]): Promise<void> {
    const ids = remainingOf(changes);
    const total = changes.reduce((sum, { remaining }) => sum + remaining.size, 0);
    const link = total > ids.assets.size + ids.models.size ? this.#link : undefined;
    const giveUp = (error: unknown) => this.#settlement.giveUp(queue, changes, error);
    const request = { kind: 'verify', callers: changes, settles: changes } as const;
    if (!link || (await link.beforeSend(request, '').catch(giveUp)))
      await this.#recovery.settleNoops(client, queue, changes);
    link?.cleared(changes);
  }

  /** The server may be at what an earlier page has sent, or one before it: if it does that after what is sent or found now, nobody is told. */
  async #lookAgain({ id }: CollectionQueue, kinds: ReadonlySet<MemberKind | undefined>): Promise<void> {
    await sleep(SECOND_LOOK);
    this.readOutdated(id, this.#ledger.entities.clock.tick());
    for (const kind of kinds) if (kind) this.#events.contentsUnknown(kind, id);
  }

  /** Creates go in the order in which they were asked for: side by side, the server may list them the other way round. */
  #isItsTurn(queue: CollectionQueue): boolean {
    if (!queue.create) return true;
    for (const other of this.#ledger.queues.values()) {
      if (other === queue) break;
      if (other.create?.isReady && this.#clients.senderFor(other.create.sender)) return false;
    }
    return true;
  }

  async #sendInTurn(queue: CollectionQueue, planned: WriteRequest): Promise<void> {
    const client = this.#senderOf(planned);
    const taken = this.turns.take(queue, gateOf(client));
    let request: WriteRequest | undefined = planned;
    try {
      const entering = this.turns.enter(taken);
      // Awaiting a place that is had already would let the request leave a tick later.
      if (entering) {
        await entering;
        // All that was found before it waited is looked at anew: what woke with the page may have been sent by another.
        const isFree = !queue.unverified.length && this.#isItsTurn(queue) && this.network.isOnline();
        request = isFree ? this.#ledger.plan(queue).request : undefined;
        if (request && this.#senderOf(request) !== client) request = undefined;
      }
    } catch (error) {
      this.turns.leave(queue, taken);
      return this.#overdue(queue, taken.since, error);
    }
    try {
      if (request) await this.#send(queue, request, client, taken.turn);
    } finally {
      this.turns.leave(queue, taken);
    }
  }

  #senderOf({ callers }: WriteRequest): Scenario {
    return this.#clients.senderFor(callers[0]?.sender) as Scenario;
  }

  /** The limit was waited for as long as it may be. What was asked for later goes on waiting. */
  #overdue(queue: CollectionQueue, since: number, error: unknown): void {
    const { request } = this.#ledger.plan(queue);
    const callers = request?.callers.filter(({ begunAt }) => begunAt <= since);
    if (callers?.length) this.#settlement.fail(queue, { ...request, callers } as WriteRequest, error);
  }

  async #send(queue: CollectionQueue, request: WriteRequest, client: Scenario, turn: Turn): Promise<void> {
    this.#ledger.markSent(queue, request);
    // As long as it is being written down, what is read cannot hold it.
    if (this.#link) queue.excludeFromReads(1);
    this.#events.notify();
    let copy: Collection | undefined;
    let wasLost = false;
    const abort = new AbortController();
    const newestKnown = queue.newestKnownAtSend;
    const isWanted = () => request.settles.some((change) => queue.changes.includes(change));
    // The page has slept since: another tab may be about to send it.
    const isTaken = () => request.settles.some(({ isReady }) => !isReady);
    try {
      if (this.#link && !(await this.#link.beforeSend(request, newestKnown))) {
        // It may be another tab's by now that is on its way.
        if (queue.inFlight === request) this.#ledger.releaseDeferredRead(queue);
        return this.#events.flush();
      }
      // It leaves only now: what was read as it was written down was known before.
      if (this.#link) this.#ledger.markSent(queue, request, queue.inFlight === request ? undefined : newestKnown);
      this.#sending.add(abort);
      copy = await sendRequest(client, queue.id, request, {
        onAttempt: (lost) => {
          wasLost = lost;
          // Nothing of a user who has signed out leaves as the next one's.
          if (!isWanted() || isTaken()) throw new APIUserAbortError();
        },
        signal: abort.signal,
        turn,
      });
      this.#clients.trust();
    } catch (thrown) {
      if (abort.signal.aborted || (isWanted() && isTaken())) {
        for (const change of request.settles)
          change.markMayHaveBeenSent(true, newestKnown, request.memberKind && request.ids);
        this.#ledger.markUncertain(queue);
        return;
      }
      // The client sends a remove again by itself when an answer is lost, and an add only where nothing was done.
      const mayBeDone = wasLost && !(request.memberKind && request.isAdd);
      if (!isWanted()) {
        const end = this.#ledger.markUncertain(queue);
        this.#ledger.releaseDeferredRead(queue);
        this.readOutdated(queue.id, end);
      } else if (turn.isRefused && !mayBeDone) {
        // A refusal by the limit did nothing: the request is put together anew when its time has come.
        this.#ledger.releaseDeferredRead(queue);
      } else {
        // A user's `bearerAuth` may throw nothing at all.
        const error = thrown ?? new ScenarioError('The request was not sent, and nothing says why.');
        if (this.#link && statusOf(error) === 401 && !mayBeDone) throw error;
        await this.#recovery.failed(client, queue, request, error, mayBeDone);
      }
      // What was read meanwhile counts from now on.
      this.#events.flush();
      return this.#link?.cleared(request.settles);
    } finally {
      this.#sending.delete(abort);
    }
    // Nobody can tell whether what the next one has read meanwhile holds it, or by dates alone which of two writes at once the server has done last.
    const isOpen = !isWanted() || queue.inFlight !== request;
    this.#settlement.accept(queue, request, copy);
    if (isOpen) this.readOutdated(queue.id, this.#ledger.entities.clock.tick());
    this.#noteUnlisted(queue, request);
  }

  /** Members that no cached list knows, or whose place in one nobody knows, can be shown only after a read. */
  #noteUnlisted(queue: CollectionQueue, request: WriteRequest): void {
    if (!request.memberKind || !request.isAdd) return;
    const { memberKind: kind, ids } = request;
    const { entities } = this.#ledger;
    const isUnlisted = (id: string) =>
      !entities.table(kind).materialize(id)?.copy || entities.inserts.isMissing({ kind, id, collectionId: queue.id });
    if (!ids.some(isUnlisted)) return;
    queue.refetchLater(kind);
    // A page that ends before that leaves a cache that says so.
    this.#events.contentsUnknown(kind, queue.id, true);
  }
}
