import type { Change, MemberChange } from './Change.ts';
import { forEachKind, type MemberKind } from './changeKinds.ts';
import { insertBefore } from './insertBefore.ts';

/** The pending changes that name an item, in order. */
export class ChangesByItem {
  readonly #changes = forEachKind(() => new Map<string, MemberChange[]>());

  of(kind: MemberKind, id: string): readonly MemberChange[] {
    return this.#changes[kind].get(id) ?? [];
  }

  /** The items of a kind that some change names. */
  ids(kind: MemberKind): Iterable<string> {
    return this.#changes[kind].keys();
  }

  /** Puts a change before all that `isAfter` it. */
  add(change: MemberChange, id: string, isAfter?: (other: Change) => boolean): void {
    const { memberKind } = change;
    const all = [...this.of(memberKind, id)];
    insertBefore(all, change, isAfter);
    this.#changes[memberKind].set(id, all);
  }

  /** Gives those that are left. */
  remove(change: MemberChange, id: string): readonly MemberChange[] {
    const { memberKind } = change;
    const left = this.of(memberKind, id).filter((other) => other !== change);
    if (left.length) this.#changes[memberKind].set(id, left);
    else this.#changes[memberKind].delete(id);
    return left;
  }
}
