import { withDeadline } from '../http/deadline.ts';
import { APIConnectionTimeoutError, APIUserAbortError } from '../http/errors.ts';
import { refuse } from './refuse.ts';
import { relay } from './relay.ts';
import type { Call } from './routes.ts';

/** Where calls go, and how. */
export interface Upstream {
  /** Absolute, without a slash at its end. */
  baseURL: string;
  /** Set: the project of every call, whatever the request says. */
  projectId: string | undefined;
  /** Milliseconds for one call, from the credentials to the last byte of its answer. */
  timeout: number;
  fetch: typeof globalThis.fetch | undefined;
  /** The value of the `Authorization` header. Asked for every call: a token may have been renewed. */
  authorization: () => string | undefined | Promise<string>;
  onError: (error: unknown) => void;
}

/**
 * The answer to a call that may be made. Never rejects for what goes wrong upstream: too slow is a 504, anything else a 502.
 *
 * Nothing of the request goes up but what is named here.
 */
export async function forward(
  call: Call,
  request: Request,
  body: Uint8Array<ArrayBuffer> | undefined,
  upstream: Upstream,
): Promise<Response> {
  const send = async (signal: AbortSignal): Promise<Response> => {
    const headers = new Headers();
    const authorization = await upstream.authorization();
    if (authorization !== undefined) headers.set('authorization', authorization);
    copy('accept', request.headers, headers);
    if (body) copy('content-type', request.headers, headers);
    // Looked up at each call, so that what patches the global one later (a tracer, a test) is heard.
    const fetch = upstream.fetch ?? globalThis.fetch;
    const answer = await fetch(address(call, request, upstream), {
      method: request.method,
      headers,
      signal,
      redirect: 'manual',
      // A framework that caches `fetch` must not hand one user's answer to the next.
      cache: 'no-store',
      ...(body && { body }),
    });
    return relay(answer);
  };
  try {
    return await withDeadline(request.signal, upstream.timeout, send);
  } catch (error) {
    // 499 is what servers log for a visitor who went away. Nobody is there to read it.
    if (error instanceof APIUserAbortError) return refuse(499, 'The request was given up.');
    if (error instanceof APIConnectionTimeoutError) return refuse(504, 'The Scenario API took too long to answer.');
    upstream.onError(error);
    return refuse(502, 'The Scenario API could not be reached.');
  }
}

function address(call: Call, request: Request, upstream: Upstream): string {
  const url = new URL(upstream.baseURL + call.path);
  const asked = new URL(request.url).searchParams;
  for (const name of call.query) {
    const value = asked.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  if (upstream.projectId !== undefined) url.searchParams.set('projectId', upstream.projectId);
  return url.href;
}

function copy(name: string, from: Headers, to: Headers): void {
  const value = from.get(name);
  if (value !== null) to.set(name, value);
}
