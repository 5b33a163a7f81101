import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command, type Installed, install } from './packed.ts';

let project: Installed;
beforeAll(async () => {
  project = await install('node-20');
});
afterAll(() => project.remove());

/** The Node that the project installed for itself, whichever one runs this test. */
const node20 = (script: string): Promise<string> =>
  command(project.folder, join(project.folder, 'node_modules/node/bin/node'), script);

test('an ESM script on Node 20 uses every entry, with MSW 2', async () => {
  expect(await node20('esm.mjs')).toContain('ESM works');
});

test('a CJS script on Node 20 uses every entry, with MSW 2', async () => {
  expect(await node20('cjs.cjs')).toContain('CJS works');
});
