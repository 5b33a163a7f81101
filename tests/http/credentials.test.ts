import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidInputError, Scenario } from '../../src/client.ts';
import { client, envelope, json, outcome } from './scripted.ts';

beforeEach(() => {
  for (const name of ['SCENARIO_SDK_API_KEY', 'SCENARIO_SDK_API_SECRET', 'SCENARIO_BASE_URL']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const sentAs = async (options: object, headers?: Record<string, string | null>) => {
  const { scenario, sent } = client([envelope()], options);
  await scenario.collections.retrieve('c1', headers && { headers });
  return sent[0]?.headers.get('authorization');
};
const pair = { apiKey: 'key', apiSecret: 'secret' };

describe('signing', () => {
  it('a pair is sent as Basic, whatever its characters', async () => {
    expect(await sentAs(pair)).toBe(`Basic ${btoa('key:secret')}`);
    const sent = await sentAs({ apiKey: 'ключ', apiSecret: '→' });
    expect(Buffer.from(sent?.slice(6) ?? '', 'base64').toString()).toBe('ключ:→');
  });

  it('a token is sent as Bearer', async () => {
    expect(await sentAs({ bearerAuth: 'token' })).toBe('Bearer token');
    expect(await sentAs({ bearerAuth: () => 'token' })).toBe('Bearer token');
    expect(await sentAs({ bearerAuth: async () => 'token' })).toBe('Bearer token');
  });

  it('a function is asked for every attempt', async () => {
    vi.useFakeTimers();
    let n = 0;
    const { scenario, sent } = client([json({}, 503), envelope()], { bearerAuth: () => `t${++n}` });
    const end = outcome(scenario.collections.retrieve('c1'));
    await vi.runAllTimersAsync();
    await end;
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('what the function throws is passed on, once, and nothing is sent', async () => {
    const failure = new Error('signed out');
    for (const bearerAuth of [
      vi.fn(() => {
        throw failure;
      }),
      vi.fn(() => Promise.reject(failure)),
    ]) {
      const { scenario, sent } = client([envelope()], { bearerAuth });
      expect(await outcome(scenario.collections.retrieve('c1'))).toBe(failure);
      expect(bearerAuth).toHaveBeenCalledTimes(1);
      expect(sent).toHaveLength(0);
    }
  });

  it('a function that gives no token is refused', async () => {
    for (const token of ['', undefined, null]) {
      const { scenario, sent } = client([envelope()], { bearerAuth: () => token as string });
      expect(await outcome(scenario.collections.retrieve('c1'))).toMatchObject({
        name: 'InvalidInputError',
        message: expect.stringContaining('bearerAuth'),
      });
      expect(sent).toHaveLength(0);
    }
  });

  it('none at all is allowed: a proxy adds them', async () => {
    expect(await sentAs({})).toBeNull();
  });

  it('comes from the environment', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', 'env-key');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', 'env-secret');
    expect(await sentAs({})).toBe(`Basic ${btoa('env-key:env-secret')}`);
    expect(await sentAs(pair)).toBe(`Basic ${btoa('key:secret')}`);
    expect(await sentAs({ bearerAuth: 'token' })).toBe('Bearer token');
    expect(await sentAs({ apiKey: '', apiSecret: '' })).toBeNull();
  });

  it('takes an empty or blank variable for none', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', ' ');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', '');
    expect(await sentAs({})).toBeNull();
  });

  it('works where there is no process', async () => {
    vi.stubGlobal('process', undefined);
    expect(await sentAs({ bearerAuth: 'token' })).toBe('Bearer token');
  });

  it('works where the environment may not be read, as in Deno', async () => {
    const env = new Proxy(
      {},
      {
        get: () => {
          throw new Error('NotCapable');
        },
      },
    );
    vi.stubGlobal('process', { env });
    expect(await sentAs({ bearerAuth: 'token' })).toBe('Bearer token');
    vi.stubGlobal('process', {
      get env() {
        throw new Error('NotCapable');
      },
    });
    expect(await sentAs({})).toBeNull();
  });

  it('can be replaced for one call', async () => {
    expect(await sentAs(pair, { Authorization: 'Custom x' })).toBe('Custom x');
    expect(await sentAs(pair, { Authorization: null })).toBeNull();
  });

  it('is no property of the client', () => {
    const scenario = new Scenario({ apiKey: 'key', apiSecret: 'hidden-secret' });
    expect(JSON.stringify(scenario)).not.toContain('hidden');
    expect(Object.keys(scenario).sort()).toEqual(['assets', 'collections', 'models', 'scope']);
  });
});

describe('the constructor throws at once', () => {
  it.each<[string, object, RegExp]>([
    ['half a pair: the key', { apiKey: 'key' }, /both apiKey and apiSecret/],
    ['half a pair: the secret', { apiSecret: 'secret' }, /both apiKey and apiSecret/],
    ['an empty half', { apiKey: 'key', apiSecret: '' }, /both apiKey and apiSecret/],
    ['Basic and Bearer', { ...pair, bearerAuth: 'token' }, /not both/],
    ['half a pair and Bearer', { apiKey: 'key', bearerAuth: () => 'token' }, /not both/],
    ['a token of another kind', { bearerAuth: 7 }, /bearerAuth/],
    ['a key of another kind', { ...pair, apiKey: 7 }, /apiKey and apiSecret must be strings/],
    ['a secret of another kind', { ...pair, apiSecret: { hidden: 1 } }, /apiKey and apiSecret must be strings/],
    ['an address with credentials', { baseURL: 'https://me:hidden@api.test' }, /baseURL/],
    ['an address with a query', { baseURL: 'https://api.test/v1?a=1' }, /baseURL/],
    ['an address of another kind', { baseURL: 7 }, /baseURL/],
  ])('on %s', (_, options, message) => {
    expect(() => new Scenario(options)).toThrow(InvalidInputError);
    expect(() => new Scenario(options)).toThrow(message);
    expect(() => new Scenario(options)).not.toThrow(/hidden/);
  });

  it('on half a pair in the environment', () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', 'env-key');
    expect(() => new Scenario()).toThrow(/both apiKey and apiSecret/);
  });
});

describe('a secret in a browser', () => {
  const places: [string, object][] = [
    ['a page', { document: {} }],
    ['a web worker', { importScripts: () => {} }],
    ['a module worker', { WorkerGlobalScope: class {} }],
    ['an app of React Native', { navigator: { product: 'ReactNative' } }],
  ];

  it.each(places)('in %s is refused, and the proxy named', (_, globals) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    expect(() => new Scenario(pair)).toThrow(/createScenarioProxy/);
    expect(() => new Scenario({ ...pair, dangerouslyAllowBrowser: true })).not.toThrow();
    expect(() => new Scenario({ bearerAuth: 'token' })).not.toThrow();
  });

  it('a server that calls its global scope a worker’s is none', () => {
    vi.stubGlobal('WorkerGlobalScope', class {});
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    expect(() => new Scenario(pair)).not.toThrow();
  });
});
