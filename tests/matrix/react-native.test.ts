import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, commandWith, type Installed, install } from './packed.ts';

/** All of `checks.mjs` that needs no server. */
const CHECKS = 'entriesLoad callsTheEmulator givesUp hookLives refusedHookGoesBack outboxKeeps';
const HERMES = { linux: 'linux64-bin/hermesc', darwin: 'osx-bin/hermesc', win32: 'win64-bin/hermesc.exe' };

let project: Installed;
beforeAll(async () => {
  project = await install('react-native');
  const shared = fileURLToPath(new URL('runtimes', import.meta.url));
  // Under the ending that Metro looks for.
  for (const file of ['checks', 'renderer']) {
    await copyFile(join(shared, `${file}.mjs`), join(project.folder, `${file}.js`));
  }
  await copyFile(join(project.folder, 'entries.mjs'), join(project.folder, 'entries.js'));
}, 600_000);
afterAll(() => project.remove());

const node = (...args: string[]): Promise<string> => command(project.folder, process.execPath, ...args);

describe.each(['exports', 'files'])('a Metro bundle of every entry, found by %s', (how) => {
  const bundle = `${how}.js`;
  beforeAll(() => node('bundle.mjs', bundle, how), 300_000);

  test('works in a world that has what React Native 0.76 has, and no more', async () => {
    // The app on a phone. Jest's preset is Node, which may hold a secret.
    expect((await node('run.mjs', bundle)).trim()).toBe(`${CHECKS} refusesASecret`);
  });

  test('is compiled by Hermes', async () => {
    const hermes = `node_modules/hermes-compiler/hermesc/${HERMES[process.platform as keyof typeof HERMES]}`;
    await command(
      project.folder,
      join(project.folder, hermes),
      '-emit-binary',
      '-O',
      '-w',
      '-out',
      `${how}.hbc`,
      bundle,
    );
  });
});

test("the hooks live in React Native's Jest preset, with nothing configured", async () => {
  const jest = ['node_modules/jest/bin/jest.js'];
  await commandWith({ CHECKS }, project.folder, process.execPath, ...jest);
});
