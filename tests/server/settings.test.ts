import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScenarioProxy, InvalidInputError, type ScenarioProxyOptions } from '../../src/server.ts';
import { KEY, recorder, SECRET } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const list = (): Request => new Request('https://app.test/collections');

function make(
  options: Partial<ScenarioProxyOptions> = {},
): ReturnType<typeof recorder> & { handle: (r: Request) => Promise<Response> } {
  const api = recorder();
  return { ...api, handle: createScenarioProxy({ authorize: () => true, fetch: api.fetch, ...options }) };
}

describe('a proxy', () => {
  it('takes credentials and address from the environment where none were given', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', KEY);
    vi.stubEnv('SCENARIO_SDK_API_SECRET', SECRET);
    vi.stubEnv('SCENARIO_BASE_URL', 'http://127.0.0.1:4010/v1/');
    const { handle, sent } = make();
    await handle(list());
    expect(sent[0]?.url).toBe('http://127.0.0.1:4010/v1/collections');
    expect(sent[0]?.headers.authorization).toBe(`Basic ${btoa(`${KEY}:${SECRET}`)}`);
  });

  it('prefers what was given, and goes to the vendor where nothing was', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', 'ambient');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', 'ambient');
    vi.stubEnv('SCENARIO_BASE_URL', '');
    const { handle, sent } = make({ bearerAuth: 'token' });
    await handle(list());
    expect(sent[0]?.url).toBe('https://api.cloud.scenario.com/v1/collections');
    expect(sent[0]?.headers.authorization).toBe('Bearer token');
  });

  it('without credentials adds none, so that the API itself says so', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', '');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', '');
    const { handle, sent } = make();
    await handle(new Request('https://app.test/collections', { headers: { authorization: 'Bearer theirs' } }));
    expect(sent[0]?.headers).not.toHaveProperty('authorization');
  });

  it('without credentials tells the server why, once for each call', async () => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', '');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', '');
    const onError = vi.fn();
    const { handle } = make({ onError });
    expect(onError).not.toHaveBeenCalled();
    await handle(list());
    expect(onError.mock.calls).toEqual([[expect.any(InvalidInputError)]]);
    expect(String(onError.mock.calls[0]?.[0])).toContain('SCENARIO_SDK_API_KEY');
  });

  it.each([undefined, {}])(
    'without credentials and an environment that could have them, says so and asks nothing',
    async (process) => {
      vi.stubGlobal('process', process);
      const { handle, sent } = make();
      const given = make({ apiKey: KEY, apiSecret: SECRET });
      const answers = [await handle(list()), await given.handle(list())];
      vi.unstubAllGlobals();
      expect(answers.map(({ status }) => status)).toEqual([500, 200]);
      expect(await answers[0]?.json()).toEqual({ message: expect.stringContaining('apiSecret') });
      expect(sent).toEqual([]);
    },
  );

  it('works where URL.canParse is missing, as in older Workers', async () => {
    const { canParse } = URL;
    Reflect.deleteProperty(URL, 'canParse');
    try {
      const { handle } = make({ bearerAuth: 't', basePath: '/api', baseURL: 'https://api.test/v1' });
      const headers = { 'content-type': 'application/json', origin: 'https://app.test' };
      const init = { method: 'POST', body: '{}', headers };
      expect((await handle(new Request('https://app.test/api/collections', init))).status).toBe(200);
      expect(() => make({ bearerAuth: 't', baseURL: 'api.test' })).toThrow('baseURL');
    } finally {
      URL.canParse = canParse;
    }
  });

  it('is a back end too where a test has faked a document', async () => {
    vi.stubGlobal('document', {});
    const { handle, sent } = make({ apiKey: KEY, apiSecret: SECRET });
    vi.unstubAllGlobals();
    await handle(list());
    expect(sent).toHaveLength(1);
  });

  it('hears a global fetch that is replaced later', async () => {
    const { fetch, sent } = recorder();
    const handle = createScenarioProxy({ authorize: () => true, bearerAuth: 't' });
    vi.stubGlobal('fetch', fetch);
    await handle(list());
    vi.unstubAllGlobals();
    expect(sent).toHaveLength(1);
  });

  it.each([undefined, null, 'key', [], () => true])('is told what %j lacks', (options) => {
    const create = () => createScenarioProxy(options as unknown as ScenarioProxyOptions);
    expect(create).toThrow(InvalidInputError);
    expect(create).toThrow('The options must hold authorize');
  });

  it.each<[string, Record<string, unknown>]>([
    ['authorize', { authorize: undefined }],
    ['authorize', { authorize: true }],
    ['apiSecret', { apiKey: 'k' }],
    ['apiKey', { apiSecret: 's' }],
    ['bearerAuth', { apiKey: 'k', apiSecret: 's', bearerAuth: 't' }],
    ['baseURL', { baseURL: '/v1' }],
    ['baseURL', { baseURL: 'api.test/v1' }],
    ['baseURL', { baseURL: 'file:///etc' }],
    ['baseURL', { baseURL: 'https://u:pass-0003@api.test' }],
    ['baseURL', { baseURL: 'https://api.test/?x=1' }],
    ['basePath', { basePath: 'api/scenario' }],
    ['basePath', { basePath: 'https://app.test/api' }],
    ['basePath', { basePath: '//app.test/api' }],
    ['basePath', { basePath: '/api?x=1' }],
    ['allowedOrigins', { allowedOrigins: 'https://app.test' }],
    ['allowedOrigins[0]', { allowedOrigins: ['*'] }],
    ['allowedOrigins[0]', { allowedOrigins: ['null'] }],
    ['allowedOrigins[0]', { allowedOrigins: ['app.test'] }],
    ['allowedOrigins[1]', { allowedOrigins: ['https://app.test', 'https://app.test/path'] }],
    ['allowedOrigins[0]', { allowedOrigins: ['https://app.test?x'] }],
    ['allowedOrigins[0]', { allowedOrigins: ['https://*.app.test/'] }],
    ['allowedOrigins[0]', { allowedOrigins: ['file:///app'] }],
    ['allowedOrigins[0]', { allowedOrigins: [7] }],
    ['gate', { gate: null }],
    ['gate', { gate: 100 }],
    ['gate', { gate: { enter: () => 0 } }],
    ['gate', { gate: { enter: 0, close: () => undefined } }],
    ['gate.requests', { gate: {} }],
    ['gate.requests', { gate: { requests: 0, per: 60_000 } }],
    ['gate.requests', { gate: { requests: 1.5, per: 60_000 } }],
    ['gate.requests', { gate: { requests: '100', per: 60_000 } }],
    ['gate.per', { gate: { requests: 100 } }],
    ['gate.per', { gate: { requests: 100, per: 0 } }],
    ['gate.per', { gate: { requests: 100, per: Number.POSITIVE_INFINITY } }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxBodyBytes', { maxBodyBytes: 1.5 }],
    ['maxBodyBytes', { maxBodyBytes: '10' }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: Number.NaN }],
    ['timeout', { timeout: '60' }],
    ['basePath', { basePath: 7 }],
    ['projectId', { projectId: 7 }],
    ['fetch', { fetch: 'fetch' }],
    ['onError', { onError: console }],
  ])('is refused at once for a wrong %s, by its name: %j', (name, options) => {
    vi.stubEnv('SCENARIO_SDK_API_KEY', '');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', '');
    expect(() => make(options)).toThrow(InvalidInputError);
    expect(() => make(options)).toThrow(name);
    expect(() => make(options)).not.toThrow('pass-0003');
  });

  it.each(['/api/scenario/', '/api/scenario', '/a b/ü', '/api/x/../scenario'])(
    'may be mounted at %j',
    async (basePath) => {
      const { handle, sent } = make({ basePath, baseURL: 'https://api.test/v1' });
      await handle(new Request(`https://app.test${basePath.replace(/\/$/, '')}/collections`));
      expect(sent[0]?.url).toBe('https://api.test/v1/collections');
    },
  );

  it.each([
    ['/caf%C3%A9', '/caf%c3%a9'],
    ['/caf%c3%a9', '/caf%C3%A9'],
  ])('is found at %j where a framework spells it %j', async (basePath, path) => {
    const { handle, sent } = make({ basePath });
    expect((await handle(new Request(`https://app.test${path}/collections`))).status).toBe(200);
    expect(sent).toHaveLength(1);
  });
});
