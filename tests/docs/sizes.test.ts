import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import budgets from '../../.size-limit.json' with { type: 'json' };
import { ROOT } from './pages.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const budgetOf = (start: string): string | undefined => budgets.find(({ name }) => name.startsWith(start))?.limit;

test('the sizes that the README names are the budgets that are held: of two hooks, of everything, and of ofetch', () => {
  const named = /^- \*\*Sizes\*\*.*(?:\n {2}.*)*/m.exec(README)?.[0].match(/[\d.]+ kB/g);
  expect(named).toEqual([budgetOf('import {'), budgetOf('scenario-react'), budgetOf('ofetch')]);
});
