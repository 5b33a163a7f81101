import { createScenarioProxy, type ScenarioProxyOptions } from '../../src/server.ts';

/** One call as it reached the API. */
export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  redirect: string | undefined;
  cache: string | undefined;
  signal: AbortSignal;
}

/** A `fetch` in the API's place that writes down what it was asked for. */
export function recorder(answer: (sent: Sent) => Response | Promise<Response> = () => Response.json({ ok: true })): {
  fetch: typeof globalThis.fetch;
  sent: Sent[];
} {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const body = init?.body;
      const call: Sent = {
        method: init?.method ?? 'GET',
        url: String(input),
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: body instanceof Uint8Array ? new TextDecoder().decode(body) : undefined,
        redirect: init?.redirect,
        cache: init?.cache,
        signal: init?.signal ?? new AbortController().signal,
      };
      sent.push(call);
      return answer(call);
    },
  };
}

export const UPSTREAM = 'https://api.test/v1';
export const BASE = 'https://app.test/api/scenario';
export const KEY = 'key-0001';
export const SECRET = 'secret-0002';

/** A proxy that lets everyone through, to an API that writes down what it is asked. */
export function proxyOver(
  answer?: (sent: Sent) => Response | Promise<Response>,
  options: Partial<ScenarioProxyOptions> = {},
): { handle: (request: Request) => Promise<Response>; sent: Sent[] } {
  const { fetch, sent } = recorder(answer);
  const handle = createScenarioProxy({
    apiKey: KEY,
    apiSecret: SECRET,
    baseURL: UPSTREAM,
    basePath: '/api/scenario',
    authorize: () => true,
    fetch,
    ...options,
  });
  return { handle, sent };
}

/** A write with a JSON body, as the client sends it. */
export function write(path: string, body: unknown = { name: 'Trees' }, init: RequestInit = {}): Request {
  return new Request(BASE + path, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(new Headers(init.headers)) },
  });
}

/** An `Answer` whose text holds none of the secrets, checked. */
export async function refusalOf(answer: Response): Promise<{ status: number; message: unknown; text: string }> {
  const text = await answer.text();
  const everything = text + JSON.stringify([...answer.headers]);
  for (const secret of [KEY, SECRET, btoa(`${KEY}:${SECRET}`), 'api.test']) {
    if (everything.includes(secret)) throw new Error(`The answer gives away ${secret}`);
  }
  return { status: answer.status, message: (JSON.parse(text) as { message?: unknown }).message, text };
}
