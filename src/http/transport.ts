import { createFetch, type FetchResponse } from 'ofetch';
import type { Call } from './Call.ts';
import { isTimeout } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { sleep, withDeadline } from './deadline.ts';
import { knowsCache } from './env.ts';
import { errorOf } from './errorOf.ts';
import { APIConnectionError, APIConnectionTimeoutError, APIError, need } from './errors.ts';
import type { Fetch } from './Fetch.ts';
import { type HeadersLike, mergeHeaders } from './headers.ts';
import { objectOf } from './objectOf.ts';
import { parseJSON } from './parseJSON.ts';
import { checkMaxWait, type RequestGate } from './RequestGate.ts';
import type { TracedOptions } from './RequestOptions.ts';
import { isLost, retryDelay } from './retryDelay.ts';
import { type Sendable, toSendable } from './Sendable.ts';
import { hasRunOut, signed } from './signed.ts';
import { withoutSecrets } from './withoutSecrets.ts';

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
  fetch: Fetch | undefined;
  gate: RequestGate;
}

/** How long a call waits for a spent limit where nobody says, in ms: longer would look like a hang. */
const CALL_MAX_WAIT = 30_000;

/** A refusal by a limit did nothing, and is no failure of the call: it waits. */
const isLimit = (result: Answer | APIError): result is APIError =>
  result instanceof APIError && result.status === 429 && result.headers?.get('x-should-retry') !== 'false';

/** A time of 0 would end every call at once. */
export const checkTimeout = (timeout: number): void =>
  need(typeof timeout === 'number' && timeout > 0, 'timeout must be a number of ms greater than 0.');

export const checkRetries = (maxRetries: number): void =>
  need(
    maxRetries === Infinity || (Number.isInteger(maxRetries) && maxRetries >= 0),
    'maxRetries must be a whole number, 0 or more.',
  );

const hasScheme = /^[a-z][a-z\d+.-]*:/i;

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
  const { gate } = target;
  // Looked up at each call: test tools and polyfills replace the global one later.
  const { raw } = createFetch({
    fetch: (...args: Parameters<Fetch>) => (target.fetch ?? globalThis.fetch)(...args),
    Headers: Given as unknown as typeof Headers,
  });

  function attempt(
    { method, path, body, query }: Sendable,
    options: TracedOptions,
    signal: AbortSignal,
    lost: boolean,
  ): Promise<Answer | APIError> {
    let isOwn = true;
    const exchange = async (authorization: string | undefined): Promise<Answer | APIError> => {
      const headers = mergeHeaders({ accept: 'application/json', authorization }, target.headers, options.headers);
      const sentAs = headers.get('authorization');
      isOwn = sentAs === authorization;
      options.onAttempt?.(lost);
      let answer: FetchResponse<string>;
      try {
        answer = await raw(target.baseURL + path, {
          method,
          headers,
          // For an empty one the address would be taken apart and put together again.
          ...(query && { query }),
          ...(body !== undefined && { body }),
          // A framework that caches `fetch` would hand on an old answer as if it were new.
          ...(method === 'GET' && knowsCache() && { cache: 'no-store' as const }),
          signal,
          responseType: 'text',
          retry: false,
          ignoreResponseError: true,
        });
      } catch (thrown) {
        const error = thrown as Error;
        // ofetch's own error carries the request, and with it the credentials.
        const cause = error.name === 'FetchError' ? error.cause : error;
        throw new (isTimeout(cause) ? APIConnectionTimeoutError : APIConnectionError)({ cause });
      }
      const { ok, status, statusText, url, _data: text = '' } = answer;
      if (ok) return answerOf(status, answer.headers, text, statusText, url);
      const secrets = [sentAs?.split(' ').pop(), target.credentials.secret];
      const hide = (said: string) => withoutSecrets(said, secrets);
      const said = hide(text);
      // Hidden twice, as the names of fields are not seen by the second, nor what is escaped by the first.
      const parsed = parseJSON(said, hide);
      return errorOf(status, parsed === undefined ? said || undefined : parsed, statusText, answer.headers);
    };
    const isRefused = (answer: Answer | APIError) => isOwn && hasRunOut(answer.status, answer.headers);
    return signed(target.credentials, exchange, isRefused);
  }

  return async (prepare, given) => {
    const options = objectOf('options', given);
    const call = prepare();
    const query = objectOf('query', options.query);
    const { signal, timeout = target.timeout, maxRetries = target.maxRetries } = options;
    checkTimeout(timeout);
    checkRetries(maxRetries);
    need(signal == null || typeof signal.addEventListener === 'function', 'signal must be an AbortSignal.');
    need(
      target.fetch || (hasScheme.test(target.baseURL) ? /^https?:/i.test(target.baseURL) : 'location' in globalThis),
      'baseURL must be a whole http or https address, or in a browser a path.',
    );
    const sendable = toSendable(call, { ...target.query, ...call.query, ...query });
    const { maxWait = gate.maxWait ?? options.defaultMaxWait ?? (maxRetries > 0 ? CALL_MAX_WAIT : 0) } = options;
    checkMaxWait(maxWait);
    const turn = options.turn ?? gate.turn({ priority: options.priority, signal, maxWait });
    let lost = false;
    for (let n = 0; ; ) {
      const entering = turn.enter();
      // Awaiting a place that is had already would let the request leave a tick later.
      if (entering) await entering;
      let result: Answer | APIError;
      try {
        result = await withDeadline(signal, timeout, (inner) => attempt(sendable, options, inner, lost)).catch(
          (error) => {
            // An abort, and what the user's own `bearerAuth` threw, are not ours to try again.
            if (error instanceof APIConnectionError) return error;
            throw error;
          },
        );
      } catch (error) {
        turn.leave();
        throw error;
      }
      if (isLimit(result)) {
        turn.refuse(result);
        if (options.turn) throw result;
        continue;
      }
      turn.leave(true);
      if (!(result instanceof APIError)) return result;
      if (call.goneIsDone && lost && result.status === 404) return answerOf(204, new Headers(result.headers));
      lost ||= isLost(result);
      const wait = n++ < maxRetries ? retryDelay(result, n - 1, !!call.once) : undefined;
      if (wait === undefined) throw result;
      await sleep(wait, signal);
    }
  };
}
