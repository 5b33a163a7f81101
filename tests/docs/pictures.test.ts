import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages, ROOT } from './pages.ts';

const guides = pages.filter(({ path }) => path.startsWith('docs/'));
const commands = ['scripts/pictures.mjs', 'scripts/diagram.mjs']
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n');

test.each([...guides, ...pages.filter(({ path }) => path === 'README.md')])(
  '$path opens with a picture that a command makes',
  ({ path, text }) => {
    const before = text.slice(0, text.search(/^## /m));
    const [, says, file] = /^!\[(.+)\]\((\S+)\)$/m.exec(before) ?? [];
    expect(says).toMatch(/\w+ \w+/);
    const picture = join(path, '..', file ?? '');
    expect(existsSync(join(ROOT, picture))).toBe(true);
    // The benchmark draws its own.
    if (picture.startsWith('docs/'))
      expect(commands).toMatch(new RegExp(`['\\s](${file?.replace(/^.*\/|\.png$/g, '')})['\\s:]`));
  },
);
