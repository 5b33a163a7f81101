import type { Collection } from '../api/types.ts';
import type { Line } from './Line.ts';

/**
 * Rows that nobody knew, with the name of a collection that is being made: each may be that collection, and it must not stand there
 * twice. They are hidden until the create is settled.
 */
export class Suspects {
  readonly #names = new Map<string, string>();
  /** When the newest collection that is known was made: what is made from here on is newer. */
  newest = '';

  /** A collection that is known by now. */
  note({ createdAt }: { createdAt?: string | undefined }): void {
    if (typeof createdAt === 'string' && createdAt > this.newest) this.newest = createdAt;
  }

  has(id: string): boolean {
    return this.#names.has(id);
  }

  /** A collection that was not known before. */
  meet({ id, name, createdAt }: Collection, lines: Iterable<Line>): void {
    for (const { flying, since } of lines)
      if (flying?.kind === 'create' && flying.callers[0]?.variables.name === name && createdAt >= since)
        this.#names.set(id, name);
  }

  /** A create is settled. Gives the ids that are free of suspicion by that. */
  clear(name: string | undefined): string[] {
    const free = [...this.#names].filter(([, its]) => its === name).map(([id]) => id);
    for (const id of free) this.#names.delete(id);
    return free;
  }
}
