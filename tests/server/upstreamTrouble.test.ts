import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BASE, proxyOver, refusalOf, SECRET, type Sent, write } from './support.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const list = (signal?: AbortSignal): Request => new Request(`${BASE}/collections`, signal ? { signal } : {});

/** Never answers, and gives up only when it is told to. */
const hanging = ({ signal }: Sent): Promise<Response> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

/** An answer whose body never ends. */
const dripping = ({ signal }: Sent): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"collections":['));
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
    }),
  );

describe('trouble with the API', () => {
  it.each([
    ['an address that is none', new TypeError('fetch failed', { cause: new Error('ENOTFOUND api.test') })],
    ['something odd', `of ${SECRET}`],
  ])('a call that fails (%s) is a 502 that says nothing of it', async (_, thrown) => {
    const onError = vi.fn();
    const { handle } = proxyOver(() => Promise.reject(thrown), { onError });
    const answer = await handle(list());
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(await refusalOf(answer)).toMatchObject({ status: 502, message: expect.any(String) });
    expect(onError.mock.calls).toEqual([[thrown]]);
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('a %d is not followed: a 502 without its address', async (status) => {
    const { handle, sent } = proxyOver(
      () => new Response(null, { status, headers: { location: 'https://api.test/next' } }),
    );
    for (const request of [list(), write('/collections')]) {
      const answer = await handle(request);
      expect(answer.headers.has('location')).toBe(false);
      expect(await refusalOf(answer)).toMatchObject({ status: 502 });
    }
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual']);
  });

  it('an answer that a fetch has followed all the same, or hides the status of, is a 502', async () => {
    const followed = Object.defineProperty(Response.json({}), 'redirected', { value: true });
    const { handle } = proxyOver(() => followed);
    expect((await handle(list())).status).toBe(502);
    expect((await proxyOver(() => Response.error()).handle(list())).status).toBe(502);
  });

  it('an answer that breaks off is a 502, not half a body under a 200', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"collections":['));
      },
      pull(controller) {
        controller.error(new Error('reset'));
      },
    });
    const { handle } = proxyOver(() => new Response(body));
    expect(await refusalOf(await handle(list()))).toMatchObject({ status: 502 });
  });

  it.each([
    ['that hangs', hanging],
    ['whose body never ends', dripping],
    ['that does not listen to its signal', () => new Promise<Response>(() => undefined)],
  ])('an API %s is a 504 after the timeout, and the call is given up', async (_, api) => {
    const { handle, sent } = proxyOver(api, { timeout: 5000 });
    let answer: Response | undefined;
    const settled = handle(list()).then((value) => {
      answer = value;
    });
    await vi.advanceTimersByTimeAsync(4999);
    expect(answer).toBeUndefined();
    expect(sent[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await settled;
    expect(sent[0]?.signal.aborted).toBe(true);
    expect(await refusalOf(answer as unknown as Response)).toMatchObject({ status: 504 });
  });

  it('the timeout is a minute where none was set', async () => {
    const { handle } = proxyOver(hanging);
    const answer = handle(list());
    await vi.advanceTimersByTimeAsync(59_999);
    expect(await Promise.race([answer, 'waiting'])).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(504);
  });

  it.each([
    ['before the answer', hanging],
    ['in the middle of the body', dripping],
  ])('a visitor who goes away %s ends the call to the API', async (_, api) => {
    const visitor = new AbortController();
    const onError = vi.fn();
    const { handle, sent } = proxyOver(api, { onError });
    const answer = handle(list(visitor.signal));
    await vi.advanceTimersByTimeAsync(10);
    expect(sent[0]?.signal.aborted).toBe(false);
    visitor.abort();
    expect(sent[0]?.signal.aborted).toBe(true);
    expect((await answer).status).toBe(499);
    expect(onError).not.toHaveBeenCalled();
  });

  it('a visitor who has gone already causes no read', async () => {
    const { handle, sent } = proxyOver();
    expect((await handle(list(AbortSignal.abort()))).status).toBe(499);
    expect(sent).toEqual([]);
  });

  it('no timer is left behind', async () => {
    for (const api of [undefined, () => Promise.reject(new Error('down'))]) {
      await proxyOver(api).handle(list());
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it.each([
    ['that throws', () => Promise.reject(new Error(`vault said ${SECRET}`)), 502],
    ['that never comes', () => new Promise<string>(() => undefined), 504],
  ])("a token %s is the server's own trouble, and no call goes up", async (_, bearerAuth, status) => {
    const { handle, sent } = proxyOver(undefined, { apiKey: undefined, apiSecret: undefined, bearerAuth });
    const answer = handle(list());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await refusalOf(await answer)).toMatchObject({ status });
    expect(sent).toEqual([]);
  });

  it.each(['given', 'asked for'])(
    'a token that no header can carry, %s, is told to the server without its text',
    async (how) => {
      const token = `${SECRET}\n\u{1f600}`;
      const onError = vi.fn();
      const bearerAuth = how === 'given' ? token : () => token;
      const { handle, sent } = proxyOver(undefined, { apiKey: undefined, apiSecret: undefined, bearerAuth, onError });
      expect(await refusalOf(await handle(list()))).toMatchObject({ status: 502 });
      expect(sent).toEqual([]);
      const [error] = onError.mock.calls[0] as [Error];
      expect(error.message).toContain('token');
      expect(`${error.stack} ${error.cause}`).not.toContain(SECRET);
    },
  );

  const down = new Error(`the log is down, and was to say ${SECRET}`);
  it.each([
    [
      'throws',
      () => {
        throw down;
      },
    ],
    ['rejects', () => Promise.reject(down)],
  ])('an onError that %s changes no answer, and is told to the console without its text', async (_, onError) => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const gate = { enter: () => Promise.reject(down), close: () => Promise.reject(down) };
    const answers = [
      proxyOver(() => Promise.reject(down), { onError }),
      proxyOver(undefined, { onError, authorize: () => Promise.reject(down) }),
      proxyOver(() => new Response('{}', { status: 429 }), { onError, gate }),
    ].map(({ handle }) => handle(list()));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([502, 401, 429]);
    expect(said).toHaveBeenCalledWith(expect.stringContaining('onError'));
    expect(JSON.stringify(said.mock.calls)).not.toContain(SECRET);
    said.mockRestore();
  });
});
