import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as api from '../../src/client.ts';
import { client, json, outcome } from './scripted.ts';

const failing = async (answer: Response | Error, options: api.ScenarioOptions = {}) =>
  (await outcome(client([answer], { maxRetries: 0, ...options }).scenario.collections.retrieve('c1'))) as api.APIError;

const classes = new Map<string, unknown>(Object.entries(api));

describe('the class follows the status', () => {
  it.each([
    [400, 'BadRequestError'],
    [401, 'AuthenticationError'],
    [402, 'APIError'],
    [403, 'PermissionDeniedError'],
    [404, 'NotFoundError'],
    [405, 'APIError'],
    [408, 'APIError'],
    [409, 'ConflictError'],
    [422, 'UnprocessableEntityError'],
    [429, 'RateLimitError'],
    [500, 'InternalServerError'],
    [503, 'InternalServerError'],
  ] as const)('%i is a %s', async (status, name) => {
    const error = await failing(json({ message: 'no' }, status, { via: 'x' }));
    expect(error).toBeInstanceOf(classes.get(name));
    expect(error).toBeInstanceOf(api.APIError);
    expect(error).toBeInstanceOf(api.ScenarioError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, status, message: `${status} no`, error: { message: 'no' } });
    expect(error.headers?.get('via')).toBe('x');
  });

  it('a redirect that leads nowhere is an APIError', async () => {
    expect(await failing(new Response(null, { status: 304 }))).toMatchObject({ name: 'APIError', status: 304 });
  });
});

describe('the message', () => {
  it.each<[string, unknown, string]>([
    ['reason first', { detail: 'd', error: 'e', message: 'm', reason: 'r' }, '400 r'],
    ['then message', { detail: 'd', error: 'e', message: 'm' }, '400 m'],
    ['then error', { detail: 'd', error: 'e' }, '400 e'],
    ['then detail', { detail: 'd' }, '400 d'],
    ['skipping what is no text', { reason: '', message: { a: 1 }, error: 'e' }, '400 e'],
    ['a body that is one text', 'nope', '400 nope'],
    ['on one line', { message: ' a\n  b ' }, '400 a b'],
    ['nothing', {}, '400 status code (no text)'],
    ['null', null, '400 status code (no text)'],
  ])('%s', async (_, body, message) => {
    expect((await failing(json(body, 400))).message).toBe(message);
  });

  it.each<[string, unknown, string]>([
    ['in an object under error', { error: { code: 7, message: 'm' } }, '400 m'],
    ['under a gateway’s name', { Message: 'm' }, '400 m'],
    ['in a list', { errors: [{ detail: 'd' }] }, '400 d'],
    ['in a body that is a list', [{ message: 'm' }], '400 m'],
    ['in no field that is known: the body, in short', { code: 'E7', field: 1 }, '400 {"code":"E7","field":1}'],
    ['in a number', 7, '400 7'],
    ['as the first text of a list', ['a', 'b'], '400 a'],
    ['in a list within an error', { error: { errors: [{ code: 7, message: 'why' }] } }, '400 why'],
    ['in detail within a list', { errors: [{ detail: { message: 'why' } }] }, '400 why'],
  ])('is found %s', async (_, body, message) => {
    expect(await failing(json(body, 400))).toMatchObject({ message, error: body });
  });

  it('is found in plain text, which is the body too', async () => {
    const error = await failing(new Response('no more\ntoday', { status: 503 }));
    expect(error).toMatchObject({ message: '503 no more today', error: 'no more\ntoday' });
  });

  it('of a page is the status and its text, not the page, which is the body', async () => {
    const page = new Response('<html>nginx</html>', { status: 502, statusText: 'Bad Gateway' });
    expect(await failing(page)).toMatchObject({ message: '502 Bad Gateway', error: '<html>nginx</html>' });
  });

  it.each(['  \n ', '""', '" "', '{}', '[]', 'null'])(
    'of a body that says nothing, %j, is the status',
    async (body) => {
      expect((await failing(new Response(body, { status: 400 }))).message).toBe('400 status code (no text)');
    },
  );

  it('of no body is the status and its text, and there is no body', async () => {
    const bare = new Response(null, { status: 403, statusText: 'Forbidden' });
    expect(await failing(bare)).toMatchObject({ message: '403 Forbidden', error: undefined });
  });

  it('is short, on one line and without a secret, whatever the body is', async () => {
    const secret = 'secret-1';
    const texts = fc.oneof(fc.string(), fc.constantFrom(secret, `say ${secret}`, `${secret}\n${secret}`, '"', '<b>'));
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 5 }, texts, fc.integer(), fc.constant(null), tie('list'), tie('record')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      record: fc.dictionary(
        fc.oneof(texts, fc.constantFrom('reason', 'message', 'error', 'detail', 'Message', 'errors')),
        tie('any'),
        { maxKeys: 3 },
      ),
    })).any;
    const bodies = fc.oneof(
      texts,
      values.map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const error = await failing(new Response(body, { status: 400 }), { apiKey: 'k', apiSecret: secret });
        expect(error.message).toMatch(/^400 [^\n]{1,300}$/);
        expect(error.message).not.toContain(secret);
        expect(JSON.stringify(error.error) ?? '').not.toContain(secret);
        expect(error.error === undefined).toBe(body === '');
      }),
    );
  });

  it('and the body hold no secret that the API says back', async () => {
    const options = { apiKey: 'key-1', apiSecret: 'secret-1' };
    const basic = btoa('key-1:secret-1');
    const error = await failing(json({ message: `secret-1 or ${basic} is bad`, deep: ['secret-1'] }, 401), options);
    expect(error.message).toBe('401 *** or *** is bad');
    expect(JSON.stringify(error.error)).not.toContain('secret-1');
    const second = await failing(json({ message: 'bad tok.en-2' }, 401), { bearerAuth: () => 'tok.en-2' });
    expect(second.message).toBe('401 bad ***');
  });
});

describe('what an error knows', () => {
  it.each<[string, Record<string, string>, object]>([
    ['x-request-id', { 'x-request-id': 'id', 'x-amzn-requestid': 'no' }, { traceId: 'no' }],
    ['x-amzn-requestid', { 'x-amzn-requestid': 'id' }, { traceId: 'no' }],
    ['traceId', {}, { traceId: 'id', trace_id: 'no' }],
    ['trace_id', {}, { trace_id: 'id' }],
  ])('the request id, of %s', async (_, headers, body) => {
    expect((await failing(json(body, 400, headers))).requestId).toBe('id');
  });

  it('no request id where none was sent', async () => {
    expect((await failing(json({ traceId: 7 }, 400))).requestId).toBeUndefined();
  });

  it('the wait in seconds, where one was named, for any status', async () => {
    expect((await failing(json({ remainingSeconds: 12 }, 429))).retryAfter).toBe(12);
    expect((await failing(json({}, 503, { 'retry-after-ms': '2500' }))).retryAfter).toBe(2.5);
    expect((await failing(json({}, 429))).retryAfter).toBeUndefined();
  });

  it('of a broken connection, its cause, and no status', async () => {
    const cause = new TypeError('fetch failed');
    const error = await failing(cause);
    expect(error).toBeInstanceOf(api.APIConnectionError);
    expect(error).toMatchObject({ name: 'APIConnectionError', message: 'Connection error.', status: undefined });
    expect(error.cause).toBe(cause);
  });

  it('of a body that breaks off, the same', async () => {
    const cause = new Error('terminated');
    const body = new ReadableStream({ pull: (controller) => controller.error(cause) });
    const error = (await outcome(
      client([() => new Response(body)], { maxRetries: 0 }).scenario.collections.retrieve('c1'),
    )) as Error;
    expect(error).toMatchObject({ name: 'APIConnectionError', cause });
  });

  it('no way to the credentials', async () => {
    const options = { apiKey: 'key-1', apiSecret: 'secret-1' };
    const error = await failing(new TypeError('fetch failed'), options);
    const seen = JSON.stringify([error, error.cause, Object.getOwnPropertyNames(error.cause)]);
    expect(seen).not.toContain('secret-1');
    expect(Object.getOwnPropertyNames(error.cause as object)).not.toContain('options');
  });
});

describe('isScenarioError', () => {
  const all = [
    new api.ScenarioError('x'),
    new api.InvalidInputError('x'),
    new api.ResponseValidationError('name', 'a string'),
    new api.PartialFailureError({ appliedIds: [], refusedIds: ['a'] }),
    new api.APIConnectionError(),
    new api.APIConnectionTimeoutError(),
    new api.APIUserAbortError(),
    new api.APIError(402),
    new api.BadRequestError(400),
    new api.AuthenticationError(401),
    new api.PermissionDeniedError(403),
    new api.NotFoundError(404),
    new api.ConflictError(409),
    new api.UnprocessableEntityError(422),
    new api.RateLimitError(429),
    new api.InternalServerError(500),
  ];

  it('knows each class, and each has its class’s name', () => {
    for (const error of all) {
      expect(api.isScenarioError(error)).toBe(true);
      expect(error.name).toBe(error.constructor.name);
    }
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('knows those of another copy of the library', () => {
    for (const { name, message } of all)
      expect(api.isScenarioError(Object.assign(new Error(message), { name, status: 404 }))).toBe(true);
  });

  it('does not take others for its own', () => {
    const others = [
      new Error('x'),
      new TypeError('x'),
      new DOMException('x', 'NotFoundError'),
      new DOMException('x', 'AbortError'),
      undefined,
      null,
      'NotFoundError',
      {},
    ];
    for (const other of others) expect(api.isScenarioError(other)).toBe(false);
  });
});

describe('a partial failure', () => {
  it('says what was applied, what was not, and why', () => {
    const cause = new api.BadRequestError(400, { message: 'already in it' });
    const error = new api.PartialFailureError({ appliedIds: ['a', 'b'], refusedIds: ['c'], cause });
    expect(error).toMatchObject({ appliedIds: ['a', 'b'], refusedIds: ['c'], collection: undefined, cause });
    expect(error.message).toBe('2 of 3 items were applied, the others were not: 400 already in it');
  });
});
