import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { ScenarioError } from '../../http/errors.ts';
import type { Change, ChangeOf } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import { isLater } from '../../ledger/isLater.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { remainingOf } from '../../ledger/remainingOf.ts';
import { updateBody } from '../../ledger/updateFields.ts';
import type { WriteRequest } from '../../ledger/WriteRequest.ts';
import { statusOf } from './errorPolicy.ts';
import { WAITING } from './maxWait.ts';
import type { NetworkStatus } from './NetworkStatus.ts';
import type { QueueEvents } from './QueueEvents.ts';
import type { Found, ServerCheck } from './ServerCheck.ts';
import type { Settlement } from './Settlement.ts';
import { provesApplied } from './sendRequest.ts';
import { sleep } from './sleep.ts';
import { unlessTaken } from './unlessTaken.ts';
import { untilAnswered } from './untilAnswered.ts';

/** So long the server may be at a request of a page that has ended, in milliseconds. */
export const SECOND_LOOK = 3_000;

const LOST_CREATE =
  'The page was closed while this collection was being created: nobody knows whether it was. Look into the list.';

/** Finds out what the requests of an earlier page have done, before anything of its changes is sent. */
export class RestoredChanges {
  readonly #ledger: Ledger;
  readonly #network: NetworkStatus;
  readonly #events: QueueEvents;
  readonly #check: ServerCheck;
  readonly #settlement: Settlement;

  constructor(ledger: Ledger, network: NetworkStatus, events: QueueEvents, check: ServerCheck, settlement: Settlement) {
    this.#ledger = ledger;
    this.#network = network;
    this.#events = events;
    this.#check = check;
    this.#settlement = settlement;
  }

  /**
   * The changes of an earlier page may have been sent by it: the truth is read before anything is sent, however often it has to be asked
   * for. Rejects where the session has ended.
   */
  async verify(client: Scenario, queue: CollectionQueue): Promise<void> {
    const { create, unverified: restored } = queue;
    if (create?.mayHaveBeenSent) await this.#verifyCreate(client, queue, create);
    if (create) return;
    const ids = remainingOf(restored);
    // Until then a read may hold them already, as if they were on the wire.
    this.#ledger.markSent(queue, { kind: 'verify', callers: restored, settles: restored });
    let found = await this.#check.ask(client, queue, restored, { ids }, true);
    // What is read until somebody may ask may hold them still.
    if (statusOf(found.error) === 401) throw found.error;
    if (!found.hasCopy) this.#ledger.releaseDeferredRead(queue);
    // The request may have arrived between the two answers: a copy of before it would not count it.
    if (found.hasCopy && restored.some((change) => hasArrived(change, found))) {
      const { copy, hasCopy, requestedAt } = await this.#check.ask(client, queue, restored, { isKnown: true });
      if (hasCopy) found = { ...found, copy, requestedAt };
    }
    for (const change of restored) change.markMayHaveBeenSent(false);
    // Beside a copy from before, what is known of the items alone would settle a change that no number counts.
    if (found.hasCopy) {
      this.#check.learn(queue, found);
      // Whoever has signed out meanwhile, or has taken one back, waits for nothing any more.
      const left = restored.filter((change) => queue.changes.includes(change));
      this.#acceptProven(queue, left, found.copy);
    }
    this.#events.flush();
  }

  /** What the earlier page has sent, and was done by what the server says, is settled by that. Sent again, it could be refused. */
  #acceptProven(queue: CollectionQueue, restored: readonly Change[], copy: Collection | undefined): void {
    const updates = restored.filter((change) => change.kind === 'update');
    const deletes = restored.filter((change) => change.kind === 'delete');
    const requests: readonly WriteRequest[] = [
      { kind: 'update', body: updateBody(updates), callers: updates, settles: updates },
      { kind: 'delete', callers: deletes, settles: deletes },
    ];
    for (const request of requests)
      if (request.callers.length && provesApplied(request, copy)) this.#settlement.accept(queue, request, copy);
  }

  /** A create that may have been sent is never sent again by itself. Its collection is looked for; the one that can be it, is. */
  async #verifyCreate(client: Scenario, queue: CollectionQueue, create: ChangeOf<'create'>): Promise<void> {
    const request = { kind: 'create', callers: [create], settles: [create] } as const;
    this.#ledger.markSent(queue, request, create.newestKnownAtSend);
    this.#events.flush();
    const found = await unlessTaken([create], () => this.#lookForCreated(client, queue, create));
    if (!queue.changes.includes(create)) return this.#ledger.releaseDeferredRead(queue);
    create.markMayHaveBeenSent(false);
    // While the rest of a long list was read, another create may have been found to have made it.
    if (found && !this.#ledger.entities.ids.clientKeyOf(found.id))
      return this.#settlement.accept(queue, request, found);
    this.#ledger.releaseDeferredRead(queue);
    this.#settlement.fail(queue, request, new ScenarioError(LOST_CREATE));
    this.#events.listsUnknown();
  }

  async #lookForCreated(
    client: Scenario,
    queue: CollectionQueue,
    create: ChangeOf<'create'>,
  ): Promise<Collection | undefined> {
    const found = await this.#findCreated(client, create);
    const isRival = (other: CollectionQueue) => other !== queue && other.create && other.inFlight;
    // It may be what another create has made, whose answer is on its way.
    if (found && ![...this.#ledger.queues.values()].some(isRival)) return found;
    // The server may be at it still, and what is read now would not show it.
    await sleep(SECOND_LOOK);
    return queue.changes.includes(create) ? this.#findCreated(client, create) : undefined;
  }

  /** The one collection of its name that was made since it was sent; undefined where there is none, or several. */
  async #findCreated(
    client: Scenario,
    { newestKnownAtSend, variables }: ChangeOf<'create'>,
  ): Promise<Collection | undefined> {
    // Where nothing was known when it was sent, any could be an old one.
    if (!newestKnownAtSend) return undefined;
    const { ids } = this.#ledger.entities;
    const search = async () => {
      const found: Collection[] = [];
      await this.#network.untilOnline();
      const first = await client.collections.list({ pageSize: 100 }, WAITING);
      for await (const { collections } of first.iterPages()) {
        const newer = collections.filter(({ createdAt }) => isLater(createdAt, newestKnownAtSend));
        // Not what another create is known to have made.
        found.push(...newer.filter(({ id, name }) => name.trim() === variables.name.trim() && !ids.clientKeyOf(id)));
        if (!newer.length) break;
      }
      return found.length === 1 ? found[0] : undefined;
    };
    return untilAnswered(search).catch((error) => {
      // Whoever is signed out is told nothing, and asks again when there is another session.
      if (statusOf(error) === 401) throw error;
      return undefined;
    });
  }
}

/** Whether what was found tells that a request for some of the ids of a change has been carried out. */
export function hasArrived({ collectionId, isAdd, memberKind, remaining }: Change, { items, listed }: Found): boolean {
  if (!memberKind) return false;
  const isIn = (id: string) =>
    items[memberKind].some(
      (item) => item.id === id && (item.collectionIds?.includes(collectionId) || listed.has(item)),
    );
  return [...remaining].some((id) => isIn(id) === isAdd);
}
