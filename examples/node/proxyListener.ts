import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A listener for `http.createServer`, or a route of Express, over a Web-standard handler.
 *
 * Aborts the request's signal when the visitor goes away, so that the proxy gives up the call to the API too.
 */
export function proxyListener(
  handle: (request: Request) => Promise<Response>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => outgoing.writableFinished || gone.abort());
    const request = toRequest(incoming, gone.signal);
    if (!request) {
      outgoing.writeHead(400).end();
      return;
    }
    try {
      const answer = await handle(request);
      const body = new Uint8Array(await answer.arrayBuffer());
      outgoing.statusCode = answer.status;
      outgoing.setHeaders(answer.headers);
      outgoing.end(body);
    } catch (error) {
      // Nobody awaits a listener: what it throws would end the process.
      if (!gone.signal.aborted) console.error(error);
      outgoing.writeHead(500).end();
    }
  };
}

/** Undefined for what is no request to this server: an absolute address, or a host that is none. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  const origin = `${scheme}://${incoming.headers.host}`;
  const method = incoming.method ?? 'GET';
  if (!incoming.url?.startsWith('/') || !URL.canParse(origin)) return undefined;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const init: RequestInit & { duplex: 'half' } = { method, headers, signal, duplex: 'half' };
  if (method !== 'GET' && method !== 'HEAD') init.body = Readable.toWeb(incoming) as ReadableStream;
  return new Request(new URL(origin).origin + incoming.url, init);
}
