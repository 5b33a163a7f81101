import type { EmulatorRequest } from './EmulatorRequest.ts';
import { apiPath } from './findRoute.ts';

/** What `fetch` takes first. Written out, since not every runtime's types know the DOM's name for it. */
export type Input = string | URL | Request;

/** What `fetch` was given, taken apart. The body may have to be waited for; one that is text, or none, need not. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly signal: AbortSignal | undefined;
  readonly text: string | Promise<string>;
}

/** Reads the arguments of a `fetch`. An address without a host is fine: only its path counts. */
export function readRequest(input: Input, init: RequestInit | undefined): Arrival {
  // Not `instanceof`: MSW and jsdom have Request classes of their own.
  if (typeof input === 'object' && 'url' in input) {
    const request = init === undefined ? input : new Request(input, init);
    return { ...readUrl(request.url), method: request.method, signal: request.signal, text: request.text() };
  }
  const body = init?.body ?? '';
  return {
    ...readUrl(String(input)),
    method: (init?.method ?? 'GET').toUpperCase(),
    signal: init?.signal ?? undefined,
    text: typeof body === 'string' ? body : new Response(body).text(),
  };
}

/** What a body says: JSON parsed, other text as it is, nothing as undefined. */
export function readBody(text: string): EmulatorRequest['body'] {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: whoever expects an object refuses the text.
    return text;
  }
}

function readUrl(address: string): { path: string; query: Record<string, string> } {
  const url = new URL(address, 'http://localhost');
  return { path: apiPath(url.pathname), query: Object.fromEntries(url.searchParams) };
}
