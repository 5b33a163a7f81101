import type { Scenario } from '../../api/Scenario.ts';
import type { Collection, Item } from '../../api/types.ts';
import { APIUserAbortError } from '../../http/errors.ts';
import type { Change } from '../../ledger/Change.ts';
import type { CollectionQueue } from '../../ledger/CollectionQueue.ts';
import { forEachKind, type MemberKind, memberKinds } from '../../ledger/changeKinds.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import { type Read, startRead } from '../startRead.ts';
import { isUncertain, statusOf, undefinedIfNotFound } from './errorPolicy.ts';
import { FIRST_WAIT, longerWait } from './longerWait.ts';
import { WAITING } from './maxWait.ts';
import { listItems, readItems } from './memberCalls.ts';
import type { NetworkStatus } from './NetworkStatus.ts';
import type { Settlement } from './Settlement.ts';
import { collectionIn } from './sendRequest.ts';
import { sleep } from './sleep.ts';
import { unlessTaken } from './unlessTaken.ts';

/** How many ids a get-bulk takes. Source: the vendor's documentation. */
const MAX_BULK = 200;

/** Ids to be asked about, by their kind. */
export type IdsByKind = Partial<Readonly<Record<MemberKind, Iterable<string>>>>;

/** What is asked of a collection. */
export interface Question {
  /** None, by default. */
  readonly ids?: IdsByKind;
  /** Whether the collection itself is asked for, too. It is, by default. */
  readonly withCopy?: boolean;
  /**
   * An answer about the items will do that was asked for at this time or later. An item says all of its collections, so that what was asked
   * for another of them tells as well.
   */
  readonly since?: number;
  /** Somebody here has been told of the collection before. */
  readonly isKnown?: boolean;
}

/** What was found out. */
export interface Found {
  /** Undefined, although it was answered: there is no such collection. */
  readonly copy: Collection | undefined;
  readonly hasCopy: boolean;
  readonly hasItems: boolean;
  /** Why something got no answer. */
  readonly error: unknown;
  /** What was asked about and is not among them does not exist, or is nothing of ours: no collection holds it. */
  readonly asked: Readonly<Record<MemberKind, readonly string[]>>;
  readonly items: Readonly<Record<MemberKind, readonly Item[]>>;
  /** Those that do not say where they are, and are listed in its contents. */
  readonly listed: ReadonlySet<Item>;
  readonly requestedAt: number;
  /** When the items were asked for. */
  readonly itemsAt: number;
}

/** A question about items that is on its way. */
interface BulkRead {
  readonly client: Scenario;
  readonly ids: ReadonlySet<string>;
  readonly read: Read;
  readonly answer: Promise<readonly (readonly Item[])[]>;
}

/** Reads from the server what is true, for the ledger. */
export class ServerCheck {
  readonly #ledger: Ledger;
  readonly #network: NetworkStatus;
  readonly #settlement: Settlement;
  readonly #flush: () => void;
  readonly #asking = forEachKind(() => new Set<BulkRead>());

  constructor(ledger: Ledger, network: NetworkStatus, settlement: Settlement, flush: () => void) {
    this.#ledger = ledger;
    this.#network = network;
    this.#settlement = settlement;
    this.#flush = flush;
  }

  /** Throws what has ended the session: what is asked for the sake of a change that is kept is asked again when there is another. */
  throwIfSignedOut(error: unknown): void {
    if (this.#settlement.outlivesSession && statusOf(error) === 401) throw error;
  }

  /**
   * Asks for the sake of some changes: for the collection, and which of the ids it holds. What gets no answer is left out, or with
   * `isPatient` asked for again until it gets one or nobody waits for it any more; with an outbox there is time for that. Nothing takes
   * effect before `learn`. Rejects if the changes were taken over meanwhile, or wait for another session.
   */
  async ask(
    client: Scenario,
    queue: CollectionQueue,
    changes: readonly Change[],
    question: Question,
    isPatient: boolean = this.#settlement.outlivesSession,
  ): Promise<Found> {
    const isWanted = () => changes.some((change) => queue.changes.includes(change));
    let found: Found;
    for (let wait = FIRST_WAIT; ; wait = longerWait(wait)) {
      await unlessTaken(changes, async () => this.#network.untilOnline());
      found = await unlessTaken(changes, () => this.#askOnce(client, queue, question));
      this.throwIfSignedOut(found.error);
      if (!isPatient || !isUncertain(found.error) || !isWanted()) break;
      // A page that sleeps meanwhile may wake with more to be asked about.
      await unlessTaken(changes, () => sleep(wait));
      if (!isWanted()) break;
    }
    // The user who asked may have signed out: the next user is shown only what was read since.
    return isWanted() || this.#hasRow(queue.id) ? found : { ...found, copy: undefined, hasCopy: false };
  }

  async #askOnce(
    client: Scenario,
    queue: CollectionQueue,
    { ids = {}, withCopy = true, since = Infinity, isKnown = false }: Question,
  ): Promise<Found> {
    const { entities } = this.#ledger;
    const isKnownHere = () => isKnown || !!entities.confirmed(queue.id);
    const read = startRead(entities.clock, WAITING, isKnownHere, (stamp) => {
      // The user has signed out: there is nothing to be found out any more.
      if (!this.#ledger.isWanted(queue)) throw new APIUserAbortError();
      // All of it is as old as what has left first.
      if (!read.hasLeft) stamp();
    });
    const gone = (error: unknown) => {
      undefinedIfNotFound(error);
      // What does not exist needs no other answer.
      this.#ledger.resolveUncertain(queue, undefined, read.absentSince);
      this.#flush();
      return undefined;
    };
    const asked: Record<MemberKind, readonly string[]> = { ...forEachKind(() => []) };
    const items: Record<MemberKind, readonly Item[]> = { ...forEachKind(() => []) };
    const listed = new Set<Item>();
    let itemsAt = Infinity;
    const askItems = async (kind: MemberKind): Promise<void> => {
      const wanted = [...(ids[kind] ?? [])];
      if (!wanted.length) return;
      const isTold = (other: BulkRead) =>
        other.client === client && other.read.requestedAt >= since && wanted.every((id) => other.ids.has(id));
      const asking = [...this.#asking[kind]].find(isTold) ?? {
        client,
        ids: new Set(wanted),
        read,
        answer: Promise.all(batches(wanted).map((batch) => readItems(client, kind, batch, read))),
      };
      this.#asking[kind].add(asking);
      try {
        items[kind] = (await asking.answer).flat().filter(({ id }) => wanted.includes(id));
        itemsAt = Math.min(itemsAt, asking.read.requestedAt);
      } finally {
        this.#asking[kind].delete(asking);
      }
      asked[kind] = wanted;
      // Of a model the API may leave out where it is. The contents tell.
      const unknown = new Map(items[kind].flatMap((item) => (item.collectionIds ? [] : [[item.id, item]])));
      if (!unknown.size) return;
      for await (const { id } of listItems(client, kind, queue.id, read)) {
        const item = unknown.get(id);
        if (item) listed.add(item);
        unknown.delete(id);
        if (!unknown.size) break;
      }
    };
    const [copy, ...members] = await Promise.allSettled([
      withCopy ? collectionIn(client.collections.retrieve(queue.id, read)).catch(gone) : Promise.reject(),
      ...memberKinds.map(askItems),
    ]);
    entities.endRead(read.requestedAt);
    return {
      copy: copy.status === 'fulfilled' ? copy.value : undefined,
      hasCopy: copy.status === 'fulfilled',
      hasItems: members.every(({ status }) => status === 'fulfilled'),
      error: [copy, ...members].map((each) => each.status === 'rejected' && each.reason).find(Boolean),
      asked,
      items,
      listed,
      requestedAt: read.requestedAt,
      itemsAt: Math.min(itemsAt, read.requestedAt),
    };
  }

  /** Whether anything is known of a collection, if only that it is gone. */
  #hasRow(id: string): boolean {
    return !!this.#ledger.entities.collections.materialize(id);
  }

  /** Writes down what was found, all of it at once. */
  learn(queue: CollectionQueue, { copy, asked, items, listed, requestedAt, itemsAt }: Found): void {
    const { reads } = this.#ledger;
    if (copy) this.#ledger.resolveUncertain(queue, copy, requestedAt);
    for (const kind of memberKinds) {
      const found = new Set(items[kind].map(({ id }) => id));
      for (const id of asked[kind]) if (!found.has(id)) reads.learnMembership(kind, id, queue.id, false, itemsAt);
      for (const item of items[kind]) {
        const { id, collectionIds } = item;
        const isIn = collectionIds?.includes(queue.id) ?? (listed.has(item) || undefined);
        // What is missing says nothing, and must not take the place of a copy that says more.
        if (isIn !== undefined) reads.learnMembership(kind, id, queue.id, isIn, itemsAt);
        if (collectionIds) reads.receiveItem(kind, item, itemsAt);
      }
    }
  }

  /** Reads a collection. Rejects where the server does not give it. */
  async read({ collections }: Scenario, id: string): Promise<Collection> {
    const { entities, reads } = this.#ledger;
    const hadRow = this.#hasRow(id);
    const read = startRead(entities.clock, WAITING, () => !!entities.confirmed(id));
    try {
      const copy = await collectionIn(collections.retrieve(id, read));
      // Else whoever asked has signed out.
      if (!hadRow || this.#hasRow(id)) reads.receive(id, copy, read.requestedAt);
      return copy;
    } catch (error) {
      if (statusOf(error) === 404) reads.receive(id, undefined, read.absentSince);
      throw error;
    } finally {
      entities.endRead(read.requestedAt);
      this.#flush();
    }
  }
}

const batches = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / MAX_BULK) }, (_, i) => ids.slice(i * MAX_BULK, (i + 1) * MAX_BULK));
