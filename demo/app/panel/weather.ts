/** A fault, as the server's panel takes it. */
export interface Fault {
  kind: 'refuse' | 'loseAnswer' | 'slow' | 'offline' | 'rateLimit' | 'garbage';
  on?: 'write' | 'read';
  times?: number;
  status?: number;
  ms?: number;
  seconds?: number;
}

export interface Limit {
  requests: number;
  per: number;
}

/** What the emulator has been told to do. It stands at the server: a reload keeps it. */
export interface Weather {
  /** Another one after a start and a reset. */
  run: string;
  latency: number;
  limit: Limit | null;
  faults: { id: number; fault: Fault }[];
}

export const WEATHER_KEY = ['weather'];

/** Asks the panel's server for something. */
export async function turn(method: string, path = '', body?: object): Promise<Weather> {
  const response = await fetch(`/control${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The panel's server answered ${response.status}`);
  return response.json();
}
