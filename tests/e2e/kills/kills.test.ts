import { env } from 'node:process';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Kills, startKills } from './startKills.ts';

/** How many kills of each sort: a few with all tests, hundreds by `npm run kills`. */
const RUNS = Number(env.KILLS ?? 1);

let kills: Kills;
beforeAll(async () => {
  kills = await startKills([20, 200]);
});
afterAll(() => kills.close());
beforeEach(() => kills.reset());

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** What became of four changes that a page had asked for when it was killed. */
interface Count {
  kills: number;
  stored: number;
  lost: string[];
  doubled: string[];
  stuck: string[];
}

const count: Record<string, Count> = {};
afterAll(() => {
  for (const [name, { kills: n, stored, lost, doubled, stuck }] of Object.entries(count))
    console.info(
      `${name}: ${n} kills, ${stored} stored, ${lost.length} lost, ${doubled.length} doubled, ${stuck.length} stuck`,
    );
});

const PROOFS: Record<string, (rows: string[]) => boolean> = {
  addAssets: (rows) => rows.includes('Trees 3'),
  update: (rows) => rows.includes('Gardens 0'),
  delete: (rows) => !rows.includes('Bins 0'),
  create: (rows) => rows.includes('Lakes 0'),
};

async function check(name: string, stored: string[], killedAfter: number): Promise<void> {
  const its: Count = count[name] ?? { kills: 0, stored: 0, lost: [], doubled: [], stuck: [] };
  count[name] = its;
  its.kills++;
  its.stored += stored.length;
  const page = await kills.open();
  const isQuiet = await page
    .waitForFunction(() => window.pending().every(({ status }) => status === 'failed'), undefined, { timeout: 20_000 })
    .then(() => true)
    .catch(() => false);
  const told = `killed after ${killedAfter} ms`;
  const failed = (await page.evaluate(() => window.pending())).map(({ kind }) => kind);
  if (!isQuiet) its.stuck.push(`${failed} ${told}`);
  await sleep(300);
  const rows = kills.emulator.collections.map((each) => `${each.name} ${each.assetCount}`);
  // Of a create whose answer nobody heard it may be that nobody knows: then it is listed, and its user decides.
  for (const kind of stored) if (!PROOFS[kind]?.(rows) && !failed.includes(kind)) its.lost.push(`${kind} ${told}`);
  if (rows.filter((row) => row.startsWith('Lakes')).length > 1) its.doubled.push(told);
  await page.close();
  expect({ lost: its.lost, doubled: its.doubled, stuck: its.stuck }).toEqual({ lost: [], doubled: [], stuck: [] });
}

const stored = (pending: { kind: string; stored: boolean }[]) =>
  pending.filter((change) => change.stored).map(({ kind }) => kind);

const moments = Array.from({ length: RUNS }, (_, i) => Math.round((i * 613 + 37) % 1_500));
const victims = ['page', 'browser'] as const;

for (const victim of victims)
  for (const network of ['online', 'offline', 'reconnecting'] as const)
    test(`a ${victim} that is killed ${network} loses nothing that was stored, and nothing is made twice`, {
      timeout: 60_000 * RUNS,
    }, async () => {
      for (const moment of moments) {
        await kills.reset();
        const page = await kills.open();
        if (network !== 'online') await kills.context.setOffline(true);
        await page.evaluate(() => window.ask());
        if (network === 'reconnecting') {
          await sleep(50);
          await kills.context.setOffline(false);
        }
        await sleep(moment);
        const kept = stored(await page.evaluate(() => window.pending()));
        if (victim === 'page') await kills.killPage(page);
        else await kills.killBrowser();
        await kills.context.setOffline(false);
        await check(`${victim} ${network}`, kept, moment);
      }
    });

test('two tabs that are opened at once on waiting changes send each once', { timeout: 120_000 }, async () => {
  const page = await kills.open();
  await kills.context.setOffline(true);
  await page.evaluate(() => window.ask());
  await page.waitForFunction(() => window.pending().filter((change) => change.stored).length === 4);
  await kills.killPage(page);
  await kills.context.setOffline(false);
  const tabs = await Promise.all([kills.open(), kills.open()]);
  for (const tab of tabs) await tab.waitForFunction(() => !window.pending().length);
  const writes = kills.emulator.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('get-bulk'));
  expect(writes).toHaveLength(4);
  const shown = ['Lakes 0', 'Trees 3', 'Gardens 0'];
  for (const tab of tabs) expect(await tab.evaluate(() => window.rows())).toEqual(shown);
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
    await a.waitForFunction(() => !window.pending().length);
  }
  const median = delays.toSorted((x, y) => x - y)[5] as number;
  console.info(`a change in one tab, seen in another: ${median} ms at the median`);
  expect(kills.emulator.requests.slice(reads).filter(({ method }) => method === 'GET')).toEqual([]);
});
