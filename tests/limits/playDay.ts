import { createScenarioEmulator } from '../../src/testing.ts';
import { pass } from '../support/virtualTime.ts';
import { goAway, openScreens, type Shown } from './openScreens.tsx';
import type { Subject } from './Subject.ts';

export interface DayOptions {
  /** Whether the list stays beside what is opened; else it makes room for it. */
  readonly isBeside: boolean;
  readonly pageSize: number;
}

export interface Day {
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
  /** Rows that are shown at the end. */
  readonly rows: number;
  /** Rows that show something else than the server has, when all is quiet after the last look. */
  readonly wrongRows: number;
}

const STALE_TIME = 60_000;
const MINUTE_AWAY = 61_000;
/** A look at a screen. */
const LOOK = 4_000;
const LATENCY = 200;

/**
 * The day of one person: loads three pages, opens eight details and four contents, makes twenty changes in four bursts, comes back six times after a
 * minute away, and goes back and forth ten times. In one of the minutes a colleague renames a collection on the third page.
 */
export async function playDay(subject: Subject, { isBeside, pageSize }: DayOptions): Promise<Day> {
  const collections = Array.from({ length: 4 * pageSize }, (_, n) => ({
    id: `c${n}`,
    name: `No. ${n}`,
    assetCount: 20,
  }));
  const emulator = createScenarioEmulator({ collections, latency: LATENCY });
  const screens = await openScreens(subject({ fetch: emulator.fetch, staleTime: STALE_TIME, pageSize }));
  const show = async (shown: Omit<Shown, 'list'>) => {
    await screens.show({ list: isBeside || !shown.detail, ...shown });
    await pass(LOOK);
  };
  /** What the contents that were opened last hold; at first, what nobody has seen. */
  let assets = ['new0', 'new1', 'new2', 'new3', 'new4'];
  /** Half of the bursts come from one click, the others from five in quick succession. */
  const burst = async (id: string, between: number) => {
    const own = screens.contents ?? [];
    for (const asset of assets) {
      void screens.add(id, [asset]);
      if (between) await pass(between);
    }
    assets = own.slice(0, 5).map((asset) => asset.id);
    await pass(LOOK);
  };
  const leave = async () => {
    await goAway(MINUTE_AWAY);
    await pass(LOOK);
  };

  await pass(LOOK);
  for (let page = 1; page < 3; page++) {
    screens.more();
    await pass(LOOK);
  }
  for (let n = 0; n < 8; n++) {
    const id = `c${n * 3}`;
    await show({ detail: id });
    if (n === 1) await leave();
    if (n % 2 === 0) {
      await show({ detail: id, contents: id });
      await burst(id, n % 4 ? 50 : 0);
      if (n === 2 || n === 6) await leave();
    }
    await show({});
    if (n === 3) await emulator.elsewhere(`https://api.test/v1/collections/c${3 * pageSize - 1}`, rename('Renamed'));
    if (n === 3 || n === 5) await leave();
  }
  for (let n = 0; n < 10; n++) {
    await show({ detail: 'c21' });
    await show({});
  }
  await leave();

  const truth = new Map(emulator.collections.map((row) => [row.id, row]));
  const wrongRows = screens.rows.filter(({ id, name, assetCount }) => {
    const row = truth.get(id);
    return row?.name !== name || row.assetCount !== assetCount;
  }).length;
  const requests = emulator.requests.length;
  const reads = emulator.requests.filter(({ method }) => method === 'GET').length;
  const rows = screens.rows.length;
  await screens.close();
  return { requests, reads, writes: requests - reads, rows, wrongRows };
}

const rename = (name: string) => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name }),
});
