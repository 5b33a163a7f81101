import { checkId, checkIds, checkName, checkUpdate } from '../api/checks.ts';
import type { ChangeKind, ChangeVariables } from '../ledger/Change.ts';

/** Refuses what cannot be sent: throws an `InvalidInputError` that names the argument. Any number of ids is fine, they are sent in parts. */
export function checkChange(kind: ChangeKind, variables: ChangeVariables): void {
  const { collectionId, name, assetIds, modelIds, ...fields } = variables ?? {};
  if (kind === 'create') checkName(name);
  else checkId('collectionId', collectionId);
  if (kind === 'update') checkUpdate({ ...fields, ...(name !== undefined && { name }) });
  if (kind.endsWith('Assets')) checkIds('assetIds', assetIds);
  if (kind.endsWith('Models')) checkIds('modelIds', modelIds);
}
