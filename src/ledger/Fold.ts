import type { Collection } from '../api/types.ts';
import type { Change } from './Change.ts';
import { forEachKind, MEMBER_KINDS, type MemberKind, memberKinds } from './changeKinds.ts';
import { shownFields, type UrlOf } from './updateFields.ts';

/** What is known of a membership: in, out, or nothing. */
export type Known = (kind: MemberKind, id: string) => boolean | undefined;

/** Whether a copy may hold the change of a membership that is on the wire already: a number is late rather than counted twice. */
export type MayInclude = (kind: MemberKind, id: string) => boolean;

/**
 * Pending changes of one collection, taken together: what they make of a copy of it.
 *
 * Ids are a set. An add moves a count only if the id is out by then, a remove only if it is in. Where nothing is known of an id, its
 * first change tells: an add takes it to be out, a remove takes it to be in. No count goes below zero.
 *
 * A delete shows nothing here: a list leaves the row out, an open detail keeps its last copy until the server has confirmed.
 *
 * Changes are only ever added to it, so that two hundred in one tick are looked at once each.
 */
export class Fold {
  #size = 0;
  #hides = false;
  readonly #known: Known;
  readonly #mayInclude: MayInclude;
  readonly #urlOf: UrlOf;
  readonly #moved: Record<MemberKind, number> = { ...forEachKind(() => 0) };
  readonly #inside = forEachKind(() => new Map<string, boolean>());
  #fields: Partial<Collection> = {};

  constructor(known: Known, urlOf: UrlOf, mayInclude: MayInclude = () => false) {
    this.#known = known;
    this.#mayInclude = mayInclude;
    this.#urlOf = urlOf;
  }

  /** Whether one of the changes takes the collection out of every list. */
  get hides(): boolean {
    return this.#hides;
  }

  /** Takes in the changes that it has not seen yet. */
  addNew(changes: readonly Change[]): void {
    while (this.#size < changes.length) this.#add(changes[this.#size++] as Change);
  }

  #add(change: Change): void {
    if (!change.isOptimistic) return;
    if (change.kind === 'delete') this.#hides = true;
    else if (change.kind === 'update')
      this.#fields = { ...this.#fields, ...shownFields(change.variables, this.#urlOf) };
    else if (change.memberKind) {
      const { memberKind, isAdd, remaining } = change;
      const inside = this.#inside[memberKind];
      for (const id of remaining) {
        if (this.#mayInclude(memberKind, id)) continue;
        const isIn = inside.get(id) ?? this.#known(memberKind, id) ?? !isAdd;
        if (isIn !== isAdd) this.#moved[memberKind] += isAdd ? 1 : -1;
        inside.set(id, isAdd);
      }
    }
  }

  /** The copy itself where nothing moves. */
  on(copy: Collection): Collection {
    const moved = memberKinds.filter((kind) => this.#moved[kind] !== 0);
    if (!moved.length && !Object.keys(this.#fields).length) return copy;
    const view = { ...copy, ...this.#fields };
    for (const kind of moved) {
      const { count } = MEMBER_KINDS[kind];
      view[count] = Math.max(0, copy[count] + this.#moved[kind]);
      view.itemCount += view[count] - copy[count];
    }
    view.itemCount = Math.max(0, view.itemCount);
    return view;
  }
}
