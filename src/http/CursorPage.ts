import { APIPromise, readJSON } from './APIPromise.ts';
import { InvalidInputError } from './errors.ts';
import type { RequestOptions } from './RequestOptions.ts';
import type { Call, Send } from './transport.ts';

/** What a page knows of its place: the tokens that led here, and how to ask with another. */
export interface Place {
  seen: readonly unknown[];
  next: (token: string) => PromiseLike<unknown>;
}

/**
 * One page of a list, and the way to the following ones. Iterating goes over the items of this page and of all after it.
 *
 * Law: it ends where no token comes, an empty one, or one that was used already; an empty page with a new token goes on. Otherwise a
 * server that repeats itself would keep us asking for ever.
 */
export abstract class CursorPage<Item> implements AsyncIterable<Item> {
  readonly nextPaginationToken: string | undefined;
  readonly #items: Item[];
  readonly #place: Place;

  constructor(body: { nextPaginationToken?: string | null }, items: Item[], place: Place) {
    this.nextPaginationToken = body.nextPaginationToken || undefined;
    this.#items = items;
    this.#place = place;
    // Fields that a newer API adds are kept, but cannot stand in for a method.
    for (const [name, value] of Object.entries(body))
      if (!(name in this)) Object.defineProperty(this, name, { value, enumerable: true });
  }

  getPaginatedItems(): Item[] {
    return this.#items;
  }

  hasNextPage(): boolean {
    return !!this.nextPaginationToken && !this.#place.seen.includes(this.nextPaginationToken);
  }

  /** The following page, asked for with the same query, headers and signal. Rejects past the end. */
  async getNextPage(): Promise<this> {
    if (!this.hasNextPage()) throw new InvalidInputError('There is no next page; ask hasNextPage() first.');
    return (await this.#place.next(this.nextPaginationToken as string)) as this;
  }

  /** This page and all after it. */
  async *iterPages(): AsyncGenerator<this, void, undefined> {
    let page: this = this;
    yield page;
    while (page.hasNextPage()) {
      page = await page.getNextPage();
      yield page;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.iterPages()) yield* page.getPaginatedItems();
  }
}

/** The promise of a page; iterating it goes over the items of that page and of all after it. */
export class PagePromise<Page extends CursorPage<Item>, Item> extends APIPromise<Page> implements AsyncIterable<Item> {
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    yield* await this;
  }
}

/** Asks for a page. `make` checks the body and makes the page of it. */
export function getPage<Page extends CursorPage<Item>, Item>(
  send: Send,
  prepare: () => Call,
  make: (body: unknown, place: Place) => Page,
  options?: RequestOptions,
  before: readonly unknown[] = [],
): PagePromise<Page, Item> {
  let call: Call;
  const answer = send(() => (call = prepare()), options);
  const read = readJSON((body) => {
    const seen = [...before, { ...call.query, ...options?.query }.paginationToken];
    const next = (token: string) =>
      getPage<Page, Item>(
        send,
        () => call,
        make,
        { ...options, query: { ...options?.query, paginationToken: token } },
        seen,
      );
    return make(body, { seen, next });
  });
  return new PagePromise<Page, Item>(answer, read);
}
