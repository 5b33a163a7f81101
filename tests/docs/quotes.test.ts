import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, pages, ROOT } from './pages.ts';

const quotes = pages.flatMap(blocksOf).filter((block) => block.quotes);

test.each(quotes)('$page quotes $quotes as it is', ({ quotes: file = '', code }) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  // What a file needs for its own test only may stand below what is quoted.
  expect(source.slice(0, code.length)).toBe(code);
});

test('every recipe for a server is quoted', () => {
  const recipes = [
    'examples/express/app.ts',
    'examples/hono/app.ts',
    'examples/node/server.ts',
    'examples/workers/worker.ts',
    'examples/next/app/page.tsx',
    'examples/next/app/streamed/page.tsx',
    'examples/next/app/streamed/error.tsx',
    'examples/next/app/api/scenario/[...path]/route.ts',
  ];
  expect(quotes.map((block) => block.quotes)).toEqual(expect.arrayContaining(recipes));
});
