import { describe, expect, it } from 'vitest';
import { InvalidInputError, Scenario, type ScenarioOptions } from '../../src/client.ts';
import { client, envelope } from '../http/scripted.ts';

/** What a caller without types can do. */
type Loose = (...args: unknown[]) => PromiseLike<unknown>;
const loose = (call: unknown, self: object) => (call as Loose).bind(self);

const refusal = async (call: (s: Scenario) => PromiseLike<unknown>) => {
  const { scenario, sent } = client([envelope()]);
  // A throw at once would fail here: calls reject.
  const promise = call(scenario);
  const error = await promise.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(InvalidInputError);
  expect(sent).toHaveLength(0);
  return error?.message ?? '';
};

const many = (n: number) => Array.from({ length: n }, (_, i) => `a${i}`);
const badIds = [undefined, null, '', ' ', '.', '..', 7, {}, ['c1'], '\ud800'];

describe('an id', () => {
  it.each(badIds)('%j is refused by every call that takes one', async (id) => {
    const calls: ((s: Scenario) => PromiseLike<unknown>)[] = [
      (s) => loose(s.collections.retrieve, s.collections)(id),
      (s) => loose(s.collections.update, s.collections)(id, { name: 'n' }),
      (s) => loose(s.collections.delete, s.collections)(id),
      (s) => loose(s.collections.assets.add, s.collections.assets)(id, { assetIds: ['a'] }),
      (s) => loose(s.collections.assets.remove, s.collections.assets)(id, { assetIds: ['a'] }),
      (s) => loose(s.collections.models.add, s.collections.models)(id, { modelIds: ['m'] }),
      (s) => loose(s.collections.models.remove, s.collections.models)(id, { modelIds: ['m'] }),
    ];
    for (const call of calls) expect(await refusal(call)).toMatch(/^collectionId must be an id/);
  });

  it.each(badIds.filter((id) => id !== undefined))('%j is refused as the collection of a list', async (id) => {
    expect(await refusal((s) => loose(s.assets.list, s.assets)({ collectionId: id }))).toMatch(/^collectionId/);
    expect(await refusal((s) => loose(s.models.list, s.models)({ collectionId: id }))).toMatch(/^collectionId/);
  });

  it.each(badIds)('%j is refused as a thumbnail or in a list of ids, with its place', async (id) => {
    if (id != null)
      expect(await refusal((s) => loose(s.collections.update, s.collections)('c1', { thumbnail: id }))).toMatch(
        /^thumbnail/,
      );
    const add = (s: Scenario) => loose(s.collections.assets.add, s.collections.assets);
    expect(await refusal((s) => add(s)('c1', { assetIds: ['a', id] }))).toMatch(/^assetIds\[1\]/);
  });

  it('that a sparse array leaves out is refused', async () => {
    const sparse = ['a', 'b', 'c'];
    delete sparse[1];
    expect(await refusal((s) => s.collections.assets.add('c1', { assetIds: sparse }))).toMatch(/^assetIds\[1\]/);
  });
});

describe('ids', () => {
  const takers: [string, string, number, (s: Scenario) => Loose][] = [
    ['assets.add', 'assetIds', 49, (s) => (body) => loose(s.collections.assets.add, s.collections.assets)('c1', body)],
    [
      'assets.remove',
      'assetIds',
      49,
      (s) => (body) => loose(s.collections.assets.remove, s.collections.assets)('c1', body),
    ],
    ['models.add', 'modelIds', 49, (s) => (body) => loose(s.collections.models.add, s.collections.models)('c1', body)],
    [
      'models.remove',
      'modelIds',
      49,
      (s) => (body) => loose(s.collections.models.remove, s.collections.models)('c1', body),
    ],
    ['assets.getBulk', 'assetIds', 200, (s) => loose(s.assets.getBulk, s.assets)],
    ['models.getBulk', 'modelIds', 200, (s) => loose(s.models.getBulk, s.models)],
  ];

  it.each(takers)('%s refuses none, too many, and what is no array', async (_, name, max, taker) => {
    for (const ids of ['a', new Set(['a']), { 0: 'a', length: 1 }, null, undefined])
      expect(await refusal((s) => taker(s)({ [name]: ids }))).toMatch(new RegExp(`^${name} must be an array`));
    expect(await refusal((s) => taker(s)({ [name]: [] }))).toMatch(new RegExp(`^${name} is empty`));
    const message = await refusal((s) => taker(s)({ [name]: many(max + 1) }));
    expect(message).toContain(`${name} holds ${max + 1} ids`);
    expect(message).toContain(`at most ${max}`);
    expect(message).toContain('split');
    for (const body of [undefined, null, 'a', 7]) expect(await refusal((s) => taker(s)(body))).toContain(name);
  });
});

describe('what is no object of names and values', () => {
  it.each(['c1', 7, true, ['c1'], () => ({}), new Map([['pageSize', 10]])])(
    '%j is refused as a query',
    async (query) => {
      const calls: ((s: Scenario) => PromiseLike<unknown>)[] = [
        (s) => loose(s.collections.list, s.collections)(query),
        (s) => loose(s.assets.list, s.assets)(query),
        (s) => loose(s.models.list, s.models)(query),
        (s) => loose(s.collections.list, s.collections)({}, { query }),
      ];
      for (const call of calls) expect(await refusal(call)).toMatch(/^query must be/);
    },
  );

  it.each(['c1', 7, true, ['c1'], () => ({})])('%j is refused as the options of a call', async (options) => {
    const calls: ((s: Scenario) => PromiseLike<unknown>)[] = [
      (s) => loose(s.collections.list, s.collections)({}, options),
      (s) => loose(s.collections.retrieve, s.collections)('c1', options),
      (s) => loose(s.collections.create, s.collections)({ name: 'Rocks' }, options),
      (s) => loose(s.assets.getBulk, s.assets)({ assetIds: ['a'] }, options),
    ];
    for (const call of calls) expect(await refusal(call)).toMatch(/^options must be/);
  });

  it.each(['https://api.test', 7, true, ['https://api.test'], () => ({})])('%j makes no client', (options) => {
    expect(() => new Scenario(options as ScenarioOptions)).toThrow(InvalidInputError);
    expect(() => new Scenario(options as ScenarioOptions)).toThrow(/^options must be/);
  });
});

describe('a page size', () => {
  it.each([0, -1, 1.5, 101, Number.NaN, Infinity, '10', null, true])('%j is refused', async (pageSize) => {
    expect(await refusal((s) => loose(s.collections.list, s.collections)({ pageSize }))).toMatch(
      /^pageSize .* 1 to 100/,
    );
    expect(await refusal((s) => loose(s.assets.list, s.assets)({ pageSize }))).toMatch(/^pageSize .* 1 to 100/);
  });

  it('of models goes to 500', async () => {
    expect(await refusal((s) => s.models.list({ pageSize: 501 }))).toMatch(/^pageSize .* 1 to 500/);
  });
});

describe('a name', () => {
  it.each([undefined, null, '', ' \n\t', '\u00a0', 7, {}])('%j is refused', async (name) => {
    expect(await refusal((s) => loose(s.collections.create, s.collections)({ name }))).toMatch(/^name must/);
    if (name !== undefined)
      expect(await refusal((s) => loose(s.collections.update, s.collections)('c1', { name }))).toMatch(/^name must/);
  });

  it('is due', async () => {
    for (const body of [undefined, null, {}, 'Rocks'])
      expect(await refusal((s) => loose(s.collections.create, s.collections)(body))).toMatch(/^name must/);
  });
});

describe('an update of nothing', () => {
  it.each([undefined, null, {}, { name: undefined }, { ownerId: 'x' }, 'n'])('%j is refused', async (body) => {
    const message = await refusal((s) => loose(s.collections.update, s.collections)('c1', body));
    expect(message).toMatch(/name.*thumbnail/);
  });
});

describe('a token', () => {
  it.each(['', 7, null, {}])('%j is refused', async (paginationToken) => {
    expect(await refusal((s) => loose(s.collections.list, s.collections)({ paginationToken }))).toMatch(
      /^paginationToken/,
    );
  });
});
