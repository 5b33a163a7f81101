import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A file of words: its path from the root, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface Block {
  readonly page: string;
  readonly language: string;
  /** What stands behind the language in the fence: the file that the block quotes. */
  readonly quotes: string | undefined;
  readonly code: string;
  /** Where its first line of code stands in the page. */
  readonly line: number;
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** Everything that a reader is sent to. */
export const pages: readonly Page[] = [
  ...globSync('*.md', { cwd: ROOT }),
  ...globSync('docs/*.md', { cwd: ROOT }),
  'llms.txt',
]
  .sort()
  .map(readPage);

/** The blocks of code in a page, in order. */
export function blocksOf({ path, text }: Page): Block[] {
  const fences = text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  return [...fences].map((match) => ({
    page: path,
    language: match[1] ?? '',
    quotes: match[2],
    code: match[3] ?? '',
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}
