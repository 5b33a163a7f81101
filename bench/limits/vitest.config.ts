import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One copy of each, whoever imports it: the one that stands beside the peers. */
const shared = /^(react|react-dom|@tanstack\/react-query|@tanstack\/query-core)(?=\/|$)/;

export default defineConfig({
  root: here('../..'),
  resolve: { alias: [{ find: shared, replacement: `${here('../node_modules')}/$1` }] },
  test: {
    environment: 'jsdom',
    include: ['bench/limits/*.play.tsx'],
    testTimeout: 300_000,
    reporters: ['dot'],
  },
});
