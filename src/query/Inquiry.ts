import type { Scenario } from '../api/Scenario.ts';
import type { Collection, Item } from '../api/types.ts';
import type { ItemKind } from '../ledger/Change.ts';
import type { Copies } from '../ledger/Copies.ts';
import type { Ledger } from '../ledger/Ledger.ts';
import type { Line } from '../ledger/Line.ts';
import { missing, statusOf } from './refusals.ts';
import { copyOf } from './sendRequest.ts';

/** A get-bulk takes this many ids. Source: the vendor's documentation. */
const MAX_BULK = 200;

/** What was found out. */
export interface Found {
  /** Undefined, although it was answered: there is no such collection. */
  readonly copy: Collection | undefined;
  readonly hasCopy: boolean;
  readonly hasItems: boolean;
  /** What was asked about and is not among them does not exist, or is nothing of ours: no collection holds it. */
  readonly asked: { readonly assets: readonly string[]; readonly models: readonly string[] };
  readonly assets: readonly Item[];
  readonly models: readonly Item[];
  readonly sent: number;
}

/** Reads back the truth, for the ledger. */
export class Inquiry {
  readonly #ledger: Ledger;
  readonly #copies: Copies;
  readonly #flush: () => void;

  constructor(ledger: Ledger, flush: () => void) {
    this.#ledger = ledger;
    this.#copies = ledger.copies;
    this.#flush = flush;
  }

  /** The collection, and which of the ids it holds. What gets no answer is left out. Nothing takes effect before `learn`. */
  async ask(
    scenario: Scenario,
    line: Line,
    { assets: assetIds = [], models: modelIds = [] }: { readonly [K in ItemKind]?: readonly string[] },
    withCopy: boolean,
  ): Promise<Found> {
    const { collections, assets, models } = scenario;
    const sent = this.#copies.time.leave();
    const gone = (error: unknown) => {
      missing(error);
      // What does not exist needs no other answer.
      this.#ledger.settleDoubt(line, undefined, sent);
      this.#flush();
      return undefined;
    };
    const [copy, inAssets, inModels] = await Promise.allSettled([
      withCopy ? copyOf(collections.retrieve(line.id)).catch(gone) : Promise.reject(),
      Promise.all(parts(assetIds).map((ids) => assets.getBulk({ assetIds: ids }))),
      Promise.all(parts(modelIds).map((ids) => models.getBulk({ modelIds: ids }))),
    ]);
    this.#copies.arrive(sent);
    const foundAssets = answerOf(inAssets);
    const foundModels = answerOf(inModels);
    return {
      copy: answerOf(copy),
      hasCopy: copy.status === 'fulfilled',
      hasItems: !!foundAssets && !!foundModels,
      asked: { assets: foundAssets ? assetIds : [], models: foundModels ? modelIds : [] },
      assets: foundAssets?.flatMap((found) => found.assets) ?? [],
      models: foundModels?.flatMap((found) => found.models) ?? [],
      sent,
    };
  }

  /** Writes down what was found, all of it at once. */
  learn(line: Line, { copy, hasCopy, asked, sent, ...items }: Found): void {
    if (hasCopy) this.#ledger.settleDoubt(line, copy, sent);
    for (const kind of ['assets', 'models'] as const) {
      const silent = new Set(items[kind].filter((item) => !item.collectionIds).map((item) => item.id));
      for (const id of asked[kind]) if (!silent.has(id)) this.#copies.members.learn(kind, id, line.id, false, sent);
      for (const item of items[kind]) {
        // What is missing says nothing, and must not take the place of a copy that says more.
        if (!item.collectionIds) continue;
        this.#copies.members.learn(kind, item.id, line.id, item.collectionIds.includes(line.id), sent);
        this.#copies.receiveItem(kind, item, sent);
      }
    }
  }

  /** Reads a collection. Rejects where the server does not give it. */
  async read({ collections }: Scenario, id: string): Promise<Collection> {
    const sent = this.#copies.time.leave();
    try {
      const copy = await copyOf(collections.retrieve(id));
      this.#copies.receive(id, copy, sent);
      return copy;
    } catch (error) {
      if (statusOf(error) === 404) this.#copies.receive(id, undefined, sent);
      throw error;
    } finally {
      this.#copies.arrive(sent);
      this.#flush();
    }
  }
}

const parts = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / MAX_BULK) }, (_, i) => ids.slice(i * MAX_BULK, (i + 1) * MAX_BULK));

const answerOf = <T>(result: PromiseSettledResult<T>): T | undefined =>
  result.status === 'fulfilled' ? result.value : undefined;
