import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Scenario } from '../../src/client.ts';
import { client, collection, envelope, json, outcome } from './scripted.ts';

/** As runtimes tell of it: `fetch` throws a TypeError, whose cause knows more. */
const failed = (cause: object, message = 'fetch failed') =>
  new TypeError(message, { cause: Object.assign(new Error('why'), cause) });

const create = (scenario: Scenario) => outcome(scenario.collections.create({ name: 'n' }));

describe('a request that never reached the server', () => {
  it.each<[string, Error]>([
    ['refused', failed({ code: 'ECONNREFUSED', syscall: 'connect' })],
    ['refused at every address', failed({ code: 'ECONNREFUSED', errors: [failed({ code: 'ECONNREFUSED' })] })],
    ['at one of which nobody answered', failed({ errors: [failed({ code: 'ETIMEDOUT', syscall: 'connect' })] })],
    ['of an unknown name', failed({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
    ['whose connection took too long', failed({ code: 'UND_ERR_CONNECT_TIMEOUT' })],
    ['reset before a byte was written', failed({ code: 'UND_ERR_SOCKET', socket: { bytesWritten: 0 } })],
    ['on a connection that was closed already', failed({ code: 'EPIPE', syscall: 'write' })],
    ['to which no way leads', failed({ code: 'EHOSTUNREACH' })],
    ['refused, as Bun says it', Object.assign(new Error('Unable to connect'), { code: 'ConnectionRefused' })],
    ['refused, as Deno says it', new TypeError('error sending request: client error (Connect): tcp connect error')],
  ])('%s is sent again, though it must not happen twice', async (_, error) => {
    const { scenario, sent } = client([error, envelope()]);
    expect(await create(scenario)).toEqual({ collection: collection() });
    expect(sent).toHaveLength(2);
  });

  it.each<[string, Error]>([
    ['a browser tells nothing', new TypeError('Failed to fetch')],
    ['it was reset while the answer was awaited', failed({ code: 'ECONNRESET', syscall: 'read' })],
    [
      'the other side closed after bytes were written',
      failed({ code: 'UND_ERR_SOCKET', socket: { bytesWritten: 90 } }),
    ],
    ['the answer took too long', failed({ code: 'UND_ERR_HEADERS_TIMEOUT' })],
    [
      'one address of the host may have been reached',
      failed({ errors: [failed({ code: 'ECONNREFUSED' }), failed({ code: 'ECONNRESET', syscall: 'read' })] }),
    ],
    ['the cause goes round in a circle', Object.assign(failed({}), { cause: undefined })],
  ])('is not taken for one where %s', async (_, error) => {
    if (error.cause === undefined) Object.assign(error, { cause: error });
    const { scenario, sent } = client([error, envelope()]);
    expect(await create(scenario)).toMatchObject({ status: undefined });
    expect(sent).toHaveLength(1);
  });

  it('was no lost answer: a delete that then finds nothing is an error', async () => {
    const { scenario } = client([failed({ code: 'ECONNREFUSED' }), json({}, 404)]);
    expect(await outcome(scenario.collections.delete('c1'))).toMatchObject({ name: 'NotFoundError' });
  });
});

describe('a wait that the runtime gave up', () => {
  it.each(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])(
    'is a timeout, with its cause: %s',
    async (code) => {
      const error = failed({ code });
      const end = await outcome(client([error], { maxRetries: 0 }).scenario.collections.retrieve('c1'));
      expect(end).toMatchObject({ name: 'APIConnectionTimeoutError', status: undefined, cause: error });
    },
  );

  it('is one too where a fetch of the user’s own did', async () => {
    const error = new DOMException('The operation timed out.', 'TimeoutError');
    const end = await outcome(client([error], { maxRetries: 0 }).scenario.collections.retrieve('c1'));
    expect(end).toMatchObject({ name: 'APIConnectionTimeoutError' });
  });
});

describe('over real connections', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('a create that is refused while the server starts is made once, when it has', async () => {
    let made = 0;
    const starting = createServer((_, answer) => {
      made++;
      answer.end(JSON.stringify({ collection: collection() }));
    });
    server = starting;
    await new Promise<void>((resolve) => starting.listen(0, '127.0.0.1', resolve));
    const { port } = starting.address() as AddressInfo;
    await new Promise((resolve) => starting.close(resolve));
    let tries = 0;
    const scenario = new Scenario({
      baseURL: `http://127.0.0.1:${port}`,
      fetch: async (input, init) => {
        if (tries++) await new Promise<void>((resolve) => starting.listen(port, '127.0.0.1', resolve));
        return fetch(input, init);
      },
    });
    expect(await create(scenario)).toEqual({ collection: collection() });
    expect([tries, made]).toEqual([2, 1]);
  });
});
