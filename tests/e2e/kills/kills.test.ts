import { env } from 'node:process';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Kills, startKills } from './startKills.ts';

/** How many kills of each sort: a few with all tests, hundreds by `npm run kills`. */
const RUNS = Number(env.KILLS ?? 1);

/** Most of a kill is waiting: several browsers wait side by side, each with a server and a profile of its own. */
const LANES = RUNS > 1 ? 3 : 1;

let lanes: Kills[];
let kills: Kills;
beforeAll(async () => {
  lanes = await Promise.all(Array.from({ length: LANES }, () => startKills([20, 200])));
  kills = lanes[0] as Kills;
});
afterAll(() => Promise.all(lanes.map((lane) => lane.close())));
beforeEach(() => kills.reset());

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** What became of four changes that a page had asked for when it was killed. */
interface Count {
  kills: number;
  stored: number;
  /** Asked for more than 100 ms before the kill, and not stored. */
  late: number;
  lost: string[];
  doubled: string[];
  stuck: string[];
}

const count: Record<string, Count> = {};
afterAll(() => {
  for (const [name, { kills: n, stored, late, lost, doubled, stuck }] of Object.entries(count))
    console.info(
      `${name}: ${n} kills, ${stored} stored, ${late} not after 100 ms, ${lost.length} lost, ${doubled.length} doubled, ${stuck.length} stuck`,
    );
});

const PROOFS: Record<string, (rows: string[]) => boolean> = {
  addAssets: (rows) => rows.includes('Trees 3'),
  update: (rows) => rows.includes('Gardens 0'),
  delete: (rows) => !rows.includes('Bins 0'),
  create: (rows) => rows.includes('Lakes 0'),
};

async function check(lane: Kills, name: string, asked: Pending[], killedAfter: number): Promise<void> {
  const its: Count = count[name] ?? { kills: 0, stored: 0, late: 0, lost: [], doubled: [], stuck: [] };
  const stored = asked.filter((change) => change.stored).map(({ kind }) => kind);
  count[name] = its;
  its.kills++;
  its.stored += stored.length;
  its.late += asked.filter((change) => !change.stored && change.age > 100).length;
  const page = await lane.open();
  const isQuiet = await page
    .waitForFunction(() => window.pending().every(({ status }) => status === 'failed'), undefined, { timeout: 20_000 })
    .then(() => true)
    .catch(() => false);
  const told = `killed after ${killedAfter} ms`;
  const failed = (await page.evaluate(() => window.pending())).map(({ kind }) => kind);
  if (!isQuiet) its.stuck.push(`${failed} ${told}`);
  await sleep(300);
  const rows = lane.emulator.collections.map((each) => `${each.name} ${each.assetCount}`);
  // Of a create whose answer nobody heard it may be that nobody knows: then it is listed, and its user decides.
  for (const kind of stored) if (!PROOFS[kind]?.(rows) && !failed.includes(kind)) its.lost.push(`${kind} ${told}`);
  if (rows.filter((row) => row.startsWith('Lakes')).length > 1) its.doubled.push(told);
  await page.close();
  expect({ lost: its.lost, doubled: its.doubled, stuck: its.stuck }).toEqual({ lost: [], doubled: [], stuck: [] });
}

type Pending = ReturnType<typeof window.pending>[number];

const moments = Array.from({ length: RUNS }, (_, i) => Math.round((i * 613 + 37) % 1_500));
type Victim = 'page' | 'browser';
type Network = 'online' | 'offline' | 'reconnecting';

async function killAt(lane: Kills, victim: Victim, network: Network, moment: number): Promise<void> {
  await lane.reset();
  const page = await lane.open();
  if (network !== 'online') await lane.context.setOffline(true);
  await page.evaluate(() => window.ask());
  if (network === 'reconnecting') {
    await sleep(50);
    await lane.context.setOffline(false);
  }
  await sleep(moment);
  const asked = await page.evaluate(() => window.pending());
  if (victim === 'page') await lane.killPage(page);
  else await lane.killBrowser();
  await lane.context.setOffline(false);
  await check(lane, `${victim} ${network}`, asked, moment);
}

for (const victim of ['page', 'browser'] as const)
  for (const network of ['online', 'offline', 'reconnecting'] as const)
    test(`a ${victim} that is killed ${network} loses nothing that was stored, and nothing is made twice`, {
      timeout: 60_000 * RUNS,
    }, async () => {
      const left = [...moments];
      const work = async (lane: Kills) => {
        for (let moment = left.shift(); moment !== undefined; moment = left.shift())
          await killAt(lane, victim, network, moment);
      };
      await Promise.all(lanes.map(work));
    });

const isWrite = ({ method, path }: { method: string; path: string }) => method !== 'GET' && !path.includes('get-bulk');
const written = () => kills.emulator.requests.filter(isWrite);
const quiet = (page: Page) => page.waitForFunction(() => !window.pending().length);
const allStored = (page: Page, count: number) =>
  page.waitForFunction((n) => window.pending().filter((change) => change.stored).length === n, count);
const freeze = async (page: Page, state: 'frozen' | 'active') =>
  (await kills.context.newCDPSession(page)).send('Page.setWebLifecycleState', { state });
const median = (times: number[]) => (times.toSorted((a, b) => a - b)[times.length >> 1] as number).toFixed(1);

test('two tabs that are opened at once on six waiting changes make one collection, and send each once', {
  timeout: 120_000,
}, async () => {
  const page = await kills.open();
  await kills.context.setOffline(true);
  await page.evaluate(() => window.askSix());
  await allStored(page, 6);
  await kills.killPage(page);
  await kills.context.setOffline(false);
  const tabs = await Promise.all([kills.open(), kills.open()]);
  for (const tab of tabs) await quiet(tab);
  expect(
    written()
      .map(({ method }) => method)
      .toSorted(),
  ).toEqual(['DELETE', 'POST', 'PUT', 'PUT', 'PUT', 'PUT']);
  const shown = ['Ponds 1', 'Trees 2', 'Gardens 0'];
  expect(kills.emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`)).toEqual(shown);
  for (const tab of tabs) expect(await tab.evaluate(() => window.rows())).toEqual(shown);
});

test('200 changes that were made offline go in five requests, in order', { timeout: 120_000 }, async () => {
  const page = await kills.open();
  await kills.context.setOffline(true);
  await page.evaluate(() => window.askMany());
  await allStored(page, 200);
  await kills.killPage(page);
  await kills.context.setOffline(false);
  const before = kills.emulator.requests.length;
  const next = await kills.open();
  await quiet(next);
  const requests = kills.emulator.requests.slice(before);
  const writes = requests.filter(isWrite);
  expect(writes.length).toBeLessThanOrEqual(5);
  expect(requests.length - writes.length).toBeLessThanOrEqual(4);
  const ids = writes.flatMap(({ body }) => (body as { assetIds: string[] }).assetIds);
  expect(ids).toEqual(Array.from({ length: 200 }, (_, i) => `item-${i}`));
  expect(await next.evaluate(() => window.rows())).toContain('Trees 201');
});

test.each(['before anything is sent', 'while it is sent'])(
  'what a tab has asked for that is frozen %s is done by another, once',
  { timeout: 120_000 },
  async (when) => {
    const [a, b] = [await kills.open(), await kills.open()];
    await kills.context.setOffline(true);
    await a.evaluate(() => window.ask());
    await allStored(a, 4);
    await b.waitForFunction(() => window.pending().length === 4);
    if (when === 'while it is sent') {
      await kills.context.setOffline(false);
      await a.waitForFunction(() => window.pending().some(({ status }) => status === 'sending'));
      await freeze(a, 'frozen');
    } else {
      await freeze(a, 'frozen');
      await kills.context.setOffline(false);
    }
    await b.waitForFunction(() => window.pending().every(({ status }) => status === 'failed'));
    await freeze(a, 'active');
    await a.waitForFunction(() => window.pending().every(({ status }) => status === 'failed'));
    const rows = kills.emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`);
    expect(rows).toEqual(['Lakes 0', 'Trees 3', 'Gardens 0']);
    for (const tab of [a, b]) expect(await tab.evaluate(() => window.rows())).toEqual(rows);
  },
);

/** Until its own end a page goes on, and hears that its requests were cut off. */
test.each(['is loaded again', 'goes to another address', 'closes itself'])(
  'what a page has on its way that %s is done once, and shows beside it',
  { timeout: 120_000 },
  async (how) => {
    const beside = await kills.open();
    const opened = kills.context.waitForEvent('page');
    await beside.evaluate(() => window.open(location.href));
    const page = await opened;
    await page.waitForFunction(() => window.rows?.());
    await page.evaluate(() => window.ask());
    await beside.waitForFunction(() => window.pending().length === 4);
    // A create that has not reached the server is one of which nobody knows.
    await expect.poll(() => written().some(({ method }) => method === 'POST')).toBe(true);
    if (how === 'is loaded again') await page.reload();
    else if (how === 'goes to another address') await page.goto(`${kills.url}page.js`);
    else await Promise.all([page.waitForEvent('close'), page.evaluate(() => window.close())]);
    await quiet(beside);
    const rows = kills.emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`);
    expect(rows).toEqual(['Lakes 0', 'Trees 3', 'Gardens 0']);
    expect(await beside.evaluate(() => window.rows())).toEqual(rows);
  },
);

test('who goes to another page and comes back finds what was asked for, sent once', { timeout: 120_000 }, async () => {
  const page = await kills.open();
  await kills.context.setOffline(true);
  await page.evaluate(() => window.ask());
  await allStored(page, 4);
  await kills.context.setOffline(false);
  await page.goto(`${kills.url}page.js`);
  await page.evaluate(() => history.back());
  await page.waitForFunction(() => window.rows?.());
  await page.waitForFunction(() => window.pending().every(({ status }) => status === 'failed'));
  const how = (await page.evaluate(() => window.cameBack())) ? 'as it was left' : 'loaded anew';
  console.info(`a page that is come back to is ${how}`);
  const made = kills.emulator.collections.map(({ name, assetCount }) => `${name} ${assetCount}`);
  const left = (await page.evaluate(() => window.pending())).map(({ kind }) => kind);
  const shown = await page.evaluate(() => window.rows());
  for (const rows of [made, shown]) expect(rows?.filter((row) => row !== 'Lakes 0')).toEqual(['Trees 3', 'Gardens 0']);
  // A browser may end the request of a create when its page is left, before or after it has reached the server: then its user decides.
  if (left.length) expect(left).toEqual(['create']);
  else for (const rows of [made, shown]) expect(rows).toContain('Lakes 0');
  expect(written().filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(1);
});

test('who signs out takes along what waits, in every tab and for the next page', { timeout: 120_000 }, async () => {
  const [a, b] = [await kills.open(), await kills.open()];
  await kills.context.setOffline(true);
  await a.evaluate(() => window.ask());
  await b.waitForFunction(() => window.pending().length === 4);
  await b.evaluate(() => window.signOut());
  await a.waitForFunction(() => !window.pending().length);
  await kills.killPage(a);
  await kills.killPage(b);
  await kills.context.setOffline(false);
  const next = await kills.open();
  expect(await next.evaluate(() => window.pending())).toEqual([]);
  expect(await next.evaluate(() => window.rows())).toEqual(['Trees 1', 'Parks 0', 'Bins 0']);
  expect(written()).toEqual([]);
});

test('a change in one tab shows in another at once, without a read', { timeout: 120_000 }, async () => {
  const [a, b] = [await kills.open(), await kills.open()];
  const reads = kills.emulator.requests.length;
  const delays: number[] = [];
  for (let i = 0; i < 10; i++) {
    const asked = await a.evaluate((name) => {
      window.rename(name);
      return Date.now();
    }, `Park ${i}`);
    await b.waitForFunction((row) => window.seen(row), `Park ${i} 0`);
    delays.push((await b.evaluate((row) => window.seen(row) as number, `Park ${i} 0`)) - asked);
    await quiet(a);
  }
  console.info(`a change in one tab, seen in another: ${median(delays)} ms at the median`);
  expect(kills.emulator.requests.slice(reads).filter(({ method }) => method === 'GET')).toEqual([]);
});

test('a click leads to one request, with an outbox as without', { timeout: 120_000 }, async () => {
  const figures: string[] = [];
  for (const query of ['?without', '']) {
    const page = await kills.open(query);
    const before = written().length;
    const requests: number[] = [];
    const commits: number[] = [];
    for (let i = 0; i < 15; i++) {
      const { request, commit } = await page.evaluate((name) => window.click(name), `Park ${query} ${i}`);
      requests.push(request);
      commits.push(commit);
      await quiet(page);
    }
    expect(written().length - before).toBe(15);
    figures.push(`${query ? 'without' : 'with'} an outbox ${median(requests)} ms and ${median(commits)} ms`);
    await page.close();
  }
  console.info(`from a click to its request, and to its commit, at the median: ${figures.join(', ')}`);
});
