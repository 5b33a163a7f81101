import type { QueryKey } from '@tanstack/react-query';
import type { Scenario } from '../../api/Scenario.ts';
import type { Collection } from '../../api/types.ts';
import { PRIORITY } from '../../http/Turn.ts';
import type { Ledger } from '../../ledger/Ledger.ts';
import type { Page } from '../../ledger/Page.ts';
import { isProvisional } from '../../ledger/provisionalId.ts';
import type { OutboxLink } from '../OutboxLink.ts';
import { type Read, startRead } from '../startRead.ts';
import { undefinedIfNotFound } from '../writes/errorPolicy.ts';
import { HOOK_MAX_WAIT } from '../writes/maxWait.ts';
import type { QueryCacheSync } from './QueryCacheSync.ts';
import { SharedReads } from './SharedReads.ts';

/** Whose fetch a request is for, by which client, and what ends it. */
export interface FetchContext {
  readonly client: Scenario;
  readonly queryKey: QueryKey;
  readonly signal: AbortSignal;
}

/** A request for pages that are shown already, and the ids that it brings. */
interface Listing {
  readonly shown: readonly Page[];
  readonly asked: Promise<{ readonly ids: () => ReadonlySet<string> }>;
}

/** Reads for the queries. Every read is stamped when its request leaves. What only lists need has `ListReader`. */
export class Reader {
  readonly #ledger: Ledger;
  readonly #cache: QueryCacheSync;
  readonly #onAnswer: () => void;
  readonly #shared = new SharedReads();
  /** The lists of collections that are read again since the tick began. */
  #listings: Listing[] = [];
  #link: OutboxLink | undefined;

  /** `onAnswer` is told of every read that the server has answered with what was asked for. */
  constructor(ledger: Ledger, cache: QueryCacheSync, onAnswer: () => void) {
    this.#ledger = ledger;
    this.#cache = cache;
    this.#onAnswer = onAnswer;
  }

  /** An outbox keeps what is pending: an earlier page, or another tab, may know what this one does not. */
  connect(link: OutboxLink): void {
    this.#link = link;
  }

  /** Until a provisional id of another page is known here, if it is kept: the server knows none. */
  untilNamed(collectionId = ''): Promise<unknown> | undefined {
    const { ids } = this.#ledger.entities;
    const id = ids.serverIdOf(collectionId);
    return isProvisional(id) && !ids.isUnnamed(id) ? this.#link?.ready : undefined;
  }

  /** One collection, as it is to be shown. */
  async collection(asking: FetchContext, collectionId: string): Promise<Collection> {
    const { entities, reads } = this.#ledger;
    const isRefetch = this.#cache.queryOf(asking.queryKey)?.state.data !== undefined;
    // What is known already is read in this very tick.
    const naming = this.untilNamed(collectionId);
    if (naming) await naming;
    const id = entities.ids.serverIdOf(collectionId);
    const shown = entities.collections.get(id);
    if (shown && entities.ids.isUnnamed(id)) return this.#cache.expectOne(shown);
    if (isRefetch && (await this.#isListed(id))) {
      const listed = entities.collections.get(id);
      if (listed) return this.#cache.expectOne(listed);
    }
    const isKnown = () => !!entities.confirmed(id);
    const request = async (read: Read) => {
      try {
        const { collection } = await asking.client.collections.retrieve(id, read);
        reads.receive(id, collection, read.requestedAt);
        return collection;
      } catch (error) {
        undefinedIfNotFound(error);
        reads.receive(id, undefined, read.absentSince);
        const known = entities.confirmed(id);
        // Where something later has found it, it is asked for again.
        if (!known) throw error;
        return known;
      }
    };
    const copy = await this.read(isRefetch, true, asking, request, isKnown);
    return this.#cache.expectOne(entities.collections.get(id) ?? copy);
  }

  /** Whether a list that is read again in this same tick (somebody came back to the page) has brought a collection, which saves a request. */
  async #isListed(id: string): Promise<boolean> {
    const { collections } = this.#ledger.entities;
    const find = () => this.#listings.find(({ shown }) => collections.pagesOf(id).some((page) => shown.includes(page)));
    // The queries are told of it one after another, in no certain order.
    let listing = find();
    if (!listing) await undefined;
    listing ??= find();
    // A list that failed says so itself.
    const listed = await listing?.asked.catch(() => undefined);
    return !!listed?.ids().has(id);
  }

  /** Keeps a listing for the details that are read in the same tick. */
  tell(listing: Listing): void {
    if (!this.#listings.length)
      queueMicrotask(() => {
        this.#listings = [];
      });
    this.#listings.push(listing);
  }

  /** Sends a request of a fetch. `isFirst`: the fetch begins with it. `isKnown`: whether anybody here has been told of what it asks for. */
  read<T>(
    isRefetch: boolean,
    isFirst: boolean,
    { client, queryKey, signal }: FetchContext,
    request: (read: Read) => Promise<T>,
    isKnown?: () => boolean,
  ): Promise<T> {
    const query = isFirst && this.#cache.queryOf(queryKey);
    const send = (until: AbortSignal) => this.#send(isRefetch, until, request, isKnown);
    return query ? this.#shared.share(query, client, signal, send) : send(signal);
  }

  /** What somebody waits for goes first where requests have to wait, what is read again unasked goes last. */
  async #send<T>(
    isRefetch: boolean,
    signal: AbortSignal,
    request: (read: Read) => Promise<T>,
    isKnown?: () => boolean,
  ): Promise<T> {
    const { entities } = this.#ledger;
    const priority = isRefetch ? PRIORITY.refetch : PRIORITY.view;
    const read = startRead(entities.clock, { signal, priority, defaultMaxWait: HOOK_MAX_WAIT }, isKnown);
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
