import type { Collection } from '../api/types.ts';

/**
 * The sets of members that a collection has, by the API's names. Whoever adds one is told every place of `ledger/`, `query/` and `outbox/`
 * by the compiler; the proxy's `server/routes.ts`, the hooks and the emulator are added by hand.
 */
export type MemberKind = 'assets' | 'models';

/** What a user can ask for. */
export type ChangeKind = 'create' | 'update' | 'delete' | `${'add' | 'remove'}${Capitalize<MemberKind>}`;

/** The kind of members that a change is about; undefined where it is about none. */
export type MemberKindOf<K extends ChangeKind> = K extends `${'add' | 'remove'}${infer M}`
  ? Extract<MemberKind, Uncapitalize<M>>
  : undefined;

interface MemberKindInfo {
  /** The API's name for their count in a collection. */
  readonly count: Exclude<Extract<keyof Collection, `${string}Count`>, 'itemCount'>;
  /** The API's name for their ids in a request. */
  readonly ids: `${string}Ids`;
}

interface ChangeKindInfo {
  /** The members that it is about, if it is about members. */
  readonly memberKind?: MemberKind;
  /** Whether it wants them in the collection. */
  readonly isAdd?: boolean;
}

export const MEMBER_KINDS: Readonly<Record<MemberKind, MemberKindInfo>> = {
  assets: { count: 'assetCount', ids: 'assetIds' },
  models: { count: 'modelCount', ids: 'modelIds' },
};

export const CHANGE_KINDS: Readonly<Record<ChangeKind, ChangeKindInfo>> = {
  create: {},
  update: {},
  delete: {},
  addAssets: { memberKind: 'assets', isAdd: true },
  removeAssets: { memberKind: 'assets', isAdd: false },
  addModels: { memberKind: 'models', isAdd: true },
  removeModels: { memberKind: 'models', isAdd: false },
};

export const memberKinds: readonly MemberKind[] = Object.keys(MEMBER_KINDS) as MemberKind[];

/** One value for each kind of members. Ids are looked up within their kind: a key put together for each id would cost more than the rest. */
export const forEachKind = <T>(make: () => T): Readonly<Record<MemberKind, T>> => ({ assets: make(), models: make() });
