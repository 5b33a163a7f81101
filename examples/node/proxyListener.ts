import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Readable } from 'node:stream';

/**
 * A listener for `createServer` of `node:http`, `node:https` and `node:http2`, or a route of Express, over a Web-standard handler.
 *
 * Aborts the request's signal when the visitor goes away, so that the proxy gives up a read from the API too.
 */
export function proxyListener(
  handle: (request: Request) => Promise<Response>,
): (incoming: IncomingMessage | Http2ServerRequest, outgoing: ServerResponse | Http2ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    try {
      const request = toRequest(incoming, gone.signal);
      const answer = request ? await handle(request) : new Response(null, { status: 400 });
      const body = new Uint8Array(await answer.arrayBuffer());
      outgoing.statusCode = answer.status;
      for (const [name, value] of answer.headers) {
        // Every cookie has a header of its own.
        outgoing.setHeader(name, name === 'set-cookie' ? answer.headers.getSetCookie() : value);
      }
      outgoing.end(body);
    } catch (error) {
      // Nobody awaits a listener: what it throws would end the process.
      if (!gone.signal.aborted) console.error(error);
      if (!outgoing.headersSent) outgoing.statusCode = 500;
      outgoing.end();
    } finally {
      // What nobody has read of a body would stand before the next request on this connection.
      incoming.removeAllListeners('data').resume();
    }
  };
}

/** Undefined for what is no request to this server: an absolute address, or a host that is none. */
function toRequest(incoming: IncomingMessage | Http2ServerRequest, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '' } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // HTTP/2 has the method, the path and the host among its headers, with names that no other header may have.
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
  }
  const host = headers.get('host') ?? String(incoming.headers[':authority']);
  headers.set('host', host);
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  const origin = `${scheme}://${host}`;
  if (!url.startsWith('/') || !URL.canParse(origin)) return undefined;
  const init: RequestInit & { duplex: 'half' } = { method, headers, signal, duplex: 'half' };
  if (method !== 'GET' && method !== 'HEAD') init.body = Readable.toWeb(incoming) as ReadableStream;
  return new Request(new URL(origin).origin + url, init);
}
