import type { TracedOptions } from '../http/RequestOptions.ts';
import type { LogicalClock } from '../ledger/LogicalClock.ts';

/** A read on its way, as the client takes it. */
export interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  requestedAt: number;
}

/** Begins a read. It may wait at the client's gate, and an attempt that got no answer says nothing: it is as old as the attempt that did. */
export function startRead(clock: LogicalClock, options: TracedOptions): Read {
  const read: Read = {
    ...options,
    requestedAt: clock.startRead(),
    onAttempt: () => {
      clock.endRead(read.requestedAt);
      read.requestedAt = clock.startRead();
    },
  };
  return read;
}
