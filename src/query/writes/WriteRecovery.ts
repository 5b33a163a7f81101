import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { ScenarioError } from '../../http/errors.ts';
import type { Change, ChangeOf } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import { forEachKind, MEMBER_KINDS, type MemberKind, memberKinds } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { Noops } from '../../ledger/planNext.ts';
import { updateBody } from '../../ledger/updateFields.ts';
import type { MemberWrite, WriteRequest } from '../../ledger/WriteRequest.ts';
import { concernsEveryone, isUncertain, mayBeMembership, statusOf } from './errorPolicy.ts';
import type { NetworkStatus } from './NetworkStatus.ts';
import type { QueueEvents } from './QueueEvents.ts';
import type { Found, IdsByKind, ServerCheck } from './ServerCheck.ts';
import type { Settlement } from './Settlement.ts';
import { provesApplied } from './sendRequest.ts';
import { sleep } from './sleep.ts';

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
/** So long the server may be at a request of a page that has ended, in milliseconds. */
export const SECOND_LOOK = 3_000;

const LOST_CREATE =
  'The page was closed while this collection was being created, so that nobody knows whether it was. It is not created again; look into the list.';

/** Thrown where an answer has come for a change that another tab may have taken over meanwhile: it says nothing any more. */
export const TAKEN_OVER: Error = new Error();

/**
 * What becomes of a request that was not accepted, and of the changes of an earlier page.
 *
 * | a request is | then |
 * | --- | --- |
 * | refused, an id may be in (or out) already | get-bulk tells; what is as wanted is dropped, the rest is sent again |
 * | refused, several callers | each caller's part is sent alone; where nobody would be let through (401, not sent at all), all fail at once |
 * | refused, one caller | that caller's promise rejects |
 * | without an answer | the truth is read back, what is missing is sent again; the second time in a row it fails, and is read later |
 *
 * A request that a spent limit turned away does not come here: `WriteQueue` waits, and plans it anew.
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

  /** A request has failed. `isOpen`: an earlier attempt of it may have been carried out. */
  async failed(
    client: Scenario,
    queue: CollectionQueue,
    request: WriteRequest,
    error: unknown,
    isOpen: boolean,
  ): Promise<void> {
    if (isUncertain(error)) await this.#unanswered(client, queue, request, error);
    else await this.#refused(client, queue, request, error, isOpen);
  }

  /**
   * The changes of an earlier page may have been sent by it: the truth is read before anything is sent, however often it has to be asked
   * for. Rejects where the session has ended.
   */
  async verifyRestored(client: Scenario, queue: CollectionQueue): Promise<void> {
    const { create } = queue;
    const restored = queue.unverified;
    await this.#network.untilOnline();
    if (create?.mayHaveBeenSent) await this.#verifyCreate(client, queue, create);
    if (create) return;
    const ids = forEachKind(() => new Set<string>());
    for (const { memberKind, remaining } of restored)
      if (memberKind) for (const id of remaining) ids[memberKind].add(id);
    // Until then a read may hold them already, as if they were on the wire.
    this.#ledger.markSent(queue, { kind: 'verify', callers: restored, settles: restored });
    let found = await this.#ask(client, queue, restored, ids, true);
    // Whoever has signed out meanwhile, or has taken one back, waits for nothing any more.
    const left = () => restored.filter((change) => queue.changes.includes(change));
    for (let wait = FIRST_WAIT; isUncertain(found.error) && left().length; wait = longer(wait)) {
      await sleep(wait);
      // Who has signed out in that time asks for nothing more.
      if (left().length) found = await this.#ask(client, queue, restored, ids, true);
    }
    // What is read until somebody may ask may hold them still.
    if (statusOf(found.error) === 401) throw found.error;
    if (!found.hasCopy) this.#ledger.releaseDeferredRead(queue);
    // The request may have arrived between the two answers: a copy of before it would not count it.
    if (found.hasCopy && restored.some((change) => hasArrived(change, found))) {
      const { copy, hasCopy, requestedAt } = await this.#ask(client, queue, restored, {}, true, undefined, true);
      if (hasCopy) found = { ...found, copy, requestedAt };
    }
    for (const change of restored) change.markMayHaveBeenSent(false);
    // Beside a copy from before, what is known of the items alone would settle a change that no number counts.
    if (found.hasCopy) {
      this.#check.learn(queue, found);
      this.#acceptProven(queue, left(), found.copy);
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
    this.#ledger.markSent(queue, request, create.sentSince);
    this.#events.flush();
    const found = await unlessTaken([create], () => this.#lookForCreated(client, queue, create));
    if (!queue.changes.includes(create)) return this.#ledger.releaseDeferredRead(queue);
    create.markMayHaveBeenSent(false);
    if (found) return this.#settlement.accept(queue, request, found);
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
    if (found) return found;
    // The server may be at it still, and what is read now would not show it.
    await sleep(SECOND_LOOK);
    return queue.changes.includes(create) ? this.#findCreated(client, create) : undefined;
  }

  /** The one collection of its name that was made since it was sent; undefined where there is none, or several. */
  async #findCreated(client: Scenario, { sentSince, variables }: ChangeOf<'create'>): Promise<Collection | undefined> {
    // Where nothing was known when it was sent, any could be an old one.
    if (!sentSince) return undefined;
    for (let wait = FIRST_WAIT; ; wait = longer(wait)) {
      const found: Collection[] = [];
      await this.#network.untilOnline();
      try {
        const first = await client.collections.list({ pageSize: 100 });
        for await (const { collections } of first.iterPages()) {
          const newer = collections.filter(({ createdAt }) => createdAt > sentSince);
          found.push(...newer.filter(({ name }) => name === variables.name));
          if (!newer.length) break;
        }
        return found.length === 1 ? found[0] : undefined;
      } catch (error) {
        // Whoever is signed out is told nothing, and asks again when there is another session.
        if (statusOf(error) === 401) throw error;
        if (!isUncertain(error)) return undefined;
        await sleep(wait);
      }
    }
  }

  async #refused(
    client: Scenario,
    queue: CollectionQueue,
    request: WriteRequest,
    error: unknown,
    isOpen: boolean,
  ): Promise<void> {
    const { kind, callers } = request;
    const { entities } = this.#ledger;
    const status = statusOf(error);
    if (!isOpen) queue.markRefused(this.#ledger.entities.clock.tick());
    if (mayBeMembership(request, status) && (await this.#hasLearned(client, queue, request, isOpen)))
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
    isOpen: boolean,
  ): Promise<boolean> {
    const { clock, evidence, memberships } = this.#ledger.entities;
    if (!isOpen && queue.isVerified(memberKind, ids, evidence.trustedSince(memberKind, queue.id))) return false;
    const at = clock.tick();
    // Somebody else may have done it, before or after the copy that is shown was read: only a newer one tells whether it counts.
    const found = await this.#ask(client, queue, callers, { [memberKind]: ids }, true);
    // One answer that does not come, or that one unknown id has spoilt for all, is no answer for each by itself.
    if (found.hasItems) queue.markVerified(memberKind, ids, at);
    this.#ledger.releaseDeferredRead(queue);
    if (found.copy && !isOpen) this.#ledger.reads.receive(queue.id, found.copy, found.requestedAt);
    this.#check.learn(queue, found);
    this.#events.flush();
    return ids.some((id) => memberships.isIn(memberKind, id, queue.id) === isAdd);
  }

  /** Settles what needs no write. It resolves to the server's copy: where nobody knows that it is read first, and it is pending until then. */
  async settleNoops(client: Scenario, queue: CollectionQueue, noops: Noops): Promise<void> {
    let copy = this.#ledger.entities.confirmed(queue.id);
    if (!copy) {
      await this.#network.untilOnline();
      const changes = noops.map(({ change }) => change);
      const [read] = await unlessTaken(changes, () => Promise.allSettled([this.#check.read(client, queue.id)]));
      if (read.status === 'rejected') {
        this.#throwIfSignedOut(read.reason);
        return this.#settlement.giveUp(queue, changes, read.reason);
      }
      copy = read.value;
    }
    // Some may have been taken back meanwhile, or something else was asked for since.
    this.#settlement.resolve(queue, this.#ledger.settleNoops(queue, this.#ledger.plan(queue).noops), copy);
  }

  /** Asks whether what needs no write by what is remembered needs none: once for all of a collection's. */
  async verifyNoops(client: Scenario, queue: CollectionQueue, noops: Noops): Promise<void> {
    const ids = forEachKind(() => new Set<string>());
    for (const { change, id } of noops) ids[change.memberKind].add(id);
    const { entities } = this.#ledger;
    const { evidence } = entities;
    // What was learned after the copy was read, that copy may not count.
    const isUncounted = noops.some(({ change, id }) => !entities.isSurelyCounted(queue.id, change.memberKind, id));
    // No write of this collection's was on its way since.
    const since = Math.max(queue.sentAt, ...noops.map(({ change }) => change.begunAt));
    const changes = noops.map(({ change }) => change);
    const found = await this.#ask(client, queue, changes, ids, isUncounted, since);
    if (found.copy) this.#ledger.reads.receive(queue.id, found.copy, found.requestedAt);
    if (found.hasCopy === isUncounted) this.#check.learn(queue, found);
    const isOpen = ({ change, id }: Noops[number]) =>
      evidence.provenAt(change.memberKind, id, queue.id) < change.begunAt;
    // A write that names it tells as well.
    this.#ledger.forgetNoops(queue, noops.filter(isOpen));
    this.#events.flush();
  }

  async #unanswered(client: Scenario, queue: CollectionQueue, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, memberKind, callers } = request;
    const end = this.#ledger.markUncertain(queue);
    for (const caller of callers) caller.markAnswered(false);
    const isAsked = kind !== 'create' && callers.every(({ unansweredSends }) => unansweredSends < 2);
    const before = this.#ledger.entities.confirmed(queue.id);
    const ids = memberKind ? { [memberKind]: request.ids } : {};
    const found = isAsked
      ? await this.#ask(client, queue, callers, ids, true).catch((ended) => {
          for (const change of request.settles) change.markMayHaveBeenSent(true, queue.newestKnownAtSend);
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
    if (memberKind && !hasSameCounts(found?.copy, before)) this.#ledger.forgetMemberships(queue, request, end);
    this.#settlement.fail(queue, request, error);
    if (kind === 'create') this.#events.listsUnknown();
    else void this.readRepair(client, queue.id, memberKind, FIRST_WAIT);
  }

  /** What is asked for the sake of a change that is kept is asked again when there is another session. */
  #throwIfSignedOut(error: unknown): void {
    if (this.#settlement.outlivesSession && statusOf(error) === 401) throw error;
  }

  /** Asks for the sake of some changes. Rejects if they were taken over meanwhile, or wait for another session. */
  async #ask(
    client: Scenario,
    queue: CollectionQueue,
    changes: readonly Change[],
    ids: IdsByKind,
    withCopy: boolean,
    since?: number,
    isKnown?: boolean,
  ): Promise<Found> {
    await this.#network.untilOnline();
    const found = await unlessTaken(changes, () => this.#check.ask(client, queue, ids, withCopy, since, isKnown));
    this.#throwIfSignedOut(found.error);
    return this.#ledger.isWanted(queue) ? found : { ...found, copy: undefined, hasCopy: false };
  }

  /** Reads a collection, with a growing wait, until the server answers. `kind`: its contents are read after that. */
  async readRepair(client: Scenario, id: string, kind?: MemberKind, firstWait: number = 0): Promise<void> {
    if (this.#repairing.has(id)) return;
    this.#repairing.add(id);
    for (let wait = firstWait, isKnown = false; !isKnown; wait = longer(wait)) {
      if (wait) await sleep(wait);
      await this.#network.untilOnline();
      // Whoever asked has signed out, and nobody else is about to be shown it.
      const { clock, collections } = this.#ledger.entities;
      if (!collections.materialize(id) && !clock.isReading) break;
      // A definite error ends the asking.
      isKnown = await this.#check.read(client, id).then(
        () => true,
        (error) => !isUncertain(error),
      );
    }
    this.#repairing.delete(id);
    if (kind) this.#events.contentsUnknown(kind, id);
  }
}

async function unlessTaken<T>(changes: readonly Change[], work: () => Promise<T>): Promise<T> {
  const before = changes.map(({ timesHeld }) => timesHeld);
  if (changes.every(({ isReady }) => isReady)) {
    const found = await work();
    if (changes.every(({ timesHeld }, i) => timesHeld === before[i])) return found;
  }
  throw TAKEN_OVER;
}

const longer = (wait: number): number => Math.min(wait * 2 || FIRST_WAIT, LONGEST_WAIT);

/** Whether what was found tells that a request for some of the ids of a change has been carried out. */
function hasArrived({ collectionId, isAdd, memberKind, remaining }: Change, { items, listed }: Found): boolean {
  if (!memberKind) return false;
  const isIn = (id: string) =>
    items[memberKind].some(
      (item) => item.id === id && (item.collectionIds?.includes(collectionId) || listed.has(item)),
    );
  return [...remaining].some((id) => isIn(id) === isAdd);
}

/** Nothing else that it names can be missing. */
const namesOnlyTheCollection = (request: WriteRequest): boolean =>
  request.kind === 'delete' || (request.kind === 'update' && request.body.thumbnail === undefined);

const hasSameCounts = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && memberKinds.every((kind) => a[MEMBER_KINDS[kind].count] === b[MEMBER_KINDS[kind].count]);
