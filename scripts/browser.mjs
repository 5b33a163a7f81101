import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

/**
 * Flags for a Chromium that runs tests: no sandbox, because root in a container cannot have one, and no traffic of its own.
 *
 * @type {string[]}
 */
export const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const COMMANDS = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];

const PROGRAMS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
];

/**
 * The Chromium that is already here, or nothing: what `CHROMIUM_PATH` names, an installed Chrome or Chromium, Playwright's own.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
    return named;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...commands, ...PROGRAMS, chromium.executablePath()].find((path) => existsSync(path));
}

/**
 * A Chromium, installed where there is none: from Debian's packages for root, from Playwright's download for everyone else.
 *
 * @returns {string}
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    // Ubuntu's `chromium-browser` is a pointer to a snap; only what leaves a browser behind counts.
    console.log("No Chromium found: installing Debian's");
    const updated = spawnSync('apt-get', ['update'], { stdio: 'ignore' }).status === 0;
    if (updated) spawnSync('apt-get', ['install', '-y', 'chromium'], { stdio: 'ignore' });
    const installed = findBrowser();
    if (installed) return installed;
  }
  execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit', shell: process.platform === 'win32' });
  const downloaded = findBrowser();
  if (!downloaded) throw new Error('No Chromium found. Install Chrome or Chromium, or name one in CHROMIUM_PATH.');
  return downloaded;
}

if (argv[1] === fileURLToPath(import.meta.url)) console.log(`Chromium: ${ensureBrowser()}`);
