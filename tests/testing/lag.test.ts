import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call, ids } from './call.ts';

const START = Date.UTC(2026, 6, 1);
let time = START;
const now = () => new Date(time);
beforeEach(() => {
  time = START;
});

const begin = () =>
  createScenarioEmulator({ now, collections: [{ id: 'c', name: 'Old', assetIds: ['a1'] }, { id: 'd' }] });

describe('a copy that lags', () => {
  test('answers a read with what was there so many milliseconds ago, and catches up', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'lag', ms: 500, on: 'GET' });
    const name = async () => (await call(emulator, 'GET /collections/c')).body.collection.name;
    time += 1000;
    await call(emulator, 'PUT /collections/c', { name: 'New' });
    expect(await name()).toBe('Old');
    time += 499;
    expect(await name()).toBe('Old');
    time += 1;
    expect(await name()).toBe('New');
  });

  test('shows what was done before the fault was set as it was then, too', async () => {
    const emulator = begin();
    time += 1000;
    await call(emulator, 'PUT /collections/c/assets', { assetIds: ['a2'] });
    await emulator.elsewhere('/collections/d', { method: 'DELETE' });
    emulator.fault({ kind: 'lag', ms: 1 });
    const { collections } = (await call(emulator, 'GET /collections')).body;
    expect(collections.map(({ id, assetCount }) => [id, assetCount])).toEqual([
      ['c', 1],
      ['d', 0],
    ]);
  });

  test('is an index where it meets the contents only: what was just filed is missing there, and nowhere else', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'lag', ms: 500, on: 'GET /assets' });
    await call(emulator, 'PUT /collections/c/assets', { assetIds: ['a2'] });
    const listed = async () => (await call(emulator, 'GET /assets?collectionId=c')).body.assets.map(({ id }) => id);
    expect(await listed()).toEqual(['a1']);
    expect((await call(emulator, 'GET /collections/c')).body.collection.assetCount).toBe(2);
    const { assets } = (await call(emulator, 'POST /assets/get-bulk', { assetIds: ['a2'] })).body;
    expect(assets[0]?.collectionIds).toEqual(['c']);
    time += 500;
    expect((await listed()).sort()).toEqual(['a1', 'a2']);
  });

  test('meets no write, and counts none', async () => {
    const emulator = begin();
    emulator.fault({ kind: 'lag', ms: 500, times: 1 });
    const { body } = await call(emulator, 'PUT /collections/c', { name: 'New' });
    expect(body.collection.name).toBe('New');
    const name = async () => (await call(emulator, 'GET /collections/c')).body.collection.name;
    expect([await name(), await name()]).toEqual(['Old', 'New']);
  });
});

const anyWrite = fc.oneof(
  fc.record({ what: fc.constant('POST /collections'), body: fc.record({ name: fc.constantFrom('x', '') }) }),
  fc.record({
    what: fc.constant('PUT /collections/c'),
    body: fc.record({ name: fc.constantFrom('x', 'y'), thumbnail: fc.constantFrom('a1', 'a2', null) }),
  }),
  fc.record({ what: fc.constant('DELETE /collections/d'), body: fc.constant(undefined) }),
  fc.record({
    what: fc.constantFrom('PUT /collections/c/assets', 'DELETE /collections/c/assets', 'PUT /collections/d/assets'),
    body: fc.record({ assetIds: fc.subarray(ids(4)) }),
  }),
  fc.record({ what: fc.constant('POST /assets/get-bulk'), body: fc.record({ assetIds: fc.subarray(ids(9)) }) }),
);
const READS = ['GET /collections', 'GET /collections/c', 'GET /assets', 'GET /assets?collectionId=c&sortDirection=asc'];

test('a read that lags is, to the letter, what the same read was answered then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyWrite, { maxLength: 12 }), fc.constantFrom(...READS), async (writes, read) => {
      time = START;
      const emulator = begin();
      const answers = [(await call(emulator, read)).body];
      for (const { what, body } of writes) {
        time += 10;
        await call(emulator, what, body);
        answers.push((await call(emulator, read)).body);
      }
      for (const [index, then] of answers.entries()) {
        const end = emulator.fault({ kind: 'lag', ms: 10 * (writes.length - index) });
        expect((await call(emulator, read)).body).toEqual(then);
        end();
      }
    }),
    { numRuns: 60, seed: 22 },
  );
});
