import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { call } from './call.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([{ seed: 3 }, { collections: [{ id: 'c', assetCount: 2 }] }])(
  'an emulator made where the clock still stands at 0 dates its items when it is first used: %j',
  async (options) => {
    const emulator = createScenarioEmulator(options);
    // At the top of a Worker's module Date.now() is 0; it runs from the first request on.
    vi.setSystemTime(Date.UTC(2026, 10, 27));
    const late = createScenarioEmulator(options);
    const { collections } = (await call(emulator, 'GET /collections')).body;
    expect(collections).not.toEqual([]);
    expect(new Set(collections.map(({ createdAt }) => createdAt.slice(0, 4)))).toEqual(new Set(['2026']));
    const { assets } = (await call(emulator, 'GET /assets')).body;
    expect(new Set(assets.map(({ createdAt }) => createdAt.slice(0, 4)))).toEqual(new Set(['2026']));
    expect(emulator.collections).toEqual(late.collections);
  },
);

test('a fault that was set before the clock ran holds, and so does what was refused', () => {
  const emulator = createScenarioEmulator({ collections: [{ id: 'c' }] });
  emulator.fault({ kind: 'refuse' });
  vi.setSystemTime(Date.UTC(2026, 10, 27));
  return expect(call(emulator, 'GET /collections')).resolves.toMatchObject({ status: 403 });
});

test('what makes no sense throws where it is given, not at the first use', () => {
  const collections = [{ id: 'c' }, { id: 'c' }];
  expect(() => createScenarioEmulator({ collections })).toThrow(/two collections/);
  expect(() => createScenarioEmulator({ assets: [{ id: 'a', createdAt: 'soon' }] })).toThrow(/no date/);
});

test('its fetch is of a type that every runtime takes', () => {
  type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  expectTypeOf(createScenarioEmulator().fetch).toEqualTypeOf<Fetch>();
  expectTypeOf(createScenarioEmulator().fetch).toExtend<typeof globalThis.fetch>();
});
