import type { TracedOptions } from '../http/RequestOptions.ts';
import type { LogicalClock } from '../ledger/LogicalClock.ts';
import { OLDEST } from '../ledger/Reconciler.ts';

/** A read on its way, as the client takes it. */
export interface Read extends TracedOptions {
  /** The ledger's time when its request left. */
  readonly requestedAt: number;
  readonly hasLeft: boolean;
  /** From when on what it does not find is not there. Where nobody knew of it when its request left, what is known since is newer. */
  readonly absentSince: number;
}

/**
 * Begins a read. It may wait at the client's gate, and an attempt that got no answer says nothing: it is as old as the attempt that did.
 *
 * `isKnown`: whether anybody here has been told of what is asked for. `onAttempt` is called before each attempt, and calls `stamp` where the
 * read is to be as old as that one.
 */
export function startRead(
  clock: LogicalClock,
  options: TracedOptions,
  isKnown?: () => boolean,
  onAttempt: (stamp: () => void) => void = (stamp) => stamp(),
): Read {
  const stamp = () => {
    clock.endRead(read.requestedAt);
    read.hasLeft = true;
    read.requestedAt = clock.startRead();
    read.absentSince = isKnown?.() ? read.requestedAt : OLDEST;
  };
  const read = {
    ...options,
    requestedAt: clock.startRead(),
    hasLeft: false,
    absentSince: OLDEST,
    onAttempt: () => onAttempt(stamp),
  };
  return read;
}
