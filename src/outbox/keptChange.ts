import type { Change } from '../ledger/Change.ts';
import type { ChangeVariables } from '../ledger/ChangeVariables.ts';
import type { ChangeKind } from '../ledger/changeKinds.ts';
import type { KeptChange } from '../query/OutboxLink.ts';

type Field = { [K in ChangeKind]: keyof ChangeVariables<K> }[ChangeKind];

/** Every field that `mutate` takes: the compiler asks for a new one here. */
const FIELDS: Readonly<Record<Field, true>> = {
  collectionId: true,
  name: true,
  thumbnail: true,
  assetIds: true,
  modelIds: true,
};

/** What is written down of a change: the fields that `mutate` takes, and nothing else that was put beside them. */
export function keptChange(change: Change): KeptChange {
  const { kind, submittedAt, collectionId, isOptimistic, left } = change;
  return {
    kind,
    // As plain JSON: a proxy (an observable array, say) cannot be cloned, and the whole transaction would fail. What is given may
    // have a `toJSON` that leaves out what is sent.
    variables: JSON.parse(JSON.stringify({ ...change.variables }, Object.keys(FIELDS))) as ChangeVariables,
    submittedAt,
    collectionId,
    optimistic: isOptimistic,
    left,
  };
}
