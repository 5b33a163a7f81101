import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scenario } from '../../src/client.ts';
import { createScenarioEmulator, type RateLimit } from '../../src/testing.ts';
import { pass, passAll, startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { BASE, proxyOver } from './support.ts';

const MINUTE = 60_000;
const CLIENTS = 10;
const EACH = 100;

beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

const ids = (count: number) => Array.from({ length: count }, (_, n) => `c${n}`);

/** An API with the published limit, a proxy before it, and clients behind that. */
function begin(retryAfter: RateLimit['retryAfter'] = 'header') {
  /** When each request reached the API. */
  const arrivals: number[] = [];
  const emulator = createScenarioEmulator({
    collections: ids(CLIENTS * EACH).map((id) => ({ id })),
    limit: { requests: 100, per: MINUTE, retryAfter },
    latency: () => {
      arrivals.push(Date.now());
      return 40;
    },
  });
  const { handle } = proxyOver(undefined, { fetch: emulator.fetch });
  const client = (user?: string, concurrency = 6) =>
    new Scenario({
      baseURL: BASE,
      concurrency,
      maxWait: 20 * MINUTE,
      ...(user && { defaultHeaders: { authorization: `Bearer of-${user}` } }),
      fetch: (input, init) => handle(new Request(input, init)),
    });
  return { emulator, arrivals, client };
}

/** Ten clients, each of which adds to a hundred collections of its own at once; what came of it. */
async function play(isSignedIn: boolean, concurrency = (_person: number) => 6) {
  const { emulator, arrivals, client } = begin();
  const start = Date.now();
  const waits = Array.from({ length: CLIENTS }, () => 0);
  let failed = 0;
  const people = waits.map(async (_, person) => {
    const { assets } = client(isSignedIn ? `person-${person}` : undefined, concurrency(person)).collections;
    const adds = ids(EACH).map((_, n) => assets.add(`c${person * EACH + n}`, { assetIds: ['a'] }));
    for (const { status } of await Promise.allSettled(adds)) if (status === 'rejected') failed++;
    waits[person] = Date.now() - start;
  });
  await passAll();
  await Promise.all(people);
  return {
    failed,
    applied: emulator.collections.filter(({ assetCount }) => assetCount === 1).length,
    upstream: emulator.requests.length,
    inAMinute: Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at - from <= MINUTE).length)),
    waits,
    unfairness: Math.max(...waits) / Math.min(...waits),
  };
}

it.each([
  ['that signs in', true],
  ['whose people cannot be told apart', false],
])(
  'a team %s adds to 1,000 collections at 100 a minute behind one proxy',
  { timeout: 120_000 },
  async (_, isSignedIn) => {
    const { unfairness, waits: _waits, ...figures } = await play(isSignedIn);
    expect(figures).toEqual({ failed: 0, applied: 1000, upstream: 1000, inAMinute: 100 });
    expect(unfairness).toBeLessThanOrEqual(isSignedIn ? 1.01 : 1.5);
  },
);

it('an eager one of a team gets ahead in the first minute, before the others are known, and no further', {
  timeout: 120_000,
}, async () => {
  const { unfairness: _, waits, ...figures } = await play(true, (person) => (person === 0 ? 60 : 2));
  expect(figures).toEqual({ failed: 0, applied: 1000, upstream: 1000, inAMinute: 100 });
  const [eager = 0, ...others] = waits;
  // Some sixty in the first minute, and then its tenth of each.
  expect(eager).toBeGreaterThanOrEqual(4 * MINUTE);
  expect(Math.max(...others) / Math.min(...others)).toBeLessThanOrEqual(1.2);
});

it('who clicks now and then waits for no one’s five hundred changes', async () => {
  const { client, emulator } = begin();
  const [eager, modest] = [client('eager'), client('modest')];
  const adds = Promise.all(ids(500).map((id) => eager.collections.assets.add(id, { assetIds: ['a'] })));
  const waits: number[] = [];
  for (let click = 0; click < 20; click++) {
    await pass(7000);
    const start = Date.now();
    modest.collections.retrieve('c0').then(() => waits.push(Date.now() - start));
  }
  await passAll();
  await adds;
  expect(emulator.collections.filter(({ assetCount }) => assetCount === 1)).toHaveLength(500);
  // The first came when the minute was spent, and waits for the next one.
  expect(waits.filter((wait) => wait <= 40)).toHaveLength(12);
});

it('others who spend the same limit elsewhere cost a team time, and no change', async () => {
  const { client, emulator } = begin('none');
  const adds = Promise.all(ids(200).map((id) => client('x').collections.assets.add(id, { assetIds: ['a'] })));
  const other = setInterval(() => void emulator.fetch('/collections'), 1000);
  adds.finally(() => clearInterval(other));
  await passAll();
  await adds;
  expect(emulator.collections.filter(({ assetCount }) => assetCount === 1)).toHaveLength(200);
});
