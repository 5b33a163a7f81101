import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { ScenarioError } from '../../http/errors.ts';
import type { Change } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { WriteRequest } from '../../ledger/WriteRequest.ts';
import { revivedError } from '../mutations/keptChange.ts';
import { isProvisional } from '../mutations/provisionalId.ts';
import type { KeptError, OutboxLink } from '../Outbox.ts';
import { ActiveClients } from './ActiveClients.ts';
import { statusOf } from './errorPolicy.ts';
import { NetworkStatus } from './NetworkStatus.ts';
import type { QueueEvents } from './QueueEvents.ts';
import { ServerCheck } from './ServerCheck.ts';
import { Settlement } from './Settlement.ts';
import { sendRequest } from './sendRequest.ts';
import { WriteRecovery } from './WriteRecovery.ts';

/** Sends the pending changes: one request at a time for one collection, different collections side by side. */
export class WriteQueue {
  readonly network: NetworkStatus = new NetworkStatus();
  readonly clients: ActiveClients = new ActiveClients();
  readonly #ledger: Ledger;
  readonly #events: QueueEvents;
  readonly #settlement: Settlement;
  readonly #recovery: WriteRecovery;
  readonly #running = new Set<CollectionQueue>();
  /** The requests on the wire. */
  readonly #sending = new Set<AbortController>();
  #link: OutboxLink | undefined;
  #isScheduled = false;

  constructor(ledger: Ledger, events: QueueEvents) {
    this.#ledger = ledger;
    this.#events = events;
    const flush = () => events.flush();
    const check = new ServerCheck(ledger, flush);
    this.#settlement = new Settlement(ledger, check, flush);
    this.#recovery = new WriteRecovery(ledger, this.network, events, check, this.#settlement);
  }

  /** Writes down what leaves from now on, and what comes of it. */
  connect(link: OutboxLink): void {
    this.#link = link;
    this.#settlement.connect(link);
  }

  /** A change is settled by another tab. */
  settleElsewhere(
    change: Change,
    result: { readonly value: Collection | undefined } | { readonly error: KeptError },
  ): void {
    this.#settlement.settleElsewhere(change, 'error' in result ? { error: revivedError(result.error) } : result);
    // It may have been made even so.
    if ('error' in result && change.kind === 'create') this.#events.listsUnknown();
    this.schedule();
  }

  /** The server has accepted a request of another tab's. */
  acceptElsewhere(queue: CollectionQueue, request: WriteRequest, copy: Collection | undefined): void {
    this.#noteUnlisted(queue, request);
    this.#ledger.accept(queue, request, copy);
    this.#events.flush();
    for (const kind of queue.takeKindsToRefetch()) this.#events.contentsUnknown(kind, queue.id);
    this.schedule();
  }

  /** The page has slept: what became of the requests that were on the wire is asked at once. */
  askAgain(): void {
    for (const abort of this.#sending) abort.abort();
  }

  /** The promise of a change: settles once, with its own result. */
  promiseOf(change: Change): Promise<Collection | undefined> {
    return this.#settlement.promiseOf(change);
  }

  /** Takes back a change that is not on the wire; with a create, whatever waits for its id. */
  discard(change: Change): void {
    this.#settlement.discard(change);
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

  async #run(queue: CollectionQueue): Promise<void> {
    this.#running.add(queue);
    try {
      while (await this.#step(queue));
    } finally {
      this.#running.delete(queue);
      for (const kind of queue.takeKindsToRefetch()) this.#events.contentsUnknown(kind, queue.id);
      this.#ledger.releaseIfEmpty(queue);
      // What was kept for it may be let go of.
      if (!this.#ledger.queues.size) this.#events.flush();
    }
  }

  /** Does what is next for a collection. False: there is nothing to be done by now. */
  async #step(queue: CollectionQueue): Promise<boolean> {
    const client = this.clients.senderFor(queue.changes[0]?.sender);
    // Nobody is there yet who could send what an earlier page has left. What waits for a create that has failed waits for its retry.
    if (!client || (isProvisional(queue.id) && !queue.create)) return false;
    if (queue.changes.some(({ mayHaveBeenSent }) => mayHaveBeenSent))
      try {
        await this.#recovery.verifyRestored(client, queue);
      } catch (error) {
        if (statusOf(error) !== 401) throw error;
        this.#events.flush();
        await this.clients.untilTrusted(client);
        return true;
      }
    const { noops, request } = this.#ledger.plan(queue);
    const sender = this.clients.senderFor(request?.callers[0]?.sender) ?? client;
    // What needs no request needs no network. What is left may wait for something else by now.
    if (noops.length) this.#settlement.resolve(client, queue, this.#ledger.settleNoops(queue, noops));
    else if (!request) return false;
    else if (this.network.isOnline()) await this.#send(queue, request, sender);
    else await this.network.untilOnline();
    return true;
  }

  async #send(queue: CollectionQueue, request: WriteRequest, client: Scenario): Promise<void> {
    this.#ledger.markSent(queue, request);
    this.#events.notify();
    let copy: Collection | undefined;
    let wasLost = false;
    const abort = new AbortController();
    const since = queue.newestKnownAtSend;
    try {
      if (this.#link && !(await this.#link.beforeSend(request, queue.newestKnownAtSend))) {
        this.#ledger.releaseDeferredRead(queue);
        return this.#events.flush();
      }
      this.#sending.add(abort);
      copy = await sendRequest(client, queue.id, request, {
        onAttempt: (lost) => {
          wasLost = lost;
        },
        signal: abort.signal,
      });
    } catch (thrown) {
      if (abort.signal.aborted) {
        for (const change of request.settles) change.markMayHaveBeenSent(true, since);
        this.#ledger.markUncertain(queue);
        return;
      }
      // A user's `bearerAuth` may throw nothing at all.
      const error = thrown ?? new ScenarioError('The request was not sent, and nothing says why.');
      // The client sends a remove again by itself when an answer is lost, and an add only where nothing was done.
      if (this.#link && statusOf(error) === 401) return this.#untilSignedIn(queue, request, client);
      const isOpen = wasLost && !(request.memberKind && request.isAdd);
      await this.#recovery.failed(client, queue, request, error, isOpen);
      return this.#link?.cleared(request.settles);
    } finally {
      this.#sending.delete(abort);
    }
    this.#noteUnlisted(queue, request);
    this.#settlement.accept(client, queue, request, copy);
  }

  /** A session that has ended did nothing: what is kept waits for another, or for a read to show that this one is back. */
  async #untilSignedIn(queue: CollectionQueue, request: WriteRequest, client: Scenario): Promise<void> {
    this.#ledger.releaseDeferredRead(queue);
    this.#link?.cleared(request.settles);
    this.#events.flush();
    await this.clients.untilTrusted(client);
  }

  /** Members that no cached list knows can be shown only after a read. */
  #noteUnlisted(queue: CollectionQueue, request: WriteRequest): void {
    if (!request.memberKind || !request.isAdd) return;
    const table = this.#ledger.entities.table(request.memberKind);
    if (request.ids.some((id) => !table.materialize(id)?.copy)) queue.refetchLater(request.memberKind);
  }
}
