import type { Collection, CollectionUpdateParams } from '../api/types.ts';
import type { ChangeOf } from './Change.ts';

/** The address of an asset's picture, where a cached list knows it. */
export type UrlOf = (assetId: string) => string | undefined;

interface UpdateField<V> {
  /** What is shown of it before the server has answered; nothing where that cannot be known. */
  readonly show: (value: V, urlOf: UrlOf) => Partial<Collection>;
  /** Whether a copy has it. */
  readonly isIn: (copy: Collection, value: V) => boolean;
}

type UpdatableFields = Required<CollectionUpdateParams>;

/** The fields that an update can name. Whoever adds one to `CollectionUpdateParams` is told by the compiler to say here how it is shown. */
const UPDATE_FIELDS: { readonly [F in keyof UpdatableFields]: UpdateField<Exclude<UpdatableFields[F], undefined>> } = {
  name: {
    show: (name) => ({ name }),
    isIn: (copy, name) => copy.name === name,
  },
  thumbnail: {
    show: (assetId, urlOf) => {
      if (assetId === null) return { thumbnail: null };
      const url = urlOf(assetId);
      return url === undefined ? {} : { thumbnail: { assetId, url } };
    },
    isIn: ({ thumbnail }, assetId) => (thumbnail?.assetId ?? null) === assetId,
  },
};

type FieldValue = readonly [field: UpdateField<unknown>, value: unknown];

const entriesOf = (body: CollectionUpdateParams): FieldValue[] =>
  Object.entries(UPDATE_FIELDS).flatMap(([name, field]) => {
    const value = body[name as keyof UpdatableFields];
    return value === undefined ? [] : [[field, value] as FieldValue];
  });

/** The fields of a collection that an update shows at once. */
export const shownFields = (body: CollectionUpdateParams, urlOf: UrlOf): Partial<Collection> =>
  Object.assign({}, ...entriesOf(body).map(([{ show }, value]) => show(value, urlOf)));

/** Whether a copy has every field as the update wants it. */
export const hasFields = (copy: Collection, body: CollectionUpdateParams): boolean =>
  entriesOf(body).every(([{ isIn }, value]) => isIn(copy, value));

/** One body for several updates: each field as the last one that names it wants it. */
export function updateBody(updates: readonly ChangeOf<'update'>[]): CollectionUpdateParams {
  const body: CollectionUpdateParams = {};
  for (const { variables } of updates)
    for (const name of Object.keys(UPDATE_FIELDS) as (keyof UpdatableFields)[])
      if (variables[name] !== undefined) Object.assign(body, { [name]: variables[name] });
  return body;
}
