import type { Question, Reply } from './server.ts';

/** What went over the wire since the last look. */
export interface Traffic {
  reads: number;
  writes: number;
  /** Of bodies, both ways. */
  bytes: number;
}

/** Where all subjects send their requests. */
export const BASE = '/api';

let traffic: Traffic = { reads: 0, writes: 0, bytes: 0 };
let inFlight = 0;
let lastAt = 0;
let count = 0;
const waiting = new Map<number, (text: string) => void>();
const worker = new Worker(new URL('./server.ts', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }: MessageEvent<Reply>) => waiting.get(data.number)?.(data.text);

/** Gives what went over the wire and begins to count anew. */
export function takeTraffic(): Traffic {
  const taken = traffic;
  traffic = { reads: 0, writes: 0, bytes: 0 };
  return taken;
}

/** How long nothing has been on the wire, in ms; 0 while something is. */
export const quietFor = (): number => (inFlight ? 0 : performance.now() - lastAt);

/** A `fetch` whose answers come from a worker as fast as a worker can: one turn there and back, no network, no chance. */
export const fetchStub: typeof fetch = async (input, init) => {
  const request = input instanceof Request ? input : undefined;
  const address = request?.url ?? String(input);
  const method = request?.method ?? init?.method ?? 'GET';
  const body = request ? await request.text() : typeof init?.body === 'string' ? init.body : '';
  const signal = request?.signal ?? init?.signal;
  signal?.throwIfAborted();
  if (method === 'GET') traffic.reads++;
  else traffic.writes++;
  inFlight++;
  const number = count++;
  const text = await new Promise<string>((resolve) => {
    waiting.set(number, resolve);
    worker.postMessage({ number, method, address, body } satisfies Question);
  });
  waiting.delete(number);
  inFlight--;
  lastAt = performance.now();
  traffic.bytes += body.length + text.length;
  signal?.throwIfAborted();
  return new Response(text, { status: 200, headers: { 'content-type': 'application/json' } });
};
