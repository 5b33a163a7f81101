import { PartialFailureError } from '../api/PartialFailureError.ts';
import type { Scenario } from '../api/Scenario.ts';
import type { Collection } from '../api/types.ts';
import { APIUserAbortError, ScenarioError } from '../http/errors.ts';
import { adds, type Change, type ItemKind } from '../ledger/Change.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import type { Line } from '../ledger/Line.ts';
import { requestOf, type WriteRequest } from '../ledger/merge.ts';
import { type Found, Inquiry } from './Inquiry.ts';
import { alwaysOnline, type Network, untilOnline } from './Network.ts';
import { Outcomes } from './Outcomes.ts';
import { concernsEveryone, concernsTheRest, isInDoubt, mayBeMembership, statusOf } from './refusals.ts';
import { sendRequest, showsDone } from './sendRequest.ts';

/** What the queue tells the cache. */
interface Cache {
  /** The ledger has changed. */
  flush(): void;
  /** Only what is told of the pending changes has. */
  tell(): void;
  /** Members of a collection are not known well enough to be shown: its contents are to be read again. */
  contentsUnknown(kind: ItemKind, collectionId: string): void;
  /** A collection may have been made, and may not. */
  listsUnknown(): void;
}

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

const LOST_CREATE =
  'The page was closed while this collection was being created, so that nobody knows whether it was. It is not created again; look into the list.';

/**
 * Sends the pending changes: one request at a time for one collection, different collections side by side.
 *
 * | a request is | then |
 * | --- | --- |
 * | accepted | its answer is the new copy; nothing is read |
 * | refused, an id may be in (or out) already | get-bulk tells; what is as wished is dropped, the rest is sent again |
 * | refused, several callers | each caller's part is sent alone |
 * | refused, one caller | that caller's promise rejects |
 * | without an answer | the truth is read back, what is missing is sent again; the second time in a row it fails, and is healed later |
 *
 * A change leaves the ledger before its promise settles, never in a callback: a callback that throws cannot undo what the server keeps.
 */
export class WriteQueue {
  scenario: Scenario;
  /** Set by the React floor, which may import TanStack Query's `onlineManager`. */
  network: Network = alwaysOnline;
  readonly #ledger: Ledger;
  readonly #cache: Cache;
  readonly #outcomes = new Outcomes();
  readonly #inquiry: Inquiry;
  readonly #running = new Set<Line>();
  readonly #healing = new Set<string>();
  #isWoken = false;

  constructor(scenario: Scenario, ledger: Ledger, cache: Cache) {
    this.scenario = scenario;
    this.#ledger = ledger;
    this.#cache = cache;
    this.#inquiry = new Inquiry(ledger, () => cache.flush());
  }

  /** The promise of a change: settles once, with its own result. */
  outcome(change: Change): Promise<Collection | undefined> {
    return this.#outcomes.of(change).promise;
  }

  /** Takes back a change, as far as it is not on the wire; with a create, whatever waits for its id. */
  discard(change: Change): void {
    const waiting =
      change.kind === 'create' ? [...(this.#ledger.lines.get(change.collectionId)?.changes ?? [])] : [change];
    for (const each of waiting) this.#ledger.drop(each);
    this.#cache.flush();
    this.#outcomes.reject(waiting, new APIUserAbortError({ message: 'The change was discarded before it was sent.' }));
  }

  /** Sends what waits, of every collection, as soon as all that was asked for together is there. */
  wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      for (const line of this.#ledger.lines.values()) if (!this.#running.has(line)) void this.#run(line);
    });
  }

  async #run(line: Line): Promise<void> {
    this.#running.add(line);
    try {
      await this.#recover(line);
      for (;;) {
        const { idle, request } = this.#ledger.plan(line);
        // What needs no request needs no network. What is left may wait for something else by now.
        if (idle.length) this.#resolve(line, this.#ledger.settleIdle(line, idle));
        else if (!request) break;
        else if (this.network.isOnline()) await this.#send(line, request);
        else await untilOnline(this.network);
      }
    } finally {
      this.#running.delete(line);
      for (const kind of line.strangers) this.#cache.contentsUnknown(kind, line.id);
      line.strangers.clear();
      this.#ledger.tidy(line);
    }
  }

  async #send(line: Line, request: WriteRequest): Promise<void> {
    this.#ledger.depart(line, request);
    this.#cache.tell();
    let copy: Collection | undefined;
    let attempts = 0;
    try {
      copy = await sendRequest(this.scenario, line.id, request, { onAttempt: () => attempts++ });
    } catch (thrown) {
      // A user's `bearerAuth` may throw nothing at all.
      const error = thrown ?? new ScenarioError('The request was not sent, and nothing says why.');
      // The client sends a remove again by itself when an answer is lost, and an add only where nothing was done.
      const isOpen = attempts > 1 && !adds(request.kind);
      return isInDoubt(error) ? this.#doubt(line, request, error) : this.#refused(line, request, error, isOpen);
    }
    this.#noteStrangers(line, request);
    this.#resolve(line, this.#ledger.accept(line, request, copy), copy);
  }

  /** `isOpen`: an earlier attempt may have been carried out. */
  async #refused(line: Line, request: WriteRequest, error: unknown, isOpen: boolean): Promise<void> {
    const { kind, callers } = request;
    const status = statusOf(error);
    if (!isOpen) this.#ledger.undo(line);
    if (mayBeMembership(kind, status) && (await this.#hasLearned(line, request, isOpen))) return this.#cache.flush();
    this.#ledger.undo(line);
    if (status === 404 && kind === 'delete' && this.#ledger.copies.isGone(line.id))
      return this.#resolve(line, this.#ledger.accept(line, request, undefined));
    if (status === 404 && namesOnlyTheCollection(request)) this.#ledger.lose(line);
    if (callers.length > 1 && !concernsEveryone(status)) {
      for (const caller of callers) caller.alone = true;
      return this.#cache.flush();
    }
    this.#fail(line, request, error);
    // An item may be missing, or the collection: then it leaves every list.
    if (status === 404 && kind !== 'create' && !this.#ledger.copies.isGone(line.id))
      // The change has its own error; a collection that cannot be read either is left as it was.
      this.#inquiry.read(this.scenario, line.id).catch(() => undefined);
  }

  /**
   * Asks which ids are as wished already, so that the rest can be sent. False: none is, and the refusal stands.
   *
   * Where an earlier attempt, or an earlier request, is in doubt, the counts may have moved too, and are read.
   */
  async #hasLearned(line: Line, { kind, ids, callers }: WriteRequest, isOpen: boolean): Promise<boolean> {
    const item = callers[0]?.item as ItemKind;
    const since = this.#ledger.copies.members.since(item, line.id);
    if (!isOpen && ids.every((id) => (line.asked[item].get(id) ?? -1) >= since)) return false;
    for (const id of ids) line.asked[item].set(id, this.#ledger.copies.time.tick());
    const withCopy = isOpen || this.#healing.has(line.id);
    const found = await this.#ask(line, { [item]: ids }, withCopy);
    this.#ledger.undo(line);
    this.#inquiry.learn(line, found);
    this.#cache.flush();
    return ids.some((id) => this.#ledger.copies.known.isIn(item, id, line.id) === adds(kind));
  }

  async #doubt(line: Line, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, ids, callers } = request;
    const end = this.#ledger.endInDoubt(line);
    for (const caller of callers) caller.doubts++;
    const item = callers[0]?.item;
    const isAsked = kind !== 'create' && callers.every(({ doubts }) => doubts < 2);
    const before = this.#ledger.copies.copyOf(line.id);
    const found = isAsked ? await this.#ask(line, item ? { [item]: ids } : {}, true) : undefined;
    if (found?.hasCopy) this.#inquiry.learn(line, found);
    else this.#ledger.undo(line);
    if (found?.hasCopy && found.hasItems) {
      if (showsDone(request, found.copy))
        this.#resolve(line, this.#ledger.accept(line, request, found.copy), found.copy);
      return this.#cache.flush();
    }
    if (!hasSameCounts(found?.copy, before)) this.#ledger.doubtMembers(line, request, end);
    this.#fail(line, request, error);
    if (kind === 'create') this.#cache.listsUnknown();
    else void this.#heal(line.id, item);
  }

  /** Changes of an earlier page may have been sent by it: the truth is read before anything is sent. */
  async #recover(line: Line): Promise<void> {
    if (!line.changes.some(({ restored }) => restored)) return;
    await untilOnline(this.network);
    const [first] = line.changes;
    const restored = line.changes.filter((change) => change.restored);
    if (first?.kind === 'create' && first.restored) {
      this.#fail(line, requestOf('create', [first]), new ScenarioError(LOST_CREATE));
      this.#cache.listsUnknown();
    }
    if (!restored.length || first?.kind === 'create') return;
    const idsOf = (kind: ItemKind) => [
      ...new Set(restored.flatMap(({ item, left }) => (item === kind ? [...left] : []))),
    ];
    for (const change of restored) change.restored = false;
    // Until then a read may hold them already, as if they were on the wire.
    this.#ledger.depart(line, requestOf('update', restored));
    const found = await this.#ask(line, { assets: idsOf('assets'), models: idsOf('models') }, true);
    if (!found.hasCopy) this.#ledger.undo(line);
    this.#inquiry.learn(line, found);
    this.#cache.flush();
  }

  async #ask(line: Line, ids: { readonly [K in ItemKind]?: readonly string[] }, withCopy: boolean): Promise<Found> {
    await untilOnline(this.network);
    return this.#inquiry.ask(this.scenario, line, ids, withCopy);
  }

  /** After a change whose fate is unknown: asks, with a growing wait, until the server answers. */
  async #heal(id: string, item: ItemKind | undefined): Promise<void> {
    if (this.#healing.has(id)) return;
    this.#healing.add(id);
    for (let wait = FIRST_WAIT, isKnown = false; !isKnown; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await sleep(wait);
      await untilOnline(this.network);
      // Whoever may not ask any more has nothing to be told.
      isKnown = await this.#inquiry.read(this.scenario, id).then(
        () => true,
        (error) => !isInDoubt(error),
      );
    }
    this.#healing.delete(id);
    if (item) this.#cache.contentsUnknown(item, id);
  }

  #fail(line: Line, request: WriteRequest, error: unknown): void {
    let failed = this.#ledger.refuse(line, request, error);
    if (concernsTheRest(statusOf(error)))
      for (const change of request.callers)
        if (change.left.size) {
          change.refused.push(...change.left);
          this.#ledger.drop(change);
          failed = [...failed, change];
        }
    const orphans = request.kind === 'create' ? [...line.changes] : [];
    for (const change of orphans) this.#ledger.drop(change);
    this.#cache.flush();
    this.#settle(line, failed);
    this.#outcomes.reject(
      orphans,
      new ScenarioError('The collection that this change is for could not be created.', { cause: error }),
    );
  }

  #resolve(line: Line, done: readonly Change[], copy?: Collection): void {
    try {
      this.#cache.flush();
    } finally {
      // A listener of the user's that throws does not turn what the server has accepted into a failure.
      this.#settle(line, done, copy);
    }
  }

  #settle(line: Line, done: readonly Change[], answer?: Collection): void {
    const { id } = line;
    const copy = answer ?? this.#ledger.copies.copyOf(id);
    // What came to nothing resolves to what the server holds, which is read where nobody has read it yet.
    const isOwed = !copy && done.some(({ error, kind }) => error === undefined && kind !== 'delete');
    const held = isOwed ? this.#inquiry.read(this.scenario, id) : copy;
    for (const change of done) {
      const { applied, refused, error } = change;
      if (error === undefined) this.#outcomes.of(change).resolve(change.kind === 'delete' ? copy : held);
      else if (applied.length && refused.length)
        this.#outcomes.reject(
          [change],
          new PartialFailureError({ appliedIds: applied, refusedIds: refused, collection: copy, cause: error }),
        );
      else this.#outcomes.reject([change], error);
    }
  }

  #noteStrangers(line: Line, { kind, ids, covers }: WriteRequest): void {
    const item = covers[0]?.item;
    if (item && adds(kind) && ids.some((id) => !this.#ledger.copies[item].find(id)?.copy)) line.strangers.add(item);
  }
}

/** Nothing else that it names can be missing. */
const namesOnlyTheCollection = ({ kind, callers }: WriteRequest): boolean =>
  kind === 'delete' || (kind === 'update' && callers.every(({ variables }) => variables.thumbnail === undefined));

const hasSameCounts = (a: Collection | undefined, b: Collection | undefined): boolean =>
  !!a && !!b && a.assetCount === b.assetCount && a.modelCount === b.modelCount;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, ms);
    // In Node a script that is done is not kept alive by it.
    (timer as { unref?: () => void }).unref?.();
  });
}
