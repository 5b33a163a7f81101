import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../docs/pages.ts';

const CACHE = join(ROOT, 'node_modules/.cache');
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, 'types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What TypeScript says of code in a world without the DOM's types, our own sources among it. */
function compile(code: string): Promise<string> {
  const config = {
    compilerOptions: {
      target: 'ES2022',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      lib: ['ES2023'],
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
      // Of others' declarations only Node's are in here, and they have faults of their own.
      skipLibCheck: true,
      noEmit: true,
    },
    files: ['code.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'code.ts'), code);
  const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

const from = (entry: string) => JSON.stringify(join(ROOT, `src/${entry}.ts`));

const FITTING = `
  import { type Fetch, Scenario } from ${from('client')};
  import { createScenarioEmulator } from ${from('testing')};
  import ${from('server')};

  // As Bun declares it.
  declare const bun: typeof globalThis.fetch & { preconnect(url: string): void };
  const emulator = createScenarioEmulator();
  export const clients = [
    new Scenario({ fetch: bun }),
    new Scenario({ fetch: emulator.fetch }),
    new Scenario({ fetch: globalThis.fetch }),
    new Scenario({ fetch: async (url: string) => new Response(url) }),
    new Scenario({ fetch: async (input, init) => (input instanceof Request ? globalThis.fetch(input, init) : bun(input, init)) }),
    new Scenario({ fetch: undefined, defaultHeaders: new Headers() }),
    new Scenario({ defaultHeaders: [['a', 'b']] }),
    new Scenario({ defaultHeaders: new Map([['a', 'b']]) }),
    new Scenario({ defaultHeaders: { a: null, b: undefined, c: 'd' } }),
  ];
  export const own: Fetch = bun;
`;

test('every fetch fits, and headers of every kind, where there are no types of the DOM', {
  timeout: 60_000,
}, async () => {
  expect(await compile(FITTING)).toBe('');
});

test('what is no fetch does not fit', { timeout: 300_000 }, async () => {
  const wrong = `
    import { Scenario } from ${from('client')};
    export const clients = [
      new Scenario({ fetch: async () => 'text' }),
      new Scenario({ fetch: async (input: number) => new Response(String(input)) }),
      new Scenario({ fetch: 'https://api.test' }),
    ];
  `;
  expect((await compile(wrong)).match(/code\.ts\(\d+,\d+\): error TS2322/g)).toHaveLength(3);
});
