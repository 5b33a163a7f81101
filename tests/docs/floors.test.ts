import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

/** What each floor stands on, as ARCHITECTURE.md draws it. */
const BELOW: Record<string, readonly string[]> = {
  http: [],
  api: ['http'],
  ledger: ['api', 'http'],
  query: ['ledger', 'api', 'http'],
  react: ['query', 'ledger', 'api', 'http'],
  outbox: ['query', 'ledger', 'api', 'http'],
  server: ['http'],
  testing: ['api'],
};

const files = globSync('src/*/**/*.{ts,tsx}', { cwd: ROOT });

function imported(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const named = [...source.matchAll(/\bfrom '(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return named.map((name) => normalize(join(dirname(file), name)));
}

const floorOf = (file: string) => file.split('/')[1] ?? '';

test.each(Object.keys(BELOW))('%s imports only from the floors below it', (floor) => {
  const own = files.filter((file) => floorOf(file) === floor);
  expect(own.length).toBeGreaterThan(0);
  const allowed = [floor, ...(BELOW[floor] ?? [])];
  const wrong = own.flatMap((file) => imported(file).filter((other) => !allowed.includes(floorOf(other))));
  expect(wrong).toEqual([]);
});

test('every folder of the source is a floor, and nothing imports an entry', () => {
  expect(files).toContain('src/query/cache/CacheWriter.ts');
  expect([...new Set(files.map(floorOf))].sort()).toEqual(Object.keys(BELOW).sort());
  expect(files.flatMap(imported).filter((file) => file.split('/').length < 3)).toEqual([]);
});

test('the emulator takes nothing but types from the API', () => {
  const sources = files
    .filter((file) => floorOf(file) === 'testing')
    .map((file) => readFileSync(join(ROOT, file), 'utf8'));
  expect(sources.flatMap((source) => source.match(/^import (?!type).*'\.\.\/api.*$/gm) ?? [])).toEqual([]);
});

test('the outbox takes nothing but types from the floors below', () => {
  const sources = files
    .filter((file) => floorOf(file) === 'outbox')
    .map((file) => readFileSync(join(ROOT, file), 'utf8'));
  expect(sources.flatMap((source) => source.match(/^import (?!type).*'\.\.\/.*$/gm) ?? [])).toEqual([]);
});
