import type { Collection, Item } from '../api/types.ts';
import { adds, type Change, forEachKind, type ItemKind } from './Change.ts';
import type { Members } from './Members.ts';

/** What is known of a membership: in, out, or nothing. */
export type Known = (item: ItemKind, id: string) => boolean | undefined;

/** Whether a copy may hold the change of a membership that is on the wire: a number is late rather than counted twice. */
export type IsOpen = (item: ItemKind, id: string) => boolean;

/** The address of an asset's picture, where a cached list knows it. */
export type UrlOf = (assetId: string) => string | undefined;

/**
 * Pending changes of one collection, taken together: what they make of a copy of it.
 *
 * Ids are a set. An add moves a count only if the id is out by then, a remove only if it is in. Where nothing is known of an id, its
 * first change tells: who adds takes it to be out, who removes takes it to be in. No count goes below zero.
 *
 * A delete shows nothing here: a list leaves the row out, an open detail keeps its last copy until the server has confirmed.
 *
 * Changes are only ever added to it, so that two hundred in one tick are looked at once each.
 */
export class Fold {
  /** How many changes were looked at. */
  size = 0;
  /** One of them takes the collection out of every list. */
  hides = false;
  readonly #known: Known;
  readonly #isOpen: IsOpen;
  readonly #urlOf: UrlOf;
  readonly #moved = { assets: 0, models: 0 };
  readonly #inside = forEachKind(() => new Map<string, boolean>());
  #fields: Pick<Collection, 'name' | 'thumbnail'> | object = {};

  constructor(known: Known, urlOf: UrlOf, isOpen: IsOpen = () => false) {
    this.#known = known;
    this.#isOpen = isOpen;
    this.#urlOf = urlOf;
  }

  add({ kind, item, left, shown, variables: { name, thumbnail } }: Change): void {
    this.size++;
    if (!shown) return;
    if (kind === 'delete') this.hides = true;
    if (item) {
      const wish = adds(kind);
      const inside = this.#inside[item];
      for (const id of left) {
        if (this.#isOpen(item, id)) continue;
        const isIn = inside.get(id) ?? this.#known(item, id) ?? !wish;
        if (isIn !== wish) this.#moved[item] += wish ? 1 : -1;
        inside.set(id, wish);
      }
    } else if (kind === 'update') {
      const url = thumbnail === undefined ? undefined : this.#urlOf(thumbnail);
      this.#fields = {
        ...this.#fields,
        ...(name !== undefined && { name }),
        ...(url !== undefined && { thumbnail: { assetId: thumbnail, url } }),
      };
    }
  }

  /** The copy itself where nothing moves. */
  on(copy: Collection): Collection {
    const { assets, models } = this.#moved;
    const hasMoved = assets !== 0 || models !== 0;
    if (!hasMoved && !Object.keys(this.#fields).length) return copy;
    const assetCount = Math.max(0, copy.assetCount + assets);
    const modelCount = Math.max(0, copy.modelCount + models);
    const itemCount = Math.max(0, copy.itemCount + assetCount - copy.assetCount + modelCount - copy.modelCount);
    return { ...copy, ...this.#fields, ...(hasMoved && { assetCount, modelCount, itemCount }) };
  }
}

/** A collection as it is to be shown: the confirmed copy with the pending changes applied, in order. */
export function viewCollection(copy: Collection, changes: readonly Change[], known: Known, urlOf: UrlOf): Collection {
  const fold = new Fold(known, urlOf);
  for (const change of changes) fold.add(change);
  return fold.on(copy);
}

/**
 * An item as it is to be shown: its `collectionIds` with what was learned since it was read, then the pending changes, in order.
 */
export function viewItem<T extends Item>(copy: T, learned: ReturnType<Members['of']>, changes: readonly Change[]): T {
  // What is missing is not known: to show what was learned of one collection would say that no other holds it.
  if (!copy.collectionIds) return copy;
  const ids = new Set(copy.collectionIds);
  const put = (collectionId: string, isIn: boolean) => (isIn ? ids.add(collectionId) : ids.delete(collectionId));
  for (const [collectionId, isIn] of learned) put(collectionId, isIn);
  for (const change of changes) if (change.shown) put(change.collectionId, adds(change.kind));
  const same = ids.size === copy.collectionIds.length && copy.collectionIds.every((id) => ids.has(id));
  return same ? copy : { ...copy, collectionIds: [...ids] };
}
