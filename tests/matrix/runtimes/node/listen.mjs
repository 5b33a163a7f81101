import { createServer } from 'node:http';
import { Readable } from 'node:stream';

/** A Web-standard handler over real HTTP; aborts the request's signal when the caller goes away. */
export async function listen(handle) {
  const server = createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const { method, headers, url } = incoming;
    const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(incoming);
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers,
      body,
      signal: gone.signal,
      duplex: 'half',
    });
    const answer = await handle(request);
    if (gone.signal.aborted) return;
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
