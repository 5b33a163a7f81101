import { Scenario, type ScenarioOptions } from '../../src/client.ts';

export const collection = (id = 'c1', more: object = {}) => ({
  id,
  name: 'Rocks',
  ownerId: 'team',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  assetCount: 2,
  modelCount: 1,
  itemCount: 3,
  ...more,
});

export const item = (id = 'a1', more: object = {}) => ({
  id,
  collectionIds: ['c1'],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

export const envelope = () => json({ collection: collection() });

export interface Sent {
  url: URL;
  method: string;
  headers: Headers;
  body: unknown;
  signal: AbortSignal;
  /** On the clock of the test. */
  at: number;
}

type Step = Response | Error | ((sent: Sent) => Response | Promise<Response>);

/** A `fetch` that answers with one step after the other, the last one for ever, and remembers what was sent. */
export function scripted(...steps: Step[]) {
  const sent: Sent[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const one: Sent = {
      url: new URL(String(input), 'http://page.test'),
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      signal: init.signal as AbortSignal,
      at: Date.now(),
    };
    sent.push(one);
    const step = steps[Math.min(sent.length, steps.length) - 1] ?? envelope();
    if (step instanceof Error) throw step;
    return step instanceof Response ? step.clone() : step(one);
  };
  return { fetch, sent };
}

/** A client over a scripted `fetch`. */
export function client(steps: Step[], options: ScenarioOptions = {}) {
  const { fetch, sent } = scripted(...steps);
  return { sent, scenario: new Scenario({ baseURL: 'https://api.test/v1', fetch, ...options }) };
}

/** How a promise ends, so that a test can let time pass before it looks. */
export const outcome = <T>(promise: PromiseLike<T>): Promise<T | Error> =>
  Promise.resolve(promise).then(
    (value) => value,
    (error: Error) => error,
  );

/** A fetch that never answers, and, like a bad polyfill, does not care about its signal. */
export const hang = () => new Promise<Response>(() => {});
