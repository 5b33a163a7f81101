import { withDeadline } from '../http/deadline.ts';
import { APIConnectionTimeoutError, InvalidInputError } from '../http/errors.ts';
import { admit } from './admit.ts';
import { foreignOrigin } from './foreignOrigin.ts';
import { forward, type Upstream } from './forward.ts';
import { pathSegments } from './pathSegments.ts';
import { readBody, TOO_LONG } from './readBody.ts';
import { refuse } from './refuse.ts';
import { findCall } from './routes.ts';
import type { ScenarioProxyOptions } from './ScenarioProxyOptions.ts';
import { type ProxySettings, readSettings } from './settings.ts';

/** A Web-standard request handler. */
export type ScenarioProxy = (request: Request) => Promise<Response>;

/**
 * The credential-holding proxy: lets a browser use the API without the secret ever reaching a page.
 *
 * Only the documented calls pass, for whom `authorize` lets through. Up go `accept`, `content-type`, the credentials and the
 * documented query parameters; back come status, body, `content-type`, `retry-after`, `x-should-retry` and the request id. Everything else stays on
 * its side. It opens no CORS: the page and the proxy share an origin.
 *
 * A write from another site's page is a 403. A browser's `Sec-Fetch-Site` tells; where there is none, `Host` or `allowedOrigins` does.
 * A write that has come whole goes up, also when its visitor has gone meanwhile; a read is then given up.
 */
export function createScenarioProxy(options: ScenarioProxyOptions): ScenarioProxy {
  const settings = readSettings(options);
  return async (request) => {
    const refusal = await admit(request, settings.authorize, settings.upstream.onError);
    return refusal ?? answer(request, settings);
  };
}

const NO_CREDENTIALS =
  'The proxy has no credentials: set SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET, or give it apiKey and apiSecret, or bearerAuth.';

async function answer(request: Request, settings: ProxySettings): Promise<Response> {
  const { basePath, allowedOrigins, credentials, maxBodyBytes, upstream } = settings;
  if (credentials !== 'given') {
    upstream.onError(new InvalidInputError(NO_CREDENTIALS));
    // With an environment, the call goes up as it is: a stand-in for the API may want none, and the API itself says so.
    if (credentials === 'nowhere') return refuse(500, NO_CREDENTIALS);
  }
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    const foreign = foreignOrigin(request, allowedOrigins);
    if (foreign) return refuse(403, `${foreign} Pass Host on as it came, or name the app's origin in allowedOrigins.`);
  }
  const segments = pathSegments(new URL(request.url).pathname, basePath);
  const found = segments && findCall(method, segments);
  if (!found) return refuse(404, 'There is no such call.');
  if ('allow' in found) return refuse(405, 'There is no such method here.', { allow: found.allow.join(', ') });
  const { call } = found;
  const next = (body?: Uint8Array<ArrayBuffer>) => forward(call, request, body, upstream);
  if (!call.hasBody) return next();

  // A form of another site can send text, never JSON: browsers ask first, and the answer to that is no. What was
  // compressed would go up without a word of it, and be no JSON there.
  if (!isJSON(request.headers.get('content-type')) || request.headers.has('content-encoding'))
    return refuse(415, 'The body must be application/json, and not compressed.');
  // Gone before its body was looked at, a visitor may still have sent all of it.
  const signal = request.signal?.aborted && !call.isRead ? undefined : request.signal;
  return withBody(request, signal, maxBodyBytes, upstream, next);
}

async function withBody(
  request: Request,
  visitor: AbortSignal | undefined,
  maxBytes: number,
  { onError, timeout }: Pick<Upstream, 'onError' | 'timeout'>,
  next: (body: Uint8Array<ArrayBuffer> | undefined) => Promise<Response>,
): Promise<Response> {
  if (request.bodyUsed) {
    onError(
      new TypeError(
        'Something has read the body before the proxy. Read request.clone(), or mount body parsers after it.',
      ),
    );
    return refuse(500, 'The request body has been read already.');
  }
  let body: Awaited<ReturnType<typeof readBody>>;
  try {
    body = await withDeadline(visitor, timeout, (signal) => readBody(request, maxBytes, signal));
  } catch (error) {
    if (error instanceof APIConnectionTimeoutError) return refuse(408, 'The request body took too long to come.');
    // The sender went away, or broke off: nothing of ours failed, and there is nobody to tell.
    return refuse(400, 'The request body broke off.');
  }
  return body === TOO_LONG ? refuse(413, `The body is longer than ${maxBytes} bytes.`) : next(body);
}

function isJSON(contentType: string | null): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[\w.+-]+\+json$/.test(type);
}
