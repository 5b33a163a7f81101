import { type ClientHttp2Session, connect, createServer, type Http2Server, type OutgoingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { proxyListener } from '../../examples/node/proxyListener.ts';
import { proxyOver, type Sent } from './support.ts';

let server: Http2Server;
let session: ClientHttp2Session;
let origin: string;
let proxy: ReturnType<typeof proxyOver>;
let api: (sent: Sent) => Response | Promise<Response>;

beforeEach(async () => {
  api = () => Response.json({ collections: [] }, { headers: { 'x-request-id': 'r-1' } });
  proxy = proxyOver((sent) => api(sent), {
    authorize: (request) => request.headers.get('cookie') === 'a=1; session=1',
  });
  server = createServer(proxyListener((request) => proxy.handle(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  session = connect(origin);
});
afterEach(async () => {
  vi.restoreAllMocks();
  session.destroy();
  await new Promise((resolve) => server.close(resolve));
});

async function send(headers: OutgoingHttpHeaders, body?: string) {
  // Browsers send each cookie in a header of its own.
  const stream = session.request({ cookie: ['a=1', 'session=1'], ...headers });
  stream.end(body);
  const answered = await new Promise<Record<string, unknown>>((resolve) => stream.on('response', resolve));
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return { status: answered[':status'], headers: answered, text };
}

const json = { 'content-type': 'application/json' };

it('over HTTP/2 a read passes, with its cookies joined as they were', async () => {
  const { status, headers, text } = await send({ ':path': '/api/scenario/collections?pageSize=5' });
  expect([status, text, headers['x-request-id']]).toEqual([200, '{"collections":[]}', 'r-1']);
  expect(proxy.sent).toMatchObject([{ method: 'GET', url: 'https://api.test/v1/collections?pageSize=5' }]);
});

it('over HTTP/2 a write passes with its body, from its own origin and no other', async () => {
  const create = { ':method': 'POST', ':path': '/api/scenario/collections', ...json };
  expect((await send({ ...create, origin }, '{"name":"Bäume"}')).status).toBe(200);
  expect((await send({ ...create, origin: 'http://evil.test' }, '{"name":"x"}')).status).toBe(403);
  expect(proxy.sent).toMatchObject([{ method: 'POST', body: '{"name":"Bäume"}' }]);
});

it('over HTTP/2 a handler that throws is a 500, and the process lives on', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  proxy.handle = () => Promise.reject(new Error('no such luck'));
  expect((await send({ ':path': '/api/scenario/collections' })).status).toBe(500);
  expect((await send({ ':path': '/api/scenario/collections' })).status).toBe(500);
  expect(errors).toHaveBeenCalledTimes(2);
});

it('over HTTP/2 a visitor who goes away gives up a read', async () => {
  api = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const stream = session.request({ ':path': '/api/scenario/collections', cookie: 'a=1; session=1' });
  await expect.poll(() => proxy.sent).toHaveLength(1);
  stream.close();
  await expect.poll(() => proxy.sent[0]?.signal.aborted).toBe(true);
});
