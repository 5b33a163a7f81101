import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

/** What takes a screen out of a bad state. */
const WAY_OUT = /(?:name: |press\()'(?:Retry|Discard)[:']|setOnline\(true\)/;

/** A story that takes the way out says so. */
const SAYS_SO = /Retried|Discarded|OnlineAgain/;

const stories = globSync('storybook/*.stories.tsx', { cwd: ROOT }).flatMap((file) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return source
    .split(/^export const /m)
    .slice(1)
    .map((code) => ({ file, name: /^\w+/.exec(code)?.[0] ?? '', recovers: WAY_OUT.test(code) }));
});

test('a story that is named for a bad state stays in it; the way out is a story of its own', () => {
  expect(stories.filter(({ recovers }) => recovers).length).toBeGreaterThan(8);
  expect(stories.filter(({ name, recovers }) => recovers !== SAYS_SO.test(name))).toEqual([]);
});
