import { writeFileSync } from 'node:fs';
import { afterAll, test } from 'vitest';
import { ours } from '../../tests/limits/ours.tsx';
import { HEADS, lineOf, playRows, type RowOptions, type Table } from '../../tests/limits/playRows.ts';
import type { Subject } from '../../tests/limits/Subject.ts';
import { bareClient } from './bareClient.ts';
import { recipe } from './recipe.tsx';
import { rtkQuery } from './rtkQuery.tsx';
import { swr } from './swr.tsx';
import { retrying } from './vendorClient.ts';

/** The same over the vendor-like client, which tries again. */
const over =
  (subject: Subject): Subject =>
  (options) =>
    subject({ ...options, fetch: retrying(options.fetch) });

const isLikeVendor = '… over the vendor-like client';

const SUBJECTS: [name: string, subject: Subject, options?: RowOptions][] = [
  ['scenario-react', ours, { isOurs: true }],
  ['Vendor-like client', bareClient, { without: ['screen', 'day'] }],
  ["TanStack Query's recipe", recipe],
  [isLikeVendor, over(recipe), { without: ['day'] }],
  ['SWR', swr],
  [isLikeVendor, over(swr), { without: ['day'] }],
  ['RTK Query', rtkQuery],
  [isLikeVendor, over(rtkQuery), { without: ['day'] }],
];

const tables = new Map<Table, string[]>(
  Object.entries(HEADS).map(([table, head]) => [
    table as Table,
    [lineOf(head), lineOf(head.map((_, n) => (n ? '--:' : '---')))],
  ]),
);

test.each(SUBJECTS)('%s', { timeout: 600_000 }, async (name, subject, options) => {
  const rows = await playRows(name, subject, options);
  for (const [table, row] of Object.entries(rows)) tables.get(table as Table)?.push(row);
});

afterAll(() => {
  const text = [...tables.values()].map((lines) => lines.join('\n')).join('\n\n');
  writeFileSync(`${import.meta.dirname}/../results/limits.md`, `${text}\n`);
});
