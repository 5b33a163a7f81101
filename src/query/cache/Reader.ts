import type { QueryKey } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection, Item } from '../../api/types.ts';
import { NotFoundError } from '../../http/errors.ts';
import type { RequestOptions, TracedOptions } from '../../http/RequestOptions.ts';
import { PRIORITY } from '../../http/Turn.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { Page } from '../../ledger/Page.ts';
import type { EntityKind } from '../../ledger/PendingInserts.ts';
import { statusOf } from '../writes/errorPolicy.ts';
import { MAX_WAIT } from '../writes/maxWait.ts';
import type { QueryCacheSync } from './QueryCacheSync.ts';
import { sortOf } from './sortOf.ts';

/** One page of a list, as the client answers it. */
interface Answer {
  readonly rows: readonly { id: string }[];
  readonly token: string | null | undefined;
}

/** A read on its way, as the client takes it. */
interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  requestedAt: number;
}

type Fetch = (collectionId: string, token: string | null, options: RequestOptions) => Promise<Answer>;

/** What a page is asked for. */
interface PageRequest {
  readonly kind: EntityKind;
  readonly queryKey: QueryKey;
  /** The token of the page; null for the first. */
  readonly token: string | null;
  /** The collection whose contents are listed. */
  readonly collectionId: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads for the queries. Every read is stamped when its request leaves, page by page: a refetch reads its pages one after another, and
 * a write can land between two of them.
 */
export class Reader {
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;

  readonly #onAnswer: () => void;

  /** `onAnswer` is told of every read that the server has answered with what was asked for. */
  constructor(ledger: Ledger, cache: QueryCacheSync, onAnswer: () => void) {
    this.#ledger = ledger;
    this.#cache = cache;
    this.#onAnswer = onAnswer;
  }

  /** One collection, as it is to be shown. */
  async collection(
    { collections }: Scenario,
    collectionId: string,
    isRefetch: boolean,
    signal: AbortSignal,
  ): Promise<Collection> {
    const { entities, reads } = this.#ledger;
    const id = entities.ids.serverIdOf(collectionId);
    const shown = entities.collections.get(id);
    if (shown && entities.ids.isUnnamed(id)) return this.#cache.expectOne(shown);
    const copy = await this.#read(isRefetch, signal, async (read) => {
      try {
        const { collection } = await collections.retrieve(id, read);
        reads.receive(id, collection, read.requestedAt);
        return collection;
      } catch (error) {
        if (error instanceof NotFoundError) reads.receive(id, undefined, read.requestedAt);
        throw error;
      }
    });
    return this.#cache.expectOne(entities.collections.get(id) ?? copy);
  }

  /** One page of a list, as it is to be shown. `fetch` is given the server's id of the collection. */
  async page(request: PageRequest, fetch: Fetch): Promise<object> {
    const { kind, queryKey, token } = request;
    const hash = this.#cache.hashOf(queryKey);
    const { entities } = this.#ledger;
    try {
      return entities.table(kind).viewOf(await this.#page(request, token, fetch));
    } catch (error) {
      const before = token !== null && isRefusedToken(error) ? this.#cache.pagesUntil(hash, token) : [];
      if (!before.length) throw error;
      // The token has not outlived a write: the list is read anew as far as it was, and on from there.
      const again: Page[] = [];
      while (again.length <= before.length) {
        const last = again.at(-1);
        again.push(await this.#page(request, last ? last.token : null, fetch));
      }
      // All at once, since a row that has moved from one page to the next would be on neither.
      before.forEach((page, i) => {
        entities.table(kind).refreshFrom(page, again[i] as Page);
      });
      return entities.table(kind).viewOf(again.at(-1) as Page);
    }
  }

  /** `token`: undefined where there is no more. */
  #page(
    { kind, queryKey, collectionId, signal }: PageRequest,
    token: string | null | undefined,
    fetch: Fetch,
  ): Promise<Page> {
    const { ids } = this.#ledger.entities;
    const id = collectionId === undefined ? '' : ids.serverIdOf(collectionId);
    const isRefetch = !!this.#cache.writer
      .listOf(this.#cache.hashOf(queryKey))
      ?.data.pageParams.includes(token ?? null);
    return this.#read(isRefetch, signal, async (read) => {
      // What only this page knows holds what was added here, and nothing else.
      const isEmpty = token === undefined || ids.isUnnamed(id);
      const answer = isEmpty ? { rows: [], token: undefined } : await fetch(id, token, read);
      const rows = answer.rows.map((row) => (kind === 'collections' ? (row as Collection) : listedIn(id, row as Item)));
      const page = this.#ledger.reads.addPage(kind, rows, {
        token: answer.token || undefined,
        requestedAt: read.requestedAt,
        isFirst: token === null,
        sort: sortOf(queryKey),
        collectionId,
        queryHash: this.#cache.hashOf(queryKey),
      });
      this.#cache.expect(kind, page);
      return page;
    });
  }

  /** What somebody waits for goes first where requests have to wait, what is read again unasked goes last. */
  async #read<T>(isRefetch: boolean, signal: AbortSignal, request: (read: Read) => Promise<T>): Promise<T> {
    const { entities } = this.#ledger;
    const read: Read = {
      requestedAt: entities.clock.startRead(),
      signal,
      priority: isRefetch ? PRIORITY.refetch : PRIORITY.view,
      defaultMaxWait: MAX_WAIT,
      // An attempt that got no answer says nothing: the read is as old as the one that did.
      onAttempt: () => {
        entities.endRead(read.requestedAt);
        read.requestedAt = entities.clock.startRead();
      },
    };
    try {
      const answer = await request(read);
      this.#onAnswer();
      return answer;
    } finally {
      entities.endRead(read.requestedAt);
      // Most pages say nothing new of anything that is shown.
      if (entities.isDirty) this.#cache.writer.flush();
    }
  }
}

const isRefusedToken = (error: unknown): boolean => [400, 410, 422].includes(statusOf(error));

/** That a collection's contents list an item says that it is in there, whatever the item's own field says. */
const listedIn = (id: string, item: Item): Item =>
  item.collectionIds?.includes(id) !== false ? item : { ...item, collectionIds: [...item.collectionIds, id] };
