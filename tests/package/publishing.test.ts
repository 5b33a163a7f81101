import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ROOT } from './dist.ts';

const run = promisify(execFile);
const shell = process.platform === 'win32';

let folder: string;
let tarball: string;
let files: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenario-react-pack-'));
  const flags = ['--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', ['pack', ...flags], { cwd: ROOT, shell });
  const report: unknown = JSON.parse(stdout);
  // A list up to npm 11, by package name from then on.
  const [packed] = Object.values(report as Record<string, { filename: string; files: { path: string }[] }>);
  tarball = join(folder, packed?.filename ?? '');
  files = packed?.files.map(({ path }) => path) ?? [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('publint finds nothing to say', async () => {
  const { messages } = await publint({ pkgDir: ROOT, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([]);
});

test('are the types wrong? no, in ESM, in CJS, with a bundler, and for a resolver that does not read `exports`', async () => {
  const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const { stdout } = await run(process.execPath, [attw, tarball, '--profile', 'strict', '--format', 'json']);
  const { analysis } = JSON.parse(stdout) as {
    analysis: { problems: unknown[]; entrypoints: Record<string, unknown> };
  };
  expect(Object.keys(analysis.entrypoints).sort()).toEqual(Object.keys(manifest.exports).sort());
  expect(analysis.problems).toEqual([]);
});

const BESIDE = Object.keys(manifest.exports).filter((path) => path !== '.' && !path.endsWith('.json'));

test.each(BESIDE)('%s is a file too, of the entry that `exports` names, for what does not read it', async (path) => {
  const entry = manifest.exports[path as './client'].import.default;
  for (const file of [`${path.slice(2)}.js`, `${path.slice(2)}.d.ts`]) {
    expect(files).toContain(file);
    expect(await readFile(join(ROOT, file), 'utf8')).toBe(`export * from '${entry}';\n`);
  }
});

test('no folder of the package has a package.json: Metro would look there before it looks at `exports`', () => {
  expect(files.filter((path) => path.endsWith('package.json'))).toEqual(['package.json']);
});

test('the tarball holds the built files and what a reader needs, and nothing else', () => {
  const beside = BESIDE.flatMap((path) => [`${path.slice(2)}.js`, `${path.slice(2)}.d.ts`]);
  const others = files.filter((path) => !/^(dist|docs)\//.test(path) && !beside.includes(path));
  expect(others.sort()).toEqual([
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bench/results/latest.svg',
    'llms.txt',
    'package.json',
  ]);
  expect(files.filter((path) => path.startsWith('docs/') && !/\.(md|png)$/.test(path))).toEqual([]);
  expect(files).toContain('dist/index.js');
});

test('whatever the packed README, and what it leads to, links to is packed too', async () => {
  const seen = new Set(['README.md', 'llms.txt']);
  for (const page of seen) {
    if (!/\.(md|txt)$/.test(page)) continue;
    const text = (await readFile(join(ROOT, page), 'utf8')).replace(/^```[\s\S]*?^```$/gm, '');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s#]+)[^)\s]*\)/g)) {
      if (!/^https?:/.test(target)) seen.add(join(dirname(page), target));
    }
  }
  expect(seen.size).toBeGreaterThan(15);
  expect([...seen].filter((path) => !files.includes(path))).toEqual([]);
});

test('what is published says where it comes from: the repository that published it', async () => {
  const script = join(ROOT, 'scripts/name-repository.mjs');
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const { GITHUB_REPOSITORY: _, ...elsewhere } = process.env;
  await expect(run(process.execPath, [script], { cwd: folder, env: elsewhere })).rejects.toThrow('GITHUB_REPOSITORY');
  const env = { ...elsewhere, GITHUB_SERVER_URL: 'https://github.example', GITHUB_REPOSITORY: 'owner/name' };
  await run(process.execPath, [script], { cwd: folder, env });
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toEqual({
    ...manifest,
    repository: { type: 'git', url: 'git+https://github.example/owner/name.git' },
    bugs: 'https://github.example/owner/name/issues',
    homepage: 'https://github.example/owner/name#readme',
  });
});

test('the workflow names it before it publishes', async () => {
  const steps = await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8');
  const publishing = steps.slice(steps.indexOf('changeset publish') - 400);
  expect(publishing).toMatch(/node scripts\/name-repository\.mjs[\s\S]*changeset publish/);
});
