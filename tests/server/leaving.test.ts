import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { proxyListener } from '../../examples/node/proxyListener.ts';
import { BASE, proxyOver, type Sent, write } from './support.ts';

const WRITES: [string, string][] = [
  ['POST', '/collections'],
  ['PUT', '/collections/c1'],
  ['DELETE', '/collections/c1'],
  ['PUT', '/collections/c1/assets'],
  ['DELETE', '/collections/c1/models'],
];
const READS: [string, string][] = [
  ['GET', '/collections'],
  ['GET', '/assets'],
  ['POST', '/assets/get-bulk'],
  ['POST', '/models/get-bulk'],
];

/** An API that answers when it is told to. */
function api() {
  let answer = () => {};
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const onSent = (sent: Sent) =>
    new Promise<Response>((resolve, reject) => {
      sent.signal.addEventListener('abort', () => reject(sent.signal.reason));
      told.then(() => resolve(Response.json({ ok: true })));
    });
  return { answer, onSent };
}

const ask = (method: string, path: string, signal: AbortSignal) =>
  method === 'GET' ? new Request(BASE + path, { signal }) : write(path, {}, { method, signal });

describe('a visitor who goes away', () => {
  it.each(WRITES)('lets %s %s go on', async (method, path) => {
    const { answer, onSent } = api();
    const { handle, sent } = proxyOver(onSent);
    const visitor = new AbortController();
    const answered = handle(ask(method, path, visitor.signal));
    await expect.poll(() => sent).toHaveLength(1);
    visitor.abort();
    expect(sent[0]?.signal.aborted).toBe(false);
    answer();
    expect((await answered).status).toBe(200);
  });

  it.each(WRITES)('while it is looked up who they are lets %s %s go up', async (method, path) => {
    const visitor = new AbortController();
    const authorize = async () => {
      visitor.abort();
      return true;
    };
    const { handle, sent } = proxyOver(undefined, { authorize });
    expect((await handle(ask(method, path, visitor.signal))).status).toBe(200);
    expect(sent).toMatchObject([{ method }]);
  });

  it.each(READS)('gives up %s %s', async (method, path) => {
    const { handle, sent } = proxyOver(api().onSent);
    const visitor = new AbortController();
    const answered = handle(ask(method, path, visitor.signal));
    await expect.poll(() => sent).toHaveLength(1);
    visitor.abort();
    expect(sent[0]?.signal.aborted).toBe(true);
    expect((await answered).status).toBe(499);
  });

  it('does not let a write go on for ever: the timeout ends it', async () => {
    vi.useFakeTimers();
    const { handle, sent } = proxyOver(api().onSent, { timeout: 5000 });
    const answered = handle(ask('POST', '/collections', AbortSignal.abort()));
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    expect((await answered).status).toBe(504);
    expect(sent[0]?.signal.aborted).toBe(true);
  });
});

describe('over real HTTP', () => {
  let server: Server;
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('a click right before the page is left is carried out, however long it takes to look up who it was', async () => {
    const { answer, onSent } = api();
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const authorize = async () => {
      await left;
      return true;
    };
    const { handle, sent } = proxyOver(onSent, { authorize });
    server = createServer(proxyListener(handle));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const body = '{"name":"Trees"}';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const gone = new Promise((resolve) => server.on('connection', (visitor) => visitor.on('close', resolve)));
    socket.end(
      `POST /api/scenario/collections HTTP/1.1\r\nhost: app.test\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => server.once('request', resolve));
    socket.destroy();
    await gone;
    leave();
    await expect.poll(() => sent).toMatchObject([{ method: 'POST', body }]);
    expect(sent[0]?.signal.aborted).toBe(false);
    answer();
  });
});
