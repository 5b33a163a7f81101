import fc from 'fast-check';
import type { Collection } from '../../src/api/types.ts';
import { adds, type Change, type ChangeKind, type ItemKind, newChange } from '../../src/ledger/Change.ts';

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

/** One change carried out on its own, the way the words of the API say. */
export function carryOut(plain: Plain, { kind, item, left, variables }: Change): Plain {
  if (item) {
    const members = new Set(plain[item]);
    for (const id of left) adds(kind) ? members.add(id) : members.delete(id);
    return { ...plain, [item]: members };
  }
  return { ...plain, name: variables.name ?? plain.name, thumbnail: variables.thumbnail ?? plain.thumbnail };
}

const itemId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const ids = fc.uniqueArray(itemId, { minLength: 1, maxLength: 4 });

/** A change that is about members or fields. */
export const arbitraryChange: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({ kind: fc.constantFrom<ChangeKind>('addAssets', 'removeAssets'), assetIds: ids })
    .map(({ kind, assetIds }) => ready(newChange(kind, { collectionId: ID, assetIds }, ID, 0, true))),
  fc
    .record({ kind: fc.constantFrom<ChangeKind>('addModels', 'removeModels'), modelIds: ids })
    .map(({ kind, modelIds }) => ready(newChange(kind, { collectionId: ID, modelIds }, ID, 0, true))),
  fc
    .oneof(
      fc.record({ name: fc.constantFrom('Golems', 'Ruins') }),
      fc.record({ thumbnail: fc.constantFrom('a', 'b') }),
      fc.record({ name: fc.constantFrom('Golems', 'Ruins'), thumbnail: fc.constantFrom('a', 'b') }),
    )
    .map((fields) => ready(newChange('update', { collectionId: ID, ...fields }, ID, 0, true))),
);

const ready = (change: Change): Change => {
  change.ready = true;
  return change;
};

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
  (item: ItemKind, id: string): boolean =>
    plain[item].has(id);

export const urlOf = (assetId: string): string => `https://pictures.test/${assetId}`;
