import '../support/immediates.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pace } from '../outbox/FakeBrowser.ts';
import { EASY } from './Schedule.ts';
import { minimize } from './tabs/minimize.ts';
import { play, type Report } from './tabs/play.tsx';
import { type Act, arbitrarySchedule, CHANGES, type Schedule } from './tabs/Schedule.ts';
import type { Fate } from './Wire.ts';

/** `npm run laws -- --tabs --runs 10000 --seed 7` for many; `--only 12` for one, with what happened in it. */
const { LAWS_RUNS, LAWS_SEED, LAWS_ONLY, LAWS_REPLAY } = process.env;
const RUNS = Number(LAWS_RUNS ?? 30);
const SEED = Number(LAWS_SEED ?? 20_261_127);

const schedules = (runs: number): Schedule[] => fc.sample(arbitrarySchedule, { seed: SEED, numRuns: runs });

const FIGURES = [
  'tabs',
  'kills',
  'sleeps',
  'changes',
  'requests',
  'frames',
  'wrongFrames',
  'lost',
  'doubled',
  'stuck',
] as const;

async function playAll(all: readonly Schedule[], onBroken?: (index: number) => Promise<void>) {
  const sum = {
    schedules: 0,
    brokenSchedules: 0,
    ...(Object.fromEntries(FIGURES.map((name) => [name, 0])) as Record<(typeof FIGURES)[number], number>),
  };
  for (const [index, schedule] of all.entries()) {
    const report = await play(schedule);
    sum.schedules++;
    for (const name of FIGURES) sum[name] += report[name];
    if (!report.broken.length) continue;
    sum.brokenSchedules++;
    await onBroken?.(index);
  }
  return sum;
}

const describeFailure = (index: number | undefined, schedule: Schedule, report: Report): string =>
  [
    index === undefined ? '' : `npm run laws -- --tabs --seed ${SEED} --only ${index}`,
    `npm run laws -- --tabs --replay '${JSON.stringify(schedule)}'`,
    ...report.timeline,
    '',
    ...report.broken,
  ].join('\n');

if (LAWS_ONLY !== undefined || LAWS_REPLAY !== undefined)
  test('the schedule that is played again breaks no law', { timeout: 600_000 }, async () => {
    const schedule: Schedule = LAWS_REPLAY ? JSON.parse(LAWS_REPLAY) : schedules(Number(LAWS_ONLY) + 1).at(-1);
    const report = await play(schedule);
    console.info(describeFailure(undefined, schedule, report));
    expect(report.broken).toEqual([]);
  });
else {
  test('every tab shows what all tabs have asked for, and each change is sent once', {
    timeout: 36_000_000,
  }, async () => {
    const failures: string[] = [];
    const broken: number[] = [];
    const all = schedules(RUNS);
    const sum = await playAll(all, async (index) => {
      broken.push(index);
      if (failures.length >= 3) return;
      const smaller = await minimize(all[index] as Schedule, async (one) => (await play(one)).broken.length > 0);
      failures.push(describeFailure(index, smaller, await play(smaller)));
    });
    console.info(`seed ${SEED}, tabs: ${JSON.stringify(sum)}${broken.length ? `, broken: ${broken}` : ''}`);
    expect(failures.join('\n\n')).toBe('');
    expect(sum).toMatchObject({ wrongFrames: 0, lost: 0, doubled: 0, stuck: 0, brokenSchedules: 0 });
  });

  const waking: Act[] = [
    { do: 'create', tab: 1 },
    { do: 'open' },
    { do: 'line', up: false },
    { do: 'sleep', tab: 1, turns: 10, how: 'left' },
    { do: 'line', up: true },
    { do: 'add', tab: 1, on: 0 },
    { do: 'rename', tab: 2, on: 1 },
    { do: 'add', tab: 1, on: 1 },
    { do: 'wake', tab: 1 },
    { do: 'sleep', tab: 2, turns: 13, how: 'left' },
    { do: 'wait', ms: 40 },
  ];

  test('a page that wakes takes back nothing that was done, while another has more of that collection on its way', {
    timeout: 60_000,
  }, async () => {
    const writes: Fate[] = [EASY, { before: 9, after: 31, end: 'answer' }, EASY, EASY];
    expect((await play({ acts: waking, writes, reads: [], messageTakes: 1 })).broken).toEqual([]);
  });

  const twoScopes: readonly (readonly [law: string, acts: readonly Act[]])[] = [
    [
      'who signs out takes along nothing of the other',
      [
        { do: 'line', up: false },
        { do: 'add', tab: 0, on: 0 },
        { do: 'add', tab: 0, on: 0, user: 1 },
        { do: 'create', tab: 0, user: 1 },
        { do: 'wait', ms: 8 },
        { do: 'signOut', tab: 0 },
        { do: 'wait', ms: 8 },
        { do: 'rename', tab: 0, on: 1, user: 1 },
        { do: 'kill', tab: 0, turns: 20 },
        { do: 'open' },
        { do: 'line', up: true },
      ],
    ],
    [
      'a tab that sleeps wakes with both',
      [
        { do: 'open' },
        { do: 'wait', ms: 40 },
        { do: 'add', tab: 0, on: 0 },
        { do: 'remove', tab: 0, on: 0, user: 1 },
        { do: 'sleep', tab: 0, turns: 9, how: 'frozen' },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'rename', tab: 0, on: 0, user: 1 },
        { do: 'wait', ms: 3 },
        { do: 'wake', tab: 0 },
        { do: 'delete', tab: 1, on: 0 },
        { do: 'create', tab: 1, user: 1 },
      ],
    ],
  ];

  test.each(twoScopes)('two scopes in one tab: %s', { timeout: 60_000 }, async (_, acts) => {
    const report = await play({ acts, writes: [], reads: [], messageTakes: 2, isOneApp: true });
    expect(report.broken).toEqual([]);
    expect(report.changes).toBe(acts.filter((act) => CHANGES.has(act.do)).length);
  });

  test('a page that is opened while its user signs out in another reads again what was done before it could hear of that', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'open' },
      { do: 'signOut', tab: 1 },
      { do: 'rename', tab: 0, on: 1 },
      { do: 'open' },
      { do: 'add', tab: 2, on: 0, of: 'models' },
    ];
    const paces: Pace[] = [
      { lock: 14, read: 5, write: 1 },
      { lock: 19, read: 22, write: 2 },
      { lock: 2, read: 29, write: 10 },
      { lock: 16, read: 16, write: 13 },
    ];
    expect((await play({ acts, writes: [], reads: [], messageTakes: 1, paces })).broken).toEqual([]);
  });

  const slow: readonly (readonly [law: string, pace: Pace, acts: readonly Act[]])[] = [
    [
      'what a page has written since it woke, and reads then, was sent by nobody else: after a limit it is sent again',
      { lock: 16, read: 16, write: 11 },
      [
        { do: 'limit', ms: 3000, isNamed: true },
        { do: 'sleep', tab: 0, turns: 5, how: 'left' },
        { do: 'wake', tab: 0 },
        { do: 'wait', ms: 40 },
        { do: 'create', tab: 0 },
        { do: 'sleep', tab: 0, turns: 24, how: 'frozen' },
        { do: 'wake', tab: 0 },
        { do: 'wait', ms: 3000 },
      ],
    ],
    [
      'what there is no room to mark as sent is not shown as stored when it is removed, in whatever moment its page ends',
      { lock: 10, read: 31, write: 16 },
      [
        { do: 'rename', tab: 0, on: 0 },
        { do: 'rename', tab: 0, on: 1 },
        { do: 'wait', ms: 100 },
        { do: 'disk', isFull: true },
        { do: 'wait', ms: 100 },
        { do: 'kill', tab: 0, turns: 12 },
      ],
    ],
    [
      'what a page has read of the server before it reads what is kept does not count what is on its way twice',
      { lock: 15, read: 27, write: 7 },
      [
        { do: 'remove', tab: 0, on: 0 },
        { do: 'wait', ms: 40 },
        { do: 'sleep', tab: 0, turns: 5, how: 'left' },
        { do: 'open' },
      ],
    ],
    [
      'what is read while a request is written down that has not left cannot hold it',
      { lock: 6, read: 9, write: 10 },
      [
        { do: 'add', tab: 0, on: 2 },
        { do: 'add', tab: 0, on: 0 },
        { do: 'create', tab: 0 },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'add', tab: 0, on: 1 },
        { do: 'wait', ms: 100 },
        { do: 'add', tab: 0, on: 1 },
        { do: 'sleep', tab: 0, turns: 31, how: 'left' },
      ],
    ],
    [
      'what a page could not write down before it slept is written in the order in which it was asked for',
      { lock: 12, read: 31, write: 19 },
      [
        { do: 'add', tab: 0, on: 1 },
        { do: 'sleep', tab: 0, turns: 38, how: 'left' },
        { do: 'open' },
        { do: 'wait', ms: 0 },
        { do: 'wake', tab: 0 },
        { do: 'takeBack', tab: 0 },
        { do: 'wait', ms: 100 },
        { do: 'sleep', tab: 0, turns: 28, how: 'left' },
      ],
    ],
    [
      'what was taken back in a page that fell asleep before it could tell is gone in the others too',
      { lock: 13, read: 9, write: 7 },
      [
        { do: 'add', tab: 0, on: 1 },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'open' },
        { do: 'wait', ms: 15 },
        { do: 'discard', tab: 0 },
        { do: 'sleep', tab: 0, turns: 4, how: 'left' },
        { do: 'wait', ms: 15 },
      ],
    ],
    [
      'what a page could not write down before it slept is dropped where its user has signed out meanwhile',
      { lock: 1, read: 26, write: 10 },
      [
        { do: 'rename', tab: 0, on: 0 },
        { do: 'open' },
        { do: 'wait', ms: 1 },
        { do: 'open' },
        { do: 'signOut', tab: 2 },
        { do: 'sleep', tab: 2, turns: 37, how: 'left' },
        { do: 'wait', ms: 100 },
      ],
    ],
  ];

  test.each(slow)('where the database is slow: %s', async (_, pace, acts) => {
    const { broken } = await play({ acts, writes: [], reads: [], messageTakes: 1, paces: [pace] });
    expect(broken).toEqual([]);
  });

  const several: readonly (readonly [law: string, acts: readonly Act[]])[] = [
    [
      'a page that is opened while another sends them counts beside what it reads those that the request does not name',
      [{ do: 'open' }, { do: 'add', tab: 0, on: 1, items: 52 }],
    ],
    [
      'so does one that finds the request of a page that was closed',
      [
        { do: 'add', tab: 0, on: 1, items: 52 },
        { do: 'wait', ms: 3 },
        { do: 'kill', tab: 0, turns: 2 },
        { do: 'open' },
      ],
    ],
    [
      'what another tab has sent meanwhile is asked about first, also by who has waited for the limit',
      [
        { do: 'add', tab: 0, on: 0, items: 3 },
        { do: 'remove', tab: 0, on: 1 },
        { do: 'limit', ms: 300, isNamed: true },
        { do: 'wait', ms: 300 },
        { do: 'open' },
        { do: 'sleep', tab: 0, turns: 2, how: 'frozen' },
        { do: 'kill', tab: 0, turns: 21 },
      ],
    ],
  ];

  test.each(several)('of a change of several items, %s', async (_, acts) => {
    // What the server is asked about them is answered late.
    const reads: Fate[] = [EASY, EASY, EASY, ...Array.from({ length: 3 }, () => ({ ...EASY, after: 35 }))];
    expect((await play({ acts, writes: [], reads, messageTakes: 1 })).broken).toEqual([]);
  });

  const fate = (before: number, after: number, end: Fate['end'] = 'answer'): Fate => ({ before, after, end });

  const partly: readonly (readonly [
    law: string,
    acts: readonly Act[],
    writes: readonly Fate[],
    reads: readonly Fate[],
  ])[] = [
    [
      'what nobody knows of a part of it is taken for the same in all tabs while the rest is sent',
      [
        { do: 'remove', tab: 0, on: 0, items: 52 },
        { do: 'add', tab: 1, on: 0, items: 52 },
        { do: 'open' },
        { do: 'wait', ms: 100 },
      ],
      [EASY, fate(27, 14, 'lose')],
      [EASY, EASY, EASY, EASY, fate(21, 3, 'lose')],
    ],
    [
      'what is found done of it, by whom it was taken over, is read of the storage by a page that wakes after that',
      [
        { do: 'rename', tab: 0, on: 1 },
        { do: 'open' },
        { do: 'add', tab: 0, on: 4 },
        { do: 'add', tab: 0, on: 5, items: 52 },
        { do: 'discard', tab: 0 },
        { do: 'sleep', tab: 0, turns: 39, how: 'frozen' },
        { do: 'wait', ms: 40 },
      ],
      [fate(13, 22, 'cut'), EASY, EASY, fate(22, 5, 422)],
      [],
    ],
    [
      'what is found done of it, by whom it was taken over, is told to a page that wakes before the rest is sent',
      [
        { do: 'remove', tab: 0, on: 0, items: 52 },
        { do: 'add', tab: 1, on: 0, items: 52 },
        { do: 'open' },
        { do: 'wait', ms: 100 },
        { do: 'create', tab: 0 },
        { do: 'add', tab: 0, on: 1, items: 52 },
        { do: 'wait', ms: 40 },
        { do: 'sleep', tab: 0, turns: 37, how: 'left' },
        { do: 'wait', ms: 15 },
      ],
      [fate(22, 36, 403), fate(27, 14, 'lose'), EASY, fate(14, 8)],
      [EASY, EASY, EASY, fate(14, 9)],
    ],
    [
      'what is asked for again when all of it has failed is all of it, also what was taken out since and had never come in',
      [
        { do: 'remove', tab: 0, on: 0, items: 3 },
        { do: 'add', tab: 0, on: 1, items: 2 },
        { do: 'wait', ms: 3 },
        { do: 'disk', isFull: true },
        { do: 'takeBack', tab: 0 },
        { do: 'wait', ms: 100 },
        { do: 'retry', tab: 0 },
      ],
      [EASY, fate(37, 37, 400)],
      [],
    ],
  ];

  test.each(partly)('of a change of many items, %s', async (_, acts, writes, reads) => {
    expect((await play({ acts, writes, reads, messageTakes: 1 })).broken).toEqual([]);
  });

  const lost: Fate = { before: 20, after: 32, end: 'lose' };
  const late: Fate = { before: 35, after: 28, end: 'answer' };
  const woken: readonly (readonly [law: string, schedule: Schedule])[] = [
    [
      'what a page has asked for before it slept, and is answered as it wakes, counts nothing twice',
      {
        acts: [
          { do: 'open' },
          { do: 'wait', ms: 100 },
          { do: 'refetch', tab: 0 },
          { do: 'sleep', tab: 0, turns: 3, how: 'left' },
          { do: 'wait', ms: 3 },
          { do: 'remove', tab: 1, on: 1 },
          { do: 'wait', ms: 15 },
          { do: 'sleep', tab: 1, turns: 3, how: 'left' },
          { do: 'wait', ms: 100 },
          { do: 'wake', tab: 0 },
        ],
        writes: [{ before: 10, after: 30, end: 'answer' }],
        reads: [EASY, EASY, EASY, { before: 21, after: 26, end: 'answer' }],
        messageTakes: 1,
      },
    ],
    [
      'what another tab has found out of an item holds in a page that has read the same copy since',
      {
        acts: [
          { do: 'add', tab: 0, on: 1 },
          { do: 'rename', tab: 1, on: 2 },
          { do: 'sleep', tab: 0, turns: 38, how: 'left' },
          { do: 'open' },
          { do: 'wait', ms: 15 },
          { do: 'open' },
          { do: 'wait', ms: 100 },
        ],
        writes: [EASY, EASY, EASY, lost],
        reads: [EASY, EASY, EASY, { before: 33, after: 5, end: 'answer' }, EASY, EASY, EASY, EASY, EASY, late],
        messageTakes: 1,
      },
    ],
    [
      'a page that has slept as it read what is kept takes back nothing that was done before it slept',
      {
        acts: [
          { do: 'rename', tab: 0, on: 0 },
          { do: 'open' },
          { do: 'add', tab: 0, on: 0 },
          { do: 'wait', ms: 100 },
          { do: 'sleep', tab: 1, turns: 31, how: 'frozen' },
          { do: 'wait', ms: 15 },
          { do: 'sleep', tab: 0, turns: 15, how: 'frozen' },
        ],
        writes: [],
        reads: [],
        messageTakes: 1,
        paces: [
          { lock: 3, read: 26, write: 11 },
          { lock: 11, read: 38, write: 18 },
        ],
      },
    ],
    [
      'a page that fell asleep while it asked what a request of many items has done counts what that has not named',
      {
        acts: [
          { do: 'add', tab: 0, on: 1, items: 52 },
          { do: 'kill', tab: 0, turns: 20 },
          { do: 'open' },
          { do: 'limit', ms: 300, isNamed: false },
          { do: 'wait', ms: 15 },
          { do: 'sleep', tab: 0, turns: 14, how: 'left' },
          { do: 'open' },
          { do: 'wait', ms: 300 },
        ],
        writes: [],
        reads: [{ before: 33, after: 37, end: 'answer' }],
        messageTakes: 1,
      },
    ],
    [
      'what is done of many items while a page sleeps is counted once there, though another asks about the rest',
      {
        acts: [
          { do: 'remove', tab: 0, on: 0, items: 2 },
          { do: 'open' },
          { do: 'add', tab: 0, on: 0, items: 52 },
          { do: 'sleep', tab: 0, turns: 7, how: 'frozen' },
          { do: 'sleep', tab: 1, turns: 37, how: 'left' },
          { do: 'open' },
          { do: 'sleep', tab: 1, turns: 23, how: 'frozen' },
          { do: 'wake', tab: 2 },
          { do: 'wait', ms: 40 },
          { do: 'sleep', tab: 1, turns: 3, how: 'frozen' },
        ],
        writes: [],
        reads: [],
        messageTakes: 1,
      },
    ],
    [
      'a page that wakes counts what a request of many items has not named',
      {
        acts: [
          { do: 'add', tab: 0, on: 1, items: 52 },
          { do: 'kill', tab: 0, turns: 26 },
          { do: 'open' },
          { do: 'sleep', tab: 0, turns: 35, how: 'left' },
          { do: 'wait', ms: 100 },
        ],
        writes: [],
        reads: [],
        messageTakes: 1,
      },
    ],
    [
      'a page that slept while it waited to ask again asks about all that another tab may have sent meanwhile',
      {
        acts: [
          { do: 'add', tab: 0, on: 0, items: 2 },
          { do: 'add', tab: 1, on: 0, items: 52 },
          { do: 'open' },
          { do: 'sleep', tab: 0, turns: 30, how: 'frozen' },
          { do: 'wake', tab: 0 },
          { do: 'kill', tab: 2, turns: 15 },
          { do: 'kill', tab: 0, turns: 8 },
          { do: 'open' },
          { do: 'wait', ms: 100 },
          { do: 'sleep', tab: 0, turns: 6, how: 'left' },
          { do: 'open' },
          { do: 'wait', ms: 15 },
          { do: 'wait', ms: 8 },
          { do: 'kill', tab: 1, turns: 34 },
        ],
        writes: [EASY, fate(13, 29)],
        reads: [...Array.from({ length: 11 }, () => EASY), fate(20, 40, 'lose')],
        messageTakes: 1,
      },
    ],
    [
      'a page that finds another at a collection takes no more of that for sent than its request names',
      {
        acts: [
          { do: 'remove', tab: 0, on: 0, items: 52 },
          { do: 'add', tab: 1, on: 0, items: 52 },
          { do: 'open' },
          { do: 'wait', ms: 100 },
          { do: 'create', tab: 0 },
          { do: 'add', tab: 1, on: 0 },
          { do: 'add', tab: 0, on: 1, items: 52 },
          { do: 'wait', ms: 40 },
          { do: 'sleep', tab: 0, turns: 37, how: 'left' },
          { do: 'retry', tab: 1 },
          { do: 'wake', tab: 1 },
          { do: 'rename', tab: 0, on: 1 },
        ],
        writes: [fate(22, 36, 403), EASY, fate(29, 16), EASY, fate(32, 27)],
        reads: [],
        messageTakes: 1,
      },
    ],
    [
      'what was told as failed stays so in a page that had read before that what is kept, and is told late what it read',
      {
        acts: [
          { do: 'open' },
          { do: 'open' },
          { do: 'add', tab: 0, on: 5 },
          { do: 'wait', ms: 24 },
          { do: 'takeBack', tab: 0 },
          { do: 'add', tab: 1, on: 0 },
          { do: 'rename', tab: 0, on: 0 },
          { do: 'delete', tab: 2, on: 0 },
          { do: 'disconnect', tab: 1 },
        ],
        writes: [],
        reads: [],
        messageTakes: 1,
        paces: [
          { lock: 13, read: 2, write: 1 },
          { lock: 19, read: 13, write: 3 },
        ],
      },
    ],
    [
      'what a tab has told as failed that ended before it could write so has failed for whoever takes it over, and in a page that is opened then',
      {
        acts: [
          { do: 'create', tab: 2 },
          { do: 'rename', tab: 0, on: 1 },
          { do: 'add', tab: 0, on: 0 },
          { do: 'wait', ms: 40 },
          { do: 'open' },
          { do: 'wait', ms: 100 },
          { do: 'kill', tab: 0, turns: 32 },
          { do: 'open' },
        ],
        writes: [fate(5, 40, 'cut')],
        reads: [],
        messageTakes: 1,
        paces: [
          { lock: 20, read: 16, write: 13 },
          { lock: 13, read: 5, write: 6 },
        ],
      },
    ],
  ];

  test.each(woken)('%s', async (_, schedule) => {
    expect((await play(schedule)).broken).toEqual([]);
  });

  /** By a server that does not date what is added or taken out, which only the order of what happens tells. */
  const undated: readonly (readonly [law: string, acts: readonly Act[], writes: readonly Fate[]])[] = [
    [
      'a page that wakes shows what was done meanwhile as soon as it has read that, though the next request is on its way',
      [
        { do: 'open' },
        { do: 'wait', ms: 100 },
        { do: 'sleep', tab: 0, turns: 10, how: 'frozen' },
        { do: 'add', tab: 0, on: 0 },
        { do: 'wait', ms: 100 },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'wait', ms: 5 },
        { do: 'wake', tab: 0 },
        { do: 'wait', ms: 500 },
      ],
      [EASY, fate(200, 20)],
    ],
    [
      'a page that wakes counts what another has made of its changes, of which the last was done first',
      [
        { do: 'open' },
        { do: 'wait', ms: 100 },
        { do: 'line', up: false },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'add', tab: 0, on: 0 },
        { do: 'rename', tab: 0, on: 0 },
        { do: 'wait', ms: 40 },
        { do: 'sleep', tab: 0, turns: 10, how: 'frozen' },
        { do: 'wait', ms: 2_000 },
        { do: 'line', up: true },
        { do: 'wait', ms: 200 },
        { do: 'line', up: false },
        { do: 'wake', tab: 0 },
        { do: 'wait', ms: 500 },
        { do: 'line', up: true },
      ],
      [],
    ],
    [
      'what is kept again when a part of it is done counts once in another tab',
      [
        { do: 'open' },
        { do: 'wait', ms: 100 },
        { do: 'limit', ms: 1_000, isNamed: true },
        { do: 'add', tab: 0, on: 2, items: 52 },
        { do: 'wait', ms: 5 },
        { do: 'add', tab: 0, on: 2, items: 3 },
        { do: 'wait', ms: 100 },
        { do: 'disk', isFull: true },
        { do: 'wait', ms: 920 },
        { do: 'disk', isFull: false },
        { do: 'wait', ms: 500 },
      ],
      [EASY, fate(10, 10, 'lose'), fate(20, 60)],
    ],
  ];

  test.each(undated)('where the server does not date members, %s', async (_, acts, writes) => {
    expect((await play({ acts, writes, reads: [], messageTakes: 1, touchOnMembership: false })).broken).toEqual([]);
  });

  test('what is asked for again in two tabs at once is sent by the one that has written it down first', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'add', tab: 0, on: 0 },
      { do: 'wait', ms: 40 },
      { do: 'open' },
      { do: 'wait', ms: 40 },
      { do: 'retry', tab: 1 },
      { do: 'retry', tab: 0 },
    ];
    const writes: Fate[] = [{ before: 5, after: 5, end: 403 }];
    expect((await play({ acts, writes, reads: [], messageTakes: 1 })).broken).toEqual([]);
  });

  test('what was asked for again while a page slept, and has not failed since, is not asked for once more by that page', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'remove', tab: 0, on: 0 },
      { do: 'open' },
      { do: 'wait', ms: 100 },
      { do: 'sleep', tab: 0, turns: 37, how: 'left' },
      { do: 'retry', tab: 1 },
      { do: 'wait', ms: 0 },
      { do: 'wake', tab: 1 },
      { do: 'retry', tab: 0 },
    ];
    expect((await play({ acts, writes: [fate(22, 36, 403)], reads: [], messageTakes: 1 })).broken).toEqual([]);
  });

  test('what has failed and is asked for again comes after what was asked for meanwhile, before either is written down', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'rename', tab: 0, on: 1 },
      { do: 'wait', ms: 100 },
      { do: 'rename', tab: 0, on: 1 },
      { do: 'retry', tab: 0 },
      { do: 'wait', ms: 100 },
    ];
    const writes: Fate[] = [{ before: 5, after: 5, end: 403 }];
    const paces = [{ lock: 5, read: 20, write: 10 }];
    expect((await play({ acts, writes, reads: [], messageTakes: 1, paces })).broken).toEqual([]);
  });

  test('what waits for a spent limit is told twice, and what a page that woke has sent between counts all the same', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'rename', tab: 0, on: 0 },
      { do: 'open' },
      { do: 'wait', ms: 100 },
      { do: 'sleep', tab: 1, turns: 9, how: 'frozen' },
      { do: 'limit', ms: 300, isNamed: false },
      { do: 'wake', tab: 0 },
      { do: 'remove', tab: 0, on: 0 },
      { do: 'remove', tab: 1, on: 0 },
      { do: 'wait', ms: 100 },
    ];
    const writes: Fate[] = [{ before: 13, after: 30, end: 'answer' }];
    expect((await play({ acts, writes, reads: [], messageTakes: 5 })).broken).toEqual([]);
  });

  test('a page that falls asleep before it has read what is kept has not heard what was done until then', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'open' },
      { do: 'add', tab: 0, on: 1 },
      { do: 'wait', ms: 100 },
      { do: 'add', tab: 1, on: 2 },
      { do: 'sleep', tab: 1, turns: 5, how: 'frozen' },
      { do: 'wait', ms: 40 },
    ];
    const paces = [
      { lock: 1, read: 5, write: 5 },
      { lock: 40, read: 200, write: 5 },
    ];
    expect((await play({ acts, writes: [], reads: [], messageTakes: 1, paces })).broken).toEqual([]);
  });

  test('what is taken back is shown by a page that is opened before the storage has removed it, until that is told again', {
    timeout: 60_000,
  }, async () => {
    const acts: Act[] = [
      { do: 'line', up: false },
      { do: 'delete', tab: 0, on: 0 },
      { do: 'wait', ms: 40 },
      { do: 'disconnect', tab: 0 },
      { do: 'discard', tab: 0 },
      { do: 'open' },
    ];
    const paces = [
      { lock: 13, read: 38, write: 2 },
      { lock: 1, read: 17, write: 19 },
    ];
    expect((await play({ acts, writes: [], reads: [], messageTakes: 1, paces })).broken).toEqual([]);
  });

  const dying: Act[] = [
    { do: 'create', tab: 0 },
    { do: 'wait', ms: 3 },
    { do: 'kill', tab: 0, turns: 1 },
    { do: 'open' },
  ];

  test('the laws can be broken: a mark that is not written down is noticed', { timeout: 60_000 }, async () => {
    const schedule = { acts: dying, writes: [], reads: [], messageTakes: 1 };
    expect((await play(schedule)).broken).toEqual([]);
    expect((await play(schedule, { marksAreLost: true })).doubled).toBeGreaterThan(0);
  });

  const waiting: Act[] = [
    { do: 'line', up: false },
    { do: 'add', tab: 0, on: 0 },
    { do: 'wait', ms: 15 },
    { do: 'open' },
    { do: 'wait', ms: 15 },
    { do: 'line', up: true },
    { do: 'wait', ms: 100 },
  ];

  test('the laws can be broken: a lock that is not taken is noticed', { timeout: 60_000 }, async () => {
    const schedule = { acts: waiting, writes: [], reads: [], messageTakes: 1 };
    expect((await play(schedule)).broken).toEqual([]);
    const { broken } = await play(schedule, { locksAreOpen: true });
    expect(broken.join()).toContain('is sent by tab 1, and tab 0 lives that asked for it');
  });
}
