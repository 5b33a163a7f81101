import { vi } from 'vitest';
import { startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { playAdds, playOneChange, playScroll, playTeam } from './figures.ts';
import { playDay } from './playDay.ts';
import type { Subject } from './Subject.ts';

const DAYS = [
  { name: 'pages of 10, details beside the list', isBeside: true, pageSize: 10 },
  { name: 'pages of 10, details in its place', isBeside: false, pageSize: 10 },
  { name: 'pages of 50, beside', isBeside: true, pageSize: 50 },
  { name: 'pages of 50, in its place', isBeside: false, pageSize: 50 },
];

/** The tables of the figures, by name: what stands at the head of each. */
export const HEADS = {
  named: ['120 adds to 120 collections, wait named', 'applied', 'failed', 'requests', 'done after'],
  unnamed: ['the same, no wait named', 'applied', 'failed', 'requests', 'done after'],
  team: [
    '1,000 adds, 10 clients, one proxy',
    'applied',
    'failed',
    'requests',
    'most in a minute',
    'longest wait ÷ shortest',
  ],
  screen: ['on the screen', 'a page asked for in a spent minute', 'one change: requests', 'renders'],
  day: ['requests of a day', ...DAYS.map(({ name }) => name), 'on the screen at its end'],
};

export type Table = keyof typeof HEADS;

/** Which tables a subject has no row in, since it shows nothing, or since it is no other there. */
export interface RowOptions {
  readonly isOurs?: boolean;
  readonly without?: readonly Table[];
}

/** Every figure begins at the same moment, and with the same chance. */
async function played<T>(play: () => Promise<T>): Promise<T> {
  let seed = 1;
  const chance = vi.spyOn(Math, 'random').mockImplementation(() => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  });
  startVirtualTime();
  try {
    return await play();
  } finally {
    stopVirtualTime();
    chance.mockRestore();
  }
}

const adds = async (subject: Subject, retryAfter: 'header' | 'none') => {
  const { applied, failed, requests, took } = await played(() => playAdds(subject, retryAfter));
  return [applied, failed, requests, `${(took / 1000).toFixed(1)} s`];
};

const rows: Record<Table, (subject: Subject, isOurs: boolean) => Promise<(string | number)[]>> = {
  named: (subject) => adds(subject, 'header'),
  unnamed: (subject) => adds(subject, 'none'),
  team: async (subject, isOurs) => {
    const { applied, failed, requests, inAMinute, unfairness } = await played(() => playTeam(subject, isOurs));
    return [applied, failed, requests, inAMinute, failed ? '' : unfairness.toFixed(2)];
  },
  screen: async (subject) => {
    const { place } = await played(() => playScroll(subject));
    const { requests, renders } = await played(() => playOneChange(subject));
    return [place === undefined ? 'is not read' : `is request ${place} of the next`, requests, renders];
  },
  day: async (subject) => {
    const days = [];
    for (const day of DAYS) days.push(await played(() => playDay(subject, day)));
    const faults = [
      days.some(({ wrongRows }) => wrongRows) && 'what was so before',
      days.some(({ rows: shown }, n) => shown < 3 * (DAYS[n]?.pageSize ?? 0)) && 'one page of three',
    ].filter(Boolean);
    return [...days.map(({ requests }) => requests), faults.join(', ') || 'what is so'];
  },
};

/** The rows of one subject in the tables, as they are printed. */
export async function playRows(
  name: string,
  subject: Subject,
  { isOurs = false, without = [] }: RowOptions = {},
): Promise<Partial<Record<Table, string>>> {
  const played: Partial<Record<Table, string>> = {};
  for (const table of Object.keys(HEADS) as Table[])
    if (!without.includes(table)) played[table] = lineOf([name, ...(await rows[table](subject, isOurs))]);
  return played;
}

/** A row in Markdown. */
export const lineOf = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
