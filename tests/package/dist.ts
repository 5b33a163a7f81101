import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository's folder. The tests here read what `npm run build` left there, and never `src`. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

export const ENTRIES = ['index', 'client', 'outbox', 'server', 'testing'] as const;
export type Entry = (typeof ENTRIES)[number];

/** The name that a user imports an entry by. */
export const specifier = (entry: Entry): string => (entry === 'index' ? 'scenario-react' : `scenario-react/${entry}`);

export function read(file: string): string {
  const path = join(ROOT, 'dist', file);
  if (!existsSync(path)) throw new Error(`dist/${file} does not exist: run npm run build`);
  return readFileSync(path, 'utf8');
}

const IMPORTS = /(?:\bfrom|^import|\bimport\s*\(|\brequire\s*\()\s*(['"])([^'"\n]+)\1/gm;

/** What a built file loads from outside the package, by itself and through the chunks that it shares with others. */
export function imports(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const named = [...read(file).matchAll(IMPORTS)].map((match) => match[2] ?? '');
  const outside = named.flatMap((name) => (name.startsWith('./') ? imports(name.slice(2), seen) : [name]));
  return [...new Set(outside)].sort();
}

/** Runs a script in a Node of its own, where the package's name stands for the built files, and gives what it printed. */
export async function runNode(script: string, ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', script], { cwd: ROOT });
  return stdout.trim();
}
