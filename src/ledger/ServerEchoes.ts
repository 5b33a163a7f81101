import type { Collection } from '../api/types.ts';
import type { CollectionQueue } from './CollectionQueue.ts';
import { isLater } from './isLater.ts';

/**
 * Rows that may be a collection which is being created: nobody knew them, and they bear its name. They are hidden until the create is
 * settled, since the collection must not stand in a list twice.
 */
export class ServerEchoes {
  readonly #names = new Map<string, string>();
  #newest = '';
  #latest = 0;

  /** The newest `createdAt` that is known: what is made from here on is newer. */
  get newest(): string {
    return this.#newest;
  }

  /** The latest time that the server has dated anything with, in ms since 1970: it is later there. */
  get latest(): number {
    return this.#latest;
  }

  /** Keeps the newest dates. */
  noteKnown({ createdAt, updatedAt }: { createdAt?: string | undefined; updatedAt?: string | undefined }): void {
    if (createdAt && isLater(createdAt, this.#newest)) this.#newest = createdAt;
    this.#latest = Math.max(this.#latest, Date.parse(`${updatedAt}`) || 0);
  }

  has(id: string): boolean {
    return this.#names.has(id);
  }

  /** Hides a collection that nobody knew, if it may be one whose create is on its way, or may be in a tab that has not told so yet. */
  hideIfEcho({ id, name, createdAt }: Collection, queues: Iterable<CollectionQueue>): void {
    for (const { create, inFlight, newestKnownAtSend, sentAt } of queues) {
      const asked = create?.variables.name;
      // Many servers cut off white space, which many a keyboard puts at the end.
      if (asked?.trim() !== name.trim() || (!inFlight && create?.isReady)) continue;
      // One row may bear a date that is still to come. A date that cannot be read rules nothing out.
      const isOlder = Date.parse(createdAt) < Math.min(Date.parse(newestKnownAtSend), sentAt);
      if (!isOlder) this.#names.set(id, asked as string);
    }
  }

  /** Something is asked of a hidden row: it is shown from here on, and what is to be made is not. Gives the ids of that. */
  swap(id: string, queues: Iterable<CollectionQueue>): string[] {
    const name = this.#names.get(id);
    if (!this.#names.delete(id)) return [];
    const made = [...queues].filter(({ create }) => create?.variables.name === name).map((queue) => queue.id);
    for (const each of made) this.#names.set(each, name as string);
    return made;
  }

  /** A create is settled. Gives the ids that no create claims any more. */
  release(name: string): string[] {
    const free = [...this.#names].filter(([, its]) => its === name).map(([id]) => id);
    for (const id of free) this.#names.delete(id);
    return free;
  }
}
