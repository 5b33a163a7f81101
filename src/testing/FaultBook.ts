import type { EmulatorFault } from './EmulatorFault.ts';
import { type EmulatorRequest, isRead } from './EmulatorRequest.ts';
import { matchesPath } from './findRoute.ts';

type Slow = Extract<EmulatorFault, { kind: 'slow' }>;

/** What happens to one request: one fault at most that decides its answer, and how much later that comes. */
export interface Trouble {
  fault: Exclude<EmulatorFault, Slow> | undefined;
  slowBy: number;
}

/**
 * The faults that stand.
 *
 * A fault meets the requests that arrive while it stands; what is on its way already is left alone. Of several that fit, the one that
 * was set first decides, and only that one is counted down. Slowness adds up, with the others too.
 */
export class FaultBook {
  #standing: { fault: EmulatorFault; fits: (request: EmulatorRequest) => boolean; left: number }[] = [];

  /** Sets a fault. The function that it gives ends it. */
  set(fault: EmulatorFault): () => void {
    checkKind(fault);
    const entry = { fault, fits: readOn(fault.on), left: readTimes(fault.times) };
    this.#standing.push(entry);
    return () => {
      this.#standing = this.#standing.filter((other) => other !== entry);
    };
  }

  /** Asked once for each request, when it arrives. */
  meet(request: EmulatorRequest): Trouble {
    const trouble: Trouble = { fault: undefined, slowBy: 0 };
    for (const entry of this.#standing) {
      const { fault } = entry;
      if (fault.kind !== 'slow' && trouble.fault !== undefined) continue;
      if (!entry.fits(request) || (fault.kind === 'lag' && !isRead(request))) continue;
      if (fault.kind === 'slow') trouble.slowBy += fault.ms;
      else trouble.fault = fault;
      entry.left--;
    }
    this.#standing = this.#standing.filter((entry) => entry.left > 0);
    return trouble;
  }
}

const KINDS: readonly string[] = ['refuse', 'loseAnswer', 'slow', 'offline', 'rateLimit', 'lag', 'garbage'];

/** What TypeScript does not see: a fault can come from plain JavaScript, or as JSON from a panel. */
function checkKind(fault: EmulatorFault): void {
  if (!KINDS.includes(Object(fault).kind)) throw new TypeError(`fault: kind must be one of ${KINDS.join(', ')}`);
  if ((fault.kind === 'slow' || fault.kind === 'lag') && !(fault.ms >= 0))
    throw new TypeError('fault: ms must be a number from 0 up');
}

function readTimes(times: number | undefined): number {
  if (times === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(times) || times < 1) throw new TypeError('fault: times must be a whole number from 1 up');
  return times;
}

function readOn(on: EmulatorFault['on']): (request: EmulatorRequest) => boolean {
  if (on === undefined) return () => true;
  if (typeof on === 'function') return on;
  const [, method, path] = /^(GET|POST|PUT|DELETE|\*)(?: (\/\S*))?$/.exec(on) ?? [];
  // One that can never fit would be a fault that a test believes in and that never strikes.
  if (method === undefined)
    throw new TypeError(`fault: on must be like 'PUT /collections/:collectionId', not ${JSON.stringify(on)}`);
  return (request) =>
    (method === '*' || method === request.method) && (path === undefined || matchesPath(path, request.path));
}
