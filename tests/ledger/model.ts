import fc from 'fast-check';
import type { Collection } from '../../src/api/types.ts';
import { type Change, newChange } from '../../src/ledger/Change.ts';
import type { UpdateCollectionVariables } from '../../src/ledger/ChangeVariables.ts';
import type { MemberKind } from '../../src/ledger/changeKinds.ts';
import { Fold, type Known } from '../../src/ledger/Fold.ts';

/** What a collection is, told plainly: two sets and two fields. The ledger never sees it; the tests compare with it. */
export interface Plain {
  readonly name: string;
  readonly thumbnail: string | undefined;
  readonly assets: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
}

export const ID = 'collection_1';

export const copyOf = ({ name, thumbnail, assets, models }: Plain): Collection => ({
  id: ID,
  name,
  ownerId: 'owner_1',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  assetCount: assets.size,
  modelCount: models.size,
  itemCount: assets.size + models.size,
  ...(thumbnail !== undefined && { thumbnail: { assetId: thumbnail, url: `https://pictures.test/${thumbnail}` } }),
});

/** What a change does to a plain collection, by the words of the API. `ids`: only these of its ids. */
export function carryOut(plain: Plain, change: Change, ids: Iterable<string> = change.remaining): Plain {
  if (change.memberKind) {
    const members = new Set(plain[change.memberKind]);
    for (const id of ids) change.isAdd ? members.add(id) : members.delete(id);
    return { ...plain, [change.memberKind]: members };
  }
  if (change.kind !== 'update') return plain;
  const { name = plain.name, thumbnail = plain.thumbnail } = change.variables;
  return { ...plain, name, thumbnail: thumbnail ?? undefined };
}

const common = { collectionId: ID, submittedAt: 0, isOptimistic: true };

/** A change that may be sent. */
const ready = (change: Change): Change => {
  change.markReady();
  return change;
};

export const add = (assetIds: readonly string[], isOptimistic = true): Change =>
  ready(newChange({ ...common, kind: 'addAssets', variables: { collectionId: ID, assetIds }, isOptimistic }));

export const remove = (assetIds: readonly string[]): Change =>
  ready(newChange({ ...common, kind: 'removeAssets', variables: { collectionId: ID, assetIds } }));

export const update = (fields: Omit<UpdateCollectionVariables, 'collectionId'>): Change =>
  ready(
    newChange({
      ...common,
      kind: 'update',
      variables: { collectionId: ID, ...fields } as UpdateCollectionVariables,
    }),
  );

export const create = (name: string): Change => ready(newChange({ ...common, kind: 'create', variables: { name } }));

export const del = (): Change => ready(newChange({ ...common, kind: 'delete', variables: { collectionId: ID } }));

/** A copy with the changes on it. */
export function viewOf(
  copy: Collection,
  changes: readonly Change[],
  known: Known,
  url: (assetId: string) => string | undefined,
): Collection {
  const fold = new Fold(known, url);
  fold.addNew(changes);
  return fold.on(copy);
}

const itemId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const ids = fc.uniqueArray(itemId, { minLength: 1, maxLength: 4 });

/** A change that is about members or fields. */
export const arbitraryChange: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({ kind: fc.constantFrom('addAssets' as const, 'removeAssets' as const), assetIds: ids })
    .map(({ kind, assetIds }) => ready(newChange({ ...common, kind, variables: { collectionId: ID, assetIds } }))),
  fc
    .record({ kind: fc.constantFrom('addModels' as const, 'removeModels' as const), modelIds: ids })
    .map(({ kind, modelIds }) => ready(newChange({ ...common, kind, variables: { collectionId: ID, modelIds } }))),
  fc
    .oneof(
      fc.record({ name: fc.constantFrom('Golems', 'Ruins') }),
      fc.record({ thumbnail: fc.constantFrom('a', 'b') }),
      fc.record({ name: fc.constantFrom('Golems', 'Ruins'), thumbnail: fc.constantFrom('a', 'b') }),
    )
    .map(update),
);

export const arbitraryPlain: fc.Arbitrary<Plain> = fc
  .record({ assets: fc.uniqueArray(itemId), models: fc.uniqueArray(itemId) })
  .map(({ assets, models }) => ({
    name: 'Frost',
    thumbnail: undefined,
    assets: new Set(assets),
    models: new Set(models),
  }));

/** Knows every membership of a plain collection. */
export const knows =
  (plain: Plain) =>
  (item: MemberKind, id: string): boolean =>
    plain[item].has(id);

export const urlOf = (assetId: string): string => `https://pictures.test/${assetId}`;
