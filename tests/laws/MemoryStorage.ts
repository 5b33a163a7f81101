import type { OutboxRecord } from '../../src/outbox/OutboxRecord.ts';
import type { OutboxStorage } from '../../src/outbox.ts';

/** Where the pages of a device keep what waits, one page after another. A page that is over writes nothing any more. */
export class MemoryStorage {
  readonly #records = new Map<number, string>();

  /** What a page sees of it. */
  openFor(page: { readonly isOver: boolean }): OutboxStorage {
    return {
      load: () => [...this.#records.values()].map((text) => JSON.parse(text)),
      put: (record) => void (page.isOver || this.#records.set(record.key, JSON.stringify(record))),
      remove: (key) => void (page.isOver || this.#records.delete(key)),
    };
  }

  /** The changes that wait, as they are kept. */
  get waiting(): OutboxRecord[] {
    return [...this.#records.values()]
      .map((text) => JSON.parse(text))
      .filter(({ kind, state }) => kind !== undefined && state !== 'failed');
  }
}
