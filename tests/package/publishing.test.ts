import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('are the types wrong? no, in ESM, in CJS and with a bundler', async () => {
  const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const { stdout } = await run(process.execPath, [attw, tarball, '--profile', 'node16', '--format', 'json']);
  const { analysis } = JSON.parse(stdout) as {
    analysis: { problems: unknown[]; entrypoints: Record<string, unknown> };
  };
  // `node10` cannot know of `exports`.
  expect(Object.keys(analysis.entrypoints).sort()).toEqual([
    '.',
    './client',
    './package.json',
    './server',
    './testing',
  ]);
  expect(analysis.problems.filter((problem) => !JSON.stringify(problem).includes('"node10"'))).toEqual([]);
});

test('the tarball holds the built files and what a reader needs, and nothing else', () => {
  const others = files.filter((path) => !path.startsWith('dist/'));
  expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  expect(files).toContain('dist/index.js');
});
