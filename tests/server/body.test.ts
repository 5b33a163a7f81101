import { describe, expect, it, vi } from 'vitest';
import { BASE, proxyOver, refusalOf, write } from './support.ts';

const LIMIT = 256 * 1024;

/** A body that comes in pieces, without a length; tells how much was taken and whether it was let go. */
function stream(
  bytes: number,
  piece = 16 * 1024,
): { body: ReadableStream<Uint8Array>; taken: () => number; dropped: () => boolean } {
  let taken = 0;
  let dropped = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = Math.min(piece, bytes - taken);
        if (size === 0) return controller.close();
        taken += size;
        controller.enqueue(new Uint8Array(size).fill(32));
      },
      cancel() {
        dropped = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken: () => taken, dropped: () => dropped };
}

function upload(body: BodyInit, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/json', ...headers },
  };
  return new Request(`${BASE}/collections`, init);
}

describe('the body of a write', () => {
  it('of exactly 256 kB passes, one byte more is a 413', async () => {
    const { handle, sent } = proxyOver();
    expect((await handle(upload(' '.repeat(LIMIT)))).status).toBe(200);
    expect(sent[0]?.body).toHaveLength(LIMIT);
    expect(await refusalOf(await handle(upload(' '.repeat(LIMIT + 1))))).toMatchObject({ status: 413 });
    expect(sent).toHaveLength(1);
  });

  it('without a length is counted as it comes, and dropped at once when it is too long', async () => {
    const { handle, sent } = proxyOver();
    const endless = stream(Number.MAX_SAFE_INTEGER);
    expect((await handle(upload(endless.body))).status).toBe(413);
    expect(endless.taken()).toBeLessThanOrEqual(LIMIT + 64 * 1024);
    expect(endless.dropped()).toBe(true);
    expect(sent).toEqual([]);
  });

  it('whose length lies is counted all the same', async () => {
    const { handle, sent } = proxyOver();
    for (const length of ['2', '-1', 'x', '']) {
      expect((await handle(upload(stream(LIMIT + 1).body, { 'content-length': length }))).status).toBe(413);
    }
    expect(sent).toEqual([]);
  });

  it('that says it is too long is not even read', async () => {
    const { handle } = proxyOver();
    const small = stream(100);
    expect((await handle(upload(small.body, { 'content-length': String(LIMIT + 1) }))).status).toBe(413);
    expect(small.taken()).toBe(0);
  });

  it('keeps to a limit that was set', async () => {
    const { handle } = proxyOver(undefined, { maxBodyBytes: 20 });
    expect((await handle(upload(' '.repeat(20)))).status).toBe(200);
    expect((await handle(upload(' '.repeat(21)))).status).toBe(413);
    // Bytes, not characters.
    expect((await handle(upload('ü'.repeat(11)))).status).toBe(413);
  });

  it('of several pieces goes up whole', async () => {
    const { handle, sent } = proxyOver();
    await handle(upload(new Blob(['{"name":', '"Bäume"}']).stream()));
    expect(sent[0]?.body).toBe('{"name":"Bäume"}');
  });

  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/jsonx+json2',
    'text/json+json',
    '',
  ])('of the type %j is a 415', async (type) => {
    const { handle, sent } = proxyOver();
    const answer = await handle(write('/collections', {}, { headers: { 'content-type': type } }));
    expect(await refusalOf(answer)).toMatchObject({ status: 415 });
    expect(sent).toEqual([]);
  });

  it.each(['gzip', 'br', 'deflate, gzip'])(
    'compressed with %s is a 415: upstream it would be no JSON',
    async (encoding) => {
      const { handle, sent } = proxyOver();
      const answer = await handle(write('/collections', {}, { headers: { 'content-encoding': encoding } }));
      expect(await refusalOf(answer)).toMatchObject({
        status: 415,
        message: expect.stringContaining('not compressed'),
      });
      expect(sent).toEqual([]);
    },
  );

  it('of no type is a 415', async () => {
    const { handle } = proxyOver();
    expect((await handle(new Request(`${BASE}/collections`, { method: 'POST' }))).status).toBe(415);
    const untyped = new Request(`${BASE}/collections`, { method: 'POST', body: new TextEncoder().encode('{}') });
    expect((await handle(untyped)).status).toBe(415);
  });

  it.each(['application/json', 'Application/JSON ; charset=utf-8', 'application/merge-patch+json'])(
    'of the type %j passes',
    async (type) => {
      const { handle, sent } = proxyOver();
      await handle(write('/collections', {}, { headers: { 'content-type': type } }));
      expect(sent[0]?.headers['content-type']).toBe(type);
    },
  );

  it('that breaks off is a 400, and nothing goes up', async () => {
    const { handle, sent } = proxyOver();
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('the visitor pulled the plug'));
      },
    });
    expect(await refusalOf(await handle(upload(body)))).toMatchObject({ status: 400 });
    expect(sent).toEqual([]);
  });

  it('that never ends is waited for as long as the timeout, and dropped', async () => {
    vi.useFakeTimers();
    const { handle, sent } = proxyOver(undefined, { timeout: 5000 });
    let dropped = 0;
    const body = (): ReadableStream => new ReadableStream({ cancel: () => void dropped++ });
    const visitor = new AbortController();
    const slow = handle(upload(body()));
    const left = handle(new Request(upload(body()), { signal: visitor.signal }));
    await vi.advanceTimersByTimeAsync(4999);
    expect(dropped).toBe(0);
    visitor.abort();
    expect((await left).status).toBe(400);
    await vi.advanceTimersByTimeAsync(1);
    expect(await refusalOf(await slow)).toMatchObject({ status: 408 });
    vi.useRealTimers();
    expect(dropped).toBe(2);
    expect(sent).toEqual([]);
  });
});
