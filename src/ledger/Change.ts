import type { Collection } from '../api/types.ts';

/** Which of a collection's two sets of members. */
export type ItemKind = 'assets' | 'models';

/** One of something for each of the two. Ids are looked up as they are: to put a key together for each would cost more than the rest. */
export const forEachKind = <T>(make: () => T): Readonly<Record<ItemKind, T>> => ({ assets: make(), models: make() });

/** What a user can ask for. */
export type ChangeKind = 'create' | 'update' | 'delete' | 'addAssets' | 'removeAssets' | 'addModels' | 'removeModels';

/** What a `mutate()` was given, of whatever kind. */
export interface ChangeVariables {
  collectionId?: string;
  name?: string;
  thumbnail?: string;
  assetIds?: readonly string[];
  modelIds?: readonly string[];
}

/**
 * What one `mutate()` asked for.
 *
 * It keeps operations, never values: sets of ids and the fields that were named. So each change can settle alone, whatever stands
 * before or behind it, and there is no earlier value to go back to.
 */
export interface Change {
  readonly kind: ChangeKind;
  readonly variables: ChangeVariables;
  /** Milliseconds. */
  readonly submittedAt: number;
  /** False: it goes the same way and is not shown before the server has it. */
  readonly shown: boolean;
  /** The set of members that it is about, if it is about members. */
  readonly item: ItemKind | undefined;
  /** The ids that are neither confirmed nor refused yet. */
  readonly left: Set<string>;
  /** How many ids there were. */
  readonly total: number;
  readonly applied: string[];
  readonly refused: string[];
  /** Its collection: the server's id, or a provisional one. */
  collectionId: string;
  /** The first refusal of a part of it. */
  error: unknown;
  /** To be sent without the changes of others, since together they were refused. */
  alone: boolean;
  /** How many of its requests in a row ended without an answer. */
  doubts: number;
  /** Its mutation function was called, so that it may be sent. */
  ready: boolean;
  /** Comes from a cache of an earlier page, so that it may have been sent. */
  restored: boolean;
}

/** True for the kinds that want their ids in the collection. */
export const adds = (kind: ChangeKind): boolean => kind.startsWith('add');

const itemOf = (kind: ChangeKind): ItemKind | undefined =>
  kind.endsWith('Assets') ? 'assets' : kind.endsWith('Models') ? 'models' : undefined;

/** The ids that a change names. */
const idsOf = ({ assetIds, modelIds }: ChangeVariables): readonly string[] => assetIds ?? modelIds ?? [];

/** A change as it stands when it is asked for. `collectionId` is the provisional id where the change is a create. */
export function newChange(
  kind: ChangeKind,
  variables: ChangeVariables,
  collectionId: string,
  submittedAt: number,
  shown: boolean,
): Change {
  const left = new Set(idsOf(variables));
  return {
    kind,
    variables,
    submittedAt,
    shown,
    item: itemOf(kind),
    left,
    total: left.size,
    applied: [],
    refused: [],
    collectionId,
    error: undefined,
    alone: false,
    doubts: 0,
    ready: false,
    restored: false,
  };
}

/** A collection that the server has not answered yet. */
export function provisional({ collectionId, variables, submittedAt }: Change): Collection {
  const at = new Date(submittedAt).toISOString();
  return {
    id: collectionId,
    name: variables.name ?? '',
    ownerId: '',
    createdAt: at,
    updatedAt: at,
    assetCount: 0,
    modelCount: 0,
    itemCount: 0,
    clientKey: collectionId,
  };
}
