import { APIPromise, readJSON } from './APIPromise.ts';
import type { Call } from './Call.ts';
import { need } from './errors.ts';
import type { RequestOptions } from './RequestOptions.ts';
import type { Send } from './transport.ts';

const hasSymbol = !!Symbol.asyncIterator;

/** React Native 0.76 has no such symbol. What compiles `for await` for it looks for another name then, and the method has got a wrong one. */
function nameIterator(iterable: object): void {
  if (hasSymbol) return;
  const value: unknown = Reflect.get(iterable, 'undefined');
  Object.defineProperty(iterable, '@@asyncIterator', { value });
}

/** What every page's body may hold. */
export interface PageBody {
  nextPaginationToken?: string | null;
}

/** What a page knows of its place: the tokens that led here, and how to ask with another. */
export interface PagePosition {
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
  readonly #position: PagePosition;

  constructor(body: PageBody, items: Item[], position: PagePosition) {
    this.nextPaginationToken = body.nextPaginationToken || undefined;
    this.#items = items;
    this.#position = position;
    // Not on the prototype: what is done when a module loads stays in every bundle.
    nameIterator(this);
    // Fields that a newer API adds are kept, but cannot stand in for a method.
    for (const [name, value] of Object.entries(body))
      if (!(name in this)) Object.defineProperty(this, name, { value, enumerable: true });
  }

  getPaginatedItems(): Item[] {
    return this.#items;
  }

  hasNextPage(): boolean {
    return !!this.nextPaginationToken && !this.#position.seen.includes(this.nextPaginationToken);
  }

  /** The following page, asked for with the same query, headers and signal. Rejects past the end. */
  async getNextPage(): Promise<this> {
    need(this.hasNextPage(), 'There is no next page; ask hasNextPage() first.');
    return (await this.#position.next(this.nextPaginationToken as string)) as this;
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
    for await (const page of (await this).iterPages()) yield* page.getPaginatedItems();
  }
}

/** Asks for a page. `read` checks the body and gives the items. */
export function getPage<Page extends CursorPage<Item>, Item>(
  Cursor: new (body: PageBody, items: Item[], position: PagePosition) => Page,
  read: (body: unknown) => [PageBody, Item[]],
  send: Send,
  prepare: () => Call,
  options?: RequestOptions,
  before: readonly unknown[] = [],
): PagePromise<Page, Item> {
  let call: Call;
  const answer = send(() => (call = prepare()), options);
  const make = (body: unknown) => {
    const { query } = options ?? {};
    const seen = [...before, { ...call.query, ...query }.paginationToken];
    const next = (paginationToken: string) =>
      getPage(Cursor, read, send, () => call, { ...options, query: { ...query, paginationToken } }, seen);
    return new Cursor(...read(body), { seen, next });
  };
  const promise = new PagePromise<Page, Item>(answer, readJSON(make));
  nameIterator(promise);
  return promise;
}
