import type { EmulatorRequest } from './EmulatorRequest.ts';
import { between, type Random } from './random.ts';

/** How long a request travels before the server applies it, and its answer after that. In milliseconds. */
export interface LatencySplit {
  before: number;
  after: number;
}

/**
 * How long a request takes, in milliseconds.
 *
 * A request is applied at one moment and answered at a later one. A number is halved between the way there and the way back; a
 * split sets both, so that a test can have requests applied in one order and answered in another.
 */
export type Latency =
  | number
  | readonly [from: number, to: number]
  | ((request: EmulatorRequest) => number | LatencySplit);

/** The two halves of one request's way. */
export function splitLatency(latency: Latency, request: EmulatorRequest, random: Random): LatencySplit {
  const drawn = drawLatency(latency, request, random);
  if (typeof drawn !== 'number') return drawn;
  const before = Math.floor(drawn / 2);
  return { before, after: drawn - before };
}

function drawLatency(latency: Latency, request: EmulatorRequest, random: Random): number | LatencySplit {
  if (typeof latency === 'number') return latency;
  return typeof latency === 'function' ? latency(request) : between(random, latency[0], latency[1]);
}

/** A pause that an abort ends, by throwing the signal's reason. None at all for 0, so that nothing waits for a clock that stands. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) throw signal.reason;
  if (milliseconds <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
