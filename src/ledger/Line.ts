import type { Collection } from '../api/types.ts';
import { type Change, forEachKind, type ItemKind } from './Change.ts';
import type { WriteRequest } from './merge.ts';
import type { Fold } from './view.ts';

/** What is pending for one collection. */
export interface Line {
  id: string;
  readonly changes: Change[];
  /** The request on the wire, or the ids that are being asked about. Until it is settled, what is read proves nothing. */
  flying: WriteRequest | undefined;
  /** The newest copy that was read meanwhile. It counts only if the request turns out to have done nothing. */
  held: { readonly copy: Collection | undefined; readonly sent: number } | undefined;
  /** When the newest collection that was known was made, as a create left: what that create makes is newer. */
  since: string;
  /** The pending changes taken together, as far as they were looked at. */
  fold: Fold | undefined;
  /** The only copy there is was read meanwhile, and may hold what is on the wire. */
  blind: boolean;
  /** What each membership was taken to be when it was first wished otherwise, for as long as a wish for it is pending. */
  readonly assumed: Readonly<Record<ItemKind, Map<string, boolean>>>;
  /** When ids were asked about, so that a second refusal is final. */
  readonly asked: Readonly<Record<ItemKind, Map<string, number>>>;
  /** Kinds of which something was added that no cached list knows, so that the contents have to be read. */
  readonly strangers: Set<ItemKind>;
}

/** A line on which nothing is pending yet. */
export const newLine = (id: string): Line => ({
  id,
  changes: [],
  flying: undefined,
  held: undefined,
  since: '',
  fold: undefined,
  blind: false,
  assumed: forEachKind(() => new Map()),
  asked: forEachKind(() => new Map()),
  strangers: new Set(),
});
