import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Installs what is measured beside this library, the first time. */
export function installPeers() {
  if (existsSync(here('../node_modules/swr'))) return;
  console.log('Installing what is measured beside this library');
  execFileSync('npm', ['ci', '--prefix', here('..')], { stdio: 'inherit', shell: process.platform === 'win32' });
}
