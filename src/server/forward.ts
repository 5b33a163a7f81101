import { wasNeverSent } from '../http/connection.ts';
import type { Credentials } from '../http/credentials.ts';
import { withDeadline } from '../http/deadline.ts';
import { APIConnectionTimeoutError, APIUserAbortError, InvalidInputError } from '../http/errors.ts';
import type { Fetch } from '../http/Fetch.ts';
import { hasRunOut, signed } from '../http/signed.ts';
import type { Gate } from './Gate.ts';
import { passGate } from './passGate.ts';
import { refuse } from './refuse.ts';
import { relay } from './relay.ts';
import type { DocumentedCall } from './routes.ts';

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
  gate: Gate;
  onError: (error: unknown) => void;
}

/**
 * The answer to a call that may be made. Never rejects for what goes wrong upstream: too slow is a 504, anything else a 502. Where the
 * limit of requests is known to be spent it is a 429, and nothing is asked.
 *
 * Nothing of the request goes up but what is named here. A visitor who goes away gives up a read. A write goes on: it was asked for
 * with a click, and its page may be another one by now.
 */
export async function forward(
  call: DocumentedCall,
  request: Request,
  body: Uint8Array<ArrayBuffer> | undefined,
  upstream: Upstream,
): Promise<Response> {
  const url = address(call, request, upstream);
  const gate = passGate(upstream.gate, url.searchParams.get('projectId') ?? '', request, upstream.onError);
  const send = async (signal: AbortSignal): Promise<Response> => {
    // Before a token is asked for, which may take a request of its own.
    let refusal = await gate.enter();
    if (refusal) return refusal;
    let isFirst = true;
    const exchange = async (authorization: string | undefined): Promise<Response> => {
      if (!isFirst) refusal = await gate.enter();
      if (refusal) return refusal;
      isFirst = false;
      const headers = new Headers();
      try {
        if (authorization !== undefined) headers.set('authorization', authorization);
      } catch {
        // The engine's own message quotes it.
        throw new InvalidInputError('The token does not fit into a header.');
      }
      copy('accept', request.headers, headers);
      if (body) copy('content-type', request.headers, headers);
      const ask = () =>
        upstream.fetch(url.href, {
          method: request.method,
          headers,
          signal,
          redirect: 'manual',
          ...(body && { body }),
        });
      // On a connection of its own: the one that was kept open may have been closed from the other side.
      const answer = await relay(await ask().catch((error) => (wasNeverSent(error) ? ask() : Promise.reject(error))), [
        authorization?.split(' ').pop(),
        upstream.credentials.secret,
      ]);
      await gate.leave(answer);
      return answer;
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
    return refuse(
      502,
      'The Scenario API could not be reached.',
      wasNeverSent(error) ? { 'x-should-retry': 'true' } : {},
    );
  }
}

function address(call: DocumentedCall, request: Request, upstream: Upstream): URL {
  const url = new URL(upstream.baseURL + call.path);
  const asked = new URL(request.url).searchParams;
  for (const name of call.query) {
    const value = asked.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  if (upstream.projectId !== undefined) url.searchParams.set('projectId', upstream.projectId);
  return url;
}

function copy(name: string, from: Headers, to: Headers): void {
  const value = from.get(name);
  if (value !== null) to.set(name, value);
}
