import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Runs a command in a folder and gives what it printed; fails with that when the command fails. */
export async function command(cwd: string, program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd, shell: process.platform === 'win32', maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** A folder of a user's own outside this repository, with the package installed from the tarball that would be published. */
export interface Installed {
  folder: string;
  remove: () => Promise<void>;
}

/** Copies a project from this folder, installs what it names, and the tarball. */
export async function install(project: string): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), `scenario-react-${project}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  await cp(fileURLToPath(new URL(project, import.meta.url)), folder, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  // The build has run already: packing must not build again while another test reads the files.
  const packed = await command(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder);
  const tarball = /[\w-]+(?:\.\d+)+\.tgz/.exec(packed)?.[0];
  if (!tarball) throw new Error(`npm pack named no tarball: ${packed}`);
  await command(folder, 'npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund');
  await command(folder, 'npm', 'install', '--prefer-offline', '--no-save', '--no-audit', '--no-fund', `./${tarball}`);
  return { folder, remove };
}
