import { afterEach, describe, expect, test, vi } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call } from './call.ts';

afterEach(() => {
  vi.useRealTimers();
});

const begin = () => createScenarioEmulator({ collections: [{ id: 'c', name: 'Old', assetIds: [] }] });
const rename = 'PUT /collections/c';

describe('a fault', () => {
  test('that refuses answers 403, and nothing is applied', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse' });
    const { status, body } = await call(emulator, rename, { name: 'New' });
    expect([status, typeof body.reason]).toEqual([403, 'string']);
    expect(emulator.collections[0]?.name).toBe('Old');
    expect(emulator.requests.map((request) => request.status)).toEqual([403]);
  });

  test('that refuses can have a status, a body and headers of its own', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse', status: 503, body: { detail: 'Down' }, headers: { 'x-should-retry': 'true' } });
    const answer = await call(emulator, rename, { name: 'New' });
    expect(answer).toMatchObject({ status: 503, body: { detail: 'Down' } });
    expect(answer.headers.get('x-should-retry')).toBe('true');
  });

  test('that loses an answer breaks the connection after the request was applied', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'loseAnswer' });
    await expect(call(emulator, rename, { name: 'New' })).rejects.toThrow(TypeError);
    expect(emulator.collections[0]?.name).toBe('New');
    expect(emulator.requests.map((request) => request.status)).toEqual([0]);
  });

  test('that is offline breaks the connection before anything is applied', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'offline' });
    await expect(call(emulator, rename, { name: 'New' })).rejects.toThrow(TypeError);
    expect(emulator.collections[0]?.name).toBe('Old');
    expect(emulator.requests.map((request) => request.status)).toEqual([0]);
  });

  test('that limits the rate says how long to wait, in header and body, and nothing is applied', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'rateLimit', seconds: 7 });
    const answer = await call(emulator, rename, { name: 'New' });
    expect(answer).toMatchObject({ status: 429, body: { remainingSeconds: 7 } });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(emulator.collections[0]?.name).toBe('Old');
  });

  test('that garbles an answer gives a login page for what was applied', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'garbage' });
    const response = await emulator.fetch('/collections/c', { method: 'PUT', body: '{"name":"New"}' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch('text/html');
    expect(await response.text()).toMatch('<!doctype html>');
    expect(emulator.collections[0]?.name).toBe('New');
  });

  test('that is slow applies in time, and answers late; two of them add up', async () => {
    vi.useFakeTimers();
    const emulator = begin();
    emulator.fault({ kind: 'slow', ms: 1000 });
    emulator.fault({ kind: 'slow', ms: 500 });
    let status = 0;
    const answer = call(emulator, rename, { name: 'New' }).then((answered) => {
      status = answered.status;
    });
    expect(emulator.collections[0]?.name).toBe('New');
    await vi.advanceTimersByTimeAsync(1499);
    expect(status).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(status).toBe(200);
    await answer;
  });
});

describe('the reach of a fault', () => {
  const refused = async (emulator: ReturnType<typeof begin>, what: string, body?: unknown) =>
    (await call(emulator, what, body)).status === 403;

  test('lasts until it is ended', async () => {
    const emulator = begin();
    const end = emulator.fault({ kind: 'refuse' });
    for (let i = 0; i < 5; i++) expect(await refused(emulator, 'GET /collections')).toBe(true);
    end();
    end();
    expect(await refused(emulator, 'GET /collections')).toBe(false);
  });

  test('can be a number of requests, counting only those that it fits', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse', on: 'PUT', times: 2 });
    const met: boolean[] = [];
    for (const what of ['GET /collections/c', rename, 'GET /collections/c', rename, rename]) {
      met.push(await refused(emulator, what, what === rename ? { name: 'New' } : undefined));
    }
    expect(met).toEqual([false, true, false, true, false]);
  });

  test.each([
    ['PUT /collections/:collectionId/assets', 'PUT /collections/c/assets', true],
    ['PUT /collections/{collectionId}/assets', 'PUT /collections/c/assets', true],
    ['PUT /collections/*/assets', 'PUT /collections/c/assets', true],
    ['PUT /collections/c/assets', 'PUT /collections/c/assets', true],
    ['PUT /collections/d/assets', 'PUT /collections/c/assets', false],
    ['PUT /collections/:collectionId', 'PUT /collections/c/assets', false],
    ['DELETE /collections/:collectionId/assets', 'PUT /collections/c/assets', false],
    ['* /collections/:collectionId/assets', 'PUT /collections/c/assets', true],
    ['GET', 'GET /models', true],
    ['*', 'GET /models', true],
    ['GET', 'PUT /collections/c/assets', false],
  ])('as %s: %s is met: %s', async (on, what, met) => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse', on });
    expect(await refused(emulator, what, what.startsWith('PUT') ? { assetIds: ['a1'] } : undefined)).toBe(met);
  });

  test('can be a function of the request', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse', on: ({ body }) => JSON.stringify(body).includes('a2') });
    expect(await refused(emulator, 'PUT /collections/c/assets', { assetIds: ['a1'] })).toBe(false);
    expect(await refused(emulator, 'PUT /collections/c/assets', { assetIds: ['a2'] })).toBe(true);
  });

  test('leaves alone what is on its way already', async () => {
    vi.useFakeTimers();
    const emulator = createScenarioEmulator({ collections: [{ id: 'c' }], latency: 100 });
    const early = call(emulator, 'GET /collections/c');
    await vi.advanceTimersByTimeAsync(10);
    emulator.fault({ kind: 'refuse' });
    await vi.advanceTimersByTimeAsync(100);
    expect((await early).status).toBe(200);
  });

  test('of the fault that was set first comes first, and the other waits uncounted', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'refuse', times: 1 });
    emulator.fault({ kind: 'rateLimit', times: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await call(emulator, 'GET /collections')).status);
    expect(statuses).toEqual([403, 429, 200]);
  });

  test('that cannot be meant is thrown at once', () => {
    const emulator = begin();
    for (const on of ['put /collections', 'POKE', '/collections', 'PUT collections', '']) {
      expect(() => emulator.fault({ kind: 'offline', on }), on).toThrow(/on must be like/);
    }
    expect(() => emulator.fault({ kind: 'offline', times: 0 })).toThrow(/times/);
    for (const fault of ['{"kind":"fire"}', '"offline"', 'null'])
      expect(() => emulator.fault(JSON.parse(fault)), fault).toThrow(/kind must be one of/);
    expect(() => emulator.fault(JSON.parse('{"kind":"slow"}'))).toThrow(/ms/);
    expect(() => emulator.fault(JSON.parse('{"kind":"lag","ms":-1}'))).toThrow(/ms/);
  });
});

describe('the log', () => {
  test('holds every request in order of arrival, and no credentials', async () => {
    const emulator = begin();
    const headers = { authorization: 'Basic c2VjcmV0' };
    await emulator.fetch('https://api.example.test/v1/collections?pageSize=3', { headers });
    await emulator.fetch(
      new Request('https://api.example.test/v1/collections', { method: 'POST', body: 'no json', headers }),
    );
    await emulator.fetch(new URL('https://api.example.test/v1/collections/c'), { method: 'DELETE', headers });
    expect(emulator.requests).toEqual([
      { method: 'GET', path: '/collections', query: { pageSize: '3' }, body: undefined, status: 200 },
      { method: 'POST', path: '/collections', query: {}, body: 'no json', status: 400 },
      { method: 'DELETE', path: '/collections/c', query: {}, body: undefined, status: 200 },
    ]);
    expect(JSON.stringify(emulator.requests)).not.toMatch(/c2VjcmV0/);
  });
});
