import type { Change } from '../../ledger/Change.ts';
import type { ChangeVariables } from '../../ledger/ChangeVariables.ts';
import { MEMBER_KINDS } from '../../ledger/changeKinds.ts';
import type { KeptChange, KeptError } from '../Outbox.ts';

const FIELDS = ['collectionId', 'name', 'thumbnail', ...Object.values(MEMBER_KINDS).map(({ ids }) => ids)];

/** What is to be written down of a change: nothing that a user has put beside what it takes. */
export function keptChange(change: Change): KeptChange {
  const { kind, submittedAt, collectionId, isOptimistic, remaining, total } = change;
  const given = Object.entries(change.variables).filter(([field]) => FIELDS.includes(field));
  return {
    kind,
    variables: Object.fromEntries(given) as unknown as ChangeVariables,
    submittedAt,
    collectionId,
    optimistic: isOptimistic,
    ...(remaining.size < total && { left: [...remaining] }),
  };
}

/** An error that was written down, as one that can be thrown. It bears the name of its class, which tells it. */
export const revivedError = ({ message, ...fields }: KeptError): Error =>
  Object.assign(new Error(message), { status: undefined, ...fields });
