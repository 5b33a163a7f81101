import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { blocksOf, readPage } from '../docs/pages.ts';
import { ROOT } from './dist.ts';

const EXAMPLE = join(ROOT, 'examples/next');
const NEXT = join(EXAMPLE, 'node_modules/next/dist/bin/next');
const CREATE = join(EXAMPLE, 'node_modules/create-next-app/dist/index.js');
const run = promisify(execFile);
const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };

/** Below the example, where it finds the packages that the example has installed. */
const SCAFFOLD = join(EXAMPLE, 'scaffold');

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Installs what the example's lockfile names, and this package as it was built. */
export async function installExample(): Promise<void> {
  await run('npm', ['ci', '--include=dev', '--prefer-offline'], {
    cwd: EXAMPLE,
    env,
    shell: process.platform === 'win32',
  });
}

/** What `create-next-app` makes, with the guides' blocks pasted into the files that they name. Gives its folder. */
async function scaffold(): Promise<string> {
  rmSync(SCAFFOLD, { recursive: true, force: true });
  const flags = ['--yes', '--no-tailwind', '--no-linter', '--skip-install', '--disable-git'];
  await run(process.execPath, [CREATE, SCAFFOLD, ...flags], { cwd: EXAMPLE, env });
  const blocks = ['docs/server-rendering.md', 'docs/keeping-the-secret.md'].map(readPage).flatMap(blocksOf);
  for (const { quotes, code } of blocks) {
    const path = /^examples\/next\/(.+)$/.exec(quotes ?? '')?.[1];
    if (!path) continue;
    mkdirSync(dirname(join(SCAFFOLD, path)), { recursive: true });
    writeFileSync(join(SCAFFOLD, path), code);
  }
  // Else the test would hold less than it says, on the day that the tool changes its mind.
  const config = readFileSync(join(SCAFFOLD, 'next.config.ts'), 'utf8');
  if (!config.includes('cacheComponents: true')) throw new Error(`create-next-app makes another config:\n${config}`);
  return SCAFFOLD;
}

/** The two apps that the guide promises: pasted into today's scaffold, with `cacheComponents`; and the example, without. */
export const apps: Record<string, () => Promise<string>> = {
  'pasted into what create-next-app makes': scaffold,
  'examples/next, without cacheComponents': async () => EXAMPLE,
};

/** A Next.js app that serves on this machine. */
export interface RunningApp {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Builds an app, without credentials: a build must not need any. */
export async function build(folder: string, api: string): Promise<void> {
  await run(process.execPath, [NEXT, 'build'], { cwd: folder, env: { ...env, SCENARIO_BASE_URL: api } });
}

export async function start(folder: string, variables: Record<string, string>): Promise<RunningApp> {
  const port = await freePort();
  const flags = ['start', '-H', '127.0.0.1', '-p', String(port)];
  const next = spawn(process.execPath, [NEXT, ...flags], { cwd: folder, env: { ...env, ...variables } });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (said.includes('Ready')) resolve();
    };
    next.stdout.on('data', hear);
    next.stderr.on('data', hear);
    next.on('exit', () => reject(new Error(said)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      next.kill();
      await once(next, 'exit');
      rmSync(SCAFFOLD, { recursive: true, force: true });
    },
  };
}
