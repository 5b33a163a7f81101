// @vitest-environment jsdom
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scenario } from '../../src/client.ts';
import { collection } from '../http/scripted.ts';

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe('in a page, over the page’s own fetch', () => {
  it('a path is an address, and bodies, aborts and answers pass', async () => {
    const seen: unknown[] = [];
    server.use(
      http.all('*/api/scenario/collections/c1/assets', async ({ request }) => {
        seen.push(new URL(request.url).origin, request.method, await request.json());
        return HttpResponse.json({ collection: collection() });
      }),
    );
    const scenario = new Scenario({ baseURL: '/api/scenario' });
    const call = scenario.collections.assets.remove(
      'c1',
      { assetIds: ['a'] },
      { signal: new AbortController().signal },
    );
    expect((await call).collection).toEqual(collection());
    expect((await call.asResponse()).url).toContain('/api/scenario/collections/c1/assets');
    expect(seen).toEqual([location.origin, 'DELETE', { assetIds: ['a'] }]);
  });

  it('a secret is refused', () => {
    expect(() => new Scenario({ apiKey: 'k', apiSecret: 's' })).toThrow(/createScenarioProxy/);
  });

  it('a token is refused by the API, then a new one is taken', async () => {
    server.use(
      http.get('*/collections', ({ request }) =>
        request.headers.get('authorization') === 'Bearer new'
          ? HttpResponse.json({ collections: [] })
          : HttpResponse.json({ message: 'expired' }, { status: 401 }),
      ),
    );
    let token = 'old';
    const scenario = new Scenario({ baseURL: 'https://api.test/v1', bearerAuth: async () => token });
    await expect(scenario.collections.list()).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: '401 expired',
    });
    token = 'new';
    expect((await scenario.collections.list()).collections).toEqual([]);
  });
});
