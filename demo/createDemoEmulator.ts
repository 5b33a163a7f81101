import {
  createScenarioEmulator,
  type EmulatorFault,
  type EmulatorRequest,
  type RateLimit,
  type ScenarioEmulator,
} from '../src/testing.ts';

/** A fault as the panel names it: in JSON, and with two words more for what it meets. */
export type PanelFault = EmulatorFault & { on?: string };

/** What a person can turn in the demo's panel. */
export interface Weather {
  /** Another one after a start and a reset: what a page has kept of an earlier one holds no more. */
  run: string;
  /** Milliseconds that every request takes. */
  latency: number;
  /** How many requests it takes in how long a time. Null: as many as come. */
  limit: RateLimit | null;
  /** The faults that last until they are ended. Those for a number of requests end by themselves and are not here. */
  faults: { id: number; fault: PanelFault }[];
}

/** The demo's server, and what the panel does to it. */
export interface DemoEmulator {
  readonly emulator: ScenarioEmulator;
  readonly weather: Weather;
  setLatency(milliseconds: unknown): void;
  setLimit(limit: unknown): void;
  /** `on` may also be `'write'` or `'read'`. */
  addFault(fault: PanelFault): void;
  endFault(id: number): void;
  reset(): void;
}

const LATENCY = 300;

/** A seeded studio whose latency and faults can be changed while it runs. */
export function createDemoEmulator(seed = 7): DemoEmulator {
  const weather: Weather = { run: crypto.randomUUID(), latency: LATENCY, limit: null, faults: [] };
  const emulator = createScenarioEmulator({
    seed,
    latency: () => weather.latency,
    limit: () => weather.limit ?? undefined,
  });
  const ends = new Map<number, () => void>();
  let lastId = 0;

  return {
    emulator,
    weather,
    setLatency: (milliseconds) => {
      if (typeof milliseconds !== 'number' || !(milliseconds >= 0))
        throw new TypeError('latency must be a number from 0 up');
      weather.latency = milliseconds;
    },
    setLimit: (limit) => {
      // The emulator says what is wrong with one that makes no sense.
      if (limit !== null) createScenarioEmulator({ limit: Object(limit) });
      weather.limit = limit as RateLimit | null;
    },
    addFault: (fault) => {
      const end = emulator.fault({ ...fault, ...readOn(fault.on) });
      if (fault.times !== undefined) return;
      const id = ++lastId;
      ends.set(id, end);
      weather.faults.push({ id, fault });
    },
    endFault: (id) => {
      ends.get(id)?.();
      ends.delete(id);
      weather.faults = weather.faults.filter((standing) => standing.id !== id);
    },
    reset: () => {
      emulator.reset();
      ends.clear();
      weather.run = crypto.randomUUID();
      weather.faults = [];
      weather.latency = LATENCY;
      weather.limit = null;
    },
  };
}

function readOn(on: string | undefined): { on?: string | ((request: EmulatorRequest) => boolean) } {
  if (on === 'write') return { on: isWrite };
  if (on === 'read') return { on: (request) => !isWrite(request) };
  return on === undefined ? {} : { on };
}

/** A read in bulk is a POST too. */
function isWrite({ method, path }: EmulatorRequest): boolean {
  return method !== 'GET' && !path.endsWith('/get-bulk');
}
