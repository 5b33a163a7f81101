import type { Item } from '../api/types.ts';
import type { ItemKind } from './Change.ts';
import type { Line } from './Line.ts';
import type { Members } from './Members.ts';
import type { Row } from './Page.ts';

/** What is known of memberships, without the pending changes: in, out, or nothing. */
export class Memberships {
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #members: Members;
  readonly #item: (kind: ItemKind, id: string) => Row<Item> | undefined;

  /** `item` gives what is known of an item. */
  constructor(
    lines: ReadonlyMap<string, Line>,
    members: Members,
    item: (kind: ItemKind, id: string) => Row<Item> | undefined,
  ) {
    this.#lines = lines;
    this.#members = members;
    this.#item = item;
  }

  /** Whether a collection holds an item. */
  isIn(kind: ItemKind, id: string, collectionId: string): boolean | undefined {
    const line = this.#lines.get(collectionId);
    if (line?.changes[0]?.kind === 'create') return false;
    const { flying } = line ?? {};
    if (flying?.covers[0]?.item === kind && flying.before.has(id)) return flying.before.get(id);
    const since = this.#members.since(kind, collectionId);
    const row = this.#item(kind, id);
    const read = row?.copy && row.asOf >= since ? row : undefined;
    const learned = this.#members.known(kind, id, collectionId, read?.asOf ?? since - 1);
    return learned ? learned.isIn : read?.copy?.collectionIds?.includes(collectionId);
  }

  /**
   * Whether a confirmed copy, which holds from a time on, counts an item. What was learned after a request whose fate is unknown says
   * nothing of a copy from before.
   */
  isCounted(line: Line, kind: ItemKind, id: string, asOf: number): boolean | undefined {
    const learned = this.#members.known(kind, id, line.id, asOf);
    const isDoubted = learned && learned.isIn === undefined;
    return (isDoubted ? learned.was : this.isIn(kind, id, line.id)) ?? line.assumed[kind].get(id);
  }

  /** What is known, or was before somebody else had a hand in it. */
  wasIn(line: Line, kind: ItemKind, id: string): boolean | undefined {
    const row = this.#item(kind, id);
    const isOpen = line.flying?.before.has(id) || this.#members.known(kind, id, line.id, row?.copy ? row.asOf : -1);
    return this.isIn(kind, id, line.id) ?? (isOpen ? undefined : row?.copy?.collectionIds?.includes(line.id));
  }

  /** What was known last is the best guess, once it is known no more. */
  assume(line: Line, kind: ItemKind): void {
    for (const change of line.changes)
      for (const id of change.item === kind ? change.left : []) {
        const isIn = this.isIn(kind, id, line.id);
        if (isIn !== undefined) line.assumed[kind].set(id, isIn);
      }
  }
}
