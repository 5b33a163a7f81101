import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemoEmulator, startEmulatorServer } from '../../demo/server.ts';
import { call } from './call.ts';

let demo = createDemoEmulator();
let server: Awaited<ReturnType<typeof startEmulatorServer>>;

beforeEach(async () => {
  demo = createDemoEmulator();
  demo.setLatency(0);
  server = await startEmulatorServer(demo);
});
afterEach(() => server.close());

/** The API over HTTP. */
const api = {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => {
    const { pathname, search } = new URL(String(input));
    return fetch(`${server.url}/api${pathname.replace('/v1', '')}${search}`, init);
  },
};

async function turn(method: string, path: string, body?: unknown) {
  const init: RequestInit = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/control${path}`, init);
  return { status: response.status, body: await response.json() };
}

const firstId = () => demo.emulator.collections[0]?.id ?? '';

test('the API answers over HTTP, with a body on DELETE and a query on GET', async () => {
  const page = await call(api, 'GET /collections?pageSize=3');
  expect(page.body.collections).toEqual(demo.emulator.collections.slice(0, 3));
  const id = firstId();
  const assetIds = demo.emulator.members(id).assetIds.slice(0, 2);
  const before = demo.emulator.collections[0]?.assetCount ?? 0;
  expect((await call(api, `DELETE /collections/${id}/assets`, { assetIds })).body.collection.assetCount).toBe(
    before - 2,
  );
  expect((await call(api, `PUT /collections/${id}/assets`, { assetIds })).body.collection.assetCount).toBe(before);
  expect((await call(api, `PUT /collections/${id}/assets`, { assetIds })).status).toBe(400);
});

test('a lost answer breaks the connection, after the request was applied', async () => {
  await turn('POST', '/faults', { kind: 'loseAnswer', on: 'write', times: 1 });
  await expect(call(api, `PUT /collections/${firstId()}`, { name: 'New' })).rejects.toThrow(TypeError);
  expect(demo.emulator.collections[0]?.name).toBe('New');
  expect(demo.emulator.requests).toHaveLength(1);
  expect((await call(api, 'GET /collections')).status).toBe(200);
});

test('a rate limit passes with its header', async () => {
  await turn('POST', '/faults', { kind: 'rateLimit', seconds: 4 });
  const { status, headers } = await call(api, 'GET /collections');
  expect([status, headers.get('retry-after')]).toEqual([429, '4']);
});

test('a caller that goes away before its request is applied keeps it from the server', async () => {
  demo.setLatency(10_000);
  const gone = new AbortController();
  const init: RequestInit = { method: 'PUT', body: '{"name":"New"}', signal: gone.signal };
  const answer = fetch(`${server.url}/api/collections/${firstId()}`, init);
  await expect.poll(() => demo.emulator.requests.length).toBe(1);
  gone.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await expect.poll(() => demo.emulator.requests[0]?.status).toBe(0);
  expect(demo.emulator.collections[0]?.name).not.toBe('New');
});

test('a body that is too large is refused', async () => {
  const answer = await fetch(`${server.url}/api/collections`, { method: 'POST', body: 'x'.repeat(300 * 1024) });
  expect(answer.status).toBe(413);
  expect(demo.emulator.requests).toEqual([]);
});

test('other paths are for the next handler', async () => {
  for (const path of ['/', '/apis', '/src/api/types.ts']) expect((await fetch(server.url + path)).status).toBe(404);
});

test('the panel sets faults that meet writes only, and ends one or all of them', async () => {
  const rename = async () => (await call(api, `PUT /collections/${firstId()}`, { name: 'New' })).status;
  const bulk = async () => (await call(api, 'POST /assets/get-bulk', { assetIds: ['a'] })).status;
  await turn('POST', '/faults', { kind: 'refuse', on: 'write' });
  const { body } = await turn('POST', '/faults', { kind: 'rateLimit', on: 'write' });
  expect([await rename(), await bulk()]).toEqual([403, 200]);
  await turn('DELETE', `/faults/${body.faults[0].id}`);
  expect(await rename()).toBe(429);
  expect((await turn('GET', '')).body).toMatchObject({ latency: 0, limit: null, faults: [body.faults[1]] });
  expect((await turn('DELETE', '/faults')).body.faults).toEqual([]);
  expect(await rename()).toBe(200);
});

test('the panel sets the latency, and starts anew', async () => {
  expect((await turn('PUT', '/latency', { latency: 40 })).body.latency).toBe(40);
  const start = performance.now();
  await call(api, `PUT /collections/${firstId()}`, { name: 'New' });
  expect(performance.now() - start).toBeGreaterThan(35);
  await turn('POST', '/reset');
  // Its dates go by the clock, which has moved on.
  const rows = ({ emulator }: typeof demo) =>
    emulator.collections.map(({ id, name, itemCount }) => [id, name, itemCount]);
  expect(rows(demo)).toEqual(rows(createDemoEmulator()));
  expect(demo.weather).toMatchObject({ latency: 300, limit: null, faults: [] });
});

test('the panel limits requests, and lets them through again', async () => {
  const ask = async () => (await call(api, 'GET /collections')).status;
  expect((await turn('PUT', '/limit', { limit: { requests: 1, per: 60_000 } })).body.limit.requests).toBe(1);
  expect([await ask(), await ask()]).toEqual([200, 429]);
  await turn('PUT', '/limit', { limit: null });
  expect(await ask()).toBe(200);
  await turn('PUT', '/limit', { limit: { requests: 1, per: 60_000 } });
  await turn('POST', '/reset');
  expect([await ask(), await ask()]).toEqual([200, 200]);
});

test('the panel lets another person act, past every fault', async () => {
  demo.addFault({ kind: 'offline' });
  const { body } = await turn('POST', '/elsewhere', { method: 'POST', path: '/collections', body: { name: 'Theirs' } });
  expect(demo.emulator.collections[0]).toEqual(body.collection);
});

test('the panel is told what it cannot mean', async () => {
  const wrong: [string, string, unknown?][] = [
    ['PUT', '/latency', { latency: 'slow' }],
    ['PUT', '/latency', { latency: -1 }],
    ['PUT', '/limit', { limit: { requests: 0, per: 1000 } }],
    ['PUT', '/limit', { limit: 10 }],
    ['PUT', '/limit', {}],
    ['POST', '/faults', { kind: 'fire' }],
    ['POST', '/faults', { kind: 'refuse', on: 'sometimes' }],
  ];
  for (const [method, path, body] of wrong) expect((await turn(method, path, body)).status, path).toBe(400);
  expect((await turn('GET', '/nothing')).status).toBe(404);
  expect(demo.weather).toMatchObject({ latency: 0, limit: null, faults: [] });
});
