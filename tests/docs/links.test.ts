import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pages, ROOT, readPage } from './pages.ts';

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map((match) => slug(match[1] ?? ''));

const links = pages.flatMap(({ path, text }) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => ({
    page: path,
    target: match[1] ?? '',
  })),
);

const isLocal = ({ target }: { target: string }) => !/^https?:/.test(target);

test.each(links.filter(isLocal))('$page leads to $target', ({ page, target }) => {
  const [file, anchor] = target.split('#');
  const path = file ? join(dirname(page), file) : page;
  expect(existsSync(join(ROOT, path)), `${path} exists`).toBe(true);
  if (anchor) expect(anchorsOf(readPage(path).text)).toContain(anchor);
});

test('every guide is reached from the README and from llms.txt', () => {
  const guides = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'));
  for (const page of ['README.md', 'llms.txt']) {
    const reached = links.filter((link) => link.page === page).map(({ target }) => target.split('#')[0]);
    expect(reached).toEqual(expect.arrayContaining(guides));
  }
});
