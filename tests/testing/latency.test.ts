import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createScenarioEmulator, type EmulatorRequest } from '../../src/testing.ts';
import { call } from './call.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const add = (id: string, signal?: AbortSignal): [string, RequestInit] => [
  '/collections/c/assets',
  { method: 'PUT', body: JSON.stringify({ assetIds: [id] }), ...(signal === undefined ? {} : { signal }) },
];
const begin = (latency: NonNullable<Parameters<typeof createScenarioEmulator>[0]>['latency'] = 100) =>
  createScenarioEmulator({ collections: [{ id: 'c', assetIds: [] }], latency });

/** Watches a promise without waiting for it. */
function watch(promise: Promise<Response>) {
  const seen = { status: 0, error: undefined as unknown };
  promise.then(
    (response) => {
      seen.status = response.status;
    },
    (error: unknown) => {
      seen.error = error;
    },
  );
  return seen;
}

describe('a request', () => {
  test('is applied half-way, and answered at the end', async () => {
    const emulator = begin(100);
    const seen = watch(emulator.fetch(...add('a1')));
    await vi.advanceTimersByTimeAsync(49);
    expect(emulator.members('c').assetIds).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(emulator.members('c').assetIds).toEqual(['a1']);
    await vi.advanceTimersByTimeAsync(49);
    expect(seen.status).toBe(0);
    expect(emulator.requests[0]?.status).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(seen.status).toBe(200);
    expect(emulator.requests[0]?.status).toBe(200);
  });

  test('is answered with what stood when it was applied, not when it is answered', async () => {
    const emulator = begin(({ method }) => (method === 'GET' ? { before: 0, after: 100 } : 0));
    const read = call(emulator, 'GET /collections/c');
    await emulator.fetch(...add('a1'));
    await vi.advanceTimersByTimeAsync(100);
    expect((await read).body.collection.assetCount).toBe(0);
  });

  test('without latency is applied before the call returns, and needs no clock', async () => {
    const emulator = begin(0);
    const answer = emulator.fetch(...add('a1'));
    expect(emulator.members('c').assetIds).toEqual(['a1']);
    expect((await answer).status).toBe(200);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('takes as long as a function of it says', async () => {
    const asked: EmulatorRequest[] = [];
    const emulator = begin((request) => {
      asked.push(request);
      return request.method === 'GET' ? 10 : 1000;
    });
    const write = watch(emulator.fetch(...add('a1')));
    const read = watch(emulator.fetch('/v1/collections?pageSize=2'));
    await vi.advanceTimersByTimeAsync(10);
    expect([write.status, read.status]).toEqual([0, 200]);
    await vi.advanceTimersByTimeAsync(990);
    expect(write.status).toBe(200);
    expect(asked).toEqual([
      { method: 'PUT', path: '/collections/c/assets', query: {}, body: { assetIds: ['a1'] } },
      { method: 'GET', path: '/collections', query: { pageSize: '2' }, body: undefined },
    ]);
  });

  test('can be applied first and answered last', async () => {
    const emulator = begin(({ body }) =>
      JSON.stringify(body).includes('a1') ? { before: 10, after: 90 } : { before: 20, after: 20 },
    );
    const counts: number[] = [];
    const note = async (answer: Promise<Response>) => {
      const { collection } = (await (await answer).json()) as { collection: { assetCount: number } };
      counts.push(collection.assetCount);
    };
    const both = [note(emulator.fetch(...add('a1'))), note(emulator.fetch(...add('a2')))];
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(both);
    expect(emulator.members('c').assetIds).toEqual(['a1', 'a2']);
    expect(counts).toEqual([2, 1]);
  });

  test('takes a time within the range, the same one for the same seed', async () => {
    const times = async (seed: number) => {
      const emulator = createScenarioEmulator({ seed, latency: [20, 60], collections: [] });
      const taken: number[] = [];
      for (let i = 0; i < 30; i++) {
        const start = Date.now();
        const answer = emulator.fetch('/collections');
        await vi.advanceTimersToNextTimerAsync();
        await vi.advanceTimersToNextTimerAsync();
        await answer;
        taken.push(Date.now() - start);
      }
      return taken;
    };
    const first = await times(3);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...first)).toBeLessThanOrEqual(60);
    expect(new Set(first).size).toBeGreaterThan(10);
    expect(await times(3)).toEqual(first);
    expect(await times(4)).not.toEqual(first);
  });
});

describe('an abort', () => {
  test('before the request is applied keeps it from the server', async () => {
    const emulator = begin(100);
    const controller = new AbortController();
    const seen = watch(emulator.fetch(...add('a1', controller.signal)));
    await vi.advanceTimersByTimeAsync(30);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.error).toMatchObject({ name: 'AbortError' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(emulator.members('c').assetIds).toEqual([]);
    expect(emulator.requests[0]?.status).toBe(0);
  });

  test('after that loses the answer only', async () => {
    const emulator = begin(100);
    const controller = new AbortController();
    const seen = watch(emulator.fetch(...add('a1', controller.signal)));
    await vi.advanceTimersByTimeAsync(60);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.error).toMatchObject({ name: 'AbortError' });
    expect(emulator.members('c').assetIds).toEqual(['a1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that came first sends nothing, and its own reason is thrown', async () => {
    const emulator = begin(0);
    const reason = new Error('Changed my mind');
    await expect(emulator.fetch(...add('a1', AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(emulator.members('c').assetIds).toEqual([]);
  });
});

describe('elsewhere', () => {
  test('somebody else writes at once, past latency, faults and log', async () => {
    const emulator = begin(100);
    emulator.fault({ kind: 'offline' });
    const answer = emulator.elsewhere(...add('a1'));
    expect(emulator.members('c').assetIds).toEqual(['a1']);
    expect((await answer).status).toBe(200);
    expect(emulator.requests).toEqual([]);
  });
});

describe('reset', () => {
  test('brings the beginning back: data, ids, log, faults', async () => {
    const emulator = begin(0);
    const beginning = emulator.collections;
    const made = await call(emulator, 'POST /collections', { name: 'x' });
    await emulator.fetch(...add('a1'));
    emulator.fault({ kind: 'offline' });
    emulator.reset();
    expect(emulator.collections).toEqual(beginning);
    expect(emulator.requests).toEqual([]);
    const again = await call(emulator, 'POST /collections', { name: 'x' });
    expect(again.body.collection.id).toBe(made.body.collection.id);
  });

  test('leaves nothing of what was on its way', async () => {
    const emulator = begin(100);
    const early = watch(emulator.fetch(...add('a1')));
    await vi.advanceTimersByTimeAsync(60);
    const late = watch(emulator.fetch(...add('a2')));
    emulator.reset();
    await vi.advanceTimersByTimeAsync(1000);
    expect([early.error, late.error]).toEqual([expect.any(TypeError), expect.any(TypeError)]);
    expect(emulator.members('c').assetIds).toEqual([]);
    expect(emulator.requests).toEqual([]);
  });
});
