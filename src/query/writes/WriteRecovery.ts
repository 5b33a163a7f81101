import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import type { MemberChange } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import { MEMBER_KINDS, type MemberKind, memberKinds } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { remainingOf } from '../../ledger/remainingOf.ts';
import type { MemberWrite, WriteRequest } from '../../ledger/WriteRequest.ts';
import { concernsEveryone, isUncertain, mayBeMembership, statusOf } from './errorPolicy.ts';
import { FIRST_WAIT } from './longerWait.ts';
import type { NetworkStatus } from './NetworkStatus.ts';
import type { QueueEvents } from './QueueEvents.ts';
import { hasArrived } from './RestoredChanges.ts';
import type { ServerCheck } from './ServerCheck.ts';
import type { Settlement } from './Settlement.ts';
import { provesApplied } from './sendRequest.ts';
import { sleep } from './sleep.ts';
import { TAKEN_OVER, unlessTaken } from './unlessTaken.ts';
import { untilAnswered } from './untilAnswered.ts';

/**
 * What becomes of a request that was not accepted, and of what may need none.
 *
 * | a request is | then |
 * | --- | --- |
 * | refused, an id may be in (or out) already | get-bulk tells; what is as wanted is dropped, the rest is sent again |
 * | refused, several callers | each caller's part is sent alone; where nobody would be let through (401, not sent at all), all fail at once |
 * | refused, one caller | that caller's promise rejects |
 * | without an answer, or refused after an attempt without one | the truth is read back, what is missing is sent again; the second time in a row of all its callers it fails, and is read later |
 * | a question of those has no answer | all fail, and it is read later; with an outbox it is asked again until there is one |
 *
 * A request that a spent limit turned away comes here only after such an attempt: else `WriteQueue` waits, and plans it anew.
 */
export class WriteRecovery {
  readonly #ledger: Ledger;
  readonly #network: NetworkStatus;
  readonly #events: QueueEvents;
  readonly #check: ServerCheck;
  readonly #settlement: Settlement;
  readonly #repairing = new Set<string>();

  constructor(ledger: Ledger, network: NetworkStatus, events: QueueEvents, check: ServerCheck, settlement: Settlement) {
    this.#ledger = ledger;
    this.#network = network;
    this.#events = events;
    this.#check = check;
    this.#settlement = settlement;
  }

  /** A request has failed. `mayBeDone`: an earlier attempt of it may have been carried out. */
  async failed(
    client: Scenario,
    queue: CollectionQueue,
    request: WriteRequest,
    error: unknown,
    mayBeDone: boolean,
  ): Promise<void> {
    // What is said of the last attempt says nothing of the one before.
    if (mayBeDone || isUncertain(error)) await this.#unanswered(client, queue, request, error);
    else await this.#refused(client, queue, request, error);
  }

  async #refused(client: Scenario, queue: CollectionQueue, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, callers } = request;
    const { entities } = this.#ledger;
    const status = statusOf(error);
    // It may have overlapped what left before.
    queue.excludeFromReads(entities.clock.tick());
    if (mayBeMembership(request, status) && (await this.#hasLearned(client, queue, request)))
      return this.#events.flush();
    this.#ledger.releaseDeferredRead(queue);
    // What is gone already is as wanted, whoever has deleted it.
    if ((status === 404 || status === 410) && kind === 'delete')
      return this.#settlement.accept(queue, request, undefined);
    if (status === 404 && namesOnlyTheCollection(request)) this.#ledger.markDeleted(queue);
    if (callers.length > 1 && !concernsEveryone(status)) {
      for (const caller of callers) caller.markSendAlone();
      return this.#events.flush();
    }
    this.#settlement.fail(queue, request, error);
    // An item may be missing, or the collection: then it leaves every list.
    if (status === 404 && kind !== 'create' && !entities.isGone(queue.id))
      // The change has its own error; a collection that cannot be read either is left as it was.
      this.#check.read(client, queue.id).catch(() => undefined);
  }

  /**
   * Asks which ids are as wanted already, so that the rest can be sent. False: none is, and the refusal stands.
   *
   * The counts may have moved too, and are read beside it.
   */
  async #hasLearned(
    client: Scenario,
    queue: CollectionQueue,
    { callers, memberKind, isAdd, ids }: MemberWrite,
  ): Promise<boolean> {
    const { clock, evidence, memberships } = this.#ledger.entities;
    if (queue.isVerified(memberKind, ids, evidence.trustedSince(memberKind, queue.id))) return false;
    const at = clock.tick();
    // Somebody else may have done it, before or after the copy that is shown was read: only a newer one tells whether it counts.
    const found = await this.#check.ask(client, queue, callers, { ids: { [memberKind]: ids } });
    // One answer that does not come, or that one unknown id has spoilt for all, is no answer for each by itself.
    if (found.hasItems) queue.markVerified(memberKind, ids, at);
    this.#ledger.releaseDeferredRead(queue);
    if (found.copy) this.#ledger.reads.receive(queue.id, found.copy, found.requestedAt);
    this.#check.learn(queue, found);
    this.#events.flush();
    return ids.some((id) => memberships.isIn(memberKind, id, queue.id) === isAdd);
  }

  /** Settles what needs no write. It resolves to the server's copy: where nobody knows that it is read first, and it is pending until then. */
  async settleNoops(client: Scenario, queue: CollectionQueue, changes: readonly MemberChange[]): Promise<void> {
    let copy = this.#ledger.entities.confirmed(queue.id);
    if (!copy) {
      await this.#network.untilOnline();
      const [read] = await unlessTaken(changes, () => Promise.allSettled([this.#check.read(client, queue.id)]));
      if (read.status === 'rejected') {
        this.#check.throwIfSignedOut(read.reason);
        return this.#settlement.giveUp(queue, changes, read.reason);
      }
      copy = read.value;
    }
    // Some may have been taken back meanwhile, or something else was asked for since.
    const noops = this.#ledger.plan(queue).noops.filter((change) => changes.includes(change));
    this.#ledger.settleNoops(queue, noops);
    this.#settlement.resolve(queue, noops, copy);
  }

  /** Asks whether what needs no write by what is remembered needs none: once for all of a collection's. */
  async verifyNoops(client: Scenario, queue: CollectionQueue, changes: readonly MemberChange[]): Promise<void> {
    const ids = remainingOf(changes);
    const { entities } = this.#ledger;
    // What was learned after the copy was read, that copy may not count.
    const isUncounted = memberKinds.some((kind) =>
      [...ids[kind]].some((id) => !entities.isSurelyCounted(queue.id, kind, id)),
    );
    // No write of this collection's was on its way since.
    const since = Math.max(queue.sentAt, ...changes.map(({ begunAt }) => begunAt));
    const found = await this.#check.ask(client, queue, changes, { ids, withCopy: isUncounted, since });
    if (found.copy) this.#ledger.reads.receive(queue.id, found.copy, found.requestedAt);
    if (found.hasCopy === isUncounted) this.#check.learn(queue, found);
    // A write that names it tells as well.
    this.#ledger.forgetUnproven(queue, changes);
    this.#events.flush();
  }

  async #unanswered(client: Scenario, queue: CollectionQueue, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, memberKind, callers } = request;
    const end = this.#ledger.markUncertain(queue);
    for (const caller of callers) caller.markAnswered(false);
    const isAsked = kind !== 'create' && callers.some(({ unansweredSends }) => unansweredSends < 2);
    const before = this.#ledger.entities.confirmed(queue.id);
    const ids = memberKind ? { [memberKind]: request.ids } : {};
    const found = isAsked
      ? await this.#check.ask(client, queue, callers, { ids }).catch((ended) => {
          // What another tab may have taken over meanwhile is as the outbox says.
          if (ended !== TAKEN_OVER)
            for (const change of request.settles)
              change.markMayHaveBeenSent(true, queue.newestKnownAtSend, memberKind && request.ids);
          throw ended;
        })
      : undefined;
    if (found?.hasCopy) this.#check.learn(queue, found);
    else this.#ledger.releaseDeferredRead(queue);
    if (found?.hasCopy && found.hasItems) {
      const { copy } = found;
      if (provesApplied(request, copy)) this.#settlement.accept(queue, request, copy);
      return this.#events.flush();
    }
    // What the items say counts also where the collection gave no answer: then none of it was done.
    const isUndone = found?.hasItems && !callers.some((change) => hasArrived(change, found));
    if (memberKind && !isUndone && !hasSameCounts(found?.copy, before))
      this.#ledger.forgetMemberships(queue, request, end, !!found?.copy);
    this.#settlement.fail(queue, request, error);
    if (kind === 'create') this.#events.listsUnknown();
    else void this.readRepair(client, queue.id, memberKind, FIRST_WAIT);
  }

  /** Reads a collection, with a growing wait, until the server answers. `kind`: its contents are read after that. */
  async readRepair(client: Scenario, id: string, kind?: MemberKind, firstWait: number = 0): Promise<void> {
    if (this.#repairing.has(id)) return;
    this.#repairing.add(id);
    if (firstWait) await sleep(firstWait);
    const read = async () => {
      await this.#network.untilOnline();
      // Else whoever asked has signed out, and nobody else is about to be shown it.
      const { clock, collections } = this.#ledger.entities;
      if (collections.materialize(id) || clock.isReading) await this.#check.read(client, id);
    };
    // A definite error ends the asking.
    await untilAnswered(read).catch(() => undefined);
    this.#repairing.delete(id);
    if (kind) this.#events.contentsUnknown(kind, id);
  }
}

/** Nothing else that it names can be missing. */
const namesOnlyTheCollection = (request: WriteRequest): boolean =>
  request.kind === 'delete' || (request.kind === 'update' && request.body.thumbnail === undefined);

const hasSameCounts = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && memberKinds.every((kind) => a[MEMBER_KINDS[kind].count] === b[MEMBER_KINDS[kind].count]);
