import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { BASE, proxyOver, type Sent, write } from './support.ts';

const read = () => new Request(`${BASE}/collections`);
const NO_PAIR = { apiKey: undefined, apiSecret: undefined };
/** What the gateway says of a token that has run out. */
const runOut = () =>
  Response.json({ message: 'expired' }, { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
const tokenOf = ({ headers }: Sent) => headers.authorization?.slice(7) ?? '';
const knowing = (good: string, refusal: () => Response) => (sent: Sent) =>
  tokenOf(sent) === good ? Response.json({ ok: true }) : refusal();

describe('a token of the proxy that has run out', () => {
  it.each([
    ['403', runOut],
    ['401', () => Response.json({}, { status: 401 })],
  ])('(%s) is asked for again, and the call, a create too, is sent again with the next', async (_, refusal) => {
    for (const request of [read(), write('/collections')]) {
      const bearerAuth = vi.fn().mockResolvedValueOnce('old').mockResolvedValue('new');
      const { handle, sent } = proxyOver(knowing('new', refusal), { ...NO_PAIR, bearerAuth });
      const answer = await handle(request);
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
      expect(sent.map(tokenOf)).toEqual(['old', 'new']);
      expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    }
  });

  it('is passed on, header and all, where there is no other, or after two others', async () => {
    let n = 0;
    for (const [bearerAuth, attempts] of [[() => 'same', 1] as const, [() => `token-${++n}`, 3] as const]) {
      const { handle, sent } = proxyOver(runOut, { ...NO_PAIR, bearerAuth });
      const answer = await handle(read());
      expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
      expect(sent).toHaveLength(attempts);
    }
  });

  it('that is a text is not sent twice, and a real 403 asks for no other', async () => {
    const text = proxyOver(runOut, { ...NO_PAIR, bearerAuth: 'fixed' });
    expect((await text.handle(read())).status).toBe(403);
    const bearerAuth = vi.fn(async () => 'fine');
    const real = proxyOver(() => Response.json({}, { status: 403 }), { ...NO_PAIR, bearerAuth });
    expect((await real.handle(read())).status).toBe(403);
    expect([text.sent.length, real.sent.length, bearerAuth.mock.calls.length]).toEqual([1, 1, 1]);
  });

  it('is asked for once for all calls that wait', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 20 }), async (visitors) => {
        const bearerAuth = vi.fn(async () => (bearerAuth.mock.calls.length > visitors ? 'new' : 'old'));
        const { handle, sent } = proxyOver(knowing('new', runOut), { ...NO_PAIR, bearerAuth });
        const answers = await Promise.all(Array.from({ length: visitors }, () => handle(read())));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
        expect(sent).toHaveLength(2 * visitors);
        expect(bearerAuth).toHaveBeenCalledTimes(visitors + 1);
      }),
      { numRuns: 20 },
    );
  });
});
