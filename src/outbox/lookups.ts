import { isChange, isStored, type OutboxRecord, type OutcomeRecord, type Stored } from './OutboxRecord.ts';

// What a transaction looks up among all that the storage holds.

/** The changes of a scope. */
export const changesOf = (found: readonly unknown[], scope: string): OutboxRecord[] =>
  found
    .filter(isStored)
    .filter(isChange)
    .filter((record) => record.scope === scope);

/** What there is of each change by its key: itself, or what it has come to. */
export const byChange = (found: readonly unknown[]): Map<number, Stored> =>
  new Map(found.filter(isStored).map((each) => [(each as OutcomeRecord).of ?? each.key, each]));

/** Keys of the outcomes of before a time. */
export const outcomesBefore = (found: readonly unknown[], time: number): number[] =>
  (found.filter(isStored) as OutcomeRecord[]).flatMap(({ at, key }) => (at < time ? key : []));

/** Keys of what goes when a change is taken back: a create takes along what waits for it. None where it may have been sent. */
export function goneWith(changes: readonly OutboxRecord[], key: number): number[] {
  const record = changes.find((each) => each.key === key);
  if (record?.state === 'sent') return [];
  if (record?.kind !== 'create') return [key];
  return changes.filter(({ collectionId }) => collectionId === record.collectionId).map((each) => each.key);
}

type Kept = Pick<OutboxRecord, 'scope' | 'kind' | 'submittedAt' | 'variables'>;

/** Whether a change is kept already. A cache of before this library had an outbox has no keys. */
export const isKept = (found: readonly Stored[], { scope, kind, submittedAt, variables }: Kept): boolean =>
  changesOf(found, scope).some(
    (other) =>
      other.kind === kind &&
      other.submittedAt === submittedAt &&
      JSON.stringify(other.variables) === JSON.stringify(variables),
  );

/** Whether something was asked for since a time, as far as the device's clock can tell: a time to come is one of before it was set back. */
export const isSince = (submittedAt: number, time: number): boolean => submittedAt >= time && submittedAt <= Date.now();
