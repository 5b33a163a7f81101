import { isScenarioError } from '../api/isScenarioError.ts';
import { PartialFailureError } from '../api/PartialFailureError.ts';
import type { Scenario } from '../api/Scenario.ts';
import type { Collection, CollectionUpdateParams, Item } from '../api/types.ts';
import { APIUserAbortError, ScenarioError } from '../http/errors.ts';
import { adds, type Change, type ChangeKind, type ChangeVariables, type ItemKind } from '../ledger/Change.ts';
import type { Ledger, Line } from '../ledger/Ledger.ts';
import type { WriteRequest } from '../ledger/merge.ts';
import { alwaysOnline, type Network, untilOnline } from './Network.ts';

interface Outcome {
  readonly promise: Promise<Collection | undefined>;
  readonly resolve: (collection: Collection | undefined) => void;
  readonly reject: (error: unknown) => void;
}

function newOutcome(): Outcome {
  let resolve: Outcome['resolve'] = () => undefined;
  let reject: Outcome['reject'] = () => undefined;
  const promise = new Promise<Collection | undefined>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever asked has a branch of its own; a change whose mutation function was never called has none.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

/** What the queue tells the cache. */
interface Cache {
  /** The ledger has changed. */
  flush(): void;
  /** Members of a collection are not known well enough to be shown: its contents are to be read again. */
  contentsUnknown(kind: ItemKind, collectionId: string): void;
  /** A collection may have been made, and may not. */
  listsUnknown(): void;
}

/** A get-bulk takes this many ids. Source: the vendor's documentation. */
const MAX_BULK = 200;
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

const LOST_CREATE =
  'The page was closed while this collection was being created, so that nobody knows whether it was. It is not created again; look into the list.';

/** Nothing tells whether the request was carried out: the answer was lost, or cannot be read. */
const isInDoubt = (error: unknown): boolean => {
  if (!isScenarioError(error)) return false;
  const { name, status } = error as ScenarioError & { status?: number };
  return (
    name === 'ResponseValidationError' || name.startsWith('APIConnection') || status === 408 || (status ?? 0) >= 500
  );
};

const statusOf = (error: unknown): number => (error as { status?: number }).status ?? 0;

/** The API says no to a whole request if one id is in already (or, maybe, if one is out already); it does not say which. */
const mayBeMembership = (kind: string, status: number): boolean =>
  [400, 409, 422].includes(status) || (status === 404 && kind.startsWith('remove'));

/** These say no to whoever asks, so that to ask again for each caller would be a storm. */
const concernsEveryone = (status: number): boolean => [0, 401, 429].includes(status);

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
  readonly #outcomes = new WeakMap<Change, Outcome>();
  readonly #running = new Set<Line>();
  readonly #healing = new Set<string>();

  constructor(scenario: Scenario, ledger: Ledger, cache: Cache) {
    this.scenario = scenario;
    this.#ledger = ledger;
    this.#cache = cache;
  }

  /** The promise of a change: settles once, with its own result. */
  outcome(change: Change): Promise<Collection | undefined> {
    return this.#outcomeOf(change).promise;
  }

  /** Takes back a change, as far as it is not on the wire; with a create, whatever waits for its id. */
  discard(change: Change): void {
    const waiting =
      change.kind === 'create' ? [...(this.#ledger.lines.get(change.collectionId)?.changes ?? [])] : [change];
    for (const each of waiting) this.#ledger.drop(each);
    this.#cache.flush();
    this.#reject(waiting, new APIUserAbortError({ message: 'The change was discarded before it was sent.' }));
  }

  /** Sends what waits, of every collection. */
  wake(): void {
    for (const line of this.#ledger.lines.values()) if (!this.#running.has(line)) void this.#run(line);
  }

  async #run(line: Line): Promise<void> {
    this.#running.add(line);
    try {
      await this.#recover(line);
      for (;;) {
        if (line.changes.length) await untilOnline(this.network);
        const { idle, request } = this.#ledger.plan(line);
        if (idle.length) {
          // What is left may wait for something else by now.
          this.#resolve(line, this.#ledger.settleIdle(line, idle));
          continue;
        }
        if (!request) break;
        await this.#send(line, request);
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
    this.#cache.flush();
    try {
      const copy = await this.#call(line.id, request);
      this.#noteStrangers(line, request);
      this.#resolve(line, this.#ledger.accept(line, request, copy), copy);
    } catch (error) {
      if (isInDoubt(error)) await this.#doubt(line, request, error);
      else await this.#refused(line, request, error);
    }
  }

  #call(id: string, { kind, ids, callers }: WriteRequest): Promise<Collection | undefined> {
    const { collections } = this.scenario;
    const asked = wishes(callers);
    switch (kind) {
      case 'create':
        return copyOf(collections.create({ name: asked[0]?.name as string }));
      case 'update':
        return copyOf(collections.update(id, lastWish(asked)));
      case 'delete':
        return Promise.resolve(collections.delete(id)).then(() => undefined);
      case 'addAssets':
        return copyOf(collections.assets.add(id, { assetIds: ids }));
      case 'removeAssets':
        return copyOf(collections.assets.remove(id, { assetIds: ids }));
      case 'addModels':
        return copyOf(collections.models.add(id, { modelIds: ids }));
      case 'removeModels':
        return copyOf(collections.models.remove(id, { modelIds: ids }));
    }
  }

  async #refused(line: Line, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, callers } = request;
    const status = statusOf(error);
    // Only what was sent once is sure to have done nothing.
    if (!this.#mayBeSentTwice(kind)) this.#ledger.undo(line);
    if (mayBeMembership(kind, status) && (await this.#hasLearned(line, request))) return this.#cache.flush();
    this.#ledger.undo(line);
    if (status === 404 && kind === 'delete' && this.#ledger.isGone(line.id))
      return this.#resolve(line, this.#ledger.accept(line, request, undefined));
    if (callers.length > 1 && !concernsEveryone(status)) {
      for (const caller of callers) caller.alone = true;
      return this.#cache.flush();
    }
    this.#fail(line, request, error);
    // An item may be missing, or the collection: then it leaves every list.
    if (status === 404 && kind !== 'create') void this.#read(line.id);
  }

  /**
   * Asks which ids are as wished already, so that the rest can be sent. False: none is, and the refusal stands.
   *
   * Where the client may have sent it twice, or an earlier request is in doubt, the counts may have moved too, and are read.
   */
  async #hasLearned(line: Line, { kind, ids, callers }: WriteRequest): Promise<boolean> {
    if (ids.every((id) => line.asked.has(id))) return false;
    for (const id of ids) line.asked.add(id);
    const item = callers[0]?.item as ItemKind;
    const withCopy = this.#mayBeSentTwice(kind) || this.#healing.has(line.id);
    const found = await this.#ask(line, { [item]: ids }, withCopy);
    this.#ledger.undo(line);
    this.#learn(line, found);
    this.#cache.flush();
    return ids.some((id) => this.#ledger.known(item, id, line.id) === adds(kind));
  }

  /** The client sends a remove again by itself when an answer is lost, and an add never. */
  #mayBeSentTwice(kind: ChangeKind): boolean {
    return !adds(kind) && this.scenario.maxRetries > 0;
  }

  async #doubt(line: Line, request: WriteRequest, error: unknown): Promise<void> {
    const { kind, ids, callers } = request;
    for (const caller of callers) caller.doubts++;
    const item = callers[0]?.item;
    const isAsked = kind !== 'create' && callers.every(({ doubts }) => doubts < 2);
    const before = this.#ledger.collections.rows.get(line.id)?.copy;
    const found = isAsked ? await this.#ask(line, item ? { [item]: ids } : {}, true) : undefined;
    if (found?.hasCopy) this.#learn(line, found);
    else this.#ledger.undo(line);
    if (found?.hasCopy && found.hasItems) {
      const isDone = found.copy ? kind === 'update' && holds(found.copy, lastWish(wishes(callers))) : kind === 'delete';
      if (isDone) this.#resolve(line, this.#ledger.accept(line, request, found.copy), found.copy);
      return this.#cache.flush();
    }
    if (!found?.copy || !before || !hasSameCounts(found.copy, before)) this.#ledger.doubtMembers(line, request);
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
    this.#learn(line, found);
    this.#cache.flush();
  }

  /** Reads back the truth: the collection, and which of the ids it holds. What gets no answer is left out. */
  async #ask(line: Line, ids: { [K in ItemKind]?: readonly string[] }, withCopy: boolean): Promise<Found> {
    await untilOnline(this.network);
    const { collections, assets, models } = this.scenario;
    const sent = this.#ledger.leave();
    // What does not exist needs no other answer.
    const gone = (error: unknown) => {
      missing(error);
      this.#ledger.settleDoubt(line, undefined, sent);
      this.#cache.flush();
      return undefined;
    };
    const [copy, inAssets, inModels] = await Promise.allSettled([
      withCopy ? copyOf(collections.retrieve(line.id)).catch(gone) : Promise.reject(),
      bulk(
        ids.assets,
        (assetIds) => assets.getBulk({ assetIds }),
        (answer) => answer.assets,
      ),
      bulk(
        ids.models,
        (modelIds) => models.getBulk({ modelIds }),
        (answer) => answer.models,
      ),
    ]);
    this.#ledger.arrive(sent);
    return {
      copy: answerOf(copy),
      hasCopy: copy.status === 'fulfilled',
      hasItems: inAssets.status === 'fulfilled' && inModels.status === 'fulfilled',
      assets: answerOf(inAssets) ?? [],
      models: answerOf(inModels) ?? [],
      sent,
    };
  }

  #learn(line: Line, { copy, hasCopy, sent, ...items }: Found): void {
    if (hasCopy) this.#ledger.settleDoubt(line, copy, sent);
    for (const kind of ['assets', 'models'] as const)
      for (const item of items[kind]) {
        this.#ledger.members.learn(kind, item.id, line.id, item.collectionIds.includes(line.id), sent);
        this.#ledger.receiveItem(kind, item, sent);
      }
  }

  /** After a change whose fate is unknown: asks, with a growing wait, until the server answers. */
  async #heal(id: string, item: ItemKind | undefined): Promise<void> {
    if (this.#healing.has(id)) return;
    this.#healing.add(id);
    for (let wait = FIRST_WAIT, isKnown = false; !isKnown; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await sleep(wait);
      await untilOnline(this.network);
      isKnown = await this.#read(id);
    }
    this.#healing.delete(id);
    if (item) this.#cache.contentsUnknown(item, id);
  }

  /** Reads a collection for the ledger. False: the server gives no answer. */
  async #read(id: string): Promise<boolean> {
    const sent = this.#ledger.leave();
    try {
      this.#ledger.receive(id, await copyOf(this.scenario.collections.retrieve(id)).catch(missing), sent);
      return true;
    } catch (error) {
      // Whoever may not ask any more has nothing to be told.
      return !isInDoubt(error);
    } finally {
      this.#ledger.arrive(sent);
      this.#cache.flush();
    }
  }

  #fail(line: Line, request: WriteRequest, error: unknown): void {
    const stops = [401, 404, 429].includes(statusOf(error));
    let failed = this.#ledger.refuse(line, request, error);
    if (stops)
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
    this.#reject(
      orphans,
      new ScenarioError('The collection that this change is for could not be created.', { cause: error }),
    );
  }

  #resolve(line: Line, done: readonly Change[], copy?: Collection): void {
    this.#cache.flush();
    this.#settle(line, done, copy);
  }

  #settle(line: Line, done: readonly Change[], answer?: Collection): void {
    const copy = answer ?? this.#ledger.collections.rows.get(line.id)?.copy;
    for (const change of done) {
      const { applied, refused, error } = change;
      if (error === undefined) void this.#succeed(change, line.id, copy);
      else if (applied.length && refused.length)
        this.#reject(
          [change],
          new PartialFailureError({ appliedIds: applied, refusedIds: refused, collection: copy, cause: error }),
        );
      else this.#reject([change], error);
    }
  }

  /** A change that came to nothing resolves to what the server holds, which is read where nobody has read it yet. */
  async #succeed(change: Change, id: string, copy: Collection | undefined): Promise<void> {
    const { resolve, reject } = this.#outcomeOf(change);
    try {
      resolve(copy ?? (change.kind === 'delete' ? undefined : await copyOf(this.scenario.collections.retrieve(id))));
    } catch (error) {
      reject(error);
    }
  }

  #reject(changes: readonly Change[], error: unknown): void {
    for (const change of changes) this.#outcomeOf(change).reject(error);
  }

  #outcomeOf(change: Change): Outcome {
    const outcome = this.#outcomes.get(change) ?? newOutcome();
    this.#outcomes.set(change, outcome);
    return outcome;
  }

  #noteStrangers(line: Line, { kind, ids, covers }: WriteRequest): void {
    const item = covers[0]?.item;
    if (item && adds(kind) && ids.some((id) => !this.#ledger[item].rows.get(id)?.copy)) line.strangers.add(item);
  }
}

interface Found {
  readonly copy: Collection | undefined;
  readonly hasCopy: boolean;
  readonly hasItems: boolean;
  readonly assets: readonly Item[];
  readonly models: readonly Item[];
  readonly sent: number;
}

const requestOf = (kind: ChangeKind, changes: readonly Change[]): WriteRequest => ({
  kind,
  ids: [],
  callers: changes,
  covers: changes,
  before: new Map(),
});

const copyOf = async (answer: PromiseLike<{ collection: Collection }>): Promise<Collection> =>
  (await answer).collection;

const hasSameCounts = (a: Collection, b: Collection): boolean =>
  a.assetCount === b.assetCount && a.modelCount === b.modelCount;

const answerOf = <T>(result: PromiseSettledResult<T>): T | undefined =>
  result.status === 'fulfilled' ? result.value : undefined;

const wishes = (changes: readonly Change[]): ChangeVariables[] => changes.map(({ variables }) => variables);

const missing = (error: unknown): undefined => {
  if (statusOf(error) !== 404) throw error;
};

async function bulk<T>(
  ids: readonly string[] = [],
  get: (ids: string[]) => PromiseLike<T>,
  of: (answer: T) => readonly Item[],
): Promise<Item[]> {
  const parts: string[][] = [];
  for (let i = 0; i < ids.length; i += MAX_BULK) parts.push(ids.slice(i, i + MAX_BULK));
  const answers = await Promise.all(parts.map(get));
  return answers.flatMap(of);
}

/** Each field as the last one that named it wants it. */
function lastWish(variables: readonly ChangeVariables[]): CollectionUpdateParams {
  const body: CollectionUpdateParams = {};
  for (const { name, thumbnail } of variables) {
    if (name !== undefined) body.name = name;
    if (thumbnail !== undefined) body.thumbnail = thumbnail;
  }
  return body;
}

const holds = (copy: Collection, { name, thumbnail }: CollectionUpdateParams): boolean =>
  (name === undefined || copy.name === name) && (thumbnail === undefined || copy.thumbnail?.assetId === thumbnail);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, ms);
    // In Node a script that is done is not kept alive by it.
    (timer as { unref?: () => void }).unref?.();
  });
}
