import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Runs a command in a folder and gives what it printed; fails with that when the command fails. */
export const command = (cwd: string, program: string, ...args: string[]): Promise<string> =>
  commandWith({}, cwd, program, ...args);

/** The same with variables of the environment. */
export async function commandWith(
  variables: Record<string, string>,
  cwd: string,
  program: string,
  ...args: string[]
): Promise<string> {
  const env = { ...process.env, ...variables };
  try {
    const shell = process.platform === 'win32';
    const { stdout } = await run(program, args, { cwd, env, shell, maxBuffer: 2 ** 26 });
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

/** The entries as a project loads them, whichever there are: `index` for the package's name, and each by its own. */
const ENTRIES = Object.keys(manifest.exports).filter((path) => !path.endsWith('.json'));

function writeEntries(folder: string): Promise<unknown> {
  const names = ENTRIES.map((path) => [path.slice(2) || 'index', `scenario-react${path.slice(1)}`] as const);
  const esm = (given: typeof names) =>
    // Not `export * as`: React Native's Babel preset does not know it.
    `${given.map(([name, specifier]) => `import * as ${name} from '${specifier}';\n`).join('')}export { ${given.map(([name]) => name).join(', ')} };\n`;
  const cjs = names.map(([name, specifier]) => `exports.${name} = require('${specifier}');\n`);
  return Promise.all([
    writeFile(join(folder, 'entries.mjs'), esm(names)),
    writeFile(join(folder, 'entriesWithoutReact.mjs'), esm(names.filter(([name]) => name !== 'index'))),
    writeFile(join(folder, 'entries.cjs'), cjs.join('')),
  ]);
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
  // Both at once: what the lockfile names, as it names it, and the tarball.
  const own = join(folder, 'package.json');
  const { dependencies, ...rest } = JSON.parse(await readFile(own, 'utf8')) as { dependencies: object };
  await writeFile(
    own,
    JSON.stringify({ ...rest, dependencies: { ...dependencies, 'scenario-react': `./${tarball}` } }),
  );
  await command(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  await writeEntries(folder);
  return { folder, remove };
}
