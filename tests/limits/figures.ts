import { createScenarioProxy } from '../../src/server.ts';
import { createScenarioEmulator, type RateLimit, type ScenarioEmulator } from '../../src/testing.ts';
import { pass, passAll, timeNow } from '../support/virtualTime.ts';
import { openScreens, type Screens } from './openScreens.tsx';
import type { Fetch, Subject } from './Subject.ts';

const MINUTE = 60_000;
const LATENCY = 40;
const COUNT = 120;
const limitOf = (retryAfter: 'header' | 'none'): RateLimit => ({ requests: 100, per: MINUTE, retryAfter });
const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `c${n}` }));
const applied = ({ collections }: ScenarioEmulator) => collections.filter(({ assetCount }) => assetCount === 1).length;

export interface Adds {
  readonly applied: number;
  readonly failed: number;
  readonly requests: number;
  /** From the first click to the last answer, in ms. */
  readonly took: number;
}

/** 120 adds to 120 collections in one tick, against 100 requests a minute. */
export async function playAdds(subject: Subject, retryAfter: 'header' | 'none'): Promise<Adds> {
  const emulator = createScenarioEmulator({ collections: rows(COUNT), latency: LATENCY, limit: limitOf(retryAfter) });
  const app = subject({ fetch: emulator.fetch, staleTime: MINUTE, pageSize: 10 });
  const screens = await openScreens(app, { list: false });
  const start = timeNow();
  let took = 0;
  let failed = 0;
  for (const { id } of rows(COUNT))
    void screens
      .add(id, ['a'])
      .catch(() => failed++)
      .then(() => {
        took = timeNow() - start;
      });
  await passAll();
  await screens.close();
  return { applied: applied(emulator), failed, requests: emulator.requests.length, took };
}

export interface Team extends Adds {
  /** The most that the API was asked for in any minute. */
  readonly inAMinute: number;
  /** The longest of the ten waits, by the shortest. */
  readonly unfairness: number;
}

/** Ten people behind one proxy, each of whom adds to a hundred collections at once. `isOurs`: the proxy is this library's, else one that hands on. */
export async function playTeam(subject: Subject, isOurs: boolean): Promise<Team> {
  const [people, each] = [10, 100];
  const arrivals: number[] = [];
  const emulator = createScenarioEmulator({
    collections: rows(people * each),
    limit: limitOf('header'),
    latency: () => {
      arrivals.push(timeNow());
      return LATENCY;
    },
  });
  const proxy = createScenarioProxy({
    basePath: '/v1',
    baseURL: 'https://upstream.test/v1',
    apiKey: 'key',
    apiSecret: 'secret',
    authorize: () => true,
    fetch: emulator.fetch,
  });
  const through =
    (person: number): Fetch =>
    async (input, init) => {
      const request = new Request(input, init);
      request.headers.set('authorization', `Bearer of-${person}`);
      return isOurs ? proxy(request) : emulator.fetch(request);
    };
  const start = timeNow();
  let failed = 0;
  const waits = Array.from({ length: people }, () => 0);
  const all: Screens[] = [];
  for (let person = 0; person < people; person++)
    all.push(await openScreens(subject({ fetch: through(person), staleTime: MINUTE, pageSize: 10 }), { list: false }));
  all.forEach((screens, person) => {
    for (let n = 0; n < each; n++)
      void screens
        .add(`c${person * each + n}`, ['a'])
        .catch(() => failed++)
        .then(() => {
          waits[person] = timeNow() - start;
        });
  });
  await passAll();
  for (const screens of all) await screens.close();
  const inAMinute = arrivals.map((from) => arrivals.filter((at) => at >= from && at - from < MINUTE).length);
  return {
    applied: applied(emulator),
    failed,
    requests: emulator.requests.length,
    took: Math.max(...waits),
    inAMinute: Math.max(...inAMinute),
    unfairness: Math.max(...waits) / Math.min(...waits),
  };
}

export interface Scroll {
  /** The place of the page among the requests of the new window, 1 for the first. Undefined: it was never read. */
  readonly place: number | undefined;
}

/** A list that is scrolled ten seconds after 120 changes have spent the minute. */
export async function playScroll(subject: Subject): Promise<Scroll> {
  const arrivals: number[] = [];
  const emulator = createScenarioEmulator({
    collections: rows(COUNT),
    limit: limitOf('header'),
    latency: () => {
      arrivals.push(timeNow());
      return LATENCY;
    },
  });
  const start = timeNow();
  const screens = await openScreens(subject({ fetch: emulator.fetch, staleTime: MINUTE, pageSize: 10 }));
  await pass(1_000);
  for (const { id } of rows(COUNT)) void screens.add(id, ['a']).catch(() => undefined);
  await pass(10_000);
  screens.more();
  await pass(2 * MINUTE);
  const inWindow = emulator.requests.filter((_, n) => (arrivals[n] as number) >= start + MINUTE);
  const at = inWindow.findIndex(({ query, status }) => query.paginationToken !== undefined && status === 200);
  await screens.close();
  return { place: at < 0 ? undefined : at + 1 };
}

export interface OneChange {
  readonly requests: number;
  /** Of the component with the list. */
  readonly renders: number;
}

/** One change in a list that is loaded, with no limit in sight. */
export async function playOneChange(subject: Subject): Promise<OneChange> {
  const emulator = createScenarioEmulator({ collections: rows(COUNT), latency: LATENCY });
  const screens = await openScreens(subject({ fetch: emulator.fetch, staleTime: MINUTE, pageSize: 10 }));
  await pass(1_000);
  const [requests, renders] = [emulator.requests.length, screens.renders];
  void screens.add('c3', ['a']);
  await pass(10_000);
  const played = { requests: emulator.requests.length - requests, renders: screens.renders - renders };
  await screens.close();
  return played;
}
