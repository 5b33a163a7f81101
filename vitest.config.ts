import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { browserArgs, findBrowser } from './scripts/browser.mjs';

const REACT_18 = fileURLToPath(new URL('tests/matrix/react-18/node_modules', import.meta.url));

/** The lowest versions that the peer ranges allow, in place of the newest: what `--mode react-18` turns on. */
const lowest = [
  { find: /^(react|react-dom|@tanstack\/react-query|@tanstack\/query-core)(?=\/|$)/, replacement: `${REACT_18}/$1` },
  // Its main file is CommonJS, which Vite leaves to Node.
  { find: /^@testing-library\/react$/, replacement: '@testing-library/react/dist/@testing-library/react.esm.js' },
];

/** Users' code in docs and examples names the package; here it means the source, as `paths` in tsconfig.json says. */
const source = [
  { find: /^scenario-react$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  { find: /^scenario-react\/(\w+)$/, replacement: fileURLToPath(new URL('src/$1.ts', import.meta.url)) },
  {
    find: '@react-native-async-storage/async-storage',
    replacement: fileURLToPath(new URL('tests/docs/screens/asyncStorage.ts', import.meta.url)),
  },
];

/** The package as it was built, where a test names an entry of the source. */
const built = [
  {
    find: /^(?:\.\.\/)+src\/(index|client|outbox|server|testing)\.ts$/,
    replacement: fileURLToPath(new URL('dist/$1.js', import.meta.url)),
  },
];

/** What imports React or TanStack Query by itself must pass through Vite: Node would hand it the newest, and there would be two. */
const inline = [/@testing-library\/react/, /@tanstack\/.*persist/, /@tanstack\/react-virtual/];

/** A package that Vite meets in the middle of a run makes it reload the page, and the tests in it. */
const prebundled = [
  'react',
  'react/jsx-dev-runtime',
  'react-dom',
  'react-dom/client',
  '@tanstack/react-query',
  'idb',
  'ofetch',
];

/** One second is too little where a browser, a server and a test share a core; what never comes is still told. */
const patient = { poll: { timeout: 20_000 } };

type ProjectTests = Extract<TestProjectConfiguration, { test?: unknown }>['test'] & object;

export default defineConfig(async ({ mode }) => {
  const react18 = mode === 'react-18';

  const ofSource = (name: string, test: ProjectTests, alias = source): TestProjectConfiguration => ({
    resolve: { alias: [...alias, ...(react18 ? lowest : [])] },
    test: {
      name,
      // No test asserts a real time: these are for what never ends, and a slow machine is no failure.
      testTimeout: 30_000,
      hookTimeout: 30_000,
      expect: patient,
      ...test,
      exclude: ['**/node_modules/**', ...(test.exclude ?? [])],
      server: { deps: { inline: react18 ? inline : [] } },
    },
  });
  const elsewhere = ['browser', 'e2e', 'laws', 'matrix', 'package'].map((folder) => `tests/${folder}/**`);

  const node = (name: string): TestProjectConfiguration => ({
    test: {
      name,
      environment: 'node',
      include: [`tests/${name}/**/*.test.ts`],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: patient,
    },
  });

  const executablePath = findBrowser();
  const chromium = () => ({
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions: { args: browserArgs, ...(executablePath && { executablePath }) } }),
    instances: [{ browser: 'chromium' as const }],
  });

  const projects = [
    ofSource('unit', {
      environment: 'node',
      pool: 'threads',
      // Of these no others load what another version of React or TanStack Query could change.
      include: [react18 ? 'tests/query/**/*.test.ts' : 'tests/**/*.test.ts'],
      exclude: elsewhere,
    }),
    ofSource('dom', {
      environment: 'jsdom',
      // One jsdom for each worker in place of one for each file: half of the time went into making them.
      pool: 'vmThreads',
      setupFiles: ['tests/support/nodeGlobals.ts', 'tests/support/slowMachine.ts'],
      include: ['tests/**/*.test.tsx'],
      // React Router 8 itself needs React 19.
      exclude: [...elsewhere, ...(react18 ? ['tests/docs/routers/**'] : [])],
    }),
    ofSource('laws', {
      environment: 'jsdom',
      include: ['tests/laws/**/*.test.{ts,tsx}'],
    }),
    ...(react18 ? [ofSource('versions', { environment: 'jsdom', include: ['tests/matrix/react-18/*.test.tsx'] })] : []),
    // What is written by many hands in the source has to mean the same under the short names of the package.
    ofSource(
      'built',
      {
        environment: 'jsdom',
        pool: 'vmThreads',
        setupFiles: ['tests/support/nodeGlobals.ts', 'tests/support/slowMachine.ts'],
        include: ['tests/{outbox,query,react}/**/*.test.tsx', 'tests/laws/{rules,tabs}.test.tsx'],
        // These look into the source itself.
        exclude: ['tests/react/compiled/**', 'tests/query/persistence.test.tsx', 'tests/outbox/status.test.tsx'],
      },
      built,
    ),
    ofSource(
      'built-unit',
      {
        environment: 'node',
        pool: 'threads',
        include: ['tests/{api,http,server,testing}/**/*.test.ts'],
        exclude: [
          'http/RequestGate',
          'http/limit',
          'http/retryDelay',
          'server/gate',
          'server/neverSent',
          'server/paths',
        ].map((name) => `tests/${name}.test.ts`),
      },
      built,
    ),
    node('package'),
    node('matrix'),
    node('e2e'),
    {
      // Where msw keeps the script of its service worker.
      publicDir: 'node_modules/msw/lib',
      optimizeDeps: { include: [...prebundled, '@testing-library/react', 'msw', 'msw/browser'] },
      test: {
        name: 'browser',
        include: ['tests/browser/**/*.test.{ts,tsx}'],
        setupFiles: ['tests/support/slowMachine.ts'],
        testTimeout: 120_000,
        expect: patient,
        browser: chromium(),
      },
    },
    {
      plugins: await storybookTest({ configDir: fileURLToPath(new URL('storybook', import.meta.url)) }),
      optimizeDeps: { include: prebundled },
      test: { name: 'storybook', testTimeout: 120_000, browser: chromium() },
    },
  ];
  return {
    test: {
      projects,
      // Beside what a person reads, numbers for the totals.
      reporters: process.env.TEST_REPORTS ? ['default', numbers(process.env.TEST_REPORTS)] : ['default'],
    },
  };
});

function numbers(folder: string): ['json', { outputFile: string }] {
  return ['json', { outputFile: `${folder}/${process.pid}.json` }];
}
