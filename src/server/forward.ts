import type { Credentials } from '../http/credentials.ts';
import { withDeadline } from '../http/deadline.ts';
import { APIConnectionTimeoutError, APIUserAbortError } from '../http/errors.ts';
import { hasRunOut, signed } from '../http/signed.ts';
import { neverSent } from './neverSent.ts';
import { refuse } from './refuse.ts';
import { relay } from './relay.ts';
import type { Call } from './routes.ts';
import type { Fetch } from './uncached.ts';

/** Where calls go, and how. */
export interface Upstream {
  /** Absolute, without a slash at its end. */
  baseURL: string;
  /** Set: the project of every call, whatever the request says. */
  projectId: string | undefined;
  /** Milliseconds for one call, from the credentials to the last byte of its answer. */
  timeout: number;
  fetch: Fetch;
  credentials: Credentials;
  onError: (error: unknown) => void;
}

/**
 * The answer to a call that may be made. Never rejects for what goes wrong upstream: too slow is a 504, anything else a 502.
 *
 * Nothing of the request goes up but what is named here. A visitor who goes away gives up a read. A write goes on: it was asked for
 * with a click, and its page may be another one by now.
 */
export async function forward(
  call: Call,
  request: Request,
  body: Uint8Array<ArrayBuffer> | undefined,
  upstream: Upstream,
): Promise<Response> {
  const send = (signal: AbortSignal): Promise<Response> => {
    const exchange = async (authorization: string | undefined): Promise<Response> => {
      const headers = new Headers();
      if (authorization !== undefined) headers.set('authorization', authorization);
      copy('accept', request.headers, headers);
      if (body) copy('content-type', request.headers, headers);
      const ask = () =>
        upstream.fetch(address(call, request, upstream), {
          method: request.method,
          headers,
          signal,
          redirect: 'manual',
          ...(body && { body }),
        });
      // On a connection of its own: the one that was kept open may have been closed from the other side.
      const answer = await ask().catch((error) => (neverSent(error) ? ask() : Promise.reject(error)));
      return relay(answer);
    };
    return signed(upstream.credentials, exchange, ({ status, headers }) => hasRunOut(status, headers));
  };
  try {
    return await withDeadline(call.isRead ? request.signal : undefined, upstream.timeout, send);
  } catch (error) {
    // 499 is what servers log for a visitor who went away. Nobody is there to read it.
    if (error instanceof APIUserAbortError) return refuse(499, 'The request was given up.');
    if (error instanceof APIConnectionTimeoutError) return refuse(504, 'The Scenario API took too long to answer.');
    upstream.onError(error);
    // Then a client may try again even what must not happen twice.
    return refuse(502, 'The Scenario API could not be reached.', neverSent(error) ? { 'x-should-retry': 'true' } : {});
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
