import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { blocksOf, ROOT, readPage } from './pages.ts';

const src = pathToFileURL(join(ROOT, 'src/')).href;

/** In a pasted file the package's name stands for an installed copy. Here it stands for the source, which Node runs as it is. */
const resolver = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (name, context, next) =>
      next(name.replace(/^scenario-react\\/(\\w+)$/, (_, entry) => '${src}' + entry + '.ts'), context),
  });`;

test('the first block of the README runs as it stands, and prints what the README says', {
  timeout: 20_000,
}, async () => {
  const [script, said] = blocksOf(readPage('README.md')).filter(({ language }) => /^(m?js|text)$/.test(language));
  expect([script?.language, said?.language]).toEqual(['js', 'text']);
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  try {
    const file = join(folder, 'collections.mjs');
    await writeFile(file, script?.code ?? '');
    const hooks = `data:text/javascript,${encodeURIComponent(resolver)}`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', hooks, file]);
    expect([stdout, stderr]).toEqual([said?.code, '']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
