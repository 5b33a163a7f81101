import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Block, blocksOf, pages, ROOT } from './pages.ts';

const CACHE = join(ROOT, 'node_modules/.cache');
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, 'docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMPILED = /^(tsx?|m?js)$/;

interface SourceFile {
  readonly name: string;
  readonly code: string;
}

/**
 * A block as a file: of the name of what it quotes, or that its first line says (`// Row.tsx`), else of a made-up one. The line breaks in
 * front keep the compiler's line numbers those of the page.
 */
function fileOf({ language, quotes, code, line }: Block): SourceFile {
  const named = /^\/\/ (\S+\.\w+)$/m.exec(code.split('\n')[0] ?? '')?.[1];
  const name = (quotes && basename(quotes)) ?? named ?? `line${line}.${language}`;
  return { name, code: `${'\n'.repeat(line - 1)}${code}\nexport {};\n` };
}

/** What is compiled as it stands: neither what a server's own app is made of nor what only Jest can load. */
const blocks = pages
  .flatMap(blocksOf)
  .filter(({ language, quotes = '' }) => COMPILED.test(language) && !/^examples|\.cjs$/.test(quotes));

/** What the README says that `Offline` takes the place of, in the screen above it. */
const REPLACED = [
  [/QueryClient, QueryClientProvider, /, ''],
  [/ {2}ScenarioProvider,\n/, ''],
  [/.*\nconst queryClient = .*/, "import { Offline } from './Offline.tsx';"],
  [/<QueryClientProvider[\s\S]*<\/QueryClientProvider>/, '<Offline client={client}><Collections /></Offline>'],
] as const;

function offlineScreen(): SourceFile {
  const screen = blocks.find(({ quotes }) => quotes?.endsWith('/App.tsx'))?.code ?? '';
  const replace = (code: string, [before, now]: (typeof REPLACED)[number]) => {
    expect(code).toMatch(before);
    return code.replace(before, now);
  };
  return { name: 'offlineScreen.tsx', code: REPLACED.reduce(replace, screen) };
}

/** Writes all into files. What one page shows or quotes shares a folder, so that one can import another, and what another page quotes. */
function write(): string[] {
  const quoted = blocks.filter(({ quotes }) => quotes);
  return pages.flatMap(({ path, text }) => {
    const own = blocks.filter(({ page }) => page === path).map(fileOf);
    const others = quoted.map(fileOf).filter(({ name }) => text.includes(`'./${name}'`));
    const all = [...others, ...own, ...(path === 'README.md' ? [offlineScreen()] : [])];
    return [...new Map(all.map(({ name, code }) => [name, code]))].map(([name, code]) => {
      const file = join(folder, path.replace(/\W/g, '_'), name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
      return file;
    });
  });
}

/** `tsconfig.app.json` of a fresh app, as `npm create vite@9 -- --template react-ts` makes it. */
const FRESH_APP = {
  target: 'es2023',
  lib: ['ES2023', 'DOM'],
  module: 'esnext',
  types: ['vite/client'],
  allowArbitraryExtensions: true,
  skipLibCheck: true,
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  moduleDetection: 'force',
  noEmit: true,
  jsx: 'react-jsx',
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  noFallthroughCasesInSwitch: true,
};

/** The compiler's complaints. `options`: in place of those of this repository, which are the stricter ones in all but what is unused. */
function compile(files: readonly string[], options?: typeof FRESH_APP): Promise<string> {
  const config = {
    ...(!options && { extends: join(ROOT, 'tsconfig.json') }),
    compilerOptions: {
      ...options,
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

test('every block of code compiles in a fresh Vite app, and leaves nothing unused', { timeout: 300_000 }, async () => {
  expect(await compile(write(), FRESH_APP)).toBe('');
});

test('a block that is wrong does not compile', { timeout: 300_000 }, async () => {
  const file = join(folder, 'wrong.ts');
  writeFileSync(file, "import { Scenario } from 'scenario-react/client';\nnew Scenario({ baseUrl: '' });\n");
  expect(await compile([file])).toContain('baseUrl');
  expect(await compile([file], FRESH_APP)).toContain('baseUrl');
});
