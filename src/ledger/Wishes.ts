import { type Change, forEachKind, type ItemKind } from './Change.ts';

/** The pending changes that name an item, in order. */
export class Wishes {
  readonly #changes = forEachKind(() => new Map<string, Change[]>());

  of(kind: ItemKind, id: string): readonly Change[] {
    return this.#changes[kind].get(id) ?? [];
  }

  /** The items of a kind that are wished for. */
  ids(kind: ItemKind): Iterable<string> {
    return this.#changes[kind].keys();
  }

  add(change: Change, kind: ItemKind, id: string): void {
    this.#changes[kind].set(id, [...this.of(kind, id), change]);
  }

  /** Gives those that are left. */
  remove(change: Change, kind: ItemKind, id: string): readonly Change[] {
    const left = this.of(kind, id).filter((other) => other !== change);
    if (left.length) this.#changes[kind].set(id, left);
    else this.#changes[kind].delete(id);
    return left;
  }
}
