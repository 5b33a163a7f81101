import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call } from './call.ts';

const emulator = createScenarioEmulator({ collections: [{ id: 'c', assetIds: ['a1'] }], assets: ['a1', 'a2'] });
const server = setupServer(
  ...emulator.handlers(http, 'https://api.example.test/v1/'),
  http.get('https://api.example.test/v1/workflows', () => HttpResponse.json({ from: 'another handler' })),
);

beforeAll(() => server.listen());
afterEach(() => emulator.reset());
afterAll(() => server.close());

/** The page's own fetch, which MSW intercepts. */
const page = { fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init) };

test('the MSW handlers answer every call', async () => {
  const made = await call(page, 'POST /collections', { name: 'New' });
  expect(emulator.collections[0]).toEqual(made.body.collection);
  const calls: [string, unknown?][] = [
    ['GET /collections?pageSize=1'],
    ['GET /collections/c'],
    ['PUT /collections/c', { name: 'Renamed' }],
    ['PUT /collections/c/assets', { assetIds: ['a2'] }],
    ['DELETE /collections/c/assets', { assetIds: ['a1'] }],
    ['PUT /collections/c/models', { modelIds: ['m1'] }],
    ['DELETE /collections/c/models', { modelIds: ['m1'] }],
    ['GET /assets?collectionId=c'],
    ['POST /assets/get-bulk', { assetIds: ['a1'] }],
    ['GET /models'],
    ['POST /models/get-bulk', { modelIds: ['m1'] }],
    ['DELETE /collections/c'],
  ];
  for (const [what, body] of calls) expect((await call(page, what, body)).status, what).toBe(200);
  expect(emulator.requests).toHaveLength(calls.length + 1);
  expect(emulator.collections).toHaveLength(1);
});

test('the MSW handlers refuse as the API does', async () => {
  expect((await call(page, 'PUT /collections/c/assets', { assetIds: ['a1', 'a2'] })).status).toBe(400);
  expect(emulator.members('c').assetIds).toEqual(['a1']);
});

test('the MSW handlers leave other paths to other handlers', async () => {
  const response = await fetch('https://api.example.test/v1/workflows');
  expect(await response.json()).toEqual({ from: 'another handler' });
  expect(emulator.requests).toEqual([]);
});

test('a lost answer is a network error behind MSW too', async () => {
  emulator.fault({ kind: 'loseAnswer', times: 1 });
  await expect(call(page, 'PUT /collections/c', { name: 'New' })).rejects.toThrow(TypeError);
  expect(emulator.collections[0]?.name).toBe('New');
  expect((await call(page, 'GET /collections/c')).body.collection.name).toBe('New');
});

test('a rate limit passes MSW with its header', async () => {
  emulator.fault({ kind: 'rateLimit', seconds: 3 });
  const { status, headers } = await call(page, 'GET /collections');
  expect([status, headers.get('retry-after')]).toEqual([429, '3']);
});
