import type { TracedOptions } from '../http/RequestOptions.ts';
import type { LogicalClock } from '../ledger/LogicalClock.ts';

/** A read on its way, as the client takes it. */
export interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  requestedAt: number;
  /** Whether anybody here has been told of what is asked for. */
  isKnown?: () => boolean;
  /** Whether somebody was when its request left. */
  wasKnown: boolean;
}

/** Begins a read. It may wait at the client's gate, and an attempt that got no answer says nothing: it is as old as the attempt that did. */
export function startRead(clock: LogicalClock, options: TracedOptions): Read {
  const read: Read = {
    ...options,
    requestedAt: clock.startRead(),
    wasKnown: true,
    onAttempt: () => {
      read.wasKnown = read.isKnown?.() ?? true;
      clock.endRead(read.requestedAt);
      read.requestedAt = clock.startRead();
    },
  };
  return read;
}
