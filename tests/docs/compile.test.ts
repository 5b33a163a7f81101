import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blocksOf, pages, ROOT } from './pages.ts';

const CACHE = join(ROOT, 'node_modules/.cache');
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, 'docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMPILED = /^(tsx?|m?js)$/;

/**
 * Writes each block into a file: of the name that its first line says (`// Row.tsx`), else of a made-up one. The blocks of one page
 * share a folder, so that one can import another. The line breaks in front keep the compiler's line numbers those of the page.
 */
function write(): string[] {
  const blocks = pages.flatMap(blocksOf).filter(({ language, quotes }) => COMPILED.test(language) && !quotes);
  return blocks.map(({ page, language, code, line }) => {
    const named = /^\/\/ (\S+\.\w+)$/m.exec(code.split('\n')[0] ?? '')?.[1];
    const file = join(folder, page.replace(/\W/g, '_'), named ?? `line${line}.${language}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${'\n'.repeat(line - 1)}${code}\nexport {};\n`);
    return file;
  });
}

function compile(files: readonly string[]): Promise<string> {
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      allowJs: true,
      checkJs: true,
      paths: {
        'scenario-react': [join(ROOT, 'src/index.ts')],
        'scenario-react/*': [join(ROOT, 'src/*.ts')],
        // The package that a user installs hands this one on.
        '@playwright/test': [join(ROOT, 'node_modules/playwright/test.d.ts')],
      },
    },
    files: [...files, join(ROOT, 'tests/docs/reactNative.d.ts')],
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

test('every block of code in the README and the guides compiles', { timeout: 300_000 }, async () => {
  const files = write();
  expect(files.length).toBeGreaterThan(20);
  expect(await compile(files)).toBe('');
});

test('a block that is wrong does not compile', { timeout: 300_000 }, async () => {
  const file = join(folder, 'wrong.ts');
  writeFileSync(file, "import { Scenario } from 'scenario-react/client';\nnew Scenario({ baseUrl: '' });\n");
  expect(await compile([file])).toContain('baseUrl');
});
