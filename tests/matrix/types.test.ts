import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { command, type Installed, install } from './packed.ts';

let project: Installed;
beforeAll(async () => {
  project = await install('types');
}, 600_000);
afterAll(() => project.remove());

const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  node10: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
};

/** What a back end sees, and what a page sees: the one has no DOM, the other nothing of Node's. Bun's `fetch` has more than the Web's. */
const PLACES = {
  server: { lib: ['es2023'], types: ['node'] },
  'server of Bun': { lib: ['es2023'], types: ['bun'] },
  screen: { lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] },
};

describe.each([
  ['5.9', 'typescript-5/bin/tsc', ['node16', 'bundler', 'node10']],
  ['6.0', 'typescript-6/bin/tsc6', ['node16', 'bundler', 'node10']],
  // It has no node10 any more.
  ['7.0', 'typescript-7/bin/tsc', ['node16', 'bundler']],
] as const)('TypeScript %s checks every declaration', (version, tsc, resolutions) => {
  const cases = resolutions.flatMap((resolution) => [
    [resolution, 'server', 'server.ts'] as const,
    [resolution, 'screen', 'screen.tsx'] as const,
    // Bun's own declarations are for a bundler, and for the newest TypeScript.
    ...(version === '7.0' && resolution === 'bundler' ? [[resolution, 'server of Bun', 'server.ts'] as const] : []),
  ]);

  test.each(cases)('found by %s, on a %s', async (resolution, place, file) => {
    const { ignoreDeprecations, ...how } = { ignoreDeprecations: undefined, ...RESOLUTIONS[resolution] };
    const compilerOptions = {
      ...how,
      ...(version === '6.0' && ignoreDeprecations && { ignoreDeprecations }),
      ...PLACES[place],
      target: 'es2022',
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      // Bun's declarations are checked by those who make them: they go by another Node's than this project has.
      skipLibCheck: place === 'server of Bun',
      // TypeScript's own are checked by those who make it.
      skipDefaultLibCheck: true,
    };
    const config = `${version}-${resolution}-${place}.json`;
    await writeFile(join(project.folder, config), JSON.stringify({ compilerOptions, files: [file] }));
    await command(project.folder, process.execPath, join(project.folder, 'node_modules', tsc), '-p', config);
  });
});
