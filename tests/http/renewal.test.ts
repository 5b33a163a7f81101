import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Scenario } from '../../src/client.ts';
import { client, collection, envelope, json, outcome, type Sent } from './scripted.ts';

/** What the gateway says of a token that has run out. */
const runOut = () => json({ message: 'expired' }, 403, { 'x-amzn-errortype': 'AccessDeniedException' });
const tokenOf = ({ headers }: Sent) => headers.get('authorization')?.slice(7) ?? '';
/** A server that knows these tokens, and no others. */
const knowing =
  (...good: string[]) =>
  (sent: Sent) =>
    good.includes(tokenOf(sent)) ? envelope() : runOut();
/** Gives one after the other, the last one for ever. */
const giving = (...tokens: string[]) => vi.fn(async () => (tokens.length > 1 ? tokens.shift() : tokens[0]) as string);

const calls: [string, (s: Scenario) => PromiseLike<unknown>][] = [
  ['a read', (s) => s.collections.retrieve('c1')],
  ['a create', (s) => s.collections.create({ name: 'n' })],
  ['an add', (s) => s.collections.assets.add('c1', { assetIds: ['a'] })],
  ['an update', (s) => s.collections.update('c1', { name: 'n' })],
];

describe('a token that has run out', () => {
  it.each(calls)('%s is sent again with the next one, retries or not', async (_, call) => {
    for (const answer of [runOut(), json({ message: 'expired' }, 401)]) {
      const { scenario, sent } = client([answer, envelope()], { bearerAuth: giving('old', 'new'), maxRetries: 0 });
      expect(await call(scenario)).toEqual({ collection: collection() });
      expect(sent.map(tokenOf)).toEqual(['old', 'new']);
    }
  });

  it('is asked for again once, and is the error where there is no other', async () => {
    const bearerAuth = giving('old');
    const { scenario, sent } = client([runOut()], { bearerAuth });
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({
      name: 'PermissionDeniedError',
      message: '403 expired',
    });
    expect([bearerAuth.mock.calls.length, sent.length]).toEqual([2, 1]);
  });

  it('is given up after two others', async () => {
    let n = 0;
    const { scenario, sent } = client([json({}, 401)], { bearerAuth: () => `token-${++n}` });
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({ name: 'AuthenticationError' });
    expect(sent.map(tokenOf)).toEqual(['token-1', 'token-2', 'token-3']);
  });

  it('that is a text, or a header of the call’s own, cannot be renewed', async () => {
    const fixed = client([runOut()], { bearerAuth: 'fixed' });
    expect(await outcome(fixed.scenario.collections.retrieve('c1'))).toMatchObject({ status: 403 });
    expect(fixed.sent).toHaveLength(1);
    const bearerAuth = giving('old', 'new');
    const own = client([runOut()], { bearerAuth });
    const headers = { authorization: 'Bearer own' };
    expect(await outcome(own.scenario.collections.retrieve('c1', { headers }))).toMatchObject({ status: 403 });
    expect([own.sent.length, bearerAuth.mock.calls.length]).toEqual([1, 1]);
  });

  it.each([
    ['a real 403', json({ message: 'no' }, 403)],
    ['a 403 for another reason', json({ message: 'no' }, 403, { 'x-amzn-errortype': 'ForbiddenException' })],
    ['that header on a 400', json({ message: 'no' }, 400, { 'x-amzn-errortype': 'AccessDeniedException' })],
  ])('is not what %s says', async (_, answer) => {
    const bearerAuth = giving('old', 'new');
    const { scenario, sent } = client([answer], { bearerAuth });
    expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({
      message: expect.stringContaining('no'),
    });
    expect([sent.length, bearerAuth.mock.calls.length]).toEqual([1, 1]);
  });

  it('what the function throws when it is asked again is passed on, to all who wait', async () => {
    const failure = new Error('signed out');
    let asked = 0;
    const bearerAuth = async () => {
      if (++asked > 2) throw failure;
      return 'old';
    };
    const { scenario, sent } = client([runOut()], { bearerAuth });
    const ends = await Promise.all(['c1', 'c2'].map((id) => outcome(scenario.collections.retrieve(id))));
    expect(ends).toEqual([failure, failure]);
    expect([sent.length, asked]).toEqual([2, 3]);
    expect(await outcome(scenario.collections.retrieve('c3'))).toBe(failure);
    expect(asked).toBe(4);
  });

  it('is not asked for a second time by a call that begins meanwhile', async () => {
    let give: (token: string) => void = () => {};
    const slow = new Promise<string>((resolve) => {
      give = resolve;
    });
    const bearerAuth = vi.fn(async () => (bearerAuth.mock.calls.length === 2 ? slow : 'old'));
    const { scenario, sent } = client([knowing('new')], { bearerAuth });
    const first = outcome(scenario.collections.retrieve('c1'));
    await expect.poll(() => bearerAuth).toHaveBeenCalledTimes(2);
    const second = outcome(scenario.collections.create({ name: 'n' }));
    give('new');
    const ends = await Promise.all([first, second]);
    expect(ends).toEqual(Array(2).fill({ collection: collection() }));
    expect([bearerAuth.mock.calls.length, sent.map(tokenOf)]).toEqual([2, ['old', 'new', 'new']]);
  });

  it('is asked for once for all who wait, however their answers fall, and nobody is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (s, n) => {
        let asked = 0;
        // The session is renewed by asking: who asks as one of the first gets the token that has run out.
        const bearerAuth = () => s.schedule(Promise.resolve(++asked <= n ? 'old' : 'new'));
        const answer = (sent: Sent) => s.schedule(Promise.resolve(knowing('new')(sent)));
        const { scenario, sent } = client([answer], { bearerAuth });
        const ends = Promise.all(Array.from({ length: n }, (_, i) => outcome(scenario.collections.retrieve(`c${i}`))));
        await s.waitFor(ends);
        expect(await ends).toEqual(Array(n).fill({ collection: collection() }));
        expect([asked, sent.length]).toEqual([n + 1, 2 * n]);
      }),
    );
  });
});
