import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { wasNeverSent } from '../../src/http/connection.ts';
import { proxyOver, write } from './support.ts';

/** An error as Node's `fetch` wraps it. */
const failed = (cause: object) => new TypeError('fetch failed', { cause: Object.assign(new Error(), cause) });
const refused = { code: 'ECONNREFUSED', syscall: 'connect' };
const reset = { code: 'ECONNRESET', syscall: 'read' };

const SURELY: [string, unknown][] = [
  ['nobody listens', failed(refused)],
  ['nobody listens on any address of the host', failed({ errors: [refused, refused] })],
  ['the host has no address', failed({ code: 'ENOTFOUND' })],
  ['the connection took too long to come about', failed({ code: 'UND_ERR_CONNECT_TIMEOUT' })],
  ['a kept connection took nothing', failed({ code: 'ECONNRESET', syscall: 'write' })],
  ['a kept connection was shut', failed({ code: 'EPIPE', syscall: 'write' })],
  ['the socket has written nothing', failed({ code: 'UND_ERR_SOCKET', socket: { bytesWritten: 0, bytesRead: 0 } })],
  ['Bun was refused', Object.assign(new Error(), { code: 'ConnectionRefused' })],
];

const PERHAPS: [string, unknown][] = [
  ['the connection was reset', failed(reset)],
  ['one address may have been reached', failed({ errors: [refused, reset] })],
  ['the other side closed', failed({ code: 'UND_ERR_SOCKET', socket: { bytesWritten: 373, bytesRead: 64 } })],
  ['the headers took too long', failed({ code: 'UND_ERR_HEADERS_TIMEOUT' })],
  ['a text was thrown', 'ECONNREFUSED'],
  ['nothing was thrown', undefined],
  ['it says nothing', new Error('ECONNREFUSED')],
];

describe('a create that failed', () => {
  it.each(SURELY)('because %s is sent on another connection', async (_, error) => {
    let n = 0;
    const { handle, sent } = proxyOver(() => (n++ ? Response.json({ ok: true }) : Promise.reject(error)));
    expect((await handle(write('/collections'))).status).toBe(200);
    expect(sent).toHaveLength(2);
  });

  it.each(SURELY)('twice because %s is a 502 that a client may try again', async (_, error) => {
    const { handle, sent } = proxyOver(() => Promise.reject(error));
    const answer = await handle(write('/collections'));
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([502, 'true']);
    expect(sent).toHaveLength(2);
  });

  it.each(PERHAPS)('where %s is sent once, and its client is told nothing', async (_, error) => {
    const { handle, sent } = proxyOver(() => Promise.reject(error));
    const answer = await handle(write('/collections'));
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([502, null]);
    expect(sent).toHaveLength(1);
    expect(wasNeverSent(error)).toBe(false);
  });
});

describe('over real connections', () => {
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  async function listen(port = 0): Promise<{ url: string; creates: () => number }> {
    let creates = 0;
    server = createServer(async (incoming, answer) => {
      for await (const _ of incoming);
      if (incoming.method === 'POST') creates++;
      answer.setHeader('content-type', 'application/json').end('{}');
    });
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, creates: () => creates };
  }
  const close = () => new Promise((resolve) => server?.close(resolve));

  afterEach(async () => {
    server?.closeAllConnections();
    await close();
    sockets.clear();
  });

  it('a create after the API has closed its kept connections is made, and made once', async () => {
    const { url, creates } = await listen();
    const { handle } = proxyOver(undefined, { baseURL: url, fetch: globalThis.fetch });
    for (let n = 1; n <= 5; n++) {
      expect((await handle(write('/collections'))).status).toBe(200);
      for (const socket of sockets) socket.end();
      await new Promise((resolve) => setImmediate(resolve));
      expect(creates()).toBe(n);
    }
  });

  it('a create for an API that is down says that it was not made', async () => {
    const { url } = await listen();
    await close();
    const { handle } = proxyOver(undefined, { baseURL: url, fetch: globalThis.fetch });
    const answer = await handle(write('/collections'));
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([502, 'true']);
  });
});
