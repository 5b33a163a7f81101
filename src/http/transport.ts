import { createFetch } from 'ofetch';
import type { Credentials } from './credentials.ts';
import { sleep, withDeadline } from './deadline.ts';
import { errorOf } from './errorOf.ts';
import { APIConnectionError, APIError, need } from './errors.ts';
import { type HeadersLike, mergeHeaders } from './headers.ts';
import { parseJSON } from './parseJSON.ts';
import type { RequestOptions, TracedOptions } from './RequestOptions.ts';
import { isLost, retryDelay } from './retryDelay.ts';

/** One call of the API. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With a leading slash, its segments encoded. */
  path: string;
  query?: Record<string, unknown>;
  body?: Record<string, unknown>;
  /** It must not happen twice: it is sent again only where the server says that it did nothing. */
  once?: boolean;
  /** After an answer that was lost, a 404 says that the first attempt did it. */
  goneIsDone?: boolean;
}

/** A 2xx answer, its body read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** A new one at each call, so that each can be read. */
  response: () => Response;
}

/** Sends the call that `prepare` makes; what that throws rejects. */
export type Send = (prepare: () => Call, options?: TracedOptions) => Promise<Answer>;

/** What holds for every call of a client. */
export interface Target {
  baseURL: string;
  timeout: number;
  maxRetries: number;
  headers: HeadersLike | undefined;
  query: Record<string, unknown>;
  credentials: Credentials;
  fetch: typeof globalThis.fetch | undefined;
}

/** A time of 0 would end every call at once. */
export const checkTimeout = (timeout: number): void =>
  need(timeout > 0, 'timeout must be a number of ms greater than 0.');

const answerOf = (status: number, headers: Headers, text = '', statusText = '', url = ''): Answer => ({
  status,
  headers,
  text,
  response: () =>
    Object.defineProperty(new Response(text || null, { status, headers, statusText }), 'url', { value: url }),
});

/** ofetch copies the headers of every call. These were made for the one call. */
function Given(headers: Headers): Headers {
  return headers;
}

/**
 * The sender of a client's calls: credentials, headers, a time limit for each attempt that covers the body, retries, abort.
 *
 * ofetch gets neither `timeout` nor `retry`: it drops the one when there is a signal, and waits out the other after an abort. It
 * reads the body as text, because it would hand on broken JSON as if it were an answer.
 */
export function createSend(target: Target): Send {
  // Looked up at each call: test tools and polyfills replace the global one later.
  const { raw } = createFetch({
    fetch: (...args) => (target.fetch ?? globalThis.fetch)(...args),
    Headers: Given as unknown as typeof Headers,
  });

  async function attempt(call: Call, options: RequestOptions, signal: AbortSignal): Promise<Answer | APIError> {
    const given = target.credentials.authorization();
    // Awaiting what is at hand would let the request leave a tick later.
    const authorization = typeof given === 'object' ? await given : given;
    const headers = mergeHeaders({ accept: 'application/json', authorization }, target.headers, options.headers);
    const query = { ...target.query, ...call.query, ...options.query };
    const answer = await raw(target.baseURL + call.path, {
      method: call.method,
      headers,
      // For an empty one the address would be taken apart and put together again.
      ...(Object.keys(query).length && { query }),
      ...(call.body && { body: call.body }),
      signal,
      responseType: 'text',
      retry: false,
      ignoreResponseError: true,
    }).catch((error: Error) => {
      // ofetch's own error carries the request, and with it the credentials.
      throw new APIConnectionError({ cause: error.name === 'FetchError' ? error.cause : error });
    });
    const { ok, status, statusText, url, _data } = answer;
    if (ok) return answerOf(status, answer.headers, _data, statusText, url);
    const secrets = [headers.get('authorization')?.split(' ').pop(), target.credentials.secret];
    // A secret shorter than that would garble words that merely hold it.
    const hide = (said: string, secret = '') => (secret.length > 5 ? said.split(secret).join('***') : said);
    const body = parseJSON(_data ?? '', (said) => secrets.reduce(hide, said) as string);
    return errorOf(status, body, statusText, answer.headers);
  }

  return async (prepare, options = {}) => {
    const call = prepare();
    const { signal, timeout = target.timeout, maxRetries = target.maxRetries } = options;
    checkTimeout(timeout);
    need(
      target.fetch || 'location' in globalThis || /^https?:/i.test(target.baseURL),
      'baseURL must be a whole address outside a browser.',
    );
    let lost = false;
    for (let n = 0; ; n++) {
      options.onAttempt?.();
      const result = await withDeadline(signal, timeout, (inner) => attempt(call, options, inner)).catch((error) => {
        // An abort, and what the user's own `bearerAuth` threw, are not ours to try again.
        if (error instanceof APIConnectionError) return error;
        throw error;
      });
      if (!(result instanceof APIError)) return result;
      if (call.goneIsDone && lost && result.status === 404) return answerOf(204, new Headers(result.headers));
      lost ||= isLost(result);
      const wait = n < maxRetries ? retryDelay(result, n, !!call.once) : undefined;
      if (wait === undefined) throw result;
      await sleep(wait, signal);
    }
  };
}
