import type { Change } from '../ledger/Change.ts';
import type { ChangeVariables } from '../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../ledger/changeKinds.ts';
import type { KeptChange } from '../query/Outbox.ts';

type Field = { [K in ChangeKind]: keyof ChangeVariables<K> }[ChangeKind];

/** Whoever adds a field to what `mutate` takes is told by the compiler to keep it. */
const FIELDS: Readonly<Record<Field, true>> = {
  collectionId: true,
  name: true,
  thumbnail: true,
  assetIds: true,
  modelIds: true,
};

/** What is to be written down of a change: nothing that a user has put beside what it takes. */
export function keptChange(change: Change): KeptChange {
  const { kind, submittedAt, collectionId, isOptimistic, left } = change;
  return {
    kind,
    // An array that somebody observes cannot be cloned, and would keep all that is asked for beside it from being kept. What is given may
    // have a `toJSON` that leaves out what is sent.
    variables: JSON.parse(JSON.stringify({ ...change.variables }, Object.keys(FIELDS))) as ChangeVariables,
    submittedAt,
    collectionId,
    optimistic: isOptimistic,
    left,
  };
}
