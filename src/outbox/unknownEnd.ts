import type { Change } from '../ledger/Change.ts';
import type { ServerState } from './OutboxHost.ts';

/** What is known of a change that may have been done, and nobody knows. */
export const unknownEnd = ({ isAdd, remaining }: Change): ServerState => ({
  value: undefined,
  at: Infinity,
  ids: [...remaining].map((id) => [id, undefined, isAdd] as const),
});
