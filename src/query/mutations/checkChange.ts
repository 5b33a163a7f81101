import { checkId, checkIds, checkName, checkUpdate } from '../../api/checks.ts';
import type { ChangeVariables } from '../../ledger/ChangeVariables.ts';
import { CHANGE_KINDS, type ChangeKind, MEMBER_KINDS } from '../../ledger/changeKinds.ts';

type Given = { readonly [field: string]: unknown };

/** Refuses what cannot be sent: throws an `InvalidInputError` that names the argument. Any number of ids is fine, they are sent in parts. */
export function checkChange(kind: ChangeKind, variables: ChangeVariables): void {
  const given: Given = { ...variables };
  if (kind === 'create') checkName(given.name);
  else checkId('collectionId', given.collectionId);
  if (kind === 'update') checkUpdate(given);
  const { memberKind } = CHANGE_KINDS[kind];
  if (memberKind) checkIds(MEMBER_KINDS[memberKind].ids, given[MEMBER_KINDS[memberKind].ids]);
}

/** Whether what was asked for, or found in a cache or an outbox, is a change at all. */
export function isSendable(
  kind: ChangeKind,
  { variables, submittedAt }: { variables: unknown; submittedAt: number },
): boolean {
  try {
    checkChange(kind, variables as ChangeVariables);
    // An unknown kind has thrown already.
    return Number.isFinite(new Date(submittedAt).getTime());
  } catch {
    return false;
  }
}
