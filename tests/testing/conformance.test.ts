import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call, ids } from './call.ts';
import { answerSchemas, errorSchema, problems } from './schemas.ts';

const members = fc.array(fc.constantFrom(...ids(8), 'unknown', ''), { maxLength: 5 });
const name = fc.constantFrom('Frost Golem', '', 'x');
const collectionId = fc.constantFrom('c', 'c', 'd', 'nope');
const pageQuery = fc.constantFrom('', '?pageSize=1', '?pageSize=2&projectId=p', '?pageSize=0', '?paginationToken=bad');
const filter = fc.constantFrom(
  '',
  '?collectionId=c',
  '?collectionId=d&pageSize=1',
  '?sortBy=updatedAt',
  '?sortBy=size',
  '?sortBy=score',
);

/** Any documented call, well meant or not. */
const anyCall = fc.oneof(
  fc.record({ what: pageQuery.map((query) => `GET /collections${query}`), body: fc.constant(undefined) }),
  fc.record({ what: fc.constant('POST /collections'), body: fc.record({ name }) }),
  fc.record({ what: collectionId.map((id) => `GET /collections/${id}`), body: fc.constant(undefined) }),
  fc.record({
    what: collectionId.map((id) => `PUT /collections/${id}`),
    body: fc.record({ name, thumbnail: fc.constantFrom('a1', 'unknown', null) }, { requiredKeys: [] }),
  }),
  fc.record({
    what: fc.constantFrom('DELETE /collections/d', 'DELETE /collections/nope'),
    body: fc.constant(undefined),
  }),
  ...(['PUT', 'DELETE'] as const).flatMap((method) => [
    fc.record({
      what: collectionId.map((id) => `${method} /collections/${id}/assets`),
      body: fc.record({ assetIds: members }),
    }),
    fc.record({
      what: collectionId.map((id) => `${method} /collections/${id}/models`),
      body: fc.record({ modelIds: members }),
    }),
  ]),
  fc.record({ what: filter.map((query) => `GET /assets${query}`), body: fc.constant(undefined) }),
  fc.record({ what: filter.map((query) => `GET /models${query}`), body: fc.constant(undefined) }),
  fc.record({ what: fc.constant('POST /assets/get-bulk'), body: fc.record({ assetIds: members }) }),
  fc.record({ what: fc.constant('POST /models/get-bulk'), body: fc.record({ modelIds: members }) }),
);

const anyCalls = fc.array(anyCall, { maxLength: 30 });
const absentItems = fc.constantFrom('noop' as const, 'error' as const);

const callName = (what: string) => what.replace(/\?.*/, '').replace(/\/collections\/\w+/, '/collections/c');

function begin(removingAbsent: 'noop' | 'error') {
  return createScenarioEmulator({
    seed: 5,
    collections: [
      { id: 'c', assetIds: ['a1', 'a2'], thumbnail: { assetId: 'a1', url: '' } },
      { id: 'd', modelCount: 2 },
    ],
    assets: ids(8),
    models: ids(8),
    removingAbsent,
  });
}

test('every answer is what the documents promise, and has nothing that they do not name', {
  timeout: 60_000,
}, async () => {
  const answered = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyCalls, absentItems, async (calls, absent) => {
      const emulator = begin(absent);
      for (const { what, body } of calls) {
        const answer = await call(emulator, what, body);
        const schema = answerSchemas[callName(what)];
        if (schema === undefined) throw new Error(`No schema for ${what}`);
        expect(problems(answer.body, answer.status === 200 ? schema : errorSchema), what).toEqual([]);
        expect([200, 400, 404], what).toContain(answer.status);
        if (answer.status === 200) answered.add(callName(what));
      }
    }),
    { numRuns: 150, seed: 11 },
  );
  expect([...answered].sort()).toEqual(Object.keys(answerSchemas).sort());
});

test('a refused request changes nothing, an accepted one leaves counts, members and items that agree', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyCalls, absentItems, async (calls, absent) => {
      const emulator = begin(absent);
      for (const { what, body } of calls) {
        const before = JSON.stringify([
          emulator.collections,
          emulator.collections.map(({ id }) => emulator.members(id)),
        ]);
        const { status } = await call(emulator, what, body);
        const held = emulator.collections.map(({ id }) => emulator.members(id));
        if (status !== 200) expect(JSON.stringify([emulator.collections, held]), what).toBe(before);
        for (const { id, assetCount, modelCount, itemCount } of emulator.collections) {
          const { assetIds, modelIds } = emulator.members(id);
          expect([assetCount, modelCount, itemCount]).toEqual([
            assetIds.length,
            modelIds.length,
            assetIds.length + modelIds.length,
          ]);
          for (const [kind, members] of [['assets', assetIds] as const, ['models', modelIds] as const]) {
            const all = (await call({ fetch: emulator.elsewhere }, `GET /${kind}?pageSize=100`)).body[kind];
            const naming = all.filter((item) => item.collectionIds?.includes(id)).map((item) => item.id);
            expect(naming.sort()).toEqual([...members].sort());
          }
        }
      }
    }),
    { numRuns: 60, seed: 12 },
  );
});
