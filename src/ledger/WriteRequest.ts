import type { CollectionUpdateParams } from '../api/types.ts';
import type { Change, ChangeOf, MemberChange } from './Change.ts';
import type { MemberKind } from './changeKinds.ts';

interface Write {
  /** The changes that asked for it, in order. */
  readonly callers: readonly Change[];
  /** Every change that it settles if it is accepted: the callers, and earlier ones that they overrule. */
  readonly settles: readonly Change[];
}

/** An add or a remove of at most 49 ids. */
export interface MemberWrite extends Write {
  readonly kind: MemberChange['kind'];
  readonly memberKind: MemberKind;
  readonly isAdd: boolean;
  readonly ids: readonly string[];
  readonly callers: readonly MemberChange[];
  /** What was known of each id when it left: what is learned meanwhile may or may not be its own doing. */
  readonly knownBefore: ReadonlyMap<string, boolean | undefined>;
}

interface CreateWrite extends Write {
  readonly kind: 'create';
  readonly memberKind?: never;
  readonly callers: readonly [ChangeOf<'create'>];
}

interface UpdateWrite extends Write {
  readonly kind: 'update';
  readonly memberKind?: never;
  readonly body: CollectionUpdateParams;
}

interface DeleteWrite extends Write {
  readonly kind: 'delete';
  readonly memberKind?: never;
}

/** One request to be sent for one collection. */
export type WriteRequest = MemberWrite | CreateWrite | UpdateWrite | DeleteWrite;

/** What occupies a collection: a write, or the question what an earlier page's writes have done. */
export type InFlight = WriteRequest | (Write & { readonly kind: 'verify'; readonly memberKind?: never });
