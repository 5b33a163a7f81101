import { describe, expect, it, vi } from 'vitest';
import type { Authorize } from '../../src/server.ts';
import { BASE, proxyOver, refusalOf, write } from './support.ts';

const list = (): Request => new Request(`${BASE}/collections`);

describe('authorize', () => {
  it("is asked first, with the visitor's own request, whatever is asked for", async () => {
    const authorize = vi.fn<Authorize>(() => false);
    const { handle, sent } = proxyOver(undefined, { authorize });
    const requests = [
      list(),
      new Request(`${BASE}/users`),
      new Request(`${BASE}/collections`, { method: 'OPTIONS' }),
      new Request(`${BASE}/collections/..%2f`),
      write('/collections', { name: 'x'.repeat(300_000) }, { headers: { origin: 'https://evil.test' } }),
    ];
    for (const request of requests) expect((await handle(request)).status).toBe(403);
    expect(authorize.mock.calls.map(([request]) => request)).toEqual(requests);
    for (const [index, [request]] of authorize.mock.calls.entries()) expect(request).toBe(requests[index]);
    expect(sent).toEqual([]);
  });

  it('true lets through, at once or later', async () => {
    for (const authorize of [() => true, async () => true]) {
      const { handle, sent } = proxyOver(undefined, { authorize });
      expect((await handle(list())).status).toBe(200);
      expect(sent).toHaveLength(1);
    }
  });

  it.each([false, undefined, null, 0, 1, 'true', '', {}, { user: 'u1' }, []])('%j is a 403', async (verdict) => {
    // Cast: what a caller without types, or with a wrong idea, can answer.
    for (const authorize of [() => verdict as boolean, async () => verdict as boolean]) {
      const { handle, sent } = proxyOver(undefined, { authorize });
      const answer = await handle(list());
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      expect(await refusalOf(answer)).toMatchObject({ status: 403, message: expect.any(String) });
      expect(sent).toEqual([]);
    }
  });

  it('a Response is the answer, returned or thrown, at once or later', async () => {
    const sessionOver = new Response('who?', { status: 418, headers: { 'set-cookie': 'session=; Max-Age=0' } });
    const ways: Authorize[] = [
      () => sessionOver,
      async () => sessionOver,
      () => {
        throw sessionOver;
      },
      () => Promise.reject(sessionOver),
    ];
    for (const authorize of ways) {
      const { handle, sent } = proxyOver(undefined, { authorize });
      expect(await handle(list())).toBe(sessionOver);
      expect(sent).toEqual([]);
    }
  });

  it('a Response of 200 answers too, and lets nothing through', async () => {
    const { handle, sent } = proxyOver(undefined, { authorize: () => new Response('hello') });
    expect(await (await handle(list())).text()).toBe('hello');
    expect(sent).toEqual([]);
  });

  it.each([new Error('db at 10.0.0.7 refused secret-0002'), 'a string', undefined, null, { status: 200 }])(
    'anything else thrown (%s) is a 401 that says nothing of it, and is told to the server',
    async (thrown) => {
      const onError = vi.fn();
      const authorize = (): boolean => {
        throw thrown;
      };
      const { handle, sent } = proxyOver(undefined, { authorize, onError });
      const refusal = await refusalOf(await handle(list()));
      expect(refusal).toMatchObject({ status: 401, message: expect.any(String) });
      expect(refusal.text).not.toContain('10.0.0.7');
      expect(onError.mock.calls).toEqual([[thrown]]);
      expect(sent).toEqual([]);
    },
  );

  it('may read a clone of the body', async () => {
    const authorize = async (request: Request): Promise<boolean> => (await request.clone().text()).includes('Trees');
    const { handle, sent } = proxyOver(undefined, { authorize });
    expect((await handle(write('/collections'))).status).toBe(200);
    expect(sent[0]?.body).toBe('{"name":"Trees"}');
  });

  it('that uses up the body is a 500, and the server is told why', async () => {
    const onError = vi.fn();
    const authorize = async (request: Request): Promise<boolean> => (await request.text()) !== '';
    const { handle, sent } = proxyOver(undefined, { authorize, onError });
    expect(await refusalOf(await handle(write('/collections')))).toMatchObject({ status: 500 });
    expect(String(onError.mock.calls[0]?.[0])).toContain('request.clone()');
    expect(sent).toEqual([]);
  });
});
