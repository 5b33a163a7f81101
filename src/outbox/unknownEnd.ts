import type { Change } from '../ledger/Change.ts';
import type { ServerState } from './OutboxHost.ts';

/** The server's state after a change of which nobody knows whether it was done. */
export const unknownEnd = ({ isAdd, remaining }: Change): ServerState => ({
  value: undefined,
  at: Infinity,
  ids: [...remaining].map((id) => [id, undefined, isAdd] as const),
});
