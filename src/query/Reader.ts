import type { QueryKey } from '@tanstack/react-query';
import type { Collection, Item } from '../api/types.ts';
import { NotFoundError } from '../http/errors.ts';
import type { RequestOptions, TracedOptions } from '../http/RequestOptions.ts';
import type { Copies } from '../ledger/Copies.ts';
import type { Field } from '../ledger/News.ts';
import type { CacheBond } from './CacheBond.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** One page of a list, as the client answers it. */
interface Answer {
  readonly rows: readonly { id: string }[];
  readonly token: string | null | undefined;
}

/** A read on its way, as the client takes it. */
interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  sent: number;
}

/**
 * Reads for the queries. Every read is stamped when its request leaves, page by page: a refetch reads its pages one after another, and
 * a write can land between two of them.
 */
export class Reader {
  readonly #queue: WriteQueue;
  readonly #copies: Copies;
  readonly #cache: CacheBond;

  constructor(queue: WriteQueue, copies: Copies, cache: CacheBond) {
    this.#queue = queue;
    this.#copies = copies;
    this.#cache = cache;
  }

  /** One collection, as it is to be shown. */
  async collection(collectionId: string, signal: AbortSignal): Promise<Collection> {
    const id = this.#copies.names.idOf(collectionId);
    const shown = this.#copies.collections.get(id);
    if (shown && this.#copies.names.isProvisional(id)) return this.#cache.expectOne(shown);
    const copy = await this.#read(signal, async (read) => {
      try {
        const { collection } = await this.#queue.scenario.collections.retrieve(id, read);
        this.#copies.receive(id, collection, read.sent);
        return collection;
      } catch (error) {
        if (error instanceof NotFoundError) this.#copies.receive(id, undefined, read.sent);
        throw error;
      }
    });
    return this.#cache.expectOne(this.#copies.collections.get(id) ?? copy);
  }

  /** One page of a list, as it is to be shown. `of` names the collection whose contents are listed. */
  page(
    field: Field,
    queryKey: QueryKey,
    token: string | null,
    of: string | undefined,
    signal: AbortSignal,
    fetch: (of: string, options: RequestOptions) => Promise<Answer>,
  ): Promise<object> {
    const id = of === undefined ? '' : this.#copies.names.idOf(of);
    return this.#read(signal, async (read) => {
      // What only this page knows holds what was added here, and nothing else.
      const answer = this.#copies.names.isProvisional(id) ? { rows: [], token: undefined } : await fetch(id, read);
      const rows = answer.rows.map((row) =>
        field === 'collections' ? (row as Collection) : listedIn(id, row as Item),
      );
      const list = this.#cache.hashOf(queryKey);
      const page = { token: answer.token || undefined, sent: read.sent, first: token === null, of, list };
      return this.#cache.expect(field, this.#copies.page(field, rows, page));
    });
  }

  async #read<T>(signal: AbortSignal, request: (read: Read) => Promise<T>): Promise<T> {
    const read: Read = {
      sent: this.#copies.time.leave(),
      signal,
      // An attempt that got no answer says nothing: the read is as old as the one that did.
      onAttempt: () => {
        this.#copies.arrive(read.sent);
        read.sent = this.#copies.time.leave();
      },
    };
    try {
      return await request(read);
    } finally {
      this.#copies.arrive(read.sent);
      // Most pages say nothing new of anything that is shown.
      if (this.#copies.isStale) this.#cache.views.flush();
    }
  }
}

/** That a collection's contents list an item says that it is in there, whatever the item's own field says. */
const listedIn = (id: string, item: Item): Item =>
  item.collectionIds?.includes(id) !== false ? item : { ...item, collectionIds: [...item.collectionIds, id] };
