import type { Change } from './Change.ts';
import { forEachKind, type MemberKind } from './changeKinds.ts';

/** The ids that remain of some changes, each once. */
export function remainingOf(changes: readonly Change[]): Readonly<Record<MemberKind, ReadonlySet<string>>> {
  const ids = forEachKind(() => new Set<string>());
  for (const { memberKind, remaining } of changes) if (memberKind) for (const id of remaining) ids[memberKind].add(id);
  return ids;
}
