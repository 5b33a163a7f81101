import type { TracedOptions } from '../http/RequestOptions.ts';
import type { LogicalClock } from '../ledger/LogicalClock.ts';
import { OLDEST } from '../ledger/Reconciler.ts';

/** A read on its way, as the client takes it. */
export interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  requestedAt: number;
  /** Whether anybody here has been told of what is asked for. */
  isKnown?: () => boolean;
  /** From when on what it does not find is not there. Where nobody knew of it when its request left, what is known since is newer. */
  absentSince: number;
}

/** Begins a read. It may wait at the client's gate, and an attempt that got no answer says nothing: it is as old as the attempt that did. */
export function startRead(clock: LogicalClock, options: TracedOptions): Read {
  const read: Read = {
    ...options,
    requestedAt: clock.startRead(),
    absentSince: OLDEST,
    onAttempt: () => {
      clock.endRead(read.requestedAt);
      read.requestedAt = clock.startRead();
      read.absentSince = read.isKnown?.() ? read.requestedAt : OLDEST;
    },
  };
  return read;
}
