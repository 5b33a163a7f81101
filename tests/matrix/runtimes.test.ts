import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserArgs, ensureBrowser } from '../../scripts/browser.mjs';
import { blocksOf, readPage } from '../docs/pages.ts';
import { command, commandWith, type Installed, install, ROOT } from './packed.ts';

/** What `checks.mjs` checks, by the names that it prints. */
const WITHOUT_REACT = 'entriesLoad callsTheEmulator givesUp';
const ALL = `${WITHOUT_REACT} readsThroughTheProxy aborts timesOut hookLives refusedHookGoesBack outboxKeeps`;
/** In a page a secret is refused. */
const IN_A_PAGE = `${ALL} refusesASecret`;
/** What only `workers/worker.mjs` can check. */
const IN_A_WORKER = `${ALL} datesItsItems missesCredentials`;

/** The newest of a Node's versions. 24 is there already: the tools run on it. Its own package runs npm within npm to be installed. */
function node(version: string): string {
  if (version === '24') return join(ROOT, 'node_modules/node/bin/node');
  return join(project.folder, `node_modules/node-${version}-${process.platform}-${process.arch}/bin/node`);
}

let project: Installed;
beforeAll(async () => {
  project = await install('runtimes');
  await mkdir(join(project.folder, 'recipes'));
  // Of no type, as most apps that Jest tests.
  await writeFile(join(project.folder, 'recipes/package.json'), '{}');
  for (const [name, code] of recipes) await writeFile(join(project.folder, 'recipes', name), code);
}, 600_000);
afterAll(() => project.remove());

/** The files of the guide on testing, for Jest. */
const recipes = blocksOf(readPage('docs/testing.md'))
  .filter(({ quotes }) => quotes?.startsWith('tests/docs/recipes/'))
  .map(({ quotes = '', code }) => {
    const forJest = code.replace("'vitest'", "'@jest/globals'").replaceAll(/\bvi\b/g, 'jest');
    return [basename(quotes), forJest] as const;
  });

/** What a program printed last. */
async function last(program: string, ...args: string[]): Promise<string | undefined> {
  const printed = await command(project.folder, program, ...args);
  return printed.trim().split('\n').at(-1);
}

/** A program that the project has installed. */
const bin = (name: string): string => join(project.folder, 'node_modules/.bin', name);

describe.each(['20', '22', '24', '26'])('Node %s', (version) => {
  test.each(['esm.mjs', 'cjs.cjs'])('%s', async (script) => {
    expect(await last(node(version), `node/${script}`)).toBe(ALL);
  });
});

test('MSW 2, on Node 20', async () => {
  expect(await last(node('20'), 'node/msw.mjs')).toBe('2 of elm,oak');
});

test('Bun', async () => {
  expect(await last(bin('bun'), 'bun/run.mjs')).toBe(ALL);
});

test('Deno, with leave to read the one variable that React asks for', async () => {
  const leave = ['--allow-net=127.0.0.1', '--allow-env=NODE_ENV'];
  expect(await last(bin('deno'), 'run', '--no-prompt', ...leave, 'deno/run.mjs')).toBe(ALL);
});

test('Deno, without any permission', async () => {
  expect(await last(bin('deno'), 'run', '--no-prompt', 'deno/unprivileged.mjs')).toBe(WITHOUT_REACT);
});

// Before 2024-11-11 a Worker throws at `cache` in a RequestInit; at the first date it has no `URL.canParse` either.
test.each(['2022-11-30', '2024-11-01', '2026-07-30'])('Workers, compatibility date %s', async (date) => {
  expect(await last(node('24'), 'workers/run.mjs', date)).toBe(IN_A_WORKER);
});

describe('in a page', () => {
  let host: ChildProcess;
  let url: string;
  beforeAll(async () => {
    await last(
      bin('parcel'),
      'build',
      'parcel/index.html',
      '--dist-dir',
      'parcel/dist',
      '--no-cache',
      '--no-autoinstall',
    );
    host = spawn(node('24'), ['node/host.mjs', 'parcel/dist'], {
      cwd: project.folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    url = await new Promise((resolve, reject) => {
      host.stdout?.once('data', (said: Buffer) => resolve(said.toString().trim()));
      host.once('exit', (code) => reject(new Error(`The host ended with ${code}`)));
    });
  }, 120_000);
  afterAll(() => {
    host?.kill();
  });

  test('Parcel with its defaults, which do not read `exports`, in Chromium', async () => {
    const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs });
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await expect.poll(() => page.title(), { timeout: 60_000 }).not.toBe('Parcel');
      expect(await page.title()).toBe(IN_A_PAGE);
    } finally {
      await browser.close();
    }
  });

  test.each([
    ['CommonJS in jsdom, with nothing configured', 'plain', ''],
    ['CommonJS in jsdom, with what jsdom lacks', 'cjs', ''],
    ['ES modules in jsdom, with what jsdom lacks', 'esm', '--experimental-vm-modules'],
  ])('Jest 30: %s', async (_, name, flags) => {
    const jest = join(project.folder, 'node_modules/jest/bin/jest.js');
    // As in a user's project, where an ES module has to be made CommonJS first.
    await last(bin('esbuild'), 'forCJS.mjs', '--bundle', '--packages=external', '--format=cjs', '--outfile=checks.cjs');
    const variables = { PROXY: `${url}/api/scenario`, CHECKS: IN_A_PAGE, NODE_OPTIONS: flags };
    await commandWith(variables, project.folder, node('24'), jest, '--config', 'jest/jest.config.json', `${name}.test`);
  });
});

test.each([
  ['CommonJS', 'cjs', ''],
  ['ES modules', 'mjs', '--experimental-vm-modules'],
])("Jest 30: the guide's tests, as %s", async (_, ending, flags) => {
  const tests = recipes.map(([name]) => name).filter((name) => name.includes('.test.'));
  expect(tests).toContain('outbox.test.tsx');
  const format = [`--format=${ending === 'cjs' ? 'cjs' : 'esm'}`, '--jsx=automatic', `--out-extension:.js=.${ending}`];
  const from = tests.map((name) => `recipes/${name}`);
  await last(bin('esbuild'), ...from, '--bundle', '--packages=external', ...format, '--outdir=recipes/made');
  const jest = [join(project.folder, 'node_modules/jest/bin/jest.js'), '--config', 'jest/recipes.config.json'];
  await commandWith({ NODE_OPTIONS: flags }, project.folder, node('20'), ...jest, `test.${ending}`);
});
