import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Builds the page for production: minified, with React's production build, this library from its sources.
 *
 * @param {string} src The sources of this library.
 * @param {boolean} [minify] False: names stay as they are, for a profile.
 * @returns {Promise<string>} The folder it stands in, which is the caller's to remove.
 */
export async function buildPage(src, minify = true) {
  // A folder of its own, so that two runs do not meet.
  const outDir = mkdtempSync(join(tmpdir(), 'scenario-react-bench-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: here('../page'),
    plugins: [react()],
    resolve: {
      alias: [
        { find: /^scenario-react$/, replacement: `${src}/index.ts` },
        { find: /^scenario-react\/(.*)$/, replacement: `${src}/$1.ts` },
      ],
      // One copy, whoever imports it, and the one that stands beside the peers.
      dedupe: ['react', 'react-dom', '@tanstack/react-query', '@tanstack/query-core', 'ofetch'],
    },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'esnext', modulePreload: false, minify },
  });
  return outDir;
}
