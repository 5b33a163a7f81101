import { isChange, isStored, LOST, type OutboxRecord, type OutcomeRecord, type Stored } from './OutboxRecord.ts';

// What a transaction looks up among the records that it has found.

/** The changes of a scope. */
export const changesOf = (found: readonly unknown[], scope: string): OutboxRecord[] =>
  found
    .filter(isStored)
    .filter(isChange)
    .filter((record) => record.scope === scope);

/** For each change's key: its record, or its outcome. */
export const byChange = (found: readonly unknown[]): Map<number, Stored> =>
  new Map(found.filter(isStored).map((each) => [(each as OutcomeRecord).of ?? each.key, each]));

/** Whether the storage has a change no more because the browser has lost it. Else somebody has taken it back. */
export const isLost = (now: ReadonlyMap<number, Stored>, key: number): boolean => (now.get(LOST)?.key ?? 0) > key;

/** The keys of outcomes that are older than a time. */
export const outcomesBefore = (found: readonly unknown[], time: number): number[] =>
  (found.filter(isStored) as OutcomeRecord[]).flatMap(({ at, key }) => (at < time ? key : []));

/** The keys that go when a change is discarded: with a create, those of what waits for it. None where it may have been sent. */
export function goneWith(changes: readonly OutboxRecord[], key: number, isOurs: boolean): number[] {
  const record = changes.find((each) => each.key === key);
  // What another tab was to send and is not kept any more may be done. What was ours has gone with the database.
  if (record ? record.state === 'sent' : !isOurs) return [];
  if (record?.kind !== 'create') return [key];
  return changes.filter(({ collectionId }) => collectionId === record.collectionId).map((each) => each.key);
}

type Kept = Pick<OutboxRecord, 'scope' | 'kind' | 'submittedAt' | 'variables'>;

/** Whether a change out of a persisted cache is kept already. It has no key there, so its contents are compared. */
export const isKept = (found: readonly unknown[], { scope, kind, submittedAt, variables }: Kept): boolean =>
  changesOf(found, scope).some(
    (other) =>
      other.kind === kind &&
      other.submittedAt === submittedAt &&
      JSON.stringify(other.variables) === JSON.stringify(variables),
  );

/** Whether something was asked for since a time, by the device's clock. A time that is still to come is from before the clock was set back. */
export const isSince = (submittedAt: number, time: number): boolean => submittedAt >= time && submittedAt <= Date.now();
